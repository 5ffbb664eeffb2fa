"""What a whole test session shares, however many workers run it: one PostgreSQL, and things that are made once.

Loaded by `-p tests.support.plugin` (pyproject.toml). The controlling process makes one folder and holds a lock in it
until it ends; each worker is told the folder.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import pytest

from tests.support import realpg
from tests.support.once import made_once

HOME = pytest.StashKey[Path]()
ALIVE = pytest.StashKey[TextIO]()
WORKER_KEY = "archipel_home"


def pytest_configure(config: pytest.Config) -> None:
    workerinput: dict[str, Any] | None = getattr(config, "workerinput", None)
    if workerinput is not None:
        config.stash[HOME] = Path(workerinput[WORKER_KEY])
        return
    home = Path(tempfile.mkdtemp(prefix="archipel-tests-"))
    alive = (home / "alive").open("w")
    fcntl.flock(alive, fcntl.LOCK_EX)
    config.stash[HOME] = home
    config.stash[ALIVE] = alive


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput[WORKER_KEY] = str(node.config.stash[HOME])


def pytest_unconfigure(config: pytest.Config) -> None:
    alive = config.stash.get(ALIVE, None)
    if alive is None:
        return
    home = config.stash[HOME]
    alive.close()
    with (home / "kept").open("w") as kept:  # held by the server's keeper until the server is gone
        fcntl.flock(kept, fcntl.LOCK_EX)
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def session_folder(pytestconfig: pytest.Config) -> Path:
    """A folder that all workers of this session share and that goes with it: the place for `made_once`."""
    return pytestconfig.stash[HOME]


@pytest.fixture(scope="session")
def pg_server(session_folder: Path) -> str:
    """The address of the session's PostgreSQL (database `postgres`), started by whoever needs it first."""

    def start(path: Path) -> None:
        path.write_text(realpg.start_kept_server(session_folder))

    return made_once(session_folder / "postgres-url", start).read_text()


@pytest.fixture
def pg_database(pg_server: str) -> Iterator[str]:
    """The address of an empty database on the session's PostgreSQL, dropped after the test."""
    with realpg.database(pg_server) as url:
        yield url
