"""Who may do what, how often, and what a good password is. Pure."""

from __future__ import annotations

from booking.people.rules.addresses import address
from booking.people.rules.words import BOOKKEEPERS, ROLE_NAMES, ROLE_RIGHTS, STAFF, Purpose, Role, Scope

__all__ = ["BOOKKEEPERS", "ROLE_NAMES", "ROLE_RIGHTS", "STAFF", "Purpose", "Role", "Scope", "address"]
