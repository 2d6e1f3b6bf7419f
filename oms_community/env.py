"""Read settings from the environment, and stop with one clear line where a value is missing or odd."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def load_dotenv(path: Path) -> None:
    """Put the lines of a .env file into the environment, where the environment does not say otherwise."""
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise ImproperlyConfigured(f"{path.name}, line {number}: write NAME=value.")
        os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def env(name: str, default: str | None = None, *, choices: tuple[str, ...] = ()) -> str:
    """Return a setting. Raises ImproperlyConfigured when it must be set and is not, or is none of `choices`."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"Set {name} in the environment: see .env.example.")
    if choices and value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}, but has to be one of: {', '.join(choices)}.")
    return value


def env_bool(name: str, default: bool) -> bool:
    """Return a yes or no. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in _TRUE:
        return True
    if value.strip().lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}, but has to be 1 or 0.")


def env_int(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """Return a whole number between `least` and `most`. Raises ImproperlyConfigured otherwise."""
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} is {value!r}, but has to be a whole number from {least} to {most}.")
    return int(value)


def env_list(name: str, default: str = "") -> list[str]:
    """Return the comma-separated parts of a setting, blanks dropped."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def database(url: str, base: Path) -> dict:
    """Return Django's settings for a DATABASE_URL.

    url: `sqlite:///relative.sqlite3`, `sqlite:////absolute`, or `postgresql://user:password@host:port/name`; for a socket folder
    `postgresql:///name?host=/folder&user=postgres`. base: what a relative SQLite path starts from.
    Raises ImproperlyConfigured for any other scheme, or a URL without a database name.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL names no database: see .env.example.")
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": base / name,
            "OPTIONS": {
                # Writers queue instead of failing; an acknowledged commit outlives a power cut.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000;",
            },
        }
    if parts.scheme in ("postgresql", "postgres"):
        options = dict(parse_qsl(parts.query))
        try:
            port = str(parts.port or "")
        except ValueError as error:
            raise ImproperlyConfigured("DATABASE_URL has a port that is no number.") from error
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": options.pop("user", unquote(parts.username or "")),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", parts.hostname or ""),
            "PORT": port,
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    raise ImproperlyConfigured(f"DATABASE_URL starts with {parts.scheme!r}, but has to start with sqlite or postgresql.")
