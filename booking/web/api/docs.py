"""The OpenAPI document, made from the calls themselves, and the page that shows it to people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from typing import Annotated, Any

import flask_smorest
from flask import Blueprint, Flask, Response, render_template, request
from flask_babel import gettext
from flask_smorest.utils import prepare_response

from booking.errors import N_
from booking.settings import Settings
from booking.web.api.frame import PREFIX, Room, json_answer
from booking.web.dto import OneOf, answer_schema
from booking.web.problems import TITLES
from booking.web.security import mark

ABOUT = N_(
    "Chercher, réserver, déplacer et annuler dans tout l’archipel, comme le font les pages. "
    "Les instants sont donnés en temps universel (Z), acceptés avec n’importe quel décalage, à la seconde. "
    "Les montants sont en unités mineures : 1250 pour 12,50 €. "
    "Tout refus est un « problem+json » (RFC 9457) dont « reasons » donne chaque raison."
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a refusal."""

    code: Annotated[str, N_("Un mot stable, fait pour les programmes.")]
    message: Annotated[str, N_("Une phrase dans la langue de la demande.")]


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    reasons: tuple[Reason, ...]


class Document(flask_smorest.Api):
    """Describes the calls; failures are `web.problems`' business, not the library's."""

    def _register_error_handlers(self) -> None:
        """Leave the application's own handlers alone: the library's would turn every page of an error into JSON."""

    def _register_etag_headers(self) -> None:
        """Nothing: no call of ours is described by the library's headers."""

    _register_pagination_header = _register_etag_headers

    def _register_responses(self) -> None:
        schema = answer_schema(Problem)
        named = {status.name: status.phrase for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST}
        for name, phrase in {**named, "DEFAULT_ERROR": N_("Autre refus")}.items():
            response = {"description": phrase, "schema": schema}
            prepare_response(response, self.spec, "application/problem+json")
            self.spec.components.response(name, response, lazy=True)


def register(app: Flask, settings: Settings, rooms: Sequence[Room]) -> None:
    """Add the calls, `/api/v1/openapi.json` and `/api/v1/docs` to the application."""
    document = Document(
        spec_kwargs={
            "title": "Archipel",
            "version": version("archipel"),
            "openapi_version": "3.1.0",
            "info": {"description": ABOUT, "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"}},
            "servers": [{"url": settings.base_url}],
        }
    )
    document.init_app(app)
    converter: Any = document.ma_plugin.converter
    converter.add_attribute_function(_one_of)
    schemes = document.spec.components
    schemes.security_scheme(
        "token",
        {"type": "http", "scheme": "bearer", "description": N_("Un jeton du compte : « Authorization: Bearer … ».")},
    )
    schemes.security_scheme(
        "browser",
        {
            "type": "apiKey",
            "in": "cookie",
            "name": "archipel",
            "description": N_("Le navigateur connecté ; ses écritures portent aussi « X-CSRFToken »."),
        },
    )
    for room in rooms:
        document.register_blueprint(room)
    tags = [{"name": room.noun, "description": room.description} for room in rooms]
    app.register_blueprint(_pages(document.spec.to_dict() | {"tags": tags}))


def _one_of(self: Any, field: Any, **_: Any) -> dict[str, Any]:
    """The JSON Schema of a field that holds one of several shapes, for apispec, which binds it as a method."""
    if isinstance(field, OneOf):
        return {"anyOf": [self.resolve_nested_schema(schema) for schema in field.schemas]}
    return {}


def _pages(document: dict[str, Any]) -> Blueprint:
    pages = Blueprint("api", __name__, url_prefix=PREFIX)

    def openapi() -> Response:
        """The document, its sentences in the reader's language."""
        response = json_answer(_in_words(document))
        response.add_etag()
        response.make_conditional(request)
        return response

    def docs() -> str:
        """The document as a page."""
        spoken = _in_words(document)
        return render_template(
            "web/api.html", spec=spoken, groups=list(_groups(spoken)), kind_of=kind_of, title_of=_title_of
        )

    pages.add_url_rule("/openapi.json", "openapi", mark(openapi, "public"))
    pages.add_url_rule("/docs", "docs", mark(docs, "public"))
    return pages


def _title_of(status: str) -> str:
    return gettext(TITLES.get(int(status), TITLES[500]))


def _in_words(part: Any) -> Any:
    """The same part of the document, its sentences in the reader's language."""
    if isinstance(part, dict):
        return {
            key: gettext(value)
            if key in ("summary", "description") and isinstance(value, str) and value
            else _in_words(value)
            for key, value in part.items()
        }
    return [_in_words(each) for each in part] if isinstance(part, list) else part


@dataclass(frozen=True, slots=True)
class Group:
    """The calls of one room, as the page shows them."""

    name: str
    description: str
    calls: tuple[tuple[str, str, Mapping[str, Any]], ...]
    """Method, path, operation."""


def _groups(document: Mapping[str, Any]) -> Iterator[Group]:
    for tag in document["tags"]:
        calls = tuple(
            (method.upper(), path, _whole(operation, item, document))
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if method != "parameters" and tag["name"] in operation["tags"]
        )
        yield Group(tag["name"], tag["description"], calls)


def _whole(operation: Mapping[str, Any], item: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """An operation with the parameters of its path, and the shapes that it reads and answers."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    success = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
    content: Mapping[str, Any] = next(iter(success.get("content", {}).values()), {})
    return {
        **operation,
        "parameters": [*item.get("parameters", ()), *operation.get("parameters", ())],
        "sends": _resolved(body, document) if body else None,
        "answers": content.get("schema", {}),
        "statuses": sorted(status for status in operation["responses"] if status.isdigit() and status >= "400"),
    }


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Mapping[str, Any] = document["components"]["schemas"][name] if name else schema
    return found


def kind_of(schema: Mapping[str, Any]) -> str:
    """What stands there, in few words: `texte`, `entier de 1 à 200`, `liste de Booking`, `open | project`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(kind_of(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join("null" if each is None else str(each) for each in schema["enum"])
    kinds = schema.get("type", ())
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    return " | ".join(_kind(name, schema) for name in names)


def _kind(name: str, schema: Mapping[str, Any]) -> str:
    if name == "array":
        return gettext("liste : %(item)s", item=kind_of(schema["items"]))
    if name == "object" and "amount" in schema.get("properties", {}):
        return "{amount, unit}"
    words = {
        "date-time": gettext("instant"),
        "date": gettext("date"),
        "string": gettext("texte"),
        "integer": gettext("entier"),
        "number": gettext("nombre"),
        "boolean": "true | false",
        "object": gettext("objet"),
        "null": "null",
    }
    if name == "string" and "pattern" in schema and "example" in schema:
        return str(schema["example"])
    word = words.get(schema.get("format", name) if name == "string" else name, name)
    if {"minimum", "maximum"} <= schema.keys() and name in ("integer", "number"):
        least, most = schema["minimum"], schema["maximum"]
        return gettext("%(kind)s de %(least)s à %(most)s", kind=word, least=least, most=most)
    if name == "string" and schema.get("maxLength"):
        return gettext("%(kind)s, %(most)s caractères au plus", kind=word, most=schema["maxLength"])
    return word
