"""Reading what a program sent: a JSON body, or the parameters of an address."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from booking.errors import N_, Invalid, Malformed, Refusal
from booking.web.dto import reasons_of

LARGEST_BODY = 64 * 1024
"""Bytes; the largest thing a program sends is a note."""

EVERYWHERE = frozenset({"lang"})
"""Parameters that every address takes, whatever else it takes."""


class Reader(FlaskParser):
    """Reads by the schemas of `web.dto` and refuses in the words of `errors`, never by an HTTP error of its own."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": ma.RAISE, "query": ma.RAISE}  # noqa: RUF012 - as webargs says it

    def load_json(self, req: Request, schema: ma.Schema) -> Any:  # noqa: ARG002 - webargs' signature
        """The body. Raises UnsupportedMediaType, RequestEntityTooLarge and Malformed."""
        if req.mimetype != "application/json" and not req.mimetype.endswith("+json"):
            raise UnsupportedMediaType
        req.max_content_length = LARGEST_BODY
        try:
            return json.loads(req.get_data(), parse_constant=_no_number)
        except (ValueError, RecursionError) as error:  # also of text that is not UTF-8 and numbers beyond any use
            raise Malformed(Refusal("broken_json", N_("Le corps de la demande n’est pas du JSON lisible."))) from error

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        """The parameters by name: a list where one may be given several times, else a text."""
        known = {field.data_key: field for field in schema.fields.values()}
        found: dict[str, Any] = {}
        twice = []
        for name, values in req.args.lists():
            if isinstance(known.get(name), ma.fields.List):
                found[name] = values
            elif name in known or name not in EVERYWHERE:
                found[name] = values[0]
                if len(values) > 1:
                    twice.append(Refusal("repeated", N_("Ce paramètre ne se donne qu’une fois."), field=name))
        if twice:
            raise Invalid(*twice)
        return found

    def handle_error(self, error: ma.ValidationError, *_: Any, **__: Any) -> NoReturn:
        """Every mistake at once; webargs puts them under the name of the place (`json`, `query`)."""
        (messages,) = error.messages_dict.values()
        raise Invalid(*reasons_of(messages)) from error


def _no_number(word: str) -> NoReturn:
    """NaN and the infinities are not JSON (RFC 8259, section 6), though Python reads them."""
    raise ValueError(word)
