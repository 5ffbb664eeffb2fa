"""The chart: places on a small sea chart of France and its overseas territories, drawn on the server.

All of it is pure; the template `components/chart.html` turns a `Chart` into SVG.
"""

from __future__ import annotations

from booking.web.chart.drawing import Chart, Panel, draw
from booking.web.chart.frames import METROPOLE, OVERSEAS, Frame, Territory, around, fitted
from booking.web.chart.marks import Mark, Point, centre
from booking.web.chart.outline import Outline

__all__ = [
    "METROPOLE",
    "OVERSEAS",
    "Chart",
    "Frame",
    "Mark",
    "Outline",
    "Panel",
    "Point",
    "Territory",
    "around",
    "centre",
    "draw",
    "fitted",
]
