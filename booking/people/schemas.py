"""Who is asking, as every query and action receives it."""

from __future__ import annotations

from dataclasses import dataclass

from booking.people.rules import BOOKKEEPERS, STAFF, Role
from booking.values.ids import LieuId, MemberId


@dataclass(frozen=True, slots=True)
class Asker:
    """A person, a program acting for one, or a visitor (`member_id` None).

    `roles` are pairs (lieu, role). A token of scope `read` makes `writes` False.
    """

    member_id: MemberId | None = None
    uid: str | None = None
    name: str = ""
    email: str | None = None
    language: str = "fr"
    confirmed: bool = False
    steward: bool = False
    writes: bool = True
    roles: frozenset[tuple[LieuId, Role]] = frozenset()

    def has(self, lieu_id: LieuId, roles: frozenset[Role]) -> bool:
        """Whether the asker has one of these roles in that lieu; stewards read everywhere but hold no role."""
        return any((lieu_id, role) in self.roles for role in roles)

    def belongs(self, lieu_id: LieuId) -> bool:
        """Whether the asker is of that lieu, in any role."""
        return any(lieu == lieu_id for lieu, _ in self.roles)

    def staffs(self, lieu_id: LieuId) -> bool:
        """Host, manager or treasurer there."""
        return self.has(lieu_id, STAFF)

    def manages(self, lieu_id: LieuId) -> bool:
        """Manager there."""
        return (lieu_id, Role.MANAGER) in self.roles

    def keeps_books(self, lieu_id: LieuId) -> bool:
        """Manager or treasurer there."""
        return self.has(lieu_id, BOOKKEEPERS)

    def sees_people(self, lieu_id: LieuId) -> bool:
        """Whether names of bookers there may be shown: the lieu's staff and stewards."""
        return self.steward or self.staffs(lieu_id)


VISITOR = Asker()
"""Nobody in particular."""
