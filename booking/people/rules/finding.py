"""Who answers to what was typed in a search for people. Pure."""

from __future__ import annotations

from booking.values.codes import fold


def answers_to(words: str, name: str, email: str | None) -> bool:
    """Whether each of the words begins a word of the name or of the address, accents and case aside.

    A whole address finds its owner alone: its words count only in their order.
    """
    if "@" in words:
        return email is not None and email.casefold().startswith(words.strip().casefold())
    told = f"{fold(name)} {fold(email or '')}".split()
    wanted = fold(words).split()
    return bool(wanted) and all(any(part.startswith(word) for part in told) for word in wanted)
