"""The invented lieux of the demonstration: what each is, when it opens, what it offers at which price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from booking.places.rules import Hours, LieuIdentity, LieuKind, LieuStatus
from booking.resources.rules import Feature, ResourceDraft, ResourceKind, Take
from booking.tariffs.rules import Period

WEEKDAYS = {day: (Hours(8 * 60, 20 * 60),) for day in range(5)}
WITH_SATURDAY = {**WEEKDAYS, 5: (Hours(9 * 60, 17 * 60),)}
WITH_BREAK = {day: (Hours(8 * 60 + 30, 12 * 60 + 30), Hours(13 * 60 + 30, 19 * 60)) for day in range(6)}
TROPICAL = {day: (Hours(7 * 60, 18 * 60),) for day in range(6)}
MAKERS = {
    **{day: (Hours(9 * 60, 19 * 60),) for day in range(5)},
    3: (Hours(9 * 60, 26 * 60),),
    5: (Hours(10 * 60, 18 * 60),),
}

DESK = {
    Period.STEP: 150,
    Period.HOUR: 300,
    Period.HALF_DAY: 1000,
    Period.DAY: 1800,
    Period.WEEK: 7000,
    Period.MONTH: 22_000,
}
DESK_MEMBER = {
    Period.STEP: 120,
    Period.HOUR: 240,
    Period.HALF_DAY: 800,
    Period.DAY: 1400,
    Period.WEEK: 5500,
    Period.MONTH: 18_000,
}
ROOM = {Period.HOUR: 1600, Period.HALF_DAY: 5200, Period.DAY: 9000}
ROOM_MEMBER = {Period.HOUR: 1200, Period.HALF_DAY: 4000, Period.DAY: 7000}
MACHINE = {Period.STEP: 700, Period.HOUR: 1400, Period.DAY: 8400}
MACHINE_MEMBER = {Period.STEP: 550, Period.HOUR: 1100, Period.DAY: 6600}
KIT = {Period.HALF_DAY: 800, Period.DAY: 1200, Period.WEEK: 4000}
HALL = {Period.HALF_DAY: 9000, Period.DAY: 16_000}

Prices = Mapping[Period, int]


@dataclass(frozen=True)
class Offered:
    """A resource of the demonstration with its prices in cents; free of charge without any."""

    draft: ResourceDraft
    prices: Prices = field(default_factory=dict)
    member_prices: Prices = field(default_factory=dict)


@dataclass(frozen=True)
class Example:
    """A lieu of the demonstration."""

    identity: LieuIdentity
    week: Mapping[int, tuple[Hours, ...]]
    access: str
    offered: tuple[Offered, ...]
    vat: int = 2000


def _lieu(
    name: str,
    kind: LieuKind,
    summary: str,
    where: tuple[str, str, str],
    at: tuple[float, float],
    zone: str = "Europe/Paris",
) -> LieuIdentity:
    address, postcode, commune = where
    return LieuIdentity(
        name=name,
        kind=kind,
        status=LieuStatus.OPEN,
        summary=summary,
        address=address,
        postcode=postcode,
        commune=commune,
        website=None,
        latitude=at[0],
        longitude=at[1],
        timezone=zone,
    )


def _desks(prefix: str, how_many: int) -> tuple[Offered, ...]:
    """A pool of desks, the first two by their own name, and the whole room: all made of the same units."""
    units = tuple(f"{prefix} {n + 1}" for n in range(how_many))
    quiet = frozenset({Feature.QUIET, Feature.DAYLIGHT, Feature.WHEELCHAIR})
    pool = ResourceDraft(
        ResourceKind.DESK, "Un bureau, n’importe lequel", units, Take.ANY, features=quiet, position=1,
        summary="Le premier bureau libre vous est donné.",
    )  # fmt: skip
    named = [
        ResourceDraft(ResourceKind.DESK, unit, (unit,), features=quiet, position=2 + n, summary="Près d’une fenêtre.")
        for n, unit in enumerate(units[:2])
    ]
    hall = ResourceDraft(
        ResourceKind.ROOM, "La grande salle entière", units, Take.ALL, capacity=3 * how_many, position=9,
        notice=24 * 60, step=60,
        shortest=120, summary="Tous les bureaux poussés : réunions publiques, ateliers, fêtes.",
        features=frozenset({Feature.WHEELCHAIR, Feature.VIDEO}),
    )  # fmt: skip
    return (
        *(Offered(draft, DESK, DESK_MEMBER) for draft in (pool, *named)),
        Offered(hall, HALL),
    )


def _room(name: str, capacity: int, summary: str, position: int = 20) -> Offered:
    features = frozenset({Feature.SCREEN, Feature.WHITEBOARD, Feature.WHEELCHAIR})
    draft = ResourceDraft(
        ResourceKind.ROOM, name, (name,), capacity=capacity, features=features, position=position, summary=summary,
        buffer_after=15, longest=12 * 60, step=15, shortest=30,
    )  # fmt: skip
    return Offered(draft, ROOM, ROOM_MEMBER)


def _machine(name: str, summary: str, text: str = "", position: int = 30) -> Offered:
    draft = ResourceDraft(
        ResourceKind.MACHINE, name, (name,), features=frozenset({Feature.VENTILATION}), summary=summary, text=text,
        buffer_before=0, buffer_after=15, longest=4 * 60, step=30, notice=60, horizon_days=30, position=position,
    )  # fmt: skip
    return Offered(draft, MACHINE, MACHINE_MEMBER)


def _booth(name: str = "Cabine téléphonique") -> Offered:
    features = frozenset({Feature.PHONE_BOOTH, Feature.QUIET})
    draft = ResourceDraft(
        ResourceKind.ROOM, name, (name,), features=features, longest=120, step=15, shortest=15, position=25,
        summary="Pour un appel ou une visio, deux heures au plus.",
    )  # fmt: skip
    return Offered(draft)


def _kit(name: str, how_many: int, summary: str) -> Offered:
    units = tuple(f"{name} {n + 1}" for n in range(how_many)) if how_many > 1 else (name,)
    take = Take.ANY if how_many > 1 else Take.ALL
    draft = ResourceDraft(ResourceKind.EQUIPMENT, name, units, take, summary=summary, position=40)
    return Offered(draft, KIT)


EXAMPLES: tuple[Example, ...] = (
    Example(
        _lieu("La Filature", LieuKind.COWORKING, "Bureaux, salles et un coin atelier dans une ancienne bonneterie.",
              ("8, rue des Vieillards", "63000", "Clermont-Ferrand"), (45.7797, 3.0863)),
        WITH_SATURDAY,
        "Entrée par la cour, code 41 73.\nWifi « filature-membres », le mot de passe est affiché à l’accueil.",
        (*_desks("Métier", 8), _room("Salle Navette", 6, "Table ronde et écran."),
         _room("Salle Canette", 14, "En U, avec vidéoprojecteur.", 21), _booth(),
         _machine("Découpeuse vinyle", "Largeur 60 cm : stickers, flocage, pochoirs."),
         _kit("Vidéoprojecteur", 2, "Avec ses câbles et un écran pliant.")),
    ),
    Example(
        _lieu("L’Émouloir", LieuKind.FABLAB, "Le fablab des couteliers : métal, bois et découpe laser.",
              ("12, rue Durolle", "63300", "Thiers"), (45.8566, 3.5475)),
        MAKERS,
        "Sonnez au 12, atelier au fond de l’impasse.\nWifi « emouloir », code au tableau.",
        (*_desks("Établi", 4),
         _machine("Découpeuse laser 100 W", "Plateau de 900 × 600 mm. Bois, cuir, carton, acrylique coulé.",
                  "Jamais de PVC ni de vinyle : le chlore ronge l’optique et les poumons."),
         _machine("Imprimante 3D Alizé", "Volume 300 × 300 × 400 mm, PLA et PETG.", position=31),
         _machine("Imprimante 3D Mistral", "Volume 250 × 210 × 210 mm, deux couleurs.", position=32),
         _machine("Fraiseuse numérique", "Bois, plastiques, aluminium ; 600 × 900 mm.", position=33),
         _room("Salle Pointe", 8, "Pour se réunir à côté des machines.")),
    ),
    Example(
        _lieu("Le Moulin Richard", LieuKind.LIVING_LAB, "Papier, impression et recherche au fil de l’eau.",
              ("Val de Laga", "63600", "Ambert"), (45.5683, 3.7605)),
        WITH_BREAK,
        "Clé dans la boîte du porche, code 17 60.",
        (*_desks("Forme", 4), _room("Salle du Séchoir", 20, "Sous les toits, au milieu des feuilles qui sèchent."),
         _machine("Presse typographique", "Format 30 × 40 cm, casses de plomb fournies."),
         _machine("Risographe", "Deux tambours : bleu et rouge.", position=31)),
        vat=0,
    ),
    Example(
        _lieu("La Rubanerie", LieuKind.FABLAB, "Textile numérique, bureaux et studio photo.",
              ("5, rue Mi-Carême", "42000", "Saint-Étienne"), (45.4397, 4.3872)),
        WITH_SATURDAY,
        "Troisième étage, badge prêté à l’accueil.\nWifi « rubanerie ».",
        (*_desks("Passement", 6), _machine("Brodeuse numérique", "Six aiguilles, cadre de 36 × 20 cm."),
         _machine("Machine à coudre industrielle", "Toile, cuir fin, bâche.", position=31),
         _room("Studio photo", 6, "Fond blanc de 3 m, deux flashs."), _booth("Cabine Velours"),
         _kit("Appareil photo hybride", 1, "Deux objectifs, trépied et carte.")),
    ),
    Example(
        _lieu("Le Diapason", LieuKind.INCUBATEUR, "Jeunes entreprises et associations, salle de concert le soir.",
              ("3, place du Marché", "42300", "Roanne"), (46.0367, 4.0689)),
        WEEKDAYS,
        "Interphone « Diapason », code 04 42.",
        (*_desks("Pupitre", 6), _room("Salle Majeure", 40, "Scène, sonorisation, 40 chaises."),
         _room("Salle Mineure", 8, "Calme, côté jardin.", 21), _booth(),
         _kit("Valise de micros", 3, "Quatre micros, pieds et câbles.")),
    ),
    Example(
        _lieu("Les Traboules", LieuKind.COWORKING, "Sur les pentes, trois étages de bureaux et une terrasse.",
              ("18, rue des Tables-Claudiennes", "69001", "Lyon"), (45.7702, 4.8308)),
        WITH_SATURDAY,
        "Porte verte, code 18 31. Wifi « traboules », mot de passe à l’accueil.",
        (*_desks("Pente", 12), _room("Salle Soierie", 10, "Grand écran et visioconférence."),
         _room("Salle Gros-Caillou", 4, "Pour un entretien.", 21), _booth(),
         _machine("Traceur grand format", "Jusqu’au A0, papier fourni."),
         _kit("Vélo cargo", 2, "Charge utile de 80 kg, antivol compris.")),
    ),
    Example(
        _lieu("La Ravine Bleue", LieuKind.LIVING_LAB, "Laboratoire vivant entre mer et ravines.",
              ("2, rue du Barachois", "97400", "Saint-Denis"), (-20.8765, 55.4469), "Indian/Reunion"),
        TROPICAL,
        "Barrière ouverte de 7 h à 18 h ; ensuite, code 97 40.",
        (*_desks("Varangue", 6), _room("Salle Filao", 16, "Climatisée, vidéoprojecteur."), _booth("Cabine Corail"),
         _machine("Imprimante 3D argile", "Terre et grès, hauteur 50 cm."),
         _kit("Drone de relevé", 1, "Avec trois batteries ; permis du pilote demandé à la remise.")),
        vat=850,
    ),
    Example(
        _lieu("Lakou Bel-Anse", LieuKind.FABLAB, "Réparer, fabriquer, apprendre, à deux pas de la darse.",
              ("4, quai Gatine", "97110", "Pointe-à-Pitre"), (16.2378, -61.5345), "America/Guadeloupe"),
        TROPICAL,
        "Portail bleu, demandez Rosette. Wifi « lakou ».",
        (*_desks("Carbet", 4), _room("Salle Gwoka", 20, "Parquet, miroirs, bonne acoustique."),
         _machine("Découpeuse laser 60 W", "Plateau de 600 × 400 mm."),
         _machine("Établi électronique", "Fers, alimentation, oscilloscope deux voies.", position=31)),
        vat=850,
    ),
)  # fmt: skip
"""Eight of them, all marked as examples."""
