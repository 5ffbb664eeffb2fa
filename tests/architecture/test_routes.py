"""Every address with its methods and who may call it, as one list that a change must touch."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

LIST = Path(__file__).with_name("routes.txt")
POLICIES = {"public", "member", "steward"}


def routes(app: Flask) -> list[str]:
    found = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        policy = "public" if rule.endpoint == "static" else getattr(view, "policy", "NO POLICY")
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        found.append(f"{rule.rule}  {methods}  {policy}")
    return sorted(found)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_list_of_routes_is_the_list(app: Flask) -> None:
    assert routes(app) == LIST.read_text().splitlines()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_route_says_who_may_call_it(app: Flask) -> None:
    assert {line.rsplit("  ", 1)[1] for line in routes(app)} <= POLICIES


def sample(rule: str) -> str:
    """An address of that rule that names nothing there is."""
    rule = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule)
    rule = re.sub(r"<uuid:\w+>", "0190a000-0000-7000-8000-000000000000", rule)
    return re.sub(r"<[^>]+>", "x", rule)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_visitor_changes_nothing(app: Flask, client: FlaskClient) -> None:
    """Whatever a visitor sends without a token is refused before anything is done: never 2xx, never 5xx."""
    tried = 0
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            answered = client.open(sample(rule.rule), method=method)
            assert 300 <= answered.status_code < 500, (method, rule.rule, answered.status_code)
            tried += 1
    assert tried > 20


@pytest.mark.parametrize("path", ["%00", "%0a", "%ff", "..%2f..%2fetc", "'--", "a" * 5000, "%F0%9F%8F%9D", "-1"])
def test_hostile_addresses_find_nothing(app: Flask, client: FlaskClient, path: str) -> None:
    """Text that no address has, wherever an address has a part of its own: 3xx or 4xx, never a fault."""
    tried = 0
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and re.search(r"<(?!any|uuid)[^>]+>", rule.rule):
            answered = client.get(re.sub(r"<(?!any|uuid)[^>]+>", path, sample_any(rule.rule)))
            assert 300 <= answered.status_code < 500, (rule.rule, answered.status_code)
            tried += 1
    assert tried > 10


def sample_any(rule: str) -> str:
    return re.sub(r"<any\((\w+)[^>]*>", r"\1", rule)
