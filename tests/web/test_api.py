"""The frame of the JSON API: one voice for every failure, the document, its page, and measure for visitors."""

from __future__ import annotations

import json
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking.people.rules import Scope
from booking.people.schemas import Asker
from tests.support.programs import Program, reasons, token_of
from tests.support.world import NOW

pytestmark = pytest.mark.usefixtures("world")


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE", "PUT"])
@pytest.mark.parametrize(
    "path", ["/nothing", "/waitlist", "/bookings/R-222222/check-in", "/lieux/la-grande-ecluse/budget"]
)
def test_what_is_not_built_is_not_there(visitor: Program, program: Program, method: str, path: str) -> None:
    for each in (visitor, program):
        assert reasons(each(method, path), 404) == {("not_found", None)}


@pytest.mark.parametrize(
    ("method", "path", "allowed"), [("PUT", "/bookings", {"GET", "POST"}), ("DELETE", "/lieux", {"GET"})]
)
def test_other_methods_are_told_which_there_are(program: Program, method: str, path: str, allowed: set[str]) -> None:
    answer = program(method, path)
    assert reasons(answer, 405) == {("method_not_allowed", None)}
    assert allowed <= {each.strip() for each in answer.headers["Allow"].split(",")}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/bookings"),
        ("GET", "/bookings/R-222222"),
        ("POST", "/bookings"),
        ("PATCH", "/bookings/R-222222"),
        ("DELETE", "/bookings/R-222222"),
        ("POST", "/bookings/R-222222/restore"),
        ("POST", "/quotes"),
        ("GET", "/quotes/0190b1c2-0000-7000-8000-000000000000"),
        ("GET", "/me"),
        ("GET", "/me/bookings"),
        ("GET", "/me/statement"),
    ],
)
def test_nobody_gets_there_without_a_token(visitor: Program, method: str, path: str) -> None:
    answer = visitor(method, path, json={} if method in ("POST", "PATCH") else None)
    assert reasons(answer, 401) == {("unauthenticated", None)}
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/lieux", "/lieux/la-grande-ecluse", "/lieux.geojson", "/resources", "/openapi.json"])
def test_anybody_reads_what_is_public(visitor: Program, path: str) -> None:
    assert visitor("GET", path).status_code == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "bearer \xe9", "Bearer " + "x" * 5000])
def test_a_wrong_token_is_refused_even_where_none_is_needed(visitor: Program, header: str) -> None:
    assert reasons(visitor("GET", "/lieux", headers={"Authorization": header}), 401) == {("unauthenticated", None)}


def test_tokens_end_and_are_revoked(visitor: Program, ines: Asker, frozen: time_machine.Traveller) -> None:
    living = token_of(ines, expires_at=NOW.replace(hour=9))
    for token, status in ((living, 200), (token_of(ines, revoked_at=NOW), 401)):
        assert visitor("GET", "/me", headers={"Authorization": f"Bearer {token}"}).status_code == status
    frozen.move_to(NOW.replace(hour=9))
    assert visitor("GET", "/me", headers={"Authorization": f"Bearer {living}"}).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/bookings"), ("POST", "/quotes"), ("PATCH", "/bookings/R-222222"), ("DELETE", "/bookings/R-222222")],
)
def test_a_token_that_reads_does_not_write(client: FlaskClient, ines: Asker, method: str, path: str) -> None:
    reader = Program(client, ines, Scope.READ)
    assert reader.get("/me")["scope"] == "read"
    assert reasons(reader(method, path, json={}), 403) == {("forbidden", None)}


def sent(program: Program, data: Any, **options: Any) -> TestResponse:
    return program("POST", "/bookings", data=data, **options)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{'resource': 1}",
        '{"resource": NaN}',
        '{"quantity": -Infinity}',
        '{"a": ' * 5_000 + "1" + "}" * 5_000,
        "[" * 30_000,
        '{"quantity": ' + "9" * 5000 + "}",
        b"\xff\xfe{}",
        b'{"resource": "\xe9"}',
        '{"resource": "a"} {}',
        "\x00",
    ],
)
def test_what_is_no_json_is_called_illegible(program: Program, text: str | bytes) -> None:
    assert reasons(sent(program, text, content_type="application/json"), 400) == {("broken_json", None)}


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json", "application/xml", "x", ""],
)
def test_what_is_no_json_by_its_type_is_not_read(program: Program, kind: str) -> None:
    assert reasons(sent(program, "{}", content_type=kind), 415) == {("unsupported_media_type", None)}


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.x+json"]
)
def test_json_by_any_of_its_types_is_read(program: Program, kind: str) -> None:
    assert ("missing", "resource") in reasons(sent(program, "{}", content_type=kind))


@pytest.mark.parametrize("size", [65 * 1024, 10 * 1024 * 1024])
def test_a_body_beyond_measure_is_refused_unread(program: Program, size: int) -> None:
    answer = sent(program, b'{"note": "' + b"x" * size + b'"}', content_type="application/json")
    assert reasons(answer, 413) == {("too_large", None)}
    assert answer.headers["Connection"] == "close"


@pytest.mark.parametrize("text", ["[]", "null", '"x"', "3"])
def test_a_body_is_an_object(program: Program, text: str) -> None:
    assert reasons(sent(program, text, content_type="application/json")) == {("type", None)}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kinds=coworking", {("unknown_field", "kinds")}),
        ("kind=coworking&kind=fablab", {("repeated", "kind")}),
        ("limit=0", {("range", "limit")}),
        ("limit=201", {("range", "limit")}),
        ("limit=ten&status=closed", {("type", "limit"), ("choice", "status")}),
        ("near=rennes", {("format", "near")}),
        ("near=91,0", {("format", "near")}),
        ("near=48.11,-1.68,3", {("format", "near")}),
        ("near=48.11,-1.68%0A", {("format", "near")}),
        ("q=%01", {("control_characters", "q")}),
        ("q=" + "x" * 101, {("too_long", "q")}),
        ("within_km=-1", {("range", "within_km")}),
    ],
)
def test_parameters_are_read_as_strictly_as_bodies(
    visitor: Program, query: str, expected: set[tuple[str, str]]
) -> None:
    assert reasons(visitor("GET", f"/lieux?{query}")) == expected


@pytest.mark.parametrize("cursor", ["x", "é", "WzEuNV0", "W10", "bnVsbA", "%01", "x" * 800, "WyJcdTAwMDAiLDFd"])
@pytest.mark.parametrize(
    "path", ["/lieux", "/lieux?near=48,-1", "/resources", "/bookings", "/me/bookings", "/me/statement"]
)
def test_a_cursor_of_nobody_is_told_so(program: Program, path: str, cursor: str) -> None:
    answer = program("GET", f"{path}{'&' if '?' in path else '?'}cursor={cursor}")
    if cursor == "%01":
        assert reasons(answer) == {("control_characters", "cursor")}
    else:
        assert reasons(answer, 400) == {("cursor", "cursor")}


def test_refusals_speak_the_language_asked_for(visitor: Program) -> None:
    def told(**options: Any) -> str:
        message: str = visitor("GET", "/lieux?limit=0" + options.pop("more", ""), **options).get_json()["reasons"][0][
            "message"
        ]
        return message

    assert told() == told(headers={"Accept-Language": "de"}) == "De 1 à 200."
    assert told(headers={"Accept-Language": "en-GB,en;q=0.9"}) == told(more="&lang=en") == "From 1 to 200."


def test_nothing_is_shared_across_origins(visitor: Program) -> None:
    answer = visitor("OPTIONS", "/bookings", headers={"Origin": "https://ailleurs.example"})
    assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]


def test_a_visitor_reads_with_measure_and_is_told_when_to_come_back(visitor: Program, program: Program) -> None:
    served = next(n for n in range(1000) if visitor("GET", "/lieux/nowhere").status_code == 429)
    assert served >= 120
    refused = visitor("GET", "/resources")
    assert reasons(refused, 429) == {("too_many", None)}
    assert 1 <= int(refused.headers["Retry-After"]) <= 2
    assert program("GET", "/lieux").status_code == 200
    assert visitor("GET", "/lieux", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_the_document_describes_every_call_with_its_refusals(visitor: Program, app: Flask) -> None:
    document = visitor.get("/openapi.json")
    assert document["openapi"] == "3.1.0"
    described = {
        (method.upper(), path) for path, item in document["paths"].items() for method in item if method != "parameters"
    }
    routed = {
        (method, str(rule.rule).replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        if str(rule.rule).startswith("/api/v1/") and str(rule.endpoint).startswith("api-")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == routed
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            assert operation["summary"], path
            assert "401" in operation["responses"]
            assert ("404" in operation["responses"]) or "{" not in path
            assert ("Idempotency-Key" in json.dumps(operation)) == (method != "get")
    shapes = set(document["components"]["schemas"])
    assert shapes == {ref for ref in shapes if f'"#/components/schemas/{ref}"' in json.dumps(document)}
    assert not [name for name in shapes if name.endswith("1")], "two shapes have one name"


def test_the_document_is_known_by_its_tag_and_speaks_both_languages(visitor: Program) -> None:
    first = visitor("GET", "/openapi.json")
    again = visitor("GET", "/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert "Réserver un créneau." in first.text
    english = visitor("GET", "/openapi.json", headers={"Accept-Language": "en"})
    assert "Book a slot." in english.text
    assert "Réserver" not in english.text
    assert english.headers["ETag"] != first.headers["ETag"]


def test_its_page_stands_under_the_strict_policy_and_shows_every_call(visitor: Program) -> None:
    page = visitor("GET", "/docs")
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.text.count("<h1") == 1
    assert "<script>" not in page.text
    assert 'style="' not in page.text.replace('style="--', "")
    for path in visitor.get("/openapi.json")["paths"]:
        assert path in page.text


def test_every_call_says_who_may_call_it(app: Flask) -> None:
    policies = {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "policy", None)
        for rule in app.url_map.iter_rules()
        if str(rule.rule).startswith("/api/")
    }
    assert set(policies.values()) == {"public", "member"}
