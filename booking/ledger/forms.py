"""What is sent by those who keep a lieu's books."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from booking.ledger.rules import MEANS_NAMES
from booking.web.fields import AmountField
from booking.web.forms import BaseForm, LineField, lazy_gettext, radio_field

_KEY = re.compile(r"[A-Za-z0-9_-]{20,60}")
LONGEST_NOTE = 200


class PaymentForm(BaseForm):
    """A payment that the lieu received. `key` is the form's own, used once: pressing twice records one."""

    amount = AmountField(lazy_gettext("Montant"), missing=lazy_gettext("Indiquez le montant reçu, comme 12,50."))
    means = radio_field(
        lazy_gettext("Reçu en"),
        [(means.value, lazy_gettext(name)) for means, name in MEANS_NAMES.items()],
        validators=[InputRequired(lazy_gettext("Dites comment il a été reçu."))],
    )
    note = LineField(lazy_gettext("Note"), LONGEST_NOTE)
    key = HiddenField()

    def one_time_key(self) -> str | None:
        """The key, when it is one of ours."""
        text = self.key.data or ""
        return text if _KEY.fullmatch(text) else None


class UndoForm(BaseForm):
    """Nothing but a button."""


class CeilingForm(BaseForm):
    """The most that a person may owe, or no limit."""

    ceiling = AmountField(lazy_gettext("Plafond de l’ardoise"))
    unlimited = BooleanField(lazy_gettext("Sans plafond"))

    def validate(self, extra_validators: Any = None) -> bool:
        """An amount, unless there is no limit."""
        fine = super().validate(extra_validators)
        if fine and not self.unlimited.data and self.ceiling.data is None:
            self.ceiling.errors = [_("Indiquez un montant, ou cochez « sans plafond ».")]
            return False
        return fine
