"""How a feed is answered: whole, or that it has not changed (RFC 9110, section 13), or from the last good copy.

Some programs empty or give up a calendar on any answer that is neither (docs/decisions/0004).
"""

from __future__ import annotations

import datetime as dt
import gzip
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import structlog
from flask import Flask, Response, current_app, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.http import http_date

from booking import clock
from booking.calendars import queries
from booking.calendars.actions import NOTED_AT_MOST_EVERY, note_use
from booking.calendars.rules import Form
from booking.calendars.schemas import Feed, TokenUse
from booking.db import glance, read, write
from booking.errors import Busy, Forbidden, Problem, TooMany
from booking.people import asking
from booking.values.codes import token_hash
from booking.web.limits import Buckets

log = structlog.get_logger()

COPIES = "archipel.calendars.copies"
BUCKETS = "archipel.calendars.buckets"
LOST = (OperationalError, InterfaceError, NoConnection)
"""What the database's absence looks like."""

COPY_LASTS = dt.timedelta(days=1)
SECRET_COPY_LASTS = dt.timedelta(hours=1)
"""Another process may have refused the address since, and only the database could tell."""

MOST_OCTETS = 8 * 1024 * 1024
MOST_ADDRESSES = 2_000

MOST_AT_ONCE = 2_000
MORE_PER_SECOND = 200
"""What one address may be asked of one process: far more than any calendar does, since a refused one may give up."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A feed as it was answered: its version, the date of its last change, its text in gzip, how long that may do."""

    version: str
    modified: dt.datetime
    packed: bytes
    until: dt.datetime


class Unchanged(Response):
    """An answer without a body, so without its type."""

    default_mimetype = None


class Copies:
    """The feeds that this process rendered last, by version, and which of them each address gave last."""

    def __init__(self, most: int = MOST_OCTETS) -> None:
        self._most = most
        self._held = 0
        self._packed: OrderedDict[str, bytes] = OrderedDict()
        self._last: OrderedDict[str, Copy] = OrderedDict()
        self._lock = threading.Lock()

    def packed(self, version: str, make: Callable[[], bytes]) -> bytes:
        """The text of that version in gzip, made once while it is remembered; equal texts give equal bytes."""
        with self._lock:
            found = self._packed.get(version)
            if found is not None:
                self._packed.move_to_end(version)
                return found
        made = gzip.compress(make(), 6, mtime=0)
        with self._lock:
            if version not in self._packed:
                self._packed[version] = made
                self._held += len(made)
            while self._held > self._most:
                _, forgotten = self._packed.popitem(last=False)
                self._held -= len(forgotten)
        return made

    def keep(self, address: str, copy: Copy) -> None:
        """Remember what an address gave."""
        with self._lock:
            self._last[address] = copy
            self._last.move_to_end(address)
            if len(self._last) > MOST_ADDRESSES:
                self._last.popitem(last=False)

    def last(self, address: str, now: dt.datetime) -> Copy | None:
        """What an address gave last, if that was not too long ago."""
        found = self._last.get(address)
        return found if found is not None and now < found.until else None

    def forget(self, address: str) -> None:
        """Give nothing more of an address that has been refused."""
        with self._lock:
            self._last.pop(address, None)


def register(app: Flask) -> None:
    """Give the application its memory of feeds and of who asks too often."""
    app.extensions[COPIES] = Copies()
    app.extensions[BUCKETS] = Buckets(MOST_AT_ONCE, MORE_PER_SECOND)


def answer(find: Callable[..., Feed], *asked: str, form: Form, filename: str) -> Response:
    """The feed that `find` gives for what was asked, as the client's copy and its ways of reading make it.

    Raises what `find` raises, Forbidden for an address sent in clear where people come by HTTPS, TooMany, and Busy when
    the database does not answer and there is no copy.
    """
    _check_manner()
    now = clock.now()
    copies: Copies = current_app.extensions[COPIES]
    address = token_hash(request.path)
    gzipped = request.accept_encodings.quality("gzip") > 0
    try:
        feed = glance(find, *asked, now)
        version = f"{feed.version}-{form}"
        response = _unchanged(version, feed.modified, now, gzipped=gzipped)
        if response is None:
            packed = copies.packed(version, partial(_rendered, feed, form))
            lasts = COPY_LASTS if feed.use is None else SECRET_COPY_LASTS
            copy = Copy(version, feed.modified, packed, now + lasts)
            copies.keep(address, copy)
            response = _whole(copy, filename, gzipped=gzipped)
    except LOST as error:
        kept = copies.last(address, now)
        log.warning("a feed without its database", error=type(error).__name__, copy=kept is not None)
        if kept is None:
            raise Busy from error
        unchanged = _unchanged(kept.version, kept.modified, now, gzipped=gzipped)
        return unchanged or _whole(kept, filename, gzipped=gzipped)
    except Problem:
        copies.forget(address)
        raise
    if feed.use is not None and (feed.use.noted_at is None or now - feed.use.noted_at >= NOTED_AT_MOST_EVERY):
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way
        response.call_on_close(partial(_note, app, feed.use, now))
    return response


def _check_manner() -> None:
    settings = asking.settings()
    if settings.secure and settings.trusted_proxies and not request.is_secure:
        raise Forbidden  # Never a redirect: the address has already travelled for all to read.
    if settings.rate_limits:
        buckets: Buckets = current_app.extensions[BUCKETS]
        wait = buckets.take(token_hash(request.path), time.monotonic())
        if wait:
            raise TooMany(retry_after=wait)


def _rendered(feed: Feed, form: Form) -> bytes:
    rendered = read(queries.render, feed, form)
    if rendered.left_out:
        log.warning("feed cut", feed=str(feed.scope), member=feed.member_id, left_out=rendered.left_out)
    return rendered.content


def _tag(version: str, *, gzipped: bool) -> str:
    """The strong ETag of one encoding of a version."""
    return f"{version}-gzip" if gzipped else version


def _unchanged(version: str, modified: dt.datetime, now: dt.datetime, *, gzipped: bool) -> Response | None:
    """304 when the client has this version already, in whichever encoding; None when it has not.

    If-None-Match counts alone where it is sent. A date in the future is not one (RFC 9110, section 13.1.3).
    """
    wanted, other = _tag(version, gzipped=gzipped), _tag(version, gzipped=not gzipped)
    if "If-None-Match" in request.headers:
        known = request.if_none_match
        tag = next((tag for tag in (wanted, other) if known.contains_weak(tag)), None)
    else:
        since = request.if_modified_since
        tag = wanted if since is not None and modified <= since <= now else None
    if tag is None:
        return None
    return _validated(Unchanged(status=304), tag, modified)


def _whole(copy: Copy, filename: str, *, gzipped: bool) -> Response:
    response = Response(copy.packed if gzipped else gzip.decompress(copy.packed))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers.set("Content-Disposition", "inline", filename=filename)
    if gzipped:
        response.headers["Content-Encoding"] = "gzip"
    return _validated(response, _tag(copy.version, gzipped=gzipped), copy.modified)


def _validated(response: Response, tag: str, modified: dt.datetime) -> Response:
    response.set_etag(tag)
    response.headers["Last-Modified"] = http_date(modified)
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _note(app: Flask, use: TokenUse, now: dt.datetime) -> None:
    """Write down that an address is in use, when its answer has gone out already."""
    with app.app_context():
        try:
            write(note_use, use.id, now)
        except (*LOST, Busy) as error:
            log.warning("the use of an address was not noted", error=type(error).__name__)
