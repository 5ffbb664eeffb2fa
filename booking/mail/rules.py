"""How mails are named among jobs, and how long they are kept."""

from __future__ import annotations

import datetime as dt

DELIVER = "mail.deliver"
"""The job that delivers one mail; its payload is `{"uid": ...}`."""

KEEP = dt.timedelta(days=90)
"""A mail is kept that long, to tell who asks whether it was sent."""

KEY_PREFIX = "mail:"


def job_key(uid: str) -> str:
    """The key of the job that delivers the mail."""
    return KEY_PREFIX + uid
