"""Languages: French is the source, English a catalogue. A cookie chooses, else the account, else the browser."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, get_translations

from booking.settings import package_folder

LANGUAGES = ("fr", "en")
COOKIE = "lang"
YEAR = 365 * 24 * 3600


def language() -> str:
    """The language of the present answer: `fr` or `en`."""
    if not has_request_context():
        return "fr"
    if "language" not in g:
        asked = request.args.get("lang") or request.cookies.get(COOKIE) or g.get("preferred_language")
        g.language = asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "fr")
    chosen: str = g.language
    return chosen


def in_language(code: str) -> Any:
    """A context in which texts are made for a person of that language: mails, stored calendar texts."""
    return force_locale(code)


def form_of(one: str, several: str, num: int) -> str:
    """Which of two forms counts `num` in the reader's language, still without its values.

    French counts nothing as one (0 lieu); a catalogue knows the rule of its language, the source itself does not.
    """
    locale = get_locale()
    if locale is None or locale.language == LANGUAGES[0]:
        return one if num < 2 else several  # noqa: PLR2004 - the plural begins at two
    text: str = get_translations().ngettext(one, several, num)
    return text


def ngettext(one: str, several: str, num: int, **values: object) -> str:
    """A sentence that counts, in the reader's language; `num` is among its values."""
    return form_of(one, several, num) % {"num": num, **values}


def register(app: Flask) -> None:
    """Teach the application its languages."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(package_folder("translations"))
    app.config["BABEL_DEFAULT_LOCALE"] = "fr"
    Babel(app, locale_selector=language)
    app.jinja_env.globals.update(language=language, ngettext=ngettext)

    @app.after_request
    def remember(response: Response) -> Response:
        """Keep the language that a link chose (strictly functional, needs no consent)."""
        asked = request.args.get("lang")
        if asked in LANGUAGES and request.cookies.get(COOKIE) != asked and response.mimetype == "text/html":
            response.set_cookie(
                COOKIE,
                asked,
                max_age=YEAR,
                samesite="Lax",
                httponly=True,
                secure=bool(app.config["SESSION_COOKIE_SECURE"]),
            )
        return response
