"""Settings: one frozen dataclass read once from the environment; every mistake is named at once, at start."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

DEMO = "ARCHIPEL_DEMO"
"""Set by `archipel demo` for the processes that it starts."""

SHORTEST_SECRET = 32
_HERE = Path(__file__).resolve().parent


def package_folder(name: str) -> Path:
    """Where `templates`, `static`, `migrations`, `translations`, `data` lie: in the wheel, or beside the package."""
    installed = _HERE / "_data" / name
    return installed if installed.is_dir() else _HERE.parent / name


class SettingsError(Exception):
    """One or more settings are wrong; `mistakes` says which and why, a sentence each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Settings:
    """Everything that is decided outside the code. README.md documents each by its environment name."""

    database_url: str
    secret_key: str
    base_url: str = "http://127.0.0.1:8000"
    mail_url: str = ""
    mail_from: str = "Archipel <archipel@localhost>"
    tile_url: str = ""
    tile_attribution: str = "© OpenStreetMap"
    trusted_proxies: int = 0
    rate_limits: bool = True
    metrics_from: tuple[str, ...] = ("127.0.0.1/32", "::1/128")
    publisher: str = ""
    hosting: str = ""
    contact: str = ""
    demo: bool = False

    @property
    def secure(self) -> bool:
        """Whether people come by HTTPS, so that cookies may require it."""
        return self.base_url.startswith("https://")


def default_database_url(environ: Mapping[str, str]) -> str:
    """SQLite in `./instance` where that folder or a checkout is, else in the user's data folder."""
    here = Path.cwd()
    if (here / "instance").is_dir() or (here / "pyproject.toml").is_file():
        folder = here / "instance"
    else:
        home = environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
        folder = Path(home) / "archipel"
    return f"sqlite:///{folder / 'archipel.db'}"


def load(environ: Mapping[str, str] | None = None, *, demo: bool = False) -> Settings:
    """Settings from the environment. Raises SettingsError naming every mistake.

    A demo makes up its own SECRET_KEY when none is given; anything else requires one.
    """
    env = os.environ if environ is None else environ
    mistakes: list[str] = []
    demo = demo or env.get(DEMO) == "1"

    def take(name: str, default: T, parse: Callable[[str], T]) -> T:
        text = env.get(name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as error:
            mistakes.append(f"{name}: {error}")
            return default

    secret = env.get("SECRET_KEY", "")
    if demo and not secret:
        secret = "demonstration-" + "only" * 8
    if len(secret) < SHORTEST_SECRET:
        mistakes.append(
            f"SECRET_KEY: required, at least {SHORTEST_SECRET} characters "
            "(python -c 'import secrets; print(secrets.token_urlsafe(48))')"
        )
    database = take("DATABASE_URL", "", _database)
    settings = Settings(
        database_url=database or default_database_url(env),
        secret_key=secret,
        base_url=take("BASE_URL", Settings.base_url, _web_address),
        mail_url=take("MAIL_URL", "", _mail),
        mail_from=take("MAIL_FROM", Settings.mail_from, _sender),
        tile_url=take("TILE_URL", "", _tiles),
        tile_attribution=env.get("TILE_ATTRIBUTION", "").strip() or Settings.tile_attribution,
        trusted_proxies=take("TRUSTED_PROXIES", 0, _count),
        rate_limits=take("RATE_LIMITS", True, _switch),  # noqa: FBT003 - the default of a switch
        metrics_from=take("METRICS_FROM", Settings.metrics_from, _networks),
        publisher=env.get("PUBLISHER", "").strip(),
        hosting=env.get("HOSTING", "").strip(),
        contact=env.get("CONTACT", "").strip(),
        demo=demo,
    )
    if mistakes:
        raise SettingsError(mistakes)
    return settings


def _database(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and rest:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return text
    msg = "expected postgresql://user:password@host/name or sqlite:////absolute/path.db"
    raise ValueError(msg)


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        msg = "expected an address such as https://archipel.example"
        raise ValueError(msg)
    return text.rstrip("/")


def _mail(text: str) -> str:
    parts = urlsplit(text)
    if (parts.scheme in ("smtp", "smtps") and parts.hostname) or (parts.scheme == "file" and parts.path):
        return text
    msg = "expected smtp://host:port, smtps://user:password@host:port or file:///folder"
    raise ValueError(msg)


def _sender(text: str) -> str:
    name, address = parseaddr(text)
    local, _, domain = address.rpartition("@")
    if local and domain and text.isprintable() and formataddr((name, address)).isascii():
        return text
    msg = "expected a name and an address, such as Archipel <archipel@example.org>"
    raise ValueError(msg)


def _tiles(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme in ("http", "https") and all(mark in text for mark in ("{z}", "{x}", "{y}")):
        return text
    msg = "expected an address with {z}, {x} and {y}, such as https://tile.openstreetmap.org/{z}/{x}/{y}.png"
    raise ValueError(msg)


def _count(text: str) -> int:
    if text.isdigit() and int(text) <= 10:  # noqa: PLR2004 - more proxies in a row are a mistake
        return int(text)
    msg = "expected the number of proxies in front, 0 to 10"
    raise ValueError(msg)


def _switch(text: str) -> bool:
    if text.lower() in ("on", "off"):
        return text.lower() == "on"
    msg = "expected on or off"
    raise ValueError(msg)


def _networks(text: str) -> tuple[str, ...]:
    return tuple(str(ipaddress.ip_network(part.strip())) for part in text.split(","))
