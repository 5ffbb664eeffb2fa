"""`archipel import lieux` as a process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from booking.settings import package_folder
from tests.support.serving import run

COLUMNS = "ID,NOM_TL,TYPO,ADRESSE,CP,COMINIT,INSEECOM,NOMCOM,INSEEDEP,NOMREG,WEB,LAT,LONG"
GOOD = "1,La Fabrique,à dominante fablab,1 rue du Port,01000,Bourg,01053,Bourg-en-Bresse,01,ARA,,46.2,5.22"
BAD = "2,,à dominante fablab,1 rue du Port,01000,Bourg,01053,Bourg-en-Bresse,01,ARA,,46.2,5.22"


@pytest.fixture
def census(tmp_path: Path) -> Path:
    file = tmp_path / "census.csv"
    file.write_text(f"{COLUMNS}\n{GOOD}\n{BAD}\n", encoding="utf-8")
    return file


def test_the_real_census_goes_in_by_the_command(database: str) -> None:
    file = str(package_folder("data") / "tierslieux_fr_2019.csv")
    first = run(database, "import", "lieux", file)
    assert (first.returncode, first.stdout.split()[:2]) == (0, ["1512", "created"])
    again = run(database, "import", "lieux", file, "--json")
    report = json.loads(again.stdout)
    assert (again.returncode, report["created"], report["unchanged"], report["refused"]) == (0, 0, 1512, [])


def test_a_bad_row_is_told_with_its_line_and_the_others_go_in(database: str, census: Path) -> None:
    done = run(database, "import", "lieux", str(census))
    assert done.returncode == 1, "not all was done"
    assert "1 created" in done.stdout
    assert "line 3: refused: " in done.stdout
    told = json.loads(run(database, "import", "lieux", str(census), "--json", "--dry-run").stdout)
    assert (told["unchanged"], [each["line"] for each in told["refused"]]) == (1, [3])
    assert told["refused"][0]["reasons"][0]["code"]


def test_a_dry_run_writes_nothing(database: str, census: Path) -> None:
    for _ in range(2):
        done = run(database, "import", "lieux", str(census), "--dry-run")
        assert "1 created" in done.stdout
        assert "nothing was written" in done.stderr


@pytest.mark.parametrize(
    "content", [None, b"", b"\xff\xfe", b"a;b;c\n1;2;3\n", b"{", b"{}", b"[1]", b"\0" * 100, b"PK\x03\x04"]
)
def test_what_is_no_census_is_told_in_a_sentence(sqlite_template: Path, tmp_path: Path, content: bytes | None) -> None:
    database = tmp_path / "archipel.db"
    database.write_bytes(sqlite_template.read_bytes())
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    done = run(f"sqlite:///{database}", "import", "lieux", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(str(file))
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [(), ("archive", "file"), ("lieux",), ("lieux", "file", "--fast")])
def test_wrong_words_are_refused(words: tuple[str, ...]) -> None:
    done = run("sqlite:////nowhere/at/all.db", "import", *words)
    assert done.returncode == 2
    assert "usage: archipel" in done.stderr
