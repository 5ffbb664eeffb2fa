"""A price list, cell by cell."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField
from wtforms.validators import DataRequired

from booking.errors import N_
from booking.tariffs.rules import Period
from booking.tariffs.schemas import TariffDraft
from booking.tariffs.words import RateAudience
from booking.web.fields import AmountField
from booking.web.forms import BaseForm, LineField, lazy_gettext

PERIOD_NAMES = {
    Period.STEP: N_("Tranche"),
    Period.HOUR: N_("Heure"),
    Period.HALF_DAY: N_("Demi-journée"),
    Period.DAY: N_("Journée"),
    Period.WEEK: N_("Semaine"),
    Period.MONTH: N_("Mois"),
}
AUDIENCE_NAMES = {RateAudience.PUBLIC: N_("Tout le monde"), RateAudience.MEMBER: N_("Membres du lieu")}


def cell(audience: RateAudience, period: Period) -> str:
    """The name of the field of one price: `public_hour`."""
    return f"{audience}_{period}"


class TariffForm(BaseForm):
    """A price list; the prices are fields named by `cell`, an empty one is no price."""

    name = LineField(lazy_gettext("Nom du tarif"), 120, [DataRequired(lazy_gettext("Indiquez un nom, comme Bureaux."))])
    free = BooleanField(lazy_gettext("Gratuit"))

    @classmethod
    def showing(cls, draft: TariffDraft) -> TariffForm:
        """The form filled with what is."""
        prices = {cell(audience, period): amount for (audience, period), amount in draft.rates.items()}
        return cls(formdata=None, data={"name": draft.name, "free": draft.free, **prices})

    def cell(self, audience: RateAudience, period: Period) -> Any:
        """The field of one price."""
        return self._fields[cell(audience, period)]

    def draft(self) -> TariffDraft:
        """What a valid form says."""
        return TariffDraft(
            name=self.name.data,
            free=self.free.data,
            rates={
                (audience, period): field.data
                for audience in RateAudience
                for period in Period
                if (field := self.cell(audience, period)).data is not None
            },
        )


for _audience in AUDIENCE_NAMES:
    for _period, _name in PERIOD_NAMES.items():
        setattr(TariffForm, cell(_audience, _period), AmountField(lazy_gettext(_name)))
