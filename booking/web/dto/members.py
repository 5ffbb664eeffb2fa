"""The members of a dataclass's JSON object, and an instance as JSON holds it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import operator
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from booking.values.interval import Interval
from booking.values.money import Money


@dataclass(frozen=True, slots=True)
class Text:
    """The length of a text that is sent, in characters; one line unless `lines`."""

    most: int = 200
    least: int = 0
    lines: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """The bounds of a number that is sent, both included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Named:
    """What the member is called outside, where Python has the word for itself."""

    name: str


@dataclass(frozen=True, slots=True)
class Read:
    """A value of the trade that is sent as one text: how it is read (ValueError when it cannot be), how it looks."""

    read: Callable[[str], Any]
    pattern: str
    example: str


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a JSON object: where it comes from in the dataclass, and what stands there.

    `marks` are the annotations beside the type; a text among them says what the member means.
    """

    name: str
    path: tuple[str, ...]
    kind: Any
    marks: tuple[Any, ...] = ()
    optional: bool = False
    required: bool = True
    default: Any = None

    def mark(self, kind: type[Any]) -> Any:
        """The annotation of that class, if the member has one."""
        return next((mark for mark in self.marks if isinstance(mark, kind)), None)


@functools.cache
def members(shape: Any) -> tuple[Member, ...]:
    """The members of a dataclass's JSON object, in order, inherited ones last; an Interval gives two."""
    hints = typing.get_type_hints(shape, include_extras=True)
    own = vars(shape).get("__annotations__", {})
    found: list[Member] = []
    for each in sorted(dataclasses.fields(shape), key=lambda field: field.name not in own):
        kind, marks, optional = _taken_apart(hints[each.name])
        if kind is Interval:
            found += [Member(end, (each.name, end), dt.datetime) for end in ("start", "end")]
            continue
        required = each.default is dataclasses.MISSING
        default = None if required else each.default
        member = Member(each.name, (each.name,), kind, marks, optional, required, default)
        named = member.mark(Named)
        found.append(dataclasses.replace(member, name=named.name) if named else member)
    return tuple(found)


def _taken_apart(hint: Any) -> tuple[Any, tuple[Any, ...], bool]:
    """The bare type of an annotation, its marks, and whether it may be None."""
    marks: tuple[Any, ...] = ()
    if typing.get_origin(hint) is typing.Annotated:
        hint, *rest = typing.get_args(hint)
        marks = tuple(rest)
    if typing.get_origin(hint) not in (typing.Union, types.UnionType):
        return hint, marks, False
    kinds = [kind for kind in typing.get_args(hint) if kind is not type(None)]
    return functools.reduce(operator.or_, kinds), marks, len(kinds) < len(typing.get_args(hint))


def plain(value: Any) -> Any:
    """The value as JSON holds it. Raises TypeError for what has no form of its own there."""
    kind: Any = type(value)
    return _plainer(kind)(value)


_PLAIN: dict[Any, Callable[[Any], Any]] = {
    **dict.fromkeys((str, int, float, bool, type(None)), lambda value: value),
    dt.date: dt.date.isoformat,
    dt.datetime: lambda at: at.astimezone(dt.UTC).isoformat().removesuffix("+00:00") + "Z",
    Money: lambda money: {"amount": money.amount, "unit": money.unit.value},
    tuple: lambda values: [plain(value) for value in values],
}


@functools.cache
def _plainer(kind: Any) -> Callable[[Any], Any]:
    if kind in _PLAIN:
        return _PLAIN[kind]
    if issubclass(kind, StrEnum):
        return operator.attrgetter("value")
    parts = [(m.name, operator.attrgetter(".".join(m.path))) for m in members(kind)]
    return lambda value: {name: plain(get(value)) for name, get in parts}
