from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.places.rules import HolidayTerritory, holiday_territory, siret_is_valid, tidy_siret, web_address


@pytest.mark.parametrize(
    ("siret", "valid"),
    [
        ("73282932000074", True),
        ("73282932000075", False),
        ("35600000000048", True),  # La Poste, its seat: passes Luhn
        ("35600000049837", True),  # La Poste, an office: the digits sum to a multiple of five
        ("35600000049838", False),
        ("73282932000055", False),  # the rule of La Poste is for La Poste alone
        ("7328293200007", False),
        ("732829320000745", False),
        ("7328293200007A", False),
        ("\u0667\u0663282932000074", False),  # digits, but not these
        ("", False),
    ],
)
def test_siret(siret: str, valid: bool) -> None:  # noqa: FBT001 - a column of the table
    assert siret_is_valid(siret) is valid


@given(st.from_regex(r"[0-9]{14}", fullmatch=True).filter(lambda s: not s.startswith("356000000")))
def test_one_wrong_digit_is_always_seen(siret: str) -> None:
    if siret_is_valid(siret):
        assert not siret_is_valid(str((int(siret[0]) + 1) % 10) + siret[1:])


def test_a_siret_is_typed_in_groups() -> None:
    assert tidy_siret("732 829 320\u00a000074") == "73282932000074"


@pytest.mark.parametrize(
    ("department", "territory"),
    [
        ("63", HolidayTerritory.MAINLAND),
        ("2A", HolidayTerritory.MAINLAND),
        ("", HolidayTerritory.MAINLAND),
        ("57", HolidayTerritory.ALSACE_MOSELLE),
        ("67", HolidayTerritory.ALSACE_MOSELLE),
        ("68", HolidayTerritory.ALSACE_MOSELLE),
        ("971", HolidayTerritory.GUADELOUPE),
        ("974", HolidayTerritory.REUNION),
        ("988", HolidayTerritory.NOUVELLE_CALEDONIE),
    ],
)
def test_whose_holidays_are_kept(department: str, territory: HolidayTerritory) -> None:
    assert holiday_territory(department) is territory


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("example.org", "https://example.org"),
        ("http://sous.domaine.example.fr:8080/", "http://sous.domaine.example.fr:8080/"),
        ("https://café.example", "https://café.example"),
        ("javascript:alert(1)", None),
        ("javascript://example.org/%0aalert(1)", None),
        ("data:text/html,x", None),
        ("ftp://example.org", None),
        ("https://moi:secret@example.org", None),
        ("https://localhost", None),
        ("https://example.org/<script>", None),
        ("https://exa mple.org", None),
        ("https://[::1", None),
        ("https://example.org:99999999", None),
        ("https://" + "a" * 500 + ".fr", None),
        ("https://example.org/" + "a" * 500, None),
        ("", None),
    ],
)
def test_web_addresses(typed: str, address: str | None) -> None:
    assert web_address(typed) == address
