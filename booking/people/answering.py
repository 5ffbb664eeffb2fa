"""How a program's write is answered: done once under its Idempotency-Key, whatever the network does to the answer."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from booking.db import write
from booking.people import asking
from booking.people.actions.answers import answer_once
from booking.people.rules.answers import Answer, checked_key
from booking.web.api import KEY_HEADER, REPLAYED_HEADER, json_text, written


def answered(work: Callable[[Session], Any], now: dt.datetime, status: int = 200) -> Response:
    """Do the work (which gives a dataclass of an answer) in one write and answer it with `status`.

    With an Idempotency-Key the answer is kept with the work, in the same transaction; the same request under the same
    key gets it again, with `Idempotent-Replayed: true`. Raises what the work raises, KeyReused, Invalid for a bad key.
    """

    def done(session: Session) -> Answer:
        return Answer(status, written(work(session)))

    key = request.headers.get(KEY_HEADER)
    if key is None:
        answer = write(done)
    else:
        answer = write(answer_once, asking.member_id(), checked_key(key), request_hash(), done, now=now)
    return json_text(answer.body, answer.status, {REPLAYED_HEADER: "true"} if answer.replayed else {})


def request_hash() -> str:
    """What tells one request from another: method, address and JSON, whatever its spaces and order of members."""
    body = json.dumps(request.get_json(silent=True), sort_keys=True)
    parameters = sorted(request.args.items(multi=True))
    return hashlib.sha256(json.dumps([request.method, request.path, parameters, body]).encode()).hexdigest()
