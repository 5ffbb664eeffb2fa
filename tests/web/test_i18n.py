"""Sentences that count, for none, one and several, as each language counts."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask, render_template_string

from booking.app import create_app
from booking.errors import NN_, Conflict, Refusal
from booking.tariffs.actions.sheets import TariffInUse
from booking.web.formats import sentence
from booking.web.i18n import in_language, ngettext
from tests.conftest import settings_for

COUNTED = {
    ("%(num)s ressource", "%(num)s ressources"): {
        "fr": ("0 ressource", "1 ressource", "2 ressources"),
        "en": ("0 resources", "1 resource", "2 resources"),
    },
    ("%(num)s jour au plus", "%(num)s jours au plus"): {
        "fr": ("0 jour au plus", "1 jour au plus", "2 jours au plus"),
        "en": ("at most 0 days", "at most 1 day", "at most 2 days"),
    },
    ("Carte\u00a0: %(num)s lieu trouvé", "Carte\u00a0: %(num)s lieux trouvés"): {
        "fr": ("Carte\u00a0: 0 lieu trouvé", "Carte\u00a0: 1 lieu trouvé", "Carte\u00a0: 2 lieux trouvés"),
        "en": ("Map: 0 places found", "Map: 1 place found", "Map: 2 places found"),
    },
}


@pytest.fixture(scope="module")
def plain_app() -> Flask:
    return create_app(settings_for("sqlite:////nowhere/at/all.db"))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("forms", COUNTED)
def test_none_one_and_several(plain_app: Flask, forms: tuple[str, str], language: str) -> None:
    one, several = forms
    in_template = "{{ ngettext(one, several, num) }}"
    with plain_app.test_request_context(f"/?lang={language}"):
        for num, expected in enumerate(COUNTED[forms][language]):
            assert ngettext(one, several, num) == expected
            assert render_template_string(in_template, one=one, several=several, num=num) == expected


def test_the_count_follows_a_forced_language(plain_app: Flask) -> None:
    one, several = "%(num)s ressource", "%(num)s ressources"
    with plain_app.test_request_context("/?lang=en"):
        with in_language("fr"):
            assert ngettext(one, several, 0) == "0 ressource"
        assert ngettext(one, several, 0) == "0 resources"


def test_a_template_escapes_what_a_counted_sentence_tells(plain_app: Flask) -> None:
    with plain_app.test_request_context("/"):
        page = render_template_string("{{ ngettext('%(name)s', '%(name)s', 2, name='<b>') }}")
    assert page == "&lt;b&gt;"


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("fr", 1, "Ce tarif sert encore à 1 ressource. Donnez-lui-en un autre d’abord."),
        ("fr", 2, "Ce tarif sert encore à 2 ressources. Donnez-leur-en un autre d’abord."),
        ("en", 1, "1 resource still uses this tariff. Give it another first."),
        ("en", 2, "2 resources still use this tariff. Give them another first."),
    ],
)
def test_a_problem_that_counts(plain_app: Flask, language: str, count: int, expected: str) -> None:
    with plain_app.test_request_context(f"/?lang={language}"):
        assert [sentence(reason) for reason in TariffInUse(count=count).reasons] == [expected]


@pytest.mark.parametrize(("count", "expected"), [(0, "0 %"), (1, "1 %"), (2, "2 %%")])
def test_a_refusal_that_counts_writes_its_values(plain_app: Flask, count: int, expected: str) -> None:
    one, several = NN_("%(count)s %%", "%(count)s %%%%")
    with plain_app.test_request_context("/"):
        assert sentence(Refusal("x", one, {"count": count}, several=several)) == expected


def test_a_problem_that_does_not_count_has_one_sentence(plain_app: Flask) -> None:
    with plain_app.test_request_context("/?lang=en"):
        assert [sentence(reason) for reason in Conflict().reasons] == ["Things have changed meanwhile."]


@pytest.mark.parametrize(("language", "expected"), [("fr", "2\u00a0h\u00a030"), ("en", "2\u00a0h\u00a030")])
def test_a_length_of_time_is_written_for_people(plain_app: Flask, language: str, expected: str) -> None:
    refusal = Refusal("x", "%(length)s", {"length": dt.timedelta(hours=2, minutes=30)})
    with plain_app.test_request_context(f"/?lang={language}"):
        assert sentence(refusal) == expected
