"""Row numbers, each kind its own type. They never leave the server: outside are uids, slugs and short codes."""

from __future__ import annotations

from typing import NewType

MemberId = NewType("MemberId", int)
LieuId = NewType("LieuId", int)
ResourceId = NewType("ResourceId", int)
UnitId = NewType("UnitId", int)
ClaimId = NewType("ClaimId", int)
BlockId = NewType("BlockId", int)
BookId = NewType("BookId", int)
AccountId = NewType("AccountId", int)
TransferId = NewType("TransferId", int)
TariffId = NewType("TariffId", int)
QuoteId = NewType("QuoteId", int)
BookingId = NewType("BookingId", int)
JobId = NewType("JobId", int)
MessageId = NewType("MessageId", int)
