"""What is sent to book, to move and to cancel."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, HiddenField

from booking.bookings.forms.when import WhenForm
from booking.people.rules import address
from booking.values.money import Money
from booking.web.forms import BaseForm, LineField, TextField, lazy_gettext, radio_field

NOTE_LIMIT = 500


class ShownField(HiddenField):
    """An amount that the page showed, in minor units; its data is None when it is none."""

    def amount(self) -> Money | None:
        """The amount, to be compared with what it would really be."""
        text = str(self.data or "")
        return Money(int(text)) if re.fullmatch(r"[0-9]{1,10}", text) else None


class BookForm(WhenForm):
    """A booking. Staff of the lieu also say for whom. Its page opens over others: its ids are its own."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self:
            field.id = f"resa-{field.id}"

    note = TextField(lazy_gettext("Un mot pour l’accueil"), NOTE_LIMIT)
    shown = ShownField()
    whom = radio_field(
        lazy_gettext("Pour qui"),
        (
            ("me", lazy_gettext("Pour vous")),
            ("member", lazy_gettext("Pour un membre du lieu")),
            ("guest", lazy_gettext("Pour une personne de passage")),
        ),
        default="me",
    )
    email = LineField(lazy_gettext("Son adresse électronique"), 254)
    guest = LineField(lazy_gettext("Son nom"), 120)
    member = HiddenField()

    def for_somebody(self) -> tuple[str, str] | None:
        """("known", uid), ("member", address) or ("guest", name): for whom staff book; None for themselves.

        What is wrong is told at its field, and `errors` then says so.
        """
        if self.member.data:
            return "known", self.member.data
        if self.whom.data == "member":
            found = address(self.email.data or "")
            if found is None:
                self.email.errors = [*self.email.errors, _("Indiquez l’adresse d’un membre, comme ines@exemple.fr.")]
            return "member", found or ""
        if self.whom.data == "guest":
            name = self.guest.data or ""
            if not any(c.isalnum() for c in name):
                self.guest.errors = [*self.guest.errors, _("Indiquez le nom de la personne.")]
            return "guest", name
        return None


class MoveForm(WhenForm):
    """Another stretch for a booking."""

    shown = ShownField()


class CancelForm(BaseForm):
    """A cancellation; staff of the lieu may waive what would be kept."""

    shown = ShownField()
    waive = BooleanField(lazy_gettext("Ne rien garder : le lieu rend tout"))
    back = HiddenField()
