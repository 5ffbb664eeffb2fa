"""The words of what can be booked. Pure."""

from __future__ import annotations

from enum import StrEnum


class ResourceKind(StrEnum):
    """Kinds a search asks for."""

    DESK = "desk"
    MACHINE = "machine"
    ROOM = "room"
    EQUIPMENT = "equipment"


class Take(StrEnum):
    """Which of its units a resource takes: any (a quantity of them), or all at once."""

    ANY = "any"
    ALL = "all"


class Audience(StrEnum):
    """Who may see or book: everyone with an account, the lieu's own people, or its staff."""

    EVERYONE = "everyone"
    MEMBERS = "members"
    STAFF = "staff"


class Feature(StrEnum):
    """What people filter by."""

    WHEELCHAIR = "wheelchair"
    QUIET = "quiet"
    SCREEN = "screen"
    VIDEO = "video"
    WHITEBOARD = "whiteboard"
    PHONE_BOOTH = "phone_booth"
    STANDING_DESK = "standing_desk"
    DAYLIGHT = "daylight"
    KITCHEN = "kitchen"
    HOST_PRESENT = "host_present"
    VENTILATION = "ventilation"
    TOOLS = "tools"
