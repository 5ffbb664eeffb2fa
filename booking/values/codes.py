"""Public names: UUIDv7 uids, codes people can read aloud, secret tokens and their hashes, slugs."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
import unicodedata
import uuid
from collections.abc import Container, Iterable
from itertools import count

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0/O, 1/I/L, U: nothing that is misheard or misread at a front desk."""

_CODE = re.compile(rf"[A-Z]-[{ALPHABET}]{{6,}}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def uuid7(now: dt.datetime) -> str:
    """A new UUIDv7 (RFC 9562, section 5.7) of the instant `now`, as 36 characters of text."""
    milliseconds = int(now.timestamp() * 1000)
    random = int.from_bytes(secrets.token_bytes(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80 | random & (1 << 80) - 1
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(3 << 62) | 2 << 62
    return str(uuid.UUID(int=value))


def short_code(letter: str, length: int = 6) -> str:
    """A new random code such as `R-7K3Q9V`; uniqueness is the database's business, callers retry on collision."""
    return f"{letter}-" + "".join(secrets.choice(ALPHABET) for _ in range(length))


def read_code(text: str) -> str | None:
    """The code a person typed or said (`r7k3 q9v`), in its stored form, or None when it cannot be one."""
    letters = re.sub(r"[\s-]+", "", text).upper()
    tidy = f"{letters[:1]}-{letters[1:]}"
    return tidy if _CODE.fullmatch(tidy) else None


def read_uid(text: str) -> str | None:
    """The uid in its stored form, or None when the text cannot be one; what cannot is never asked of the database."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def new_token() -> str:
    """A secret of 32 random bytes, URL-safe (OWASP ASVS 5.0, 7.2.3 asks for at least 128 bits)."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a secret token: its SHA-256, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def fold(text: str) -> str:
    """Text without accents, case, ligatures or punctuation, to search by: `Saint-Étienne` -> `saint etienne`."""
    spread = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae").replace("ß", "ss")
    plain = "".join(c for c in unicodedata.normalize("NFKD", spread) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", plain.casefold()))


def slug(text: str, limit: int = 60) -> str:
    """A readable piece of address made of `text`: lower-case ASCII letters, digits and hyphens; `lieu` when empty."""
    return fold(text).replace(" ", "-")[:limit].strip("-") or "lieu"


def is_slug(text: str) -> bool:
    """Whether that piece of an address can be a stored slug at all; what cannot is never asked of the database."""
    return len(text) <= 80 and _SLUG.fullmatch(text) is not None  # noqa: PLR2004 - the length of the column


def is_digest(text: str) -> bool:
    """Whether the text can be a SHA-256 in hexadecimal, as files are named by."""
    return _DIGEST.fullmatch(text) is not None


def free_slug(wanted: Iterable[str], taken: Container[str]) -> str:
    """The first of the wanted slugs that nothing has, else the last with the first free number behind it."""
    last = ""
    for each in wanted:
        if each not in taken:
            return each
        last = each
    return next(numbered for number in count(2) if (numbered := f"{last[:72].strip('-')}-{number}") not in taken)
