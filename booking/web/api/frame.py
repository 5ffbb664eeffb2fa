"""The calls of the API: each says in one place what it reads, what it answers, who may call it and what it is for."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any

import flask_smorest
from flask import Response

from booking.db.pages import LARGEST_PAGE
from booking.errors import N_
from booking.web.api.reader import Reader
from booking.web.dto import Between, Text, body_schema, plain, query_schema
from booking.web.security import View

PREFIX = "/api/v1"
KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotent-Replayed"

IDEMPOTENCY_KEY = {
    "name": KEY_HEADER,
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": N_(
        "Un mot de votre choix, nouveau pour chaque demande : répétée sous le même mot, la même demande n’est faite "
        "qu’une fois et reçoit la même réponse."
    ),
}


@dataclass(frozen=True)
class Asked:
    """Which part of a list is asked for; a list adds what it is narrowed to. No slots, so that two may be joined."""

    cursor: Annotated[str | None, Text(800), N_("Le « next » de la réponse précédente.")] = None
    limit: Annotated[int, Between(1, LARGEST_PAGE), N_("Combien d’éléments au plus.")] = 50


@dataclass(frozen=True, slots=True)
class Call:
    """What one call of the API is; `reads` and `sends` are dataclasses, `answer` is a schema of `web.dto`."""

    method: str
    rule: str
    guard: Callable[[Any], Any]
    summary: str
    answer: Any
    status: int = 200
    reads: Any = None
    sends: Any = None
    once: bool = False
    """Whether an Idempotency-Key is kept."""
    description: str = ""
    refuses: tuple[int, ...] = ()
    """Statuses of refusals that do not follow from the rest."""
    leads_to: Mapping[str, str] = field(default_factory=dict)
    """Calls that a success makes possible, and the parameter of each that is the answer's member of the same name."""
    media_type: str = "application/json"


class Room(flask_smorest.Blueprint):
    """The calls of one noun."""

    ARGUMENTS_PARSER = Reader()

    def __init__(self, noun: str, description: str) -> None:
        super().__init__(f"api-{noun}", __name__, url_prefix=PREFIX, description=description)
        self.noun = noun
        self._prepare_doc_cbks: list[Any] = [*self._prepare_doc_cbks, _describe_key]

    def call(self, call: Call) -> Callable[[View], View]:
        """Register a view: its guard comes first, then what was sent is read; it answers a dataclass or a Response."""

        def register(view: View) -> View:
            made: Any = _answering(view, call)
            if call.sends is not None:
                made = self.arguments(body_schema(call.sends))(made)
            if call.reads is not None:
                made = self.arguments(query_schema(call.reads), location="query")(made)
            made = call.guard(made)
            made = self.response(
                call.status, call.answer, content_type=call.media_type, description=HTTPStatus(call.status).phrase
            )(made)
            made = self.doc(**_description(view, call, made.policy))(made)
            self.add_url_rule(call.rule, view_func=made, methods=[call.method], tags=[self.noun])
            return view

        return register


def json_answer(value: Any, status: int = 200) -> Response:
    """An answer that holds the value: a dataclass, or what JSON already knows."""
    return json_text(written(value), status)


def written(value: Any) -> str:
    """The value as JSON text, its members in the order in which they were declared."""
    known = value if isinstance(value, dict) else plain(value)
    return json.dumps(known, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def json_text(text: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """An answer whose JSON is written already."""
    response = Response(text, status, mimetype="application/json")
    response.headers.extend(headers or {})
    return response


def _answering(view: View, call: Call) -> Callable[..., Response]:
    @functools.wraps(view)
    def answering(*args: Any, **kwargs: Any) -> Response:
        result = view(*args, **kwargs)
        return result if isinstance(result, Response) else json_answer(result, call.status)

    return answering


def _description(view: View, call: Call, policy: str) -> dict[str, Any]:
    """What the OpenAPI document says of a call, beside what is read and answered."""
    refusals = {401, *call.refuses}
    if "<" in call.rule:
        refusals.add(404)
    if call.reads is not None or call.sends is not None:
        refusals.add(422)
    if call.sends is not None:
        refusals |= {400, 413, 415}
    if call.once:
        refusals |= {403, 422}
    if policy == "public":
        refusals.add(429)
    keys: list[dict[str, list[str]]] = [{"token": []}, {"browser": []}]
    links = {
        operation: {"operationId": operation, "parameters": {name: f"$response.body#/{name}"}}
        for operation, name in call.leads_to.items()
    }
    return {
        "operationId": view.__name__,
        "summary": call.summary,
        "description": call.description,
        "security": [{}, *keys] if policy == "public" else keys,
        "responses": {
            **({call.status: {"links": links}} if links else {}),
            **{status: HTTPStatus(status).name for status in sorted(refusals)},
            "default": "DEFAULT_ERROR",
        },
        **({"x-once": True} if call.once else {}),
    }


def _describe_key(doc: dict[str, Any], info: Mapping[str, Any], **_: Any) -> dict[str, Any]:
    """Add the header to calls that keep it, beside the parameters found before."""
    if info.get("manual_doc", {}).get("x-once"):
        doc["parameters"] = [*doc.get("parameters", []), IDEMPOTENCY_KEY]
    return doc
