"""Lines: whatever a text holds, it stays on its line, and no line is too long."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from booking.ical.lines import basic, escaped, folded, one_line, utc
from tests.ical.events import harmless, harmless_line, texts, unescaped


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("Bureau", "Bureau"),
        ("a;b,c", r"a\;b\,c"),
        (r"a\b", r"a\\b"),
        (r"a\nb", r"a\\nb"),
        ("a\nb", r"a\nb"),
        ("a\r\nb", r"a\nb"),
        ("a\rb", "ab"),
        ("a\tb", "a b"),
        (" \r\n a \n\n\x00 \u00a0", "a"),
        (" \t\x00 ", ""),
        ("a\x85b\u2028c\u2029d\x0be\x0cf\x1cg\x7fh\x00i", "abcdefghi"),
        ("a\ud83db", "ab"),
        ('9:00 « Thiers »\u00a0: "x" ^n 👩🏽\u200d🔧', '9:00 « Thiers »\u00a0: "x" ^n 👩🏽\u200d🔧'),
    ],
)
def test_text_is_escaped(text: str, written: str) -> None:
    assert escaped(text) == written


def test_a_title_has_one_line() -> None:
    assert one_line("a\r\nb\nc\rd;") == r"a b cd\;"


@given(texts)
def test_no_text_can_leave_its_line_and_all_of_it_comes_back(text: str) -> None:
    for written, seen in ((escaped(text), harmless(text)), (one_line(text), harmless_line(text))):
        assert len(written.splitlines()) <= 1
        assert unescaped(written) == seen


@pytest.mark.parametrize(
    ("line", "octets"),
    [
        ("", [0]),
        ("x" * 75, [75]),
        ("x" * 76, [75, 2]),
        ("x" * 149, [75, 75]),
        ("x" * 150, [75, 75, 2]),
        ("é" * 38, [74, 3]),
        ("x" + "é" * 38, [75, 3]),
        ("€" * 26, [75, 4]),
        ("😀" * 40, [72, 73, 17]),
    ],
)
def test_a_long_line_is_folded_between_characters(line: str, octets: list[int]) -> None:
    assert [len(each) for each in folded(line).encode().split(b"\r\n")[:-1]] == octets


@given(texts.map(escaped))
@example(" " * 300)
@example("\u0301" * 300)
def test_folding_loses_nothing_and_keeps_to_75_octets(line: str) -> None:
    raw = folded(line).encode()
    assert raw.endswith(b"\r\n")
    for each in raw.split(b"\r\n"):
        assert len(each) <= 75
        each.decode()
    assert raw.decode().replace("\r\n ", "") == line + "\r\n"


def test_moments_are_written_in_the_basic_format() -> None:
    assert basic(dt.date(2026, 10, 5)) == "20261005"
    assert basic(dt.datetime(2026, 10, 5, 7, 5, 9, tzinfo=dt.UTC)) == "20261005T070509"
    assert utc(dt.datetime(2026, 10, 5, 7, 5, 9, tzinfo=dt.UTC)) == "20261005T070509Z"
    assert basic(dt.date(7, 1, 2)) == "00070102"


@given(st.datetimes(timezones=st.just(dt.UTC)))
def test_an_instant_finer_than_a_second_is_refused(instant: dt.datetime) -> None:
    if instant.microsecond:
        with pytest.raises(ValueError, match="whole seconds"):
            utc(instant)
    else:
        assert dt.datetime.strptime(utc(instant), "%Y%m%dT%H%M%S%z") == instant


@pytest.mark.parametrize(
    "instant", [dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1)))]
)
def test_an_instant_that_is_not_utc_is_refused(instant: dt.datetime) -> None:
    with pytest.raises(ValueError, match="aware UTC"):
        utc(instant)
