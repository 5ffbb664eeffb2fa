"""The English catalogue: every French sentence of the code and the templates has its own, whole and in English form."""

from __future__ import annotations

import gettext
import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%[a-z]")
FRENCH_FORM = re.compile(r"\u00a0|\u202f| [:;!?]| %(?!\()|[«»]|(?<=[^\W\d_])'(?=[^\W\d_])")
FRENCH_FAULT = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])| (?=[:;!?€»]|%(?!\())|(?<=«) ")
"""A straight apostrophe inside a word; a plain blank where French wants one that does not break."""

# What is written alike in both languages, by fact or by name.
ALIKE = frozenset(
    {
        "%(count)s × %(minutes)s min",
        "Code",
        "Coworking",
        "Date",
        "Description",
        "Fablab",
        "Futuna",
        "Guadeloupe",
        "Latitude",
        "Living lab",
        "Longitude",
        "Machine",
        "Machines",
        "Maintenance",
        "Martinique",
        "Matāri’i",
        "Mayotte",
        "Note",
        "Page",
        "Pages",
        "Photo",
        "Photos",
        "SIRET",
        "Showroom",
        "Total",
        "Ventilation",
        "Wallis",
        "date",
        "instant",
        "maintenance",
    }
)


def said(source: Path = ROOT) -> Catalog:
    """What the code and the templates say, as `make translations` finds it; a template that cannot be read fails."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    patterns = {
        pattern: mapping["method"]
        for mapping in mappings
        for pattern in ([mapping["pattern"]] if isinstance(mapping["pattern"], str) else mapping["pattern"])
    }
    found = Catalog()
    for folder in ("booking", "templates"):
        for file, line, sentence, _comments, context in extract_from_dir(
            source / folder,
            method_map=list(patterns.items()),
            options_map={pattern: {"silent": "false"} for pattern, method in patterns.items() if method == "jinja2"},
            keywords={**DEFAULT_KEYWORDS, "N_": None, "NN_": (1, 2), "lazy_gettext": None},
        ):
            found.add(sentence, locations=[(f"{folder}/{file}", line)], context=context)
    return found


def english() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Each French form of a sentence beside its English one: two of them when it counts."""
    french = [message.id] if isinstance(message.id, str) else list(message.id)
    translated = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return zip(french, translated, strict=True)


def missing(sentences: Catalog, catalogue: Catalog) -> list[str]:
    """The sentences without English, and where each is said."""
    return [
        f"{message.locations[0][0]}: {message.id}"
        for message in sentences
        if message.id and not whole(catalogue.get(message.id, message.context))
    ]


def whole(message: Message | None) -> bool:
    return message is not None and all(translated for _french, translated in pairs(message))


def unlike(catalogue: Catalog) -> list[str]:
    """The sentences whose English has other placeholders than the French."""
    return [
        f"{french} => {translated}"
        for message in catalogue
        if message.id
        for french, translated in pairs(message)
        if set(PLACEHOLDER.findall(french)) != set(PLACEHOLDER.findall(translated))
    ]


def fuzzy(catalogue: Catalog) -> list[Any]:
    return [message.id for message in catalogue if message.id and message.fuzzy]


def untouched(catalogue: Catalog) -> list[str]:
    """The sentences left in French, or at least left alike without being known for it."""
    return [
        french
        for message in catalogue
        if message.id
        for french, translated in pairs(message)
        if french == translated and french not in ALIKE
    ]


def french_form(catalogue: Catalog) -> list[str]:
    """English sentences with French typography: a space before a colon, guillemets, a straight apostrophe."""
    return [
        translated
        for message in catalogue
        if message.id
        for _french, translated in pairs(message)
        if FRENCH_FORM.search(translated)
    ]


def misspelt(sentences: Catalog) -> list[str]:
    """The French sentences whose apostrophes or blanks are not those of French typography, and where they are said."""
    return [
        f"{message.locations[0][0]}: {french}"
        for message in sentences
        if message.id
        for french in ([message.id] if isinstance(message.id, str) else message.id)
        if FRENCH_FAULT.search(french)
    ]


def edges(catalogue: Catalog) -> list[str]:
    """Sentences that lose, in English, the blank at either end that joins them to what stands beside."""
    return [
        french
        for message in catalogue
        if message.id
        for french, translated in pairs(message)
        if (french[:1].isspace(), french[-1:].isspace()) != (translated[:1].isspace(), translated[-1:].isspace())
    ]


def made(*entries: tuple[Any, Any]) -> Catalog:
    catalogue = Catalog(locale="en")
    for french, translated in entries:
        catalogue.add(french, translated)
    return catalogue


def test_every_sentence_has_its_english() -> None:
    sentences = said()
    assert len(sentences) > 1500
    assert missing(sentences, english()) == []


def test_every_sentence_has_french_typography() -> None:
    assert misspelt(said()) == []


@pytest.mark.parametrize("check", [unlike, fuzzy, untouched, french_form, edges])
def test_the_english_catalogue_is_sound(check: Any) -> None:
    assert check(english()) == []


def test_the_words_alike_are_those_of_the_catalogue() -> None:
    alike = {french for message in english() if message.id for french, text in pairs(message) if french == text}
    assert alike == ALIKE


def test_the_compiled_catalogue_speaks_english() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, english())
    compiled.seek(0)
    catalogue = gettext.GNUTranslations(compiled)
    assert catalogue.gettext("Réserver") == "Book"
    assert [
        catalogue.ngettext("%(num)s réservation", "%(num)s réservations", count) % {"num": count} for count in (0, 1, 2)
    ] == ["0 bookings", "1 booking", "2 bookings"]


def test_a_sentence_without_english_is_found(tmp_path: Path) -> None:
    (tmp_path / "booking").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "booking" / "deed.py").write_text(
        'LATE = N_("Trop tard.")\nSAID = _("Entrez.")\nFEW, MANY = NN_("%(count)s pas", "%(count)s pas")\n'
    )
    (tmp_path / "templates" / "page.html").write_text(
        "{{ _('Sortez.') }}{{ ngettext('%(num)s porte', '%(num)s portes', 2) }}"
    )
    catalogue = made(("Entrez.", "Come in."), (("%(num)s porte", "%(num)s portes"), ("%(num)s door", "")))
    assert missing(said(tmp_path), catalogue) == [
        "booking/deed.py: Trop tard.",
        "booking/deed.py: ('%(count)s pas', '%(count)s pas')",
        "templates/page.html: Sortez.",
        "templates/page.html: ('%(num)s porte', '%(num)s portes')",
    ]


def test_other_placeholders_are_found() -> None:
    counted = ("%(num)s lieu", "%(num)s lieux"), ("%(num)s place", "%(n)s places")
    catalogue = made(("Au %(day)s", "To %(date)s"), ("Du %(day)s à 5 %%", "From %(day)s at 5%%"), counted)
    assert unlike(catalogue) == ["Au %(day)s => To %(date)s", "%(num)s lieux => %(n)s places"]


def test_a_fuzzy_sentence_is_found() -> None:
    catalogue = made(("Entrez.", "Come in."))
    catalogue.add("Sortez.", "Come in.", flags=["fuzzy"])
    assert fuzzy(catalogue) == ["Sortez."]


def test_a_sentence_left_in_french_is_found() -> None:
    assert untouched(made(("Entrez.", "Entrez."), ("Photo", "Photo"), ("Sortez.", "Go out."))) == ["Entrez."]


def test_french_typography_is_found() -> None:
    texts = ["Really ?", "Price\u00a0: 2", "« Yes »", "One's own", "Price: 2", "“Yes”", "One’s own"]
    assert french_form(made(*((f"n{number}", text) for number, text in enumerate(texts)))) == texts[:4]


def test_faults_of_french_typography_are_found() -> None:
    sentences = Catalog()
    bad: list[str | tuple[str, ...]] = [
        "L'heure",
        "Où ?",
        "« Oui\u00a0»",
        "Taux : %(rate)s",
        "20 %% de TVA",
        ("%(num)s jour !", "%(num)s jours !"),
    ]
    good = [
        "L’heure",
        "Où\u00a0?",
        "Dès %(day)s %(hour)s",
        "De 14:00 à 16:00",
        "%(percent)s\u00a0%%",
        "«\u00a0Oui\u00a0»",
    ]
    for sentence in [*bad, *good]:
        sentences.add(sentence, locations=[("booking/deed.py", 1)])
    found = [each.removeprefix("booking/deed.py: ") for each in misspelt(sentences)]
    assert found == [*bad[:-1], "%(num)s jour !", "%(num)s jours !"]


def test_a_lost_blank_is_found() -> None:
    assert edges(made((" et ", "and"), ("Erreur : ", "Error: "))) == [" et "]
