"""What the page of calendars sends."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from booking.web.forms import BaseForm, lazy_gettext, select_field


class AddressForm(BaseForm):
    """A new secret address: for which calendar, and whether it tells who comes."""

    what = select_field(lazy_gettext("Calendrier"), ())
    names = BooleanField(lazy_gettext("Avec les noms de qui réserve"))

    def offer(self, choices: Iterable[tuple[str, str, str]]) -> None:
        """What can be chosen, each as (value, label, group)."""
        self.what.choices = [SelectChoice(value, label, optgroup=group) for value, label, group in choices]
