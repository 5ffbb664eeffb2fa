"""Every address with its methods and who may call it, as one list that a change must touch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_visitor_changes_nothing(app: Flask, client: FlaskClient) -> None:
    """Whatever a visitor sends without a token is refused before anything is done: never 2xx, never 5xx."""
    tried = 0
    for rule in app.url_map.iter_rules():
        values: dict[str, Any] = dict.fromkeys(rule.arguments, "x")
        with app.test_request_context():
            address = app.url_for(rule.endpoint, **values) if rule.endpoint != "static" else "/static/x"
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            answered = client.open(address, method=method)
            assert 300 <= answered.status_code < 500, (method, address, answered.status_code)
            tried += 1
    assert tried > 20
