"""The calls of bookings are registered with this."""

from booking.errors import N_
from booking.web.api import Room

room = Room("bookings", N_("Les réservations"))
