"""What a stretch costs, and why: price lists, the cheapest combination of their rates, and its lines. Pure.

Rates are whole items: an hour that is started is due, and so is a day. The windows of half-days, days, weeks and months
are read on the lieu's wall clock; steps and hours are real elapsed time, so a night of nine hours is billed nine.
"""

from __future__ import annotations

from booking.tariffs.rules.covers import LONGEST_DAYS, Combination, NoRate, StretchTooLong, cheapest
from booking.tariffs.rules.prices import SENTENCES, Line, Price, Vat, VatMention, price_from, price_lines
from booking.tariffs.rules.sheets import Period, Rate, RateSheet

__all__ = [
    "LONGEST_DAYS",
    "SENTENCES",
    "Combination",
    "Line",
    "NoRate",
    "Period",
    "Price",
    "Rate",
    "RateSheet",
    "StretchTooLong",
    "Vat",
    "VatMention",
    "cheapest",
    "price_from",
    "price_lines",
]
