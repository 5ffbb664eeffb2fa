"""Pages made of the components alone, without the application: for tests of templates, style and scripts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from booking.values.interval import Interval
from booking.web.axis import Axis, Choosing, Part, Slot, axis
from booking.web.shapes import isle_paths

ROOT = Path(__file__).parents[2]
ORIGIN = "http://archipel.test"


def environment() -> Environment:
    """Jinja as the application sets it up, with the names that it gives to templates."""
    jinja = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
    )
    jinja.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        lambda text: text, lambda one, many, count: one if count == 1 else many, newstyle=True
    )
    jinja.globals.update(
        language=lambda: "fr",
        asset=lambda name: f"/static/{name}",
        csrf_token=lambda: "token",
        get_flashed_messages=lambda **_options: [],
        isle_paths=isle_paths,
    )
    return jinja


def rendered(source: str, **context: Any) -> str:
    """What a template of that source gives."""
    return environment().from_string(source).render(**context)


def morning() -> tuple[Axis, tuple[Slot, ...], Choosing]:
    """Eight to one in Réunion, taken until half past nine, free to noon by half hours, closed for lunch."""

    def at(hour: float) -> dt.datetime:
        return dt.datetime(2026, 6, 11, tzinfo=dt.UTC) + dt.timedelta(hours=hour - 4)

    whole = axis(Interval(at(8), at(13)), "Indian/Reunion", now=at(8.5))
    slots = whole.place(
        [
            Part("taken", Interval(at(8), at(9.5))),
            Part("free", Interval(at(9.5), at(12)), href="/book?whole=1"),
            Part("closed", Interval(at(12), at(13)), "Pause"),
        ]
    )
    return whole, slots, Choosing("salle-filao", step=30, least=60, most=120, book_url="/book", quote_url="/quote")
