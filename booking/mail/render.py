"""Mails made of templates, in the language of who receives them. No request and no Flask: the worker makes them too."""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from booking.mail.schemas import Rendered
from booking.settings import package_folder
from booking.values.wording import Wording

LANGUAGES = ("fr", "en")
SUBJECT_LIMIT = 200

_TEMPLATES = package_folder("templates")
_TRANSLATIONS = package_folder("translations")

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
"""No template needs them; some end a header line, some reverse what is read, and no database stores a NUL."""

_BLANKS = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")


class Renderer:
    """Knows where the templates are and under which address people come; told once, by `configure`."""

    def __init__(self) -> None:
        self._environments: dict[str, Environment] = {}
        self._base_url = ""

    def configure(
        self,
        base_url: str,
        templates: Sequence[Path] = (_TEMPLATES,),
        translations: Path = _TRANSLATIONS,
    ) -> None:
        """Make mails from the `templates` (`mail/<room>/<name>...`), with addresses under `base_url`."""
        self._base_url = base_url
        self._environments = {
            language: _environment(language, base_url, templates, translations) for language in LANGUAGES
        }

    def address(self, path: str) -> str:
        """The absolute address of a path of ours, for texts that leave the server: mails, calendars."""
        return self._base_url + path

    def render(self, template: str, values: Mapping[str, Any], *, email: str, language: str) -> Rendered:
        """The mail `template` (`people/confirm`) for somebody; `email` and `language` are values of every template.

        Raises jinja2.UndefinedError when a value is missing and KeyError for a language that there is not.
        """
        environment = self._environments[language]
        subject, text, html = (
            _CONTROLS.sub("", environment.get_template(f"mail/{template}.{end}").render(values, email=email))
            for end in ("subject.txt", "txt", "html")
        )
        line = " ".join(subject.split("\n")).strip()
        return Rendered(re.sub("  +", " ", line)[:SUBJECT_LIMIT], _BLANKS.sub("\n\n", text).strip() + "\n", html)


def _environment(language: str, base_url: str, templates: Sequence[Path], translations: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    catalogue = (
        gettext.NullTranslations()
        if language == LANGUAGES[0]
        else gettext.translation("messages", str(translations), [language], fallback=True)
    )
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    environment.filters.update(Wording(language).filters())
    environment.globals.update(language=language, url=lambda path="/": base_url + path, base_url=base_url)
    return environment


renderer = Renderer()
configure = renderer.configure
render = renderer.render
address = renderer.address
