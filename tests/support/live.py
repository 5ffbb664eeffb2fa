"""The application served to a real browser on 127.0.0.1, somebody signed in at it, and the rules of axe."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Page
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from booking.db import write
from booking.people.models import Login
from booking.people.schemas import Asker
from booking.values.codes import new_token, token_hash

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextlib.contextmanager
def live(app: Flask) -> Iterator[str]:
    """Serve the application from this process on a free port; give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def remember(asker: Asker, now: dt.datetime) -> str:
    """Write a new sign-in of somebody; gives its secret."""
    secret = new_token()

    def kept(session: Session) -> None:
        session.execute(
            sa.insert(Login).values(
                member_id=asker.member_id,
                token_hash=token_hash(secret),
                created_at=now,
                last_seen_at=now,
                expires_at=now + dt.timedelta(days=30),
            )
        )

    write(kept)
    return secret


def sign_in(page: Page, address: str, app: Flask, asker: Asker, now: dt.datetime) -> None:
    """Have the browser carry the cookie of somebody who signed in at `now`."""
    secret = remember(asker, now)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    cookie = str(signer.dumps({"_user_id": secret, "_fresh": True}))
    page.context.add_cookies([{"name": app.config["SESSION_COOKIE_NAME"], "value": cookie, "url": address}])


@lru_cache(maxsize=1)
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def faults(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands: `rule: the first elements at fault`."""
    page.evaluate(_axe())
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}" for each in result["violations"]]


def sideways(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
