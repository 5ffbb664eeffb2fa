"""What can go wrong, named in the words of the trade. No HTTP in it: `web.problems` maps the kinds to answers.

Each error has a stable `code`, one sentence for a person (French source text, translated at the edge) and the values
that the sentence needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar


def N_(message: str) -> str:  # noqa: N802 - the customary gettext mark, read by the extraction tool
    """Mark a sentence for translation without translating it here."""
    return message


def NN_(one: str, several: str) -> tuple[str, str]:  # noqa: N802 - read by the extraction tool, as `N_`
    """Mark both forms of a sentence that counts, for one and for several."""
    return one, several


@dataclass(frozen=True)
class Refusal:
    """One reason why not: a stable code, a sentence with its values, the field it concerns and what would help.

    A sentence that counts also has its form for `several`; `params["count"]` decides.
    """

    code: str
    message: str
    params: dict[str, Any] = field(default_factory=dict)
    field: str | None = None
    several: str = ""


class Problem(Exception):
    """Base of all that Archipel refuses. `reasons` lists every refusal at once."""

    code: ClassVar[str] = "problem"
    message: ClassVar[str] = N_("La demande n’a pas pu aboutir.")
    several: ClassVar[str] = ""

    def __init__(self, *reasons: Refusal, **params: Any) -> None:
        super().__init__(self.code)
        self.params = params
        self.reasons = reasons or (Refusal(self.code, self.message, params, several=self.several),)


class NotFound(Problem):
    """It does not exist, or the asker may not know that it does."""

    code = "not_found"
    message = N_("Rien ne correspond à cette adresse.")


class Gone(Problem):
    """It existed and was withdrawn for good."""

    code = "gone"
    message = N_("Cette adresse a été retirée.")


class Unauthenticated(Problem):
    """Nobody is signed in, or the token is not valid."""

    code = "unauthenticated"
    message = N_("Connectez-vous pour continuer.")


class Forbidden(Problem):
    """The asker may see it, but not do this to it."""

    code = "forbidden"
    message = N_("Vous n’avez pas le droit de faire cela.")


class Conflict(Problem):
    """The world has changed since the asker looked."""

    code = "conflict"
    message = N_("La situation a changé entre-temps.")


class Invalid(Problem):
    """What was sent breaks a rule; every broken rule is in `reasons`."""

    code = "invalid"
    message = N_("Certains champs sont à revoir.")


class Malformed(Problem):
    """What was sent cannot be read at all."""

    code = "malformed"
    message = N_("La demande est illisible.")


class TooMany(Problem):
    """A limit against automation was passed; `retry_after` is in seconds."""

    code = "too_many"
    message = N_("Trop de demandes en peu de temps. Réessayez dans un moment.")

    def __init__(self, *reasons: Refusal, retry_after: int, **params: Any) -> None:
        super().__init__(*reasons, retry_after=retry_after, **params)
        self.retry_after = retry_after


class Busy(Problem):
    """The database would not let the write through in time."""

    code = "busy"
    message = N_("Le service est très sollicité. Rien n’a été enregistré : réessayez dans un instant.")
