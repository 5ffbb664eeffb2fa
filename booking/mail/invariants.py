"""What must always hold of the outbox of mail."""

from __future__ import annotations

import sqlalchemy as sa

from booking.db.invariants import Invariant
from booking.jobs.models import Job
from booking.mail.models import Message
from booking.mail.rules import DELIVER

INVARIANTS = (
    Invariant(
        "mail.delivery",
        "Every mail that is not sent has its job, waiting or given up.",
        sa.select(Message.uid, Message.recipient)
        .outerjoin(
            Job,
            sa.and_(Job.kind == DELIVER, Job.key == sa.literal("mail:").concat(Message.uid), Job.done_at.is_(None)),
        )
        .where(Message.sent_at.is_(None), Job.id.is_(None)),
    ),
)
