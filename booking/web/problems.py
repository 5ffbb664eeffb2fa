"""From what went wrong to what is answered: a page for people, problem+json (RFC 9457) for programs."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from booking import errors
from booking.errors import N_, Problem, Refusal
from booking.web.formats import sentence

log = structlog.get_logger()

STATUSES: tuple[tuple[type[Problem], HTTPStatus], ...] = (
    (errors.NotFound, HTTPStatus.NOT_FOUND),
    (errors.Gone, HTTPStatus.GONE),
    (errors.Unauthenticated, HTTPStatus.UNAUTHORIZED),
    (errors.Forbidden, HTTPStatus.FORBIDDEN),
    (errors.Conflict, HTTPStatus.CONFLICT),
    (errors.Malformed, HTTPStatus.BAD_REQUEST),
    (errors.Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.TooMany, HTTPStatus.TOO_MANY_REQUESTS),
    (errors.Busy, HTTPStatus.SERVICE_UNAVAILABLE),
)

TITLES = {
    400: N_("Demande illisible"),
    401: N_("Connexion nécessaire"),
    403: N_("Accès refusé"),
    404: N_("Cette page n’est pas sur la carte"),
    405: N_("Cette adresse ne se prête pas à cela"),
    409: N_("La situation a changé"),
    410: N_("Cette adresse a été retirée"),
    413: N_("Envoi trop volumineux"),
    415: N_("Format inattendu"),
    422: N_("À revoir"),
    429: N_("Un peu moins vite"),
    500: N_("Une avarie de notre côté"),
    503: N_("Service momentanément indisponible"),
}

CODES = {413: "too_large", 422: "invalid"}
"""Stable words where Python's own have changed between its versions."""


def status_of(problem: Problem) -> int:
    """The HTTP status of a problem, by its kind."""
    return next(int(status) for kind, status in STATUSES if isinstance(problem, kind))


def reasons_of(problem: Problem) -> list[dict[str, str]]:
    """Every reason in the reader's language: `{code, message, field?}`."""
    return [{"code": r.code, "message": sentence(r)} | ({"field": r.field} if r.field else {}) for r in problem.reasons]


def problem_json(status: int, reasons: list[dict[str, str]], extra: dict[str, Any] | None = None) -> Response:
    """An answer of type application/problem+json."""
    code = reasons[0]["code"] if reasons else "error"
    response = jsonify(
        type=f"urn:archipel:problem:{code}",
        title=_(TITLES.get(status, TITLES[500])),
        status=status,
        detail=" ".join(r["message"] for r in reasons),
        reasons=reasons,
        **(extra or {}),
    )
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def wants_json() -> bool:
    """Whether the answer goes to a program: the JSON API always speaks JSON."""
    return request.path.startswith("/api/")


def plain() -> bool:
    """Whether the address is one whose readers are calendars or monitors: a word of text, never a page."""
    return request.path.startswith(("/calendars/", "/healthz", "/readyz", "/metrics")) or request.path.endswith(".ics")


def answer(status: int, reasons: list[dict[str, str]], headers: dict[str, str] | None = None) -> Response:
    """The whole answer for a failure, in the form its reader expects."""
    if wants_json():
        response = problem_json(status, reasons)
    elif plain():
        response = make_response("\n".join(r["message"] for r in reasons) + "\n", status)
        response.mimetype = "text/plain"
    else:
        page = render_template(
            "web/problem.html", status=status, title=_(TITLES.get(status, TITLES[500])), reasons=reasons
        )
        response = make_response(page, status)
    response.headers.extend(headers or {})
    return response


def register(app: Flask) -> None:
    """Answer every failure in one voice."""

    @app.errorhandler(Problem)
    def on_problem(problem: Problem) -> ResponseReturnValue:
        status = status_of(problem)
        if isinstance(problem, errors.Unauthenticated) and not wants_json() and not plain() and request.method == "GET":
            return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")), 303)
        headers = {"Retry-After": str(problem.retry_after)} if isinstance(problem, errors.TooMany) else {}
        if isinstance(problem, errors.Busy):
            headers["Retry-After"] = "2"
        if status == HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = 'Bearer realm="archipel"'
        return answer(status, reasons_of(problem), headers)

    @app.errorhandler(HTTPException)
    def on_http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if error.response is not None or status < HTTPStatus.BAD_REQUEST:
            return error.get_response()
        headers: dict[str, str] = {}
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            headers["Allow"] = ", ".join(sorted(error.valid_methods))
        if isinstance(error, RequestEntityTooLarge):
            headers["Connection"] = "close"  # What was not read would be taken for the next request.
        reason = Refusal(CODES.get(status) or HTTPStatus(status).name.lower(), TITLES.get(status, TITLES[500]))
        return answer(status, [{"code": reason.code, "message": sentence(reason)}], headers)

    @app.errorhandler(Exception)
    def on_fault(error: Exception) -> ResponseReturnValue:
        """Our own fault: told by an id that the log knows, never by a trace."""
        reference = uuid.uuid4().hex[:8]
        log.error("fault", reference=reference, path=request.path, exc_info=error)
        text = _("Notre journal garde la trace de l’incident %(reference)s.", reference=reference)
        return answer(500, [{"code": "fault", "message": text}])
