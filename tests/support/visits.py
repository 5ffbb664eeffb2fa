"""Somebody at a browser without scripts, signed in without a password, who looks at every page."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from booking.db import write
from booking.people.models import Login
from booking.people.schemas import Asker
from booking.values.codes import new_token, token_hash
from tests.people.conftest import Browser


class Visit(Browser):
    """A visitor, or the member that `asker` is."""

    def __init__(self, app: Flask, asker: Asker | None = None, *, at: dt.datetime | None = None) -> None:
        super().__init__(app)
        if asker is not None:
            secret = new_token()
            start = at or dt.datetime.now(dt.UTC).replace(microsecond=0)  # noqa: TID251 - the browser's own clock

            def sign_in(session: Session) -> None:
                session.execute(
                    sa.insert(Login).values(
                        member_id=asker.member_id,
                        token_hash=token_hash(secret),
                        created_at=start,
                        last_seen_at=start,
                        expires_at=start + dt.timedelta(days=30),
                    )
                )

            write(sign_in)
            with self.client.session_transaction() as cookie:
                cookie["_user_id"] = secret
                cookie["_fresh"] = True

    def send(self, path: str, data: dict[str, Any] | None = None, **files: Any) -> TestResponse:
        """Send a form with files, each as (content, name), in a body that this process holds whole."""
        sent = {name: FileStorage(content, file_name) for name, (content, file_name) in files.items()}
        boundary, body = encode_multipart({"csrf_token": self.token(), **(data or {}), **sent})
        kind = f"multipart/form-data; boundary={boundary}"
        return self._seen(self.client.post(path, data=body, content_type=kind))


def words(response: TestResponse) -> str:
    """What a person reads on a page, spaces evened out."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def errors_at(response: TestResponse) -> dict[str, str]:
    """The sentences of a form that is shown again, by the id of their field."""
    found = re.findall(r'<p class="error small" id="([\w-]+)-error">(.*?)</p>', response.text, flags=re.DOTALL)
    return {name: re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", text))).strip() for name, text in found}
