"""The words of who may do what. Pure."""

from __future__ import annotations

from enum import StrEnum

from booking.errors import N_


class Role(StrEnum):
    """A role in one lieu. A person may have several."""

    MEMBER = "member"
    HOST = "host"
    MANAGER = "manager"
    TREASURER = "treasurer"


class Scope(StrEnum):
    """What an API token may do."""

    READ = "read"
    WRITE = "write"


class Purpose(StrEnum):
    """What a mailed one-time link is for."""

    CONFIRM = "confirm"
    RESET = "reset"
    SIGN_IN = "sign_in"
    EMAIL_OLD = "email_old"
    EMAIL_NEW = "email_new"
    INVITE = "invite"


STAFF = frozenset({Role.HOST, Role.MANAGER, Role.TREASURER})
"""Roles that see who booked."""

BOOKKEEPERS = frozenset({Role.MANAGER, Role.TREASURER})
"""Roles that see what is owed and record payments."""

ROLE_NAMES = {
    Role.MEMBER: N_("Membre"),
    Role.HOST: N_("Accueil"),
    Role.MANAGER: N_("Gestion"),
    Role.TREASURER: N_("Trésorerie"),
}
"""Roles as people read them, in the order of lists."""

ROLE_RIGHTS = {
    Role.MEMBER: N_("réserve aux conditions des membres"),
    Role.HOST: N_("voit qui vient, accueille et réserve pour d’autres"),
    Role.MANAGER: N_("règle les ressources, les tarifs, les horaires et les rôles"),
    Role.TREASURER: N_("voit ce qui est dû et enregistre les paiements"),
}
