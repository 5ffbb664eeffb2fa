"""The `archipel` command as a process: what it says, where, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from booking import clock
from booking.db import db, write
from booking.jobs import actions
from booking.jobs.models import Job
from booking.jobs.rules import LEASE

SECRET = "tests-only-" + "0" * 40
LONGEST = 60
"""Seconds that a command may take before the test gives up on it."""


def command(*words: str, **environment: str) -> subprocess.Popen[str]:
    """The command, started in a bare environment."""
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "booking", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=known | {"SECRET_KEY": SECRET} | environment,
    )


def run(*words: str, **environment: str) -> tuple[int, str, str]:
    """Its exit code, what went to stdout and what went to stderr."""
    with command(*words, **environment) as process:
        out, said = process.communicate(timeout=LONGEST)
        return process.returncode, out, said


def test_every_command_explains_itself() -> None:
    code, out, _said = run("--help")
    assert code == 0
    assert all(word in out for word in ("init", "worker"))
    code, out, _said = run("worker", "--help")
    assert code == 0
    assert "--drain" in out


def test_every_wrong_setting_is_named_at_once() -> None:
    wrong = {"SECRET_KEY": "short", "MAIL_URL": "pigeon://roof", "MAIL_FROM": "nobody", "BASE_URL": "archipel"}
    code, out, said = run("worker", **wrong)
    assert (code, out) == (2, "")
    assert all(f"  - {name}: " in said for name in wrong)


@pytest.mark.parametrize("words", [(), ("fly",), ("worker", "--fast")])
def test_what_is_no_command_is_refused(words: tuple[str, ...]) -> None:
    code, out, said = run(*words)
    assert (code, out) == (2, "")
    assert said.startswith("usage: archipel")


def test_init_makes_a_database_that_a_worker_can_work_on_and_may_run_twice(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/folder/archipel.db"
    code, _out, said = run("worker", "--drain", DATABASE_URL=url)
    assert code == 1
    assert "The database does not answer" in said
    for _ in range(2):
        code, out, said = run("init", DATABASE_URL=url)
        assert (code, out) == (0, "")
        assert "The database is ready" in said
    code, out, said = run("worker", "--drain", DATABASE_URL=url)
    assert (code, out) == (0, "")
    assert "Done: " in said


def test_a_worker_refuses_a_database_without_tables(tmp_path: Path) -> None:
    code, _out, said = run("worker", DATABASE_URL=f"sqlite:///{tmp_path}/empty.db")
    assert code == 1
    assert "run `archipel init` first" in said


@pytest.mark.usefixtures("app")
def test_jobs_that_were_given_up_are_revived_on_demand(database: str) -> None:
    write(actions.enqueue, "jobs.clean", {}, now=clock.now(), key="old")
    job = write(actions.claim, ["jobs.clean"], now=clock.now(), lease=LEASE)
    assert job is not None
    write(actions.give_up, job, "no use", now=clock.now())
    code, _out, said = run("worker", "--drain", "--revive", DATABASE_URL=database)
    assert code == 0
    assert "Given another chance: 1 job(s)." in said
    assert db.session.execute(sa.select(Job.failed_at, Job.done_at.is_not(None)).where(Job.key == "old")).one() == (
        None,
        True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.usefixtures("app")
def test_a_worker_ends_cleanly_when_it_is_told_to(database: str, number: signal.Signals) -> None:
    with command("worker", DATABASE_URL=database) as process:
        assert process.stderr is not None
        while "worker started" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(number)
        _out, said = process.communicate(timeout=LONGEST)
    assert process.returncode == 0
    assert "worker ended" in said
