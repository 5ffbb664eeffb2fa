"""How much one visitor may ask of one process: token buckets in memory, for what only reads.

What must hold for all processes together (sign-in, sign-up) is counted in the database by the room of people.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict


class Buckets:
    """A bucket for each key: it holds `most` tokens, gains `per_second`, and each call takes one.

    At most `keep` keys are remembered, the last used ones; whoever is forgotten begins with a full bucket.
    """

    def __init__(self, most: int, per_second: float, keep: int = 10_000) -> None:
        self.most = most
        self.per_second = per_second
        self.keep = keep
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, at: float, cost: int = 1) -> int:
        """Take `cost` tokens at `at` (seconds of a clock that never goes back). Gives the whole seconds to wait, or 0.

        A refused call takes nothing, so asking again does not lengthen the wait. What costs more than a bucket holds
        costs a full one.
        """
        cost = min(cost, self.most)
        with self._lock:
            tokens, since = self._held.pop(key, (float(self.most), at))
            tokens = min(self.most, tokens + (at - since) * self.per_second)
            given = tokens >= cost
            self._held[key] = (tokens - cost if given else tokens, at)
            if len(self._held) > self.keep:
                self._held.popitem(last=False)
        return 0 if given else math.ceil((cost - tokens) / self.per_second)
