"""What people type under "what": kinds and features by their everyday names, and words to look for. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from booking.places.rules import LieuKind
from booking.resources.rules import Feature, ResourceKind
from booking.values.codes import fold

MOST_WORDS = 8
_SHORTEST_PLURAL = 4

_LITTLE = "a an and au aux avec d dans de des du en et for in l la le les of on ou par pour s sur the un une with"
_SKIPPED = frozenset(_LITTLE.split())

_KINDS = {
    ResourceKind.DESK: "bureau bureaux poste postes place places coworking desk desks workplace",
    ResourceKind.MACHINE: "machine machines fablab fablabs",
    ResourceKind.ROOM: "salle salles reunion reunions room rooms meeting meetings conference",
    ResourceKind.EQUIPMENT: "equipement equipements materiel outil outils equipment tool tools",
}

_FEATURES = {
    Feature.WHEELCHAIR: "fauteuil pmr accessible wheelchair",
    Feature.QUIET: "calme calmes silence silencieux silencieuse quiet",
    Feature.SCREEN: "ecran ecrans moniteur screen monitor",
    Feature.VIDEO: "visio visioconference video videoprojecteur projecteur",
    Feature.WHITEBOARD: "tableau tableaux whiteboard",
    Feature.PHONE_BOOTH: "cabine cabines telephone booth phone",
    Feature.STANDING_DESK: "reglable reglables debout standing",
    Feature.DAYLIGHT: "lumiere fenetre daylight window",
    Feature.KITCHEN: "cuisine kitchen",
    Feature.HOST_PRESENT: "accueil host",
    Feature.VENTILATION: "ventilation aspiration",
    Feature.TOOLS: "outillage outils tools",
}

_LIEUX = {
    LieuKind.COWORKING: "coworking",
    LieuKind.FABLAB: "fablab fablabs makerspace",
    LieuKind.SHOWROOM: "showroom",
    LieuKind.INCUBATEUR: "incubateur incubateurs incubator",
    LieuKind.PEPINIERE: "pepiniere pepinieres",
}

_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_FEATURE_OF = {word: feature for feature, words in _FEATURES.items() for word in words.split()}
_LIEU_OF = {word: kind for kind, words in _LIEUX.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Wish:
    """One word of what is looked for: found in a name, or told by a kind, a feature or the kind of the lieu.

    `stem` is the word without its plural, folded.
    """

    stem: str
    kind: ResourceKind | None
    feature: Feature | None
    lieu_kind: LieuKind | None


def wishes(text: str) -> list[Wish]:
    """The words of `text` that say something, at most eight: `une salle de réunion` -> salle, réunion."""
    words = [word for word in fold(text).split() if word not in _SKIPPED][:MOST_WORDS]
    return [Wish(_stem(word), _KIND_OF.get(word), _FEATURE_OF.get(word), _LIEU_OF.get(word)) for word in words]


def kind_meant(text: str) -> ResourceKind | None:
    """The kind, when the whole text says nothing else."""
    kinds = {wish.kind for wish in wishes(text)}
    return kinds.pop() if len(kinds) == 1 else None


def lieu_kind_meant(text: str) -> LieuKind | None:
    """The kind of lieu, when one of the words names it."""
    return next((wish.lieu_kind for wish in wishes(text) if wish.lieu_kind is not None), None)


def _stem(word: str) -> str:
    return word[:-1] if len(word) >= _SHORTEST_PLURAL and word[-1] in "sx" else word
