"""The components: strict about what they are given, quiet about what they are not, and within their budget."""

from __future__ import annotations

import gzip
import html
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    PasswordField,
    RadioField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2 only
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from tests.web.page_kit import ROOT, morning, rendered

PAGES = ROOT / "templates"
# A mail is read by programs that know neither a style sheet nor custom properties; it has its own tests.
TEMPLATES = sorted(path for path in PAGES.rglob("*.html") if path.parts[len(PAGES.parts)] != "mail")
STYLE = (ROOT / "static" / "app.css").read_text(encoding="utf-8")
SCRIPTS = sorted((ROOT / "static" / "components").glob("*.js"))


class Elements(HTMLParser):
    """Every start tag with its attributes, in order."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.found if name == tag]

    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.found if attrs.get("id")]  # type: ignore[misc]  # `get` has seen it


class Row(Form):
    label = StringField("Libellé", [InputRequired("Donnez un nom.")])


WAYS = [SelectChoice("a", "Sur compte"), SelectChoice("b", "Carte")]
BOXES: dict[str, Any] = {"option_widget": CheckboxInput(), "widget": ListWidget(prefix_label=False)}


class Sample(Form):
    name = StringField("Nom", [Length(max=3, message="Trop long.")])
    secret = PasswordField("Mot de passe")
    way = RadioField("Comment", choices=WAYS, validators=[InputRequired("Choisissez.")])
    wants = SelectMultipleField("Avec", choices=[SelectChoice("x", "Écran")], **BOXES)
    agreed = BooleanField("J’ai lu", [InputRequired("Cochez.")])
    rows = FieldList(FormField(Row), "Lignes", min_entries=1)


FORM = """
{% from "components/field.html" import field, password_field, error_summary %}
{{ error_summary(form, problems) }}{{ field(form.name, hint="Comme au marché") }}{{ password_field(form.secret) }}
{{ field(form.way) }}{{ field(form.wants, optional=true) }}{{ field(form.agreed) }}
{% for row in form.rows %}{{ field(row.form.label) }}{% endfor %}
"""


def refused() -> str:
    form = Sample(MultiDict({"name": 'Ines "<b>"', "rows-0-label": ""}))
    assert not form.validate()
    return rendered(FORM, form=form, problems=["La place est prise."])


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong_where() -> None:
    page = Elements(refused())
    inputs = {attrs["name"]: attrs for attrs in page.named("input")}
    assert inputs["name"]["value"] == 'Ines "<b>"'
    assert inputs["name"]["aria-invalid"] == "true"
    assert inputs["name"]["aria-describedby"] == "name-hint name-error"
    assert "aria-invalid" not in inputs["secret"]
    assert set(inputs["name"]["aria-describedby"].split()) <= set(page.ids())


def test_each_line_of_the_summary_leads_to_a_field_that_exists() -> None:
    source = refused()
    page = Elements(source)
    links = [attrs["href"] for attrs in page.named("a")]
    assert links == ["#name", "#way", "#agreed", "#rows-0-label"]
    assert {str(link).removeprefix("#") for link in links} <= set(page.ids())
    assert "La place est prise." in source


def test_a_form_in_order_has_no_summary() -> None:
    assert "error-summary" not in rendered(FORM, form=Sample(), problems=[])


def test_every_control_has_a_name() -> None:
    source = refused()
    page = Elements(source)
    labelled = {attrs.get("for") for attrs in page.named("label")}
    wrapped = re.findall(r'<label[^>]*class="(?:check|choice)"[^>]*><input[^>]*id="([^"]+)"', source)
    controls = {attrs["id"] for attrs in page.named("input")}
    assert controls <= labelled | set(wrapped)


PLANNING = """
{% from "components/timeline.html" import timeline, lanes, lane %}{% from "components/slot.html" import legend %}
{% call timeline(whole, view) %}{% call lanes("Salles") %}
{{ lane("Salle Filao", slots, "/x", choose=choose) }}
{% endcall %}{% endcall %}{{ legend() }}
"""


def test_positions_are_minutes_of_the_axis() -> None:
    whole, slots, choose = morning()
    page = Elements(rendered(PLANNING, whole=whole, slots=slots, choose=choose, view="frise"))
    placed = [(a["data-state"], a["style"]) for a in page.named("li") if a.get("class") == "slot"]
    assert placed == [("taken", "--from:0;--to:90"), ("free", "--from:90;--to:240"), ("closed", "--from:240;--to:300")]
    (timeline,) = [a for a in page.named("div") if a.get("class") == "timeline"]
    assert timeline["style"] == "--span:300;--hour:0;--now:30"
    assert timeline["data-origin"] == "2026-06-11T04:00:00+00:00"
    assert timeline["data-zone"] == "Indian/Reunion"


def test_a_free_window_is_one_link_that_says_what_it_does() -> None:
    whole, slots, choose = morning()
    source = rendered(PLANNING, whole=whole, slots=slots, choose=choose, view="list")
    (link,) = re.findall(r'<a href="/book[^>]*>(.*?)</a>', source)
    assert html.unescape(re.sub(r"<[^>]+>", "", link)) == "9:30–12:00 libre, Salle Filao, réserver"


def test_every_state_has_a_word() -> None:
    whole, slots, choose = morning()
    source = rendered(PLANNING, whole=whole, slots=slots, choose=choose, view="frise")
    legend = source[source.index('class="legend"') :]
    assert re.findall(r"</span>([^<]+)</li>", legend) == [
        "libre",
        "à vous",
        "réservé",
        "en option",
        "battement",
        "maintenance",
        "fermé",
    ]


def test_what_people_wrote_stays_text() -> None:
    source = rendered(
        '{% from "components/lieu-card.html" import lieu_card %}{{ lieu_card(name, "/x", "s", where=name) }}',
        name="<script>alert(1)</script>",
    )
    assert "<script" not in source
    assert source.count("&lt;script&gt;") == 2


def test_a_missing_field_is_an_error_not_a_hole() -> None:
    with pytest.raises(UndefinedError):
        rendered(
            '{% from "components/masthead.html" import masthead %}{{ masthead("/", [{"href": "/"}], none, none) }}'
        )


MASTHEAD = '{% from "components/masthead.html" import masthead %}{{ masthead("/", [], account, none) }}'


def test_signing_out_is_a_form_with_its_token() -> None:
    account = {"signed_in": True, "name": "Inès", "initials": "I", "items": [], "manage": [], "sign_out": "/out"}
    page = Elements(rendered(MASTHEAD, account=account))
    (form,) = page.named("form")
    assert (form["method"], form["action"]) == ("post", "/out")
    assert {"type": "hidden", "name": "csrf_token", "value": "token"} in page.named("input")


def test_gerer_stands_in_the_account_menu_of_those_who_manage() -> None:
    account = {"signed_in": True, "name": "Inès", "initials": "I", "items": [], "sign_out": "/out"}
    assert "Gérer" not in rendered(MASTHEAD, account=account | {"manage": []})
    assert "Gérer" in rendered(MASTHEAD, account=account | {"manage": [{"href": "/manage/x", "label": "X"}]})
    assert "Se connecter" in rendered(MASTHEAD, account={"signed_in": False, "sign_in": "/in", "sign_up": "/up"})


def test_a_page_stands_without_anything_from_the_application() -> None:
    source = rendered(
        '{% extends "base.html" %}{% block title %}Seule{% endblock %}{% block main %}<h1>Seule</h1>{% endblock %}'
    )
    assert "<title>Seule · Archipel</title>" in source
    assert "aujourd’hui ANCT" in source


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_no_script_no_style_and_only_custom_properties(path: Path) -> None:
    source = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert "<style" not in source
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)
    assert not re.search(r"\son[a-z]+\s*=", source)
    assert not re.search(r"javascript:", source)
    for style in re.findall(r'style="([^"]*)"', source):
        plain = re.sub(r"{%.*?%}", "", re.sub(r"{{.*?}}", "0", style))
        assert re.fullmatch(r"(--[a-z-]+:\s*[\w.%()-]+;?\s*)+", plain), style


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_french_punctuation_is_said_in_sentences(path: Path) -> None:
    assert french_blanks(path.read_text(encoding="utf-8")) == []


def test_french_punctuation_beside_sentences_is_found() -> None:
    assert french_blanks('<b>{{ day }}</b>\u00a0: {{ _("fermé\u00a0!") }}') == ["\u00a0:"]
    assert french_blanks('<p class="a">{{ name }} : {% if x %}« {{ x }} »{% endif %}</p>{# Why : so #}') == [
        " :",
        "«",
        "»",
    ]


def french_blanks(source: str) -> list[str]:
    """French spacing and quotation marks outside of the translated sentences: English pages would show them."""
    bare = re.sub(r"{#.*?#}|<[^<>{}]*>", "", re.sub(r"{{.*?}}|{%.*?%}", "x", source, flags=re.DOTALL), flags=re.DOTALL)
    return re.findall(r"[ \u00a0][:;?!€%]|[«»]|\u00a0", bare)


def test_the_style_sheet_keeps_its_budget() -> None:
    assert len(STYLE.encode()) < 60_000
    assert len(gzip.compress(STYLE.encode(), 9)) < 14_000


def test_nothing_is_asked_of_others() -> None:
    for source in [STYLE, *(path.read_text(encoding="utf-8") for path in SCRIPTS)]:
        assert "http" not in source.replace("http-equiv", "")
        assert "@import" not in source
        assert "@font-face" not in source


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_put_text_in_not_markup(path: Path) -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|eval\(", path.read_text(encoding="utf-8"))


def tokens(theme: int) -> dict[str, str]:
    return {
        name: pair.split(",")[theme].strip() for name, pair in re.findall(r"--([\w-]+): light-dark\(([^)]+)\)", STYLE)
    }


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    full = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    channels = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXT: list[Any] = [
    *[(ink, ground) for ink in ("ink", "ink-2", "deep", "red") for ground in ("paper", "water", "d1")],
    *[(ink, "shoal") for ink in ("ink", "deep")],
    *[("mine", ground) for ground in ("paper", "mine-soft")],
    *[
        (ink, ground)
        for ink in ("ink", "deep", "red")
        for ground in ("red-soft", "ochre-soft", "moss-soft", "mine-soft")
    ],
    ("on-mine", "mine"),
    ("land-ink", "land"),
    ("land-ink", "paper"),
    ("moss", "moss-soft"),
    ("moss", "paper"),
    ("ochre", "ochre-soft"),
    ("on-deep", "deep"),
    ("ink", "land"),
    ("ink-2", "land"),
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT, ids="-on-".join)
def test_text_can_be_read(ink: str, ground: str, theme: int) -> None:
    assert contrast(tokens(theme)[ink], tokens(theme)[ground]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("edge", "ground"),
    [
        ("edge", "paper"),
        ("edge", "water"),
        ("edge", "open"),
        ("land-edge", "land"),
        ("mine", "paper"),
        ("mine", "water"),
    ],
)
def test_what_marks_a_control_can_be_seen(edge: str, ground: str, theme: int) -> None:
    assert contrast(tokens(theme)[edge], tokens(theme)[ground]) >= 3
