"""What was measured, as a table: printed, and kept in RESULTS.md with the machine, the date and the commit."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from booking import clock

RESULTS = Path(__file__).with_name("RESULTS.md")
NOT_MEASURED = "not measured"
NOTES = """\
- Floors: A is `/healthz` on the same server, B a view with one indexed SELECT by bare Core, C the rows of a booking
  written by psycopg, a transaction each. What is compared is taken by turns; medians of the rounds.
- Milliseconds hold for two free cores only: read them with the load beside, and the ratios first. The clients run on
  the same machine.
- `load` is the machine's load average of the last minute when the line was written: 2 is both cores busy, this
  benchmark's own processes counted."""


@dataclass(frozen=True)
class Row:
    """One line: what, what came out, beside which floor, what DESIGN asks for, and the machine's load by then."""

    what: str
    found: str = NOT_MEASURED
    floor: str = ""
    target: str = ""
    load: str = ""


def row(what: str, found: str = NOT_MEASURED, floor: str = "", target: str = "") -> Row:
    """A line with the load of the machine at this moment: how many processes wanted a processor in the last minute."""
    made = Row(what, found, floor, target, f"{os.getloadavg()[0]:.1f}")
    print(f"  {made.what}: {made.found}" + (f"  [{made.floor}]" if made.floor else ""), flush=True)
    return made


def table(rows: Sequence[Row]) -> str:
    """The lines in columns, as Markdown."""
    lines = [Row("what", "measured", "floor", "target", "load"), *rows]
    cells = [(each.what, each.found, each.floor, each.target, each.load) for each in lines]
    widths = [max(len(line[n]) for line in cells) for n in range(5)]
    drawn = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in cells
    ]
    return "\n".join([drawn[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *drawn[1:]])


def machine() -> str:
    """What it was measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{os.cpu_count()} x {model}, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"


def commit() -> str:
    """The commit of this checkout, and whether files differ from it."""
    here = Path(__file__).parent

    def git(*words: str) -> str:
        return subprocess.run(
            ["git", *words],  # noqa: S607 - whichever git the developer has
            cwd=here,
            check=False,
            capture_output=True,
            text=True,
        ).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", "../booking", "../templates")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (", with changes not committed" if changed else "")


def keep(rows: Sequence[Row], how: str) -> str:
    """Write RESULTS.md and give its text."""
    text = f"""# Measured

{clock.now():%Y-%m-%d %H:%M} UTC, commit {commit()}. {machine()}. {how}

{table(rows)}

{NOTES}
"""
    RESULTS.write_text(text)
    return text
