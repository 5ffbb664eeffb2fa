"""The frame of the JSON API: how a request is read, how it is answered, and the document that describes both."""

from booking.web.api.docs import register
from booking.web.api.frame import (
    KEY_HEADER,
    PREFIX,
    REPLAYED_HEADER,
    Asked,
    Call,
    Room,
    json_answer,
    json_text,
    written,
)

__all__ = [
    "KEY_HEADER",
    "PREFIX",
    "REPLAYED_HEADER",
    "Asked",
    "Call",
    "Room",
    "json_answer",
    "json_text",
    "register",
    "written",
]
