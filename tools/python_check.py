"""Say in one sentence what this machine lacks for `python3 -m venv`. Runs on any Python 3."""

import importlib.util
import sys

OLDEST = (3, 11)
FOUND = ".".join(str(part) for part in sys.version_info[:3])

if sys.version_info < OLDEST:
    sys.exit(
        "Archipel needs Python 3.11 or newer; " + sys.executable + " is " + FOUND + ". "
        "If a newer one is installed, name it: make setup PYTHON=python3.12"
    )

if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
    sys.exit(
        "This Python has no 'venv' with pip. On Debian and Ubuntu it is a package of its own: apt install python3-venv"
    )
