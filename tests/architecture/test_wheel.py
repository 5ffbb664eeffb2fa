"""The package stands alone: built, installed in an empty environment, and able to make its demonstration there."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout without the network."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT],
        check=True,
        capture_output=True,
    )
    [built] = out.glob("archipel-*.whl")
    return built


def test_the_wheel_carries_what_the_program_reads(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "templates/base.html",
        "static/app.css",
        "static/vendor/",
        "migrations/versions/0001_first.py",
        "translations/en/LC_MESSAGES/messages.mo",
        "data/tierslieux_fr_2019.csv",
        "data/towns_geonames.csv",
    ):
        assert any(name.startswith(f"booking/_data/{part}") for name in names), part


def test_the_demonstration_is_made_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "empty"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    # The locked packages of this environment stand in for the index; the wheel itself is installed from its file.
    pip = [str(python), "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, str(wheel)], check=True)
    site = next((Path(sys.prefix) / "lib").glob("python*/site-packages"))
    seen = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'made' / 'archipel.db'}",
        "PYTHONPATH": os.pathsep.join([*seen, str(_without_checkout(site, tmp_path))]),
    }
    where = subprocess.run(
        [python, "-c", "import booking; print(booking.__file__)"], check=True, capture_output=True, text=True,
        env=environ, cwd=tmp_path,
    ).stdout  # fmt: skip
    assert where.startswith(str(home)), "the wheel, not the checkout"
    made = subprocess.run(
        [home / "bin" / "archipel", "demo", "--no-serve"], check=False, capture_output=True, text=True, env=environ,
        cwd=tmp_path,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert "1512 lieux" in made.stderr
    assert (tmp_path / "made" / "archipel.db").is_file()


def _without_checkout(site: Path, tmp_path: Path) -> Path:
    """The packages that archipel needs, without the editable archipel itself."""
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for entry in site.iterdir():
        if "archipel" not in entry.name.lower() and entry.suffix != ".pth":
            (libraries / entry.name).symlink_to(entry)
    return libraries
