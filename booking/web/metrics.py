"""`/metrics` for Prometheus: requests by method, route and status, and how long they took; of all workers together."""

from __future__ import annotations

import ipaddress
import os
import time

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from booking.errors import NotFound
from booking.settings import Settings
from booking.web.security import mark

REQUESTS = Counter("archipel_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram("archipel_request_seconds", "Time to answer.", ["route"])
METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Set by `archipel serve`: the folder in which its workers count together."""


def register(app: Flask, settings: Settings) -> None:
    """Count every request, and show the counts to the addresses of METRICS_FROM; to others there is nothing here."""
    allowed = [ipaddress.ip_network(network) for network in settings.metrics_from]

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        REQUESTS.labels(request.method if request.method in METHODS else "other", route, response.status_code).inc()
        if "began" in g:
            SECONDS.labels(route).observe(time.perf_counter() - g.began)
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        try:
            asks = ipaddress.ip_address(request.remote_addr or "")
        except ValueError:
            raise NotFound from None
        if not any(asks in network for network in allowed):
            raise NotFound
        registry = REGISTRY
        if SHARED in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no annotations
        return Response(generate_latest(registry), mimetype=CONTENT_TYPE_LATEST)

    mark(metrics, "public")
