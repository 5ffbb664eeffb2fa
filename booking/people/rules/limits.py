"""How often something may be tried, and how long what was handed out is good for (OWASP ASVS 5.0, 2.4.1). Pure.

What is limited by account alone is generous and short, so that nobody can keep an owner out: the link by mail has its
own limit.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries in each window of `seconds`, for one person, address or network."""

    name: str
    most: int
    seconds: int

    def window(self, now: dt.datetime) -> dt.datetime:
        """The start of the window that `now` is in: windows are fixed, so what is said about waiting is true."""
        return dt.datetime.fromtimestamp(int(now.timestamp()) // self.seconds * self.seconds, dt.UTC)

    def wait(self, now: dt.datetime) -> int:
        """Seconds from `now` until the next window."""
        return self.seconds - int((now - self.window(now)).total_seconds())


SIGN_IN_HERE = Limit("sign-in-here", 8, 5 * MINUTE)
"""Passwords tried for one address from one network."""

SIGN_IN_ADDRESS = Limit("sign-in-address", 40, 5 * MINUTE)
"""Passwords tried for one address from everywhere."""

SIGN_IN_NETWORK = Limit("sign-in-network", 100, 5 * MINUTE)
"""Passwords tried from one network: a whole coworking space may share one."""

PASSWORD_ASKED = Limit("password-asked", 10, 10 * MINUTE)
"""Passwords tried by somebody who is signed in, before something grave."""

SIGN_UP_ADDRESS = Limit("sign-up-address", 3, HOUR)
SIGN_UP_NETWORK = Limit("sign-up-network", 60, HOUR)

LINK_ADDRESS = Limit("link-address", 4, HOUR)
"""Links mailed to one address, whatever they are for; sign-up counts apart."""

LINK_NETWORK = Limit("link-network", 60, HOUR)

EMAIL_CHANGE = Limit("email-change", 5, DAY)
"""Changes of address asked by one member."""

INVITE_ASKER = Limit("invite-asker", 100, DAY)
INVITE_ADDRESS = Limit("invite-address", 5, DAY)
"""Invitations that one address gets, from all lieux together."""

SIGN_IN_LASTS = dt.timedelta(days=30)
CONFIRM_LASTS = dt.timedelta(hours=48)
LINK_LASTS = dt.timedelta(minutes=20)
RESET_LASTS = dt.timedelta(hours=1)
EMAIL_CHANGE_LASTS = dt.timedelta(hours=48)
INVITATION_LASTS = dt.timedelta(days=14)
FIRST_LINK_LASTS = dt.timedelta(hours=48)
"""The one-time link that the command line prints for a new account."""

NOTED_AT_MOST_EVERY = dt.timedelta(hours=1)
"""The last use of a sign-in or a token is written no oftener: reading stays without writes."""

MOST_TOKENS = 20
"""Living API tokens of one member."""

MOST_INVITATIONS = 200
"""Unanswered invitations of one lieu."""


def is_worth_noting(noted_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether the last use that was written down is long enough ago."""
    return noted_at is None or now - noted_at >= NOTED_AT_MOST_EVERY


def network(address: str) -> str:
    """What stands for one place on the internet: an IPv4 address, or the /64 that one household of IPv6 owns."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)
