"""What the templates of `templates/components` need from Python, and the rule that a hole in a page is an error."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask
from jinja2 import StrictUndefined

from booking.settings import package_folder
from booking.web.chart import Outline
from booking.web.shapes import isle_paths


@lru_cache(maxsize=1)
def outline() -> Outline:
    """The coasts for `booking.web.chart.draw`, read once."""
    return Outline.parse((package_folder("data") / "coast.json").read_text(encoding="utf-8"))


def register(app: Flask) -> None:
    """Give templates what the components call."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["isle_paths"] = isle_paths
