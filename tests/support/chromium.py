"""Where a real Chromium comes from: `$ARCHIPEL_CHROMIUM`, else npm's (no apt, no root), else the system's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

from tests.support.once import made_once

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "node_modules" / "@sparticuz" / "chromium"
NODE = Path(sys.prefix) / "bin" / "node"
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# No sandbox: it needs either root or user namespaces, and the pages are our own. The rest keeps it from calling anyone.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
UNPACK = """
const fs = require("node:fs"), zlib = require("node:zlib"), { pipeline } = require("node:stream/promises");
const [from, to] = process.argv.slice(1);
pipeline(fs.createReadStream(from), zlib.createBrotliDecompress(), fs.createWriteStream(to));
"""


def launch_options() -> dict[str, Any]:
    """What Playwright's `chromium.launch` is given. Raises RuntimeError when there is no browser at all."""
    if chosen := os.environ.get("ARCHIPEL_CHROMIUM"):
        return {"executable_path": chosen, "args": ARGUMENTS}
    if PACKAGE.is_dir():
        release = json.loads((PACKAGE / "package.json").read_text())["version"]
        folder = made_once(ROOT / ".cache" / f"chromium-{release}", unpack)
        libraries = {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_PATH": str(folder / "fonts")}
        return {"executable_path": folder / "chromium", "args": ARGUMENTS, "env": {**os.environ, **libraries}}
    for name in SYSTEM_NAMES:
        if found := shutil.which(name):
            return {"executable_path": found, "args": ARGUMENTS}
    raise RuntimeError("No Chromium: run `make setup-tests`, or name one in ARCHIPEL_CHROMIUM.")


def unpack(folder: Path) -> None:
    """Unpack the package's browser with the libraries and fonts that a bare machine lacks into the new `folder`."""
    folder.mkdir()
    for packed in sorted((PACKAGE / "bin").glob("*.br")):
        plain = folder / packed.stem
        subprocess.run([NODE, "-e", UNPACK, packed, plain], check=True)
        if plain.suffix == ".tar":
            with tarfile.open(plain) as archive:
                # The oldest Python 3.11 knows no filter; the archive is pinned by its hash in package-lock.json.
                if hasattr(tarfile, "data_filter"):
                    archive.extractall(folder, filter="data")
                else:
                    archive.extractall(folder)  # noqa: S202 - as above
            plain.unlink()
    (folder / "chromium").chmod(0o755)
