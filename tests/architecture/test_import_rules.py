"""The import contracts of pyproject.toml, each broken on a copy of the house: one that cannot fail proves nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package and of its contracts, to be spoilt."""
    shutil.copytree(ROOT / "booking", tmp_path / "booking", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def add(house: Path, file: str, line: str) -> None:
    path = house / "booking" / file
    path.parent.mkdir(exist_ok=True)
    (path.parent / "__init__.py").touch()
    with path.open("a") as source:
        source.write(f"\n{line}\n")


def verdict(house: Path, *contracts: str) -> tuple[int, str]:
    chosen = [part for contract in contracts for part in ("--contract", contract)]
    ran = subprocess.run(
        [LINT_IMPORTS, "--no-logo", "--no-cache", *chosen], check=False, capture_output=True, text=True, cwd=house
    )
    return ran.returncode, ran.stdout


BROKEN = [
    ("rooms", "people/rules/spoilt.py", "import booking.bookings.rules"),
    ("rooms", "people/actions/spoilt.py", "import booking.ledger.queries"),
    ("rooms", "web/spoilt.py", "import booking.people.schemas"),
    ("web", "web/api/spoilt.py", "import booking.people.schemas"),
    ("web", "web/forms.py", "import booking.people.rules"),
    ("rooms", "values/spoilt.py", "import booking.errors"),
    ("rooms", "fleet/rules.py", "WHEELS = 4"),
    ("roles", "ledger/queries/spoilt.py", "import booking.ledger.actions"),
    ("roles", "ledger/helpers.py", "ANYTHING = 1"),
    ("edges", "ledger/actions/spoilt.py", "import booking.people.views"),
    ("edges", "places/views/spoilt.py", "import booking.people.views"),
    ("edges", "cli.py", "import booking.people.jobs"),
    ("asking", "ledger/actions/spoilt.py", "import booking.people.asking"),
    ("forms", "people/forms/spoilt.py", "import booking.people.queries"),
    ("pure", "ledger/rules/spoilt.py", "import sqlalchemy"),
    ("pure", "ledger/rules/spoilt.py", "import booking.db.base"),
    ("pure", "values/spoilt.py", "import booking.clock"),
    ("core", "ledger/actions/spoilt.py", "import flask_login"),
    ("core", "mail/render.py", "import flask"),
    ("core", "ledger/schemas/spoilt.py", "import marshmallow"),
]


@pytest.mark.parametrize(("contract", "file", "line"), BROKEN)
def test_a_contract_refuses(house: Path, contract: str, file: str, line: str) -> None:
    add(house, file, line)
    code, said = verdict(house, contract)
    assert (code, "0 kept, 1 broken" in said) == (1, True), said


def test_an_edge_may_read_any_room(house: Path) -> None:
    add(house, "places/api/read.py", "import booking.bookings.queries, booking.people.asking, booking.ledger.actions")
    add(house, "people/jobs/read.py", "import booking.bookings.actions")
    code, said = verdict(house)
    assert code == 0, said
