"""Passwords as they are kept: argon2id (RFC 9106), never more than two being computed at once in one process."""

from __future__ import annotations

import contextlib
import secrets
import threading
from collections.abc import Iterator
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from booking.errors import Busy, Invalid
from booking.people.rules import passwords as rules
from booking.settings import package_folder

AT_ONCE = 2
LONGEST_WAIT = 10
"""Seconds that a sign-in waits for its turn before it is told to come back."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""The least that OWASP's Password Storage Cheat Sheet asks of argon2id; a server that raises it upgrades at sign-in."""

_turns = threading.BoundedSemaphore(AT_ONCE)


@contextlib.contextmanager
def turn(wait: float = LONGEST_WAIT) -> Iterator[None]:
    """Hold one of the few places where a password is computed. Raises Busy when none is free for `wait` seconds."""
    if not _turns.acquire(timeout=wait):
        raise Busy
    try:
        yield
    finally:
        _turns.release()


def judge(password: str, *, name: str, email: str) -> None:
    """Raise Invalid with the reasons when a new password of that person is easy to guess."""
    reasons = rules.refusals(password, (name, email.partition("@")[0]), common())
    if reasons:
        raise Invalid(*reasons)


def made(password: str, *, name: str, email: str) -> str:
    """What is stored of a new password of that person. Raises Invalid as `judge` does."""
    judge(password, name=name, email=email)
    with turn():
        return _hasher.hash(rules.stored_form(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether it is the password. Takes as long when nothing is stored: time tells nobody who has an account."""
    with turn():
        try:
            _hasher.verify(stored or _nobodys(), rules.stored_form(password))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def upgraded(stored: str, password: str) -> str | None:
    """A new hash of the right password when the stored one was made with less effort than today's, else None."""
    if not _hasher.check_needs_rehash(stored):
        return None
    with turn():
        return _hasher.hash(rules.stored_form(password))


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """The words that many passwords are built on; data/README.md says where they come from."""
    return frozenset((package_folder("data") / "common_passwords.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe())
