"""JSON in and out, derived from frozen dataclasses in one place.

The annotations of a class say it all: what a member is called, how long or large it may be, what it means. From them
come the marshmallow schemas (`answer_schema`, `page_schema`, `body_schema`, `query_schema`), with these the OpenAPI
document, and `plain`, which turns an instance into what JSON can hold. Money is `{"amount", "unit"}`, an instant is
RFC 3339 in UTC, an `Interval` is two members, `start` and `end`, beside the others.

What is sent is refused with every mistake at once: what is unknown, missing, of another type, too long or too large,
and instants without an offset or finer than a second.
"""

from booking.web.dto.members import Between, Named, Read, Text, plain
from booking.web.dto.readings import read_instant
from booking.web.dto.schemas import OneOf, answer_schema, body_schema, page_schema, query_schema, reasons_of

__all__ = [
    "Between",
    "Named",
    "OneOf",
    "Read",
    "Text",
    "answer_schema",
    "body_schema",
    "page_schema",
    "plain",
    "query_schema",
    "read_instant",
    "reasons_of",
]
