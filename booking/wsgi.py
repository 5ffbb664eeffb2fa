"""The application for a WSGI server, made from the environment: `booking.wsgi:app`."""

from __future__ import annotations

from booking import logs
from booking.app import create_app
from booking.settings import load

logs.configure()
app = create_app(load())
