"""What Prometheus reads, and who may."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking.app import create_app
from tests.conftest import settings_for


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_requests_are_counted_by_route(client: FlaskClient) -> None:
    client.get("/healthz")
    client.open("/healthz", method="BREW")
    said = client.get("/metrics").get_data(as_text=True)
    assert 'archipel_requests_total{method="GET",route="/healthz",status="200"}' in said
    assert 'method="other"' in said
    assert "BREW" not in said


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_others_find_nothing_there(app: Flask) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    elsewhere = create_app(settings_for(url, METRICS_FROM="192.0.2.0/24")).test_client()
    assert elsewhere.get("/metrics").status_code == 404
    allowed = elsewhere.get("/metrics", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert allowed.status_code == 200
