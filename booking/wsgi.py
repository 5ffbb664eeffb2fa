"""The application for a WSGI server, made from the environment: `booking.wsgi:app`."""

from __future__ import annotations

from booking.app import served

app = served()
