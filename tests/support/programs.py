"""Programs that talk to the JSON API with a token, in one process or over real HTTP."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import threading
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from booking.db import db, write
from booking.people.models import ApiToken
from booking.people.rules import Scope
from booking.people.schemas import Asker
from booking.values.codes import new_token, token_hash, uuid7
from tests.support.world import NOW


def token_of(asker: Asker, scope: Scope = Scope.WRITE, **values: Any) -> str:
    """A new token of that person; `values` are columns of its row (`expires_at`, `revoked_at`)."""
    token = new_token()

    def make(session: Session) -> None:
        facts = {"uid": uuid7(NOW), "name": "essai", "scope": scope, "created_at": NOW, "last_used_at": NOW} | values
        session.execute(sa.insert(ApiToken).values(member_id=asker.member_id, token_hash=token_hash(token), **facts))

    write(make)
    return token


class Program:
    """A program that acts for somebody (None: for nobody). Paths are under `/api/v1`."""

    def __init__(self, client: FlaskClient, asker: Asker | None = None, scope: Scope = Scope.WRITE) -> None:
        self.client = client
        self.headers = {} if asker is None else {"Authorization": f"Bearer {token_of(asker, scope)}"}

    def __call__(
        self, method: str, path: str, json: Any = None, key: str | None = None, **options: Any
    ) -> TestResponse:
        headers = {**self.headers, **({} if key is None else {"Idempotency-Key": key}), **options.pop("headers", {})}
        call = functools.partial(self.client.open, f"/api/v1{path}", method=method, json=json, headers=headers)
        # In a context of its own, as on a server: what one request remembers of who asks is not the next one's.
        answer: TestResponse = contextvars.Context().run(functools.partial(call, **options))
        db.session.rollback()
        return answer

    def get(self, path: str, **query: Any) -> Any:
        """What a call that must succeed answers; a name ends in `_` where Python has the word for itself."""
        names = {name.rstrip("_"): value for name, value in query.items()}
        answer = self("GET", path, query_string=names or None)
        assert answer.status_code == 200, answer.text
        return answer.get_json()


def reasons(answer: TestResponse, status: int = 422) -> set[tuple[str, str | None]]:
    """The codes and fields of a refusal, once it is one in every respect."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    told = answer.get_json()
    assert told["status"] == status
    assert told["title"]
    assert all(reason["message"] and "%(" not in reason["message"] for reason in told["reasons"])
    assert told["type"] == f"urn:archipel:problem:{told['reasons'][0]['code']}"
    return {(reason["code"], reason.get("field")) for reason in told["reasons"]}


class _Quiet(WSGIRequestHandler):
    """Logs no request: a thousand lines hide the one that matters."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextlib.contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application behind a real server of many threads; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
