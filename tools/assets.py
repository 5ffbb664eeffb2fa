"""Copy the few front-end files that pages use from node_modules/ to static/vendor/, each beside its licence."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"

# Package -> what is taken from it: a file, or a folder with all that is in it.
TAKEN = {
    "leaflet": ("dist/leaflet.js", "dist/leaflet.css", "dist/images", "LICENSE"),
}


def copy(package: str, names: tuple[str, ...], into: Path) -> None:
    """Copy the named parts of one package into its own folder, flat: `dist/leaflet.js` becomes `leaflet/leaflet.js`."""
    source, target = ROOT / "node_modules" / package, into / package
    target.mkdir(parents=True)
    for name in names:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / Path(name).name)
        else:
            shutil.copy(source / name, target)


def main() -> None:
    """Make the new folder beside the old one, then swap them: a page being served never misses a file for long."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for package, names in TAKEN.items():
        copy(package, names, fresh)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


if __name__ == "__main__":
    main()
