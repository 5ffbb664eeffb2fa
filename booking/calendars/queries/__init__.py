"""Reading for calendars: which feed an address stands for, what is in it, and one's own secret addresses."""

from __future__ import annotations

from booking.calendars.queries.addresses import addresses_of, exported, offers
from booking.calendars.queries.contents import render
from booking.calendars.queries.feeds import feed_of_owner, public_feed, secret_feed
from booking.calendars.queries.files import booking_file

__all__ = [
    "addresses_of",
    "booking_file",
    "exported",
    "feed_of_owner",
    "offers",
    "public_feed",
    "render",
    "secret_feed",
]
