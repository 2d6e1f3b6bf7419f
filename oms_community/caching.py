"""The shared cache, and what stands in for it while it is down: no page fails because of a cache."""

import logging
import time
from functools import wraps

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
