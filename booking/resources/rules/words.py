"""The words of what can be booked."""

from __future__ import annotations

from enum import StrEnum

from booking.errors import N_


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


KIND_NAMES = {
    ResourceKind.DESK: N_("Bureau"),
    ResourceKind.MACHINE: N_("Machine"),
    ResourceKind.ROOM: N_("Salle"),
    ResourceKind.EQUIPMENT: N_("Équipement"),
}
"""Kinds as people read them, in the order of lists."""

KIND_PLURALS = {
    ResourceKind.DESK: N_("Bureaux"),
    ResourceKind.MACHINE: N_("Machines"),
    ResourceKind.ROOM: N_("Salles"),
    ResourceKind.EQUIPMENT: N_("Équipements"),
}

FEATURE_NAMES = {
    Feature.WHEELCHAIR: N_("Accessible en fauteuil"),
    Feature.QUIET: N_("Espace calme"),
    Feature.HOST_PRESENT: N_("Accueil sur place"),
    Feature.DAYLIGHT: N_("Lumière du jour"),
    Feature.SCREEN: N_("Écran"),
    Feature.VIDEO: N_("Visioconférence"),
    Feature.WHITEBOARD: N_("Tableau blanc"),
    Feature.STANDING_DESK: N_("Bureau réglable"),
    Feature.PHONE_BOOTH: N_("Cabine téléphonique"),
    Feature.KITCHEN: N_("Cuisine"),
    Feature.VENTILATION: N_("Ventilation"),
    Feature.TOOLS: N_("Outillage"),
}
"""Features as people read them, those asked for most first."""
