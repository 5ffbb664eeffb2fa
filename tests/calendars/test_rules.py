"""Windows, scopes, cuts, busy stretches, titles: by table and by chance."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import ical
from booking.bookings.actions.texts import TextFacts, owner_text, public_text
from booking.calendars.rules import (
    MOST_EVENTS,
    MOST_OCTETS,
    Entry,
    Form,
    Scope,
    Taken,
    What,
    WrongScope,
    block_text,
    busy,
    busy_text,
    fingerprint,
    named_text,
    nearest,
    public_path,
    secret_path,
    window,
    word,
)
from booking.calendars.rules.scopes import is_token
from booking.calendars.rules.texts import Block, Named
from booking.calendars.rules.versions import FORMAT, newest
from booking.mail.render import configure
from booking.occupancy.rules import BlockKind
from booking.resources.rules import ResourceKind
from booking.values.codes import new_token
from booking.values.interval import Interval, merged
from booking.values.wall import ZONES, day_start, today
from tests.ical.events import HOSTILE, an_event, by_icalendar, harmless_line

UTC = dt.UTC
NOON = dt.datetime(2026, 6, 11, 12, tzinfo=UTC)


def hours(start: float, end: float) -> Interval:
    return Interval(NOON + dt.timedelta(hours=start), NOON + dt.timedelta(hours=end))


# --- windows ---


@pytest.mark.parametrize(
    ("now", "zone", "first", "last"),
    [
        ("2026-06-11T08:40", "Europe/Paris", "2026-04-12", "2027-12-11"),
        ("2026-06-10T22:00", "Europe/Paris", "2026-04-12", "2027-12-11"),
        ("2026-06-10T21:59", "Europe/Paris", "2026-04-11", "2027-12-10"),
        ("2026-06-11T08:40", "Pacific/Marquesas", "2026-04-11", "2027-12-10"),
        ("2026-06-11T20:00", "Indian/Reunion", "2026-04-13", "2027-12-12"),
        ("2026-08-31T12:00", "Europe/Paris", "2026-07-02", "2028-02-29"),
        ("2025-08-31T12:00", "Europe/Paris", "2025-07-02", "2027-02-28"),
        ("2026-10-25T12:00", "Europe/Paris", "2026-08-26", "2028-04-25"),
    ],
)
def test_the_window_is_60_days_back_and_18_months_ahead_by_the_days_of_the_lieu(
    now: str, zone: str, first: str, last: str
) -> None:
    found = window(dt.datetime.fromisoformat(now + "+00:00"), zone)
    assert found.span.start == day_start(dt.date.fromisoformat(first), zone)
    assert found.span.end == day_start(dt.date.fromisoformat(last), zone)


@given(
    st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2035, 1, 1)).map(lambda d: d.replace(microsecond=0, tzinfo=UTC)),
    st.sampled_from(ZONES),
)
def test_the_window_rolls_with_the_day_and_only_then(now: dt.datetime, zone: str) -> None:
    found = window(now, zone)
    assert found.middle <= now < day_start(found.day + dt.timedelta(days=1), zone)
    assert (
        found == window(found.middle, zone) == window(day_start(found.day + dt.timedelta(days=1), zone) - SECOND, zone)
    )
    assert found != window(day_start(found.day + dt.timedelta(days=1), zone), zone)
    assert found.span.start < found.cancelled_since < found.middle < found.span.end
    assert today(found.cancelled_since, zone) == found.day - dt.timedelta(days=30)


SECOND = dt.timedelta(seconds=1)


# --- scopes and addresses ---


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("bookings", Scope(What.BOOKINGS)),
        ("lieux/la-cale-seche", Scope(What.LIEUX, "la-cale-seche")),
        ("lieux/la-cale-seche+names", Scope(What.LIEUX, "la-cale-seche", names=True)),
        ("resources/bookings", Scope(What.RESOURCES, "bookings")),
        ("kinds/machine", Scope(What.KINDS, "machine")),
        ("kinds/desk+names", Scope(What.KINDS, "desk", names=True)),
    ],
)
def test_a_scope_comes_back_from_its_text(text: str, scope: Scope) -> None:
    assert Scope.parse(text) == scope
    assert str(scope) == text
    assert scope.path == text.removesuffix("+names")


@pytest.mark.parametrize(
    "text",
    [
        "", "/", "bookings/", "bookings/x", "bookings+names", "lieux", "lieux/", "lieux/La Cale", "lieux/../etc",
        "kinds/boat", "kinds/", "kinds/Desk", "resources/a+names+names", "persons/ines", "resources/" + "a" * 81,
        "lieux/x\r\ny", "lieux/x/y",
    ],
)  # fmt: skip
def test_nothing_else_is_a_scope(text: str) -> None:
    with pytest.raises(WrongScope):
        Scope.parse(text)


def test_addresses_have_a_plain_path_that_ends_in_their_form() -> None:
    token = new_token()
    assert is_token(token)
    assert public_path("quai-6") == "/calendars/resources/quai-6.ics"
    assert secret_path(token, Scope(What.BOOKINGS)) == f"/calendars/{token}/bookings.ics"
    staff = Scope(What.LIEUX, "la-cale", names=True)
    assert secret_path(token, staff, Form.BUSY) == f"/calendars/{token}/lieux/la-cale.ifb"
    for wrong in ("", token[:-1], token + "a", token[:-1] + "é", "resources", token[:-1] + "/"):
        assert not is_token(wrong)


# --- versions ---


def test_a_fingerprint_is_the_same_for_the_same_and_another_for_anything_else() -> None:
    parts = ("a", 1, None, NOON, ("b", 2), "é\ud83d")
    assert fingerprint(*parts) == fingerprint(*parts)
    assert len(fingerprint(*parts)) == 32
    others = [("a", 1), ("a", "1", None, NOON, ("b", 2), "é\ud83d"), ("a1", None), ("a", 1, None, NOON, "b", 2, "é")]
    assert len({fingerprint(*each) for each in (parts, *others, ("ab", "c"), ("a", "bc"))}) == 7


def test_the_newest_of_nothing_is_the_floor() -> None:
    assert newest([], NOON) == newest([None, NOON - SECOND], NOON) == NOON
    assert newest([NOON + SECOND, None], NOON) == NOON + SECOND


# --- cutting ---


def entry(start: float, end: float, uid: str = "", text: str = "x") -> Entry:
    return Entry(hours(start, end), uid or f"{start}", text)


def test_what_is_nearest_to_today_is_kept_in_order_of_start() -> None:
    entries = [entry(n, n + 1) for n in range(-900, 900)]
    kept, left_out = nearest(reversed(entries), NOON)
    assert len(kept) == MOST_EVENTS == 1000
    assert left_out == 800
    assert kept == sorted(kept, key=lambda e: e.stretch)
    assert (kept[0].stretch.start - NOON, kept[-1].stretch.end - NOON) == (
        dt.timedelta(hours=-500),
        dt.timedelta(hours=500),
    )


def test_the_calendar_stays_small_enough_for_google() -> None:
    heavy = "é" * 5_000
    kept, left_out = nearest([entry(n, n + 1, text=heavy) for n in range(200)], NOON)
    assert (len(kept), left_out) == (90, 110)
    assert sum(len(each.text.encode()) for each in kept) <= MOST_OCTETS


def test_equal_entries_give_equal_orders() -> None:
    same = [entry(1, 2, "b"), entry(1, 2, "a"), entry(-2, 9, "c")]
    assert (
        [e.uid for e in nearest(same, NOON)[0]] == [e.uid for e in nearest(reversed(same), NOON)[0]] == ["c", "a", "b"]
    )


# --- busy ---


def test_a_pool_is_busy_only_when_nothing_of_it_is_left() -> None:
    taken = [Taken(hours(0, 4)), Taken(hours(2, 6)), Taken(hours(3, 5)), Taken(hours(8, 9), 3), Taken(hours(9, 10), 2)]
    assert busy(taken, 3) == [hours(3, 4), hours(8, 9)]
    assert busy(taken, 2) == [hours(2, 5), hours(8, 10)]
    assert busy(taken, 1) == [hours(0, 6), hours(8, 10)]
    assert busy([], 1) == []


stretches = st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda t: hours(t[0], t[0] + t[1]))


@given(st.lists(st.builds(Taken, stretches, st.integers(1, 4)), max_size=14), st.integers(1, 6))
def test_busy_is_where_the_weights_of_an_hour_reach_the_capacity(taken: list[Taken], capacity: int) -> None:
    full = [
        hours(n, n + 1)
        for n in range(60)
        if sum(each.weight for each in taken if each.stretch.overlaps(hours(n, n + 1))) >= capacity
    ]
    assert busy(taken, capacity) == merged(full)


# --- texts ---


def block(kind: BlockKind, start: str, end: str, zone: str = "Europe/Paris", reason: str = "") -> Block:
    first, last = (day_start(dt.date.fromisoformat(day), zone) for day in (start, end))
    return Block("0198c7a2-5b1e-7c3a-9f00-00000000000b", kind, Interval(first, last), zone, NOON, reason)


def read(text: str) -> tuple[str, dt.date, dt.date]:
    (found,) = by_icalendar(ical.calendar([text], name="x", description="", timezone="Europe/Paris"))
    return found.summary, found.start, found.end


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("start", "end"), [("2026-10-24", "2026-10-27"), ("2027-03-14", "2027-03-15")])
def test_a_closure_of_whole_days_has_dates_even_when_the_clocks_change(zone: str, start: str, end: str) -> None:
    text = block_text(block(BlockKind.CLOSURE, start, end, zone), "fr")
    assert read(text) == ("Fermé", dt.date.fromisoformat(start), dt.date.fromisoformat(end))
    assert ";VALUE=DATE:" in text


def test_a_part_of_a_day_has_hours() -> None:
    whole = block(BlockKind.MAINTENANCE, "2026-06-12", "2026-06-13")
    part = Block(
        whole.uid, whole.kind, Interval(whole.stretch.start, NOON + dt.timedelta(days=1)), whole.timezone, NOON
    )
    assert read(block_text(part, "fr"))[1] == whole.stretch.start
    assert "VALUE=DATE" not in block_text(part, "fr")


def test_strangers_read_that_it_is_closed_or_busy_and_people_of_the_lieu_why() -> None:
    kinds = (BlockKind.CLOSURE, BlockKind.MAINTENANCE, BlockKind.BUSY)
    blocks = [block(kind, "2026-06-12", "2026-06-13") for kind in kinds]
    assert [read(block_text(b, "fr"))[0] for b in blocks] == ["Fermé", "Occupé", "Occupé"]
    assert [read(block_text(b, "fr", insider=True))[0] for b in blocks] == ["Fermé", "Maintenance", "Occupé"]
    assert [read(block_text(b, "en"))[0] for b in blocks] == ["Closed", "Busy", "Busy"]
    told = block(BlockKind.MAINTENANCE, "2026-06-12", "2026-06-13", reason="filtre ; à changer")
    assert read(block_text(told, "fr", name="Laser", insider=True))[0] == "Laser : Maintenance, filtre ; à changer"
    assert read(block_text(told, "fr", weight=1, units=8))[0].startswith("Occupé (1 sur 8)")


PUBLIC = ical.vevent(an_event(summary="Occupé", description="x" * 200))


def test_a_busy_text_is_the_stored_one_unless_it_has_more_to_say() -> None:
    assert busy_text(PUBLIC, "fr") is PUBLIC
    assert read(busy_text(PUBLIC, "en"))[0] == "Busy"
    assert read(busy_text(PUBLIC, "fr", weight=2, units=8))[0] == "Occupé (2 sur 8)"
    assert read(busy_text(PUBLIC, "fr", name="Quai 6"))[0] == "Quai 6 : Occupé"


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_another_title_changes_nothing_but_the_title(name: str) -> None:
    event = an_event(summary="é" * 90, description="a\r\nSUMMARY:other")
    changed = ical.retitled(ical.vevent(event), name)
    assert changed == ical.vevent(an_event(summary=name, description="a\r\nSUMMARY:other"))
    assert read(changed)[0] == (harmless_line(name) or "-")


# --- the format ---


def test_the_same_facts_give_the_bytes_of_this_format() -> None:
    """When this fails, clients hold old texts under tags that still stand: raise FORMAT, then both numbers."""
    configure("https://archipel.example")
    facts = TextFacts(
        uid="0198c7a2-5b1e-7c3a-9f00-000000000001",
        code="R-7K3Q9V",
        sequence=1,
        created_at=NOON,
        updated_at=NOON + SECOND,
        stretch=hours(24, 26),
        timezone="Europe/Paris",
        resource_name="Salle ; « Belledonne »",
        resource_kind=ResourceKind.ROOM,
        lieu_name="La Coursive",
        lieu_address="3, rue Neuve",
        position=(45.1, 5.7),
        language="fr",
    )
    named = Named(
        uid=facts.uid, code=facts.code, sequence=1, created_at=NOON, updated_at=NOON, stretch=facts.stretch,
        timezone="Europe/Paris", holder="Inès", note="Merci", quantity=2, waiting=True, resource_name="Bureaux",
        resource_kind=ResourceKind.DESK, lieu_name="La Coursive", lieu_address="", url="https://archipel.example/x",
    )  # fmt: skip
    closure = block(BlockKind.CLOSURE, "2026-06-12", "2026-06-13", reason="Pont")
    texts = [
        *(text for language in ("fr", "en") for text in written(facts, language)),
        *(named_text(named, language) for language in ("fr", "en")),
        *(block_text(closure, language, name="Quai", insider=True, weight=1, units=2) for language in ("fr", "en")),
    ]
    about = [word(language, key, name="Quai") for language in ("fr", "en") for key in ("taken_about", "bookings_about")]
    whole = ical.calendar(texts, name="Quai", description=" ".join(about), timezone="Europe/Paris", color="teal")
    whole += ical.freebusy([facts.stretch], uid=f"{facts.uid}@archipel", modified=NOON, window=hours(0, 48))
    assert (FORMAT, hashlib.sha256(whole).hexdigest()[:16]) == (2, "9cc325cfcb6a8a5a")


def written(facts: TextFacts, language: str) -> list[str]:
    """All texts of one booking, by whoever writes them."""
    facts = dataclasses.replace(facts, language=language)
    public, cancelled = public_text(facts), dataclasses.replace(facts, cancelled=True)
    busy_ones = [busy_text(public, language), busy_text(public, language, name="Quai", weight=1, units=2)]
    return [public, owner_text(facts), owner_text(cancelled), *busy_ones]
