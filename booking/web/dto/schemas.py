"""The marshmallow schemas of dataclasses: what is sent is read by them, and the OpenAPI document is made of them."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import marshmallow as ma

from booking.errors import N_, Refusal
from booking.values.interval import Interval
from booking.values.money import Money
from booking.web.dto.members import Member, Read, members
from booking.web.dto.readings import Reading, Unreadable, Way, reading_of


@functools.cache
def answer_schema(shape: Any) -> type[ma.Schema]:
    """What an answer looks like, for the document: every member is always there, and others may come one day."""
    return _Answered.from_dict({m.name: _field(m, "answer") for m in members(shape)}, name=shape.__name__)


@functools.cache
def page_schema(shape: Any, name: str) -> type[ma.Schema]:
    """What a list looks like, for the document: `items`, and the cursor that asks for the next ones."""
    items = ma.fields.List(_field(Member("items", (), shape), "answer"), required=True)
    onward = Member("next", (), str, (N_("Curseur de la suite de la liste, null à la fin."),), optional=True)
    return _Answered.from_dict({"items": items, "next": _field(onward, "answer")}, name=name)


@functools.cache
def body_schema(shape: Any) -> type[ma.Schema]:
    """Reads a JSON object into the dataclass."""
    return _reads(shape, "body")


@functools.cache
def query_schema(shape: Any) -> type[ma.Schema]:
    """Reads the parameters of an address (their texts by name) into the dataclass."""
    return _reads(shape, "query")


def reasons_of(messages: Any, path: str = "") -> list[Refusal]:
    """The refusals in marshmallow's messages, each with its field (`items.0.start`)."""
    if isinstance(messages, Refusal):
        return [dataclasses.replace(messages, field=path or None)]
    if isinstance(messages, Mapping):
        at = {key: path if key == ma.exceptions.SCHEMA else f"{path}.{key}".lstrip(".") for key in messages}
        return [reason for key, each in messages.items() for reason in reasons_of(each, at[key])]
    return [reason for each in messages for reason in reasons_of(each, path)]


class OneOf(ma.fields.Field[Any]):
    """One of several shapes in an answer."""

    def __init__(self, shapes: tuple[Any, ...], **options: Any) -> None:
        super().__init__(**options)
        self.schemas = [answer_schema(shape) for shape in shapes]


class _Answered(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE


class _Sent(ma.Schema):
    """Gives the dataclass `shape`.

    Its `not_yet`, if it has one, names what is refused since it is not built: a member, and the values that say no more
    than its absence.
    """

    class Meta:
        unknown = ma.RAISE

    shape: Any

    @ma.pre_load
    def _without_what_is_not_built(self, data: Any, **_: Any) -> Any:
        options: Mapping[str, tuple[str, ...]] = getattr(self.shape, "not_yet", {})
        if not options or not isinstance(data, dict):
            return data
        message = N_("« %(option)s » n’est pas encore proposé. Rien n’a été fait.")
        wanted = [name for name in options if data.get(name) is not None and data[name] not in options[name]]
        if wanted:
            raise ma.ValidationError({n: [Refusal("not_available", message, {"option": n})] for n in wanted})
        return {name: value for name, value in data.items() if name not in options}

    @ma.validates_schema(skip_on_field_errors=False)
    def _in_order(self, data: Any, **_: Any) -> None:
        for value in data.values():
            if isinstance(value, dict) and {"start", "end"} <= value.keys() and value["end"] <= value["start"]:
                raise ma.ValidationError({"end": [Refusal("order", N_("La fin vient après le début."))]})

    @ma.post_load
    def _made(self, data: Any, **_: Any) -> Any:
        return self.shape(**{n: Interval(**value) if isinstance(value, dict) else value for n, value in data.items()})


_REFUSALS: dict[str, Any] = {
    "unknown": [Refusal("unknown_field", N_("Ce champ n’est pas connu ici."))],
    "type": [Refusal("type", N_("Un objet JSON est attendu."))],
}


def _reads(shape: Any, way: Way) -> type[ma.Schema]:
    fields: dict[str, Any] = {"_".join(m.path): _field(m, way) for m in members(shape)}
    read = _Sent.from_dict(fields, name=shape.__name__)
    return type(shape.__name__, (read,), {"shape": shape, "error_messages": _REFUSALS})


class _Value(ma.fields.Field[Any]):
    """One value, read by a function; its `metadata` is its JSON Schema."""

    def __init__(self, reading: Reading, **options: Any) -> None:
        super().__init__(**options)
        self.reading = reading

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        try:
            return self.reading.read(value)
        except Unreadable as error:
            raise ma.ValidationError([error.reason]) from error


def _field(member: Member, way: Way) -> ma.fields.Field[Any]:
    missing = [Refusal("missing", N_("Ce champ est obligatoire."))]
    described = next((mark for mark in member.marks if isinstance(mark, str)), None)
    metadata: dict[str, Any] = {"description": described} if described else {}
    options: dict[str, Any] = {
        "data_key": member.name,
        "attribute": ".".join(member.path) or None,
        "allow_none": member.optional and way != "query",
        "error_messages": {"required": missing, "null": missing},
        "metadata": metadata,
    }
    if way == "answer" or member.required:
        options["required"] = True
    else:
        options["load_default"] = functools.partial(_itself, member.default)  # A bare None would be told as a default.
        if member.default not in (None, (), ""):
            metadata["default"] = _default(member.default)
    kind: Any = member.kind
    origin = None if member.mark(Read) else typing.get_origin(kind)
    if origin in (tuple, frozenset):
        options["error_messages"]["invalid"] = [Refusal("type", N_("Une liste est attendue."))]
        item = dataclasses.replace(member, kind=typing.get_args(kind)[0], marks=(), required=True)
        return ma.fields.List(_field(item, way), post_load=origin, **options)
    if origin is types.UnionType:
        return OneOf(typing.get_args(kind), **options)
    if kind is not Money and _is_shape(kind) and not member.mark(Read):
        return ma.fields.Nested(answer_schema(kind), **options)
    reading = reading_of(member, way)
    metadata |= reading.schema
    if options["allow_none"] and "enum" in metadata:
        metadata["enum"] = [*metadata["enum"], None]
    return _Value(reading, **options)


def _is_shape(kind: Any) -> bool:
    return dataclasses.is_dataclass(kind)


def _itself(value: Any) -> Any:
    return value


def _default(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else value
