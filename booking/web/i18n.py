"""Languages: French is the source, English a catalogue. A cookie chooses, else the account, else the browser."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, force_locale

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


def register(app: Flask) -> None:
    """Teach the application its languages."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(package_folder("translations"))
    app.config["BABEL_DEFAULT_LOCALE"] = "fr"
    Babel(app, locale_selector=language)
    app.jinja_env.globals["language"] = language

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
