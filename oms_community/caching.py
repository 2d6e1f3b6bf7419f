"""The shared cache, and what stands in for it while it is down: no page fails because of a cache."""

import logging
import time
from collections.abc import Iterator, Mapping
from functools import wraps

from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

log = logging.getLogger(__name__)

REST = 10  # seconds for which a cache that failed is not asked again: waiting for it at every request would stop the site
LOG_EVERY = 60  # seconds between two lines about it
OPERATIONS = ("add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many", "delete_many", "clear")


class _Down:
    """What this process knows about the shared cache, in all its threads."""

    until = logged_at = float("-inf")


class SharedCache(RedisCache):
    """Redis or Valkey; for some seconds after a fault, a cache of this process."""

    def __init__(self, server, params):
        """Keep where it is; nothing is connected yet."""
        super().__init__(server, params)
        self.own = LocMemCache("while the shared cache is down", {**params, "OPTIONS": {"MAX_ENTRIES": 10_000}})

    @property
    def is_down(self) -> bool:
        """Return whether this process is alone now; whoever counts counts more strictly then."""
        return time.monotonic() < _Down.until


def _either(name):
    shared = getattr(RedisCache, name)

    @wraps(shared)
    def operation(self, *args, **kwargs):
        if not self.is_down:
            try:
                return shared(self, *args, **kwargs)
            except ValueError:  # an answer: there is no such key
                raise
            except Exception as error:  # whatever it is, the page has to go on
                _rest(error)
        return getattr(self.own, name)(*args, **kwargs)

    return operation


def _rest(error: Exception) -> None:
    """Leave the cache alone for a while, and say so once a minute: the kind of fault only."""
    now = time.monotonic()
    _Down.until = now + REST
    if now - _Down.logged_at >= LOG_EVERY:
        _Down.logged_at = now
        log.error("The shared cache does not answer (%s): each process keeps its own for now, and limits are stricter.", type(error).__name__)


for _name in OPERATIONS:
    setattr(SharedCache, _name, _either(_name))


class Rates(Mapping):
    """Limits as the sign-in library writes them ("20/h/ip,5/5m/key"); half as many of each while the shared cache is down.

    Each process counts for itself then, and somebody who guesses meets all of them.
    """

    def __init__(self, rates: dict[str, str]):
        """Keep the limits of a working cache."""
        self.rates = rates

    def __iter__(self) -> Iterator[str]:
        """Give the names. The library reads all limits before it counts, so here the cache is asked whether it answers."""
        caches["default"].has_key("rates")  # noqa: W601 - not `in`: what matters is that it was asked
        return iter(self.rates)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.rates)

    def __getitem__(self, name: str) -> str:
        """Return a limit as it is now."""
        rate = self.rates[name]
        return ",".join(map(_halved, rate.split(","))) if getattr(caches["default"], "is_down", False) else rate


def _halved(rate: str) -> str:
    number, rest = rate.split("/", 1)
    return f"{max(1, int(number) // 2)}/{rest}"
