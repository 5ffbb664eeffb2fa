"""Where a browser's session is kept: in a signed cookie, which only pages renew."""

from __future__ import annotations

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from booking.web.problems import plain


class PageSessions(SecureCookieSessionInterface):
    """Flask's own, except that calendars and monitors are never given a cookie, nor told that answers vary by one."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie of a page's answer."""
        if not plain():
            super().save_session(app, session, response)


def register(app: Flask) -> None:
    """Keep sessions like that."""
    app.session_interface = PageSessions()
