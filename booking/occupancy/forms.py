"""What is sent to take time off a lieu's calendar."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import DataRequired

from booking.bookings.forms.when import WhenForm
from booking.occupancy.rules import BLOCK_NAMES, LONGEST_REASON, BlockKind
from booking.web.forms import BaseForm, LineField, lazy_gettext, radio_field, select_field

WHOLE = "*"
"""Chosen for the whole lieu: no slug is written like that."""


class BlockForm(WhenForm):
    """What is taken off, from when to when, and why. `seen` is how many bookings in the way the page has shown."""

    quantity = None  # type: ignore[assignment]  # A block takes all there is.
    resource = select_field(
        lazy_gettext("Quoi"), (), validators=[DataRequired(lazy_gettext("Choisissez une ressource, ou tout le lieu."))]
    )
    kind = radio_field(lazy_gettext("Pour"), (), default=BlockKind.MAINTENANCE.value)
    reason = LineField(
        lazy_gettext("Pourquoi"),
        LONGEST_REASON,
        [DataRequired(lazy_gettext("Dites pourquoi : c’est montré au public."))],
    )
    seen = HiddenField()

    @property
    def chosen(self) -> str | None:
        """The slug of the resource; None for the whole lieu."""
        return None if self.resource.data == WHOLE else str(self.resource.data)

    def offer(self, resources: Sequence[tuple[str, str]], kinds: Sequence[BlockKind]) -> None:
        """Let choose among these resources, as (slug, name), or the whole lieu; and these kinds."""
        nothing = SelectChoice("", lazy_gettext("Choisissez"))
        whole = SelectChoice(WHOLE, lazy_gettext("Tout le lieu"))
        self.resource.choices = [nothing, *(SelectChoice(slug, name) for slug, name in resources), whole]
        self.kind.choices = [SelectChoice(kind.value, lazy_gettext(BLOCK_NAMES[kind])) for kind in kinds]


class LiftForm(BaseForm):
    """Nothing but a button."""
