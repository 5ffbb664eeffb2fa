"""Answers that are kept under a program's own word, so that a request sent twice is done once. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from booking.errors import N_, Invalid, Refusal

_KEY = re.compile("[!-~]{1,200}")


class KeyReused(Invalid):
    """The key stands for another request already."""

    code = "idempotency_key_reused"
    message = N_(
        "Cette clé d’idempotence a déjà servi pour une autre demande. Rien n’a été fait : prenez-en une neuve."
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: an HTTP status, a JSON text, and whether it was given before."""

    status: int
    body: str
    replayed: bool = False


def checked_key(text: str) -> str:
    """The key as it was sent. Raises Invalid unless it is 1 to 200 visible ASCII characters."""
    if not _KEY.fullmatch(text):
        message = N_("Une clé d’idempotence a de 1 à 200 caractères ASCII visibles.")
        raise Invalid(Refusal("idempotency_key", message, field="Idempotency-Key"))
    return text
