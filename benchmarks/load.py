"""Clients that ask as fast as they are answered, in a process of their own: `python -m benchmarks.load`.

One thread serves all connections, so that measuring costs little beside what is measured. It reads its orders as JSON
from stdin and answers one JSON object: how long it took, the latency of each request, how often each status came.
"""

from __future__ import annotations

import itertools
import json
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True)
class Request:
    """One request; `headers` beside Host."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    def text(self) -> str:
        """As it goes over the wire."""
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.body.encode())}"]
        return "\r\n".join(lines) + "\r\n\r\n" + self.body


@dataclass(frozen=True)
class Measured:
    """What came back: seconds in all, milliseconds of each request in order of size, statuses, bytes of one answer."""

    seconds: float
    latencies: list[float]
    statuses: dict[str, int]
    octets: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds that this share of the requests did not pass."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]

    @property
    def p50(self) -> float:
        """The median, in milliseconds."""
        return self.percentile(0.5)

    @property
    def p95(self) -> float:
        """What nineteen of twenty stay below, in milliseconds."""
        return self.percentile(0.95)


def measure(
    port: int, requests: Sequence[Request], *, clients: int, seconds: float, again: bool = True, expect: str = "200"
) -> Measured:
    """Ask with so many clients for so long, the requests over and `again` or each once.

    Raises RuntimeError when any answer has another status than expected.
    """
    orders = {
        "port": port,
        "requests": [each.text() for each in requests],
        "clients": clients,
        "seconds": seconds,
        "again": again,
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"], input=json.dumps(orders), capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    measured = Measured(told["seconds"], sorted(told["latencies"]), told["statuses"], told["octets"])
    if set(measured.statuses) != {expect}:
        raise RuntimeError(f"{requests[0].path}: expected {expect}, got {measured.statuses}: {told['odd']}")
    return measured


@dataclass
class _Line:
    sock: socket.socket
    buffer: bytes = b""
    sent: float = 0.0


def _whole(buffer: bytes) -> tuple[str, int] | None:
    """The status and length of the answer once all of it is there."""
    head, found, body = buffer.partition(END_OF_HEAD)
    if not found:
        return None
    lines = head.decode("latin-1").split("\r\n")
    status = lines[0].split()[1]
    names = dict(line.lower().split(": ", 1) for line in lines[1:])
    if status == "304" or "content-length" in names:
        length = 0 if status == "304" else int(names["content-length"])
        return (status, length) if len(body) >= length else None
    return (status, len(body)) if body.endswith(b"0\r\n\r\n") else None


class _Clients:
    """Connections that each send the next request when the last one is answered."""

    def __init__(self, orders: dict[str, Any]) -> None:
        texts = [text.encode() for text in orders["requests"]]
        self._wanted: Iterator[bytes] = itertools.cycle(texts) if orders["again"] else iter(texts)
        self._end = orders["seconds"]
        self._chosen = selectors.DefaultSelector()
        self._lines = [_Line(socket.create_connection(("127.0.0.1", orders["port"]))) for _ in range(orders["clients"])]
        self.latencies: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.octets, self.odd = 0, ""

    def run(self) -> float:
        """Ask until the time is over, or the requests; the seconds that it took."""
        began = time.perf_counter()
        self._end += began
        for line in self._lines:
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._chosen.register(line.sock, selectors.EVENT_READ, line)
            self._send(line)
        while self._chosen.get_map():
            for key, _mask in self._chosen.select():
                self._receive(key.data)
        return time.perf_counter() - began

    def _send(self, line: _Line) -> None:
        text = next(self._wanted, None)
        if text is None or time.perf_counter() > self._end:
            self._chosen.unregister(line.sock)
            line.sock.close()
        else:
            line.buffer, line.sent = b"", time.perf_counter()
            line.sock.sendall(text)

    def _receive(self, line: _Line) -> None:
        part = line.sock.recv(262_144)
        if not part:
            raise ConnectionError("the server closed a connection")
        line.buffer += part
        answer = _whole(line.buffer)
        if answer is None:
            return
        self.latencies.append((time.perf_counter() - line.sent) * 1000)
        status, self.octets = answer
        self.statuses[status] += 1
        if status not in ("200", "201", "304"):
            self.odd = line.buffer.decode(errors="replace")[-600:]
        self._send(line)


def main() -> None:
    """The clients of one measurement."""
    clients = _Clients(json.load(sys.stdin))
    seconds = clients.run()
    told = {name: getattr(clients, name) for name in ("latencies", "statuses", "octets", "odd")}
    sys.stdout.write(json.dumps({"seconds": seconds, **told}))


if __name__ == "__main__":
    main()
