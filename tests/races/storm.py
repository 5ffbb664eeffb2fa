"""Many clients at once, in processes of their own, over real HTTP; `python -m tests.races.storm` is one such process.

It imports the standard library alone, so that many start quickly. It reads its clients from stdin, opens a connection
for each, says that it is ready, waits for the word to begin, and writes a line for each answer as it comes.
"""

from __future__ import annotations

import http.client
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import Any, Self

PATIENCE = 60
"""Seconds that a client waits for an answer, and the tries that it makes when the server breaks the connection off."""
TRIES = 20


@dataclass(frozen=True)
class Call:
    """One request under `/api/v1`. Under a `key` it is sent again when no answer came, as a program should."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    key: str | None = None


@dataclass(frozen=True)
class Client:
    """A token and what its program asks for, one call after the other."""

    token: str
    calls: Sequence[Call]


@dataclass(frozen=True)
class Said:
    """What call number `call` of a client was answered: status 0 when nothing came back and nobody knows.

    `begun` and `ended` are seconds on the machine's one monotonic clock. `broken` counts the tries before this answer
    that ended without one.
    """

    client: int
    call: int
    status: int
    answer: dict[str, Any] = field(repr=False)
    replayed: bool
    begun: float
    ended: float
    broken: int

    @property
    def reasons(self) -> set[str]:
        """The codes of a refusal."""
        return {reason["code"] for reason in self.answer.get("reasons", ())}


class Storm:
    """The clients, dealt out to `processes`; all of them stand ready when the block begins."""

    def __init__(self, port: int, clients: Sequence[Client], processes: int) -> None:
        self._heard: queue.Queue[Said | None] = queue.Queue()
        self._hands = [
            [(n, client) for n, client in enumerate(clients) if n % processes == hand] for hand in range(processes)
        ]
        self._port = port
        self._processes: list[subprocess.Popen[str]] = []
        self._ears: list[threading.Thread] = []

    def __enter__(self) -> Self:
        for hand in self._hands:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.races.storm"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            self._processes.append(process)
            told = {"port": self._port, "clients": [[n, asdict(client)] for n, client in hand]}
            _tell(process, json.dumps(told))
        for process in self._processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            self._ears.append(threading.Thread(target=self._listen, args=(process,)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            if kind is not None:
                process.kill()
            process.wait()
        for ear in self._ears:
            if ear.ident is not None:
                ear.join()
        for process in self._processes:
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                pipe.close()

    def answers(self) -> Iterator[Said]:
        """Let them all go at once, and give each answer as it comes until every client is done."""
        for process, ear in zip(self._processes, self._ears, strict=True):
            ear.start()
            _tell(process, "go")
        for _ in self._processes:
            while (said := self._heard.get(timeout=PATIENCE * 2)) is not None:
                yield said
        assert all(process.wait() == 0 for process in self._processes)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._heard.put(Said(**json.loads(line)))
        self._heard.put(None)


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def storm(port: int, clients: Sequence[Client], processes: int) -> list[Said]:
    """Every answer of a storm."""
    with Storm(port, clients, processes) as begun:
        return list(begun.answers())


class _Line:
    """One client's connection."""

    _say = threading.Lock()

    def __init__(self, port: int, number: int, client: Client) -> None:
        self._number, self._client = number, client
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._connection.connect()

    def run(self, go: threading.Barrier) -> None:
        """Every call in turn, once all are there."""
        go.wait()
        for number, call in enumerate(self._client.calls):
            line = json.dumps(asdict(self._ask(number, call)))
            with self._say:
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
        self._connection.close()

    def _ask(self, number: int, call: Call) -> Said:
        begun = time.monotonic()
        broken = 0
        while True:
            try:
                status, answer, replayed = self._once(call)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self._connection.close()
                broken += 1
                if call.key is not None and broken < TRIES:
                    continue
                status, answer, replayed = 0, {"error": repr(error)}, False
            return Said(self._number, number, status, answer, replayed, begun, time.monotonic(), broken)

    def _once(self, call: Call) -> tuple[int, dict[str, Any], bool]:
        headers = {"Authorization": f"Bearer {self._client.token}", "Content-Type": "application/json"}
        if call.key is not None:
            headers["Idempotency-Key"] = call.key
        body = None if call.body is None else json.dumps(call.body)
        self._connection.request(call.method, f"/api/v1{call.path}", body, headers)
        response = self._connection.getresponse()
        text = response.read()
        whole = json.loads(text) if response.status < http.client.INTERNAL_SERVER_ERROR else {"text": repr(text)}
        return response.status, whole, response.getheader("Idempotent-Replayed") == "true"


def main() -> None:
    """One process of a storm."""
    told = json.loads(sys.stdin.readline())
    lines = [
        _Line(told["port"], number, Client(client["token"], [Call(**call) for call in client["calls"]]))
        for number, client in told["clients"]
    ]
    go = threading.Barrier(len(lines) + 1)
    threads = [threading.Thread(target=line.run, args=(go,)) for line in lines]
    for thread in threads:
        thread.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    assert sys.stdin.readline() == "go\n"
    go.wait()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
