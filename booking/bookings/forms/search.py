"""What the search page asks: what, where, when."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from wtforms import Form

from booking.bookings.rules.wishes import wishes
from booking.bookings.schemas import Looked
from booking.places.rules import Position
from booking.resources.rules import FEATURE_NAMES, Feature
from booking.values.wall import Wall, wall_of
from booking.web.fields import ClockField, CountField, DayField
from booking.web.forms import LineField, checkbox_field, lazy_gettext
from booking.web.zones import PARIS

DAY_MINUTES = 1440
LARGEST_PAGE = 1000
EARLIEST, MORNING, LAST_START, USUAL = 8 * 60, 9 * 60, 18 * 60, 120
"""On an evening the search begins with the next morning; what is looked for at first lasts two hours."""


class SearchForm(Form):
    """Read from the address; `beginning` says what the address leaves out."""

    what = LineField(lazy_gettext("Quoi"), name="q", default="")
    where = LineField(lazy_gettext("Où"), default="")
    day = DayField(lazy_gettext("Jour"))
    start = ClockField(lazy_gettext("De"), name="from")
    end = ClockField(lazy_gettext("À"), name="to")
    features = checkbox_field(
        lazy_gettext("Affiner"),
        [(feature.value, lazy_gettext(name)) for feature, name in FEATURE_NAMES.items()],
        name="feature",
        validate_choice=False,
    )
    capacity = CountField(lazy_gettext("Pour combien de personnes"), 1, 10_000)
    quantity = CountField(lazy_gettext("Combien de places ou de postes"), 1, 1000)
    page = CountField(lazy_gettext("Page"), 1, LARGEST_PAGE)

    def validate(self, extra_validators: object = None) -> bool:  # noqa: ARG002 - WTForms' signature
        """Each field, then that the end comes after the start; a midnight that ends ends the day."""
        fine = super().validate()
        if self.end.data == 0:
            self.end.data = DAY_MINUTES
        start, end = self.start.data, self.end.data
        if fine and start is not None and end is not None and start >= end:
            self.end.errors = [*self.end.errors, _("La fin vient après le début, le même jour.")]
            fine = False
        return fine

    def wanted_features(self) -> frozenset[Feature]:
        """Those that are known; an address may name others."""
        known = {feature.value: feature for feature in Feature}
        return frozenset(known[name] for name in self.features.data or () if name in known)

    def looked(self, near: Position | None) -> Looked:
        """What a valid form looks for, near the place that it tells."""
        day, start, end = self.day.data, self.start.data, self.end.data
        assert day is not None and start is not None and end is not None  # noqa: PT018, S101 - the form is valid
        return Looked(
            day=day,
            opens=start,
            closes=end,
            wishes=tuple(wishes(self.what.data)),
            features=self.wanted_features(),
            capacity=self.capacity.data,
            quantity=self.quantity.data,
            near=near,
        )


def beginning(now: dt.datetime) -> dict[str, str]:
    """What a search begins with: the next two hours in Paris, or tomorrow morning when the day is over."""
    wall = wall_of(now, PARIS)
    start = max(-(-wall.minute // 30) * 30, EARLIEST)
    day = wall.day
    if start > LAST_START:
        day, start = day + dt.timedelta(days=1), MORNING
    hours = {"day": day.isoformat(), "from": Wall(day, start).clock, "to": Wall(day, start + USUAL).clock}
    return {**hours, "capacity": "1", "quantity": "1", "page": "1"}
