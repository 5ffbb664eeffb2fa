"""What makes a password easy to guess (OWASP ASVS 5.0, 6.2; NIST SP 800-63B, 3.1.1.2). Pure.

Length counts, composition does not: no digit or capital is asked for. A password is refused when it is one word that
many people use, with what is usually put around it, when it is typed by running along the keys, or when it is about its
owner or Archipel.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

from booking.errors import N_, Refusal

SHORTEST = 12
LONGEST = 128
"""Characters, as people count them."""

SHORTEST_WORD = 4
"""Letters a word needs to count as one; shorter ones are in every good password too."""

OWN_WORDS = ("archipel",)

_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1a2z3e4r5t6y7u8i9o0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1aqw2zsx3edc4rfv5tgb6yhn7uj",
    "147258369",
    "abc123def456ghi789",
)
_RUN = 3
"""So many neighbours in a row make a run."""

_PAIRS = {row[i : i + 2] for row in (*_ROWS, *(row[::-1] for row in _ROWS)) for i in range(len(row) - 1)}
_LETTERS_MEANT = str.maketrans("0134578@$!€", "oieastbasie")
_LEADING = re.compile(r"^[\W\d_]+")
_SIGNS = re.compile(r"^[\W_]+|[\W_]+$")
_TRAILING = re.compile(r"[\W\d_]+$")
_SEPARATORS = re.compile(r"[\W_]+")
_FEW_KINDS = 5
_LEFT_BY_RUNS = 4


def stored_form(password: str) -> str:
    """The form that is hashed: the same text typed on two systems is the same password (NFKC, as NIST asks)."""
    return unicodedata.normalize("NFKC", password)


def refusals(password: str, about: Iterable[str], common: Collection[str]) -> list[Refusal]:
    """Every reason why `password` is no good for the person whose name and address are `about`.

    `common` holds words that passwords are built on. Of an address only what stands before the @ is about somebody.
    """
    found = []
    if len(password) < SHORTEST:
        found.append(
            Refusal(
                "password_short",
                N_("Il faut au moins %(least)s caractères. Une phrase de plusieurs mots convient très bien."),
                {"least": SHORTEST},
                "password",
            )
        )
    if len(password) > LONGEST:
        found.append(Refusal("password_long", N_("Au plus %(most)s caractères."), {"most": LONGEST}, "password"))
    if found:
        return found
    plain = _plain(password)
    if _about_owner(plain, about):
        sentence = N_("Évitez votre nom, votre adresse et « archipel » : ce sont les premiers essais de qui cherche.")
        found.append(Refusal("password_personal", sentence, {}, "password"))
    elif _repetitive(plain) or any(core in common for core in cores(password)):
        sentence = N_("Ce mot de passe est trop répandu. Choisissez plusieurs mots sans rapport entre eux.")
        found.append(Refusal("password_common", sentence, {}, "password"))
    return found


def cores(password: str) -> set[str]:
    """The words that a password may be built on: itself, what is left without ornaments, and what its digits stand for.

    `Soleil2024!` gives `soleil` among others, `P@ssw0rd123` `password`, `motdepassemotdepasse` `motdepasse`.
    """
    plain = _plain(password)
    forms = {plain, _SIGNS.sub("", plain), _TRAILING.sub("", plain), bare(password)}
    forms |= {form.translate(_LETTERS_MEANT) for form in forms}
    forms |= {_SEPARATORS.sub("", form) for form in forms}
    return forms | {_unit(form) for form in forms}


def bare(password: str) -> str:
    """A password in lower case, without accents, without the digits and signs at both ends."""
    return _LEADING.sub("", _TRAILING.sub("", _plain(password)))


def _plain(password: str) -> str:
    """Lower case, without accents."""
    spread = unicodedata.normalize("NFKD", password.casefold())
    return "".join(c for c in spread if not unicodedata.combining(c))


def _unit(text: str) -> str:
    """The shortest text that, said again and again, gives this one."""
    period = (text + text).find(text, 1) if text else 0
    return text[:period] if 0 < period < len(text) else text


def _repetitive(plain: str) -> bool:
    """Few kinds of characters, one short piece over and over, or little beside runs along the keys."""
    if len(set(plain)) < _FEW_KINDS or len(_unit(plain)) < SHORTEST_WORD * 2:
        return True
    return len(_without_runs(plain)) < _LEFT_BY_RUNS


def _without_runs(plain: str) -> str:
    """What is left without the stretches of neighbours on the keyboard or in the alphabet, and of one key held down."""
    left, start = [], 0
    for i in range(1, len(plain) + 1):
        if i < len(plain) and (plain[i - 1 : i + 1] in _PAIRS or plain[i - 1] == plain[i]):
            continue
        if i - start < _RUN:
            left.append(plain[start:i])
        start = i
    return "".join(left)


def _about_owner(plain: str, about: Iterable[str]) -> bool:
    """Whether a word of these texts, or of ours, is in it."""
    words = {word for text in (*about, *OWN_WORDS) for word in _SEPARATORS.split(_plain(text))}
    return any(len(word) >= SHORTEST_WORD and word in plain for word in words)
