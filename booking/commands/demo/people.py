"""The people of the demonstration. None of them exists."""

from __future__ import annotations

PASSWORD = "les-marees-montent"  # noqa: S105 - of a demonstration, told to whoever starts it
"""The same for every account of the demonstration."""

STEWARD = ("Solène Kerbrat", "solene@exemple.fr")
MEMBER = ("Inès Le Goff", "ines@exemple.fr")
MANAGER = ("Maël Courtial", "mael@exemple.fr")
HOST = ("Nolwenn Prat", "nolwenn@exemple.fr")
TREASURER = ("Baptiste Faure", "baptiste@exemple.fr")
"""Manager, host and treasurer are those of the first lieu; the others have a manager and a host each, drawn below."""

FIRST_NAMES = [
    "Adèle",
    "Aimé",
    "Anouk",
    "Aurélien",
    "Bérénice",
    "Camille",
    "Clarisse",
    "Damien",
    "Éloïse",
    "Fanny",
    "Félix",
    "Gaëlle",
    "Hugo",
    "Ibrahim",
    "Jade",
    "Karim",
    "Léonie",
    "Lucien",
    "Maïwenn",
    "Malik",
    "Margot",
    "Nadia",
    "Noé",
    "Océane",
    "Pauline",
    "Quentin",
    "Rosette",
    "Salomé",
    "Samir",
    "Tiphaine",
    "Ulysse",
    "Yanis",
]
LAST_NAMES = [
    "Arnaud",
    "Bayle",
    "Chazal",
    "Delarbre",
    "Escot",
    "Fayolle",
    "Gannat",
    "Hoarau",
    "Issartel",
    "Jourdan",
    "Labonne",
    "Lacroix",
    "Martinie",
    "Nagou",
    "Ollier",
    "Payet",
    "Quinsat",
    "Rochette",
    "Sabatier",
    "Tixier",
    "Vacher",
    "Vidal",
]

MEMBERS = 40
PURPOSES = (
    "", "", "", "Réunion d’équipe", "Répétition", "Entretien", "Prototype", "Prise de vue", "Permanence", "Atelier",
)  # fmt: skip
