"""How often somebody may do something: counted in the shared cache; half of it, in each process, while the cache is down.

A window begins with the first use and ends after the limit's seconds. Keys hold a keyed hash of who, never a number or an address.
"""

import time
from dataclasses import dataclass

from allauth.core.internal.ratelimit import get_ip, truncate_ip
from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.utils.crypto import salted_hmac


class LimitReached(Exception):
    """Too often. retry_after: seconds until it is worth trying again."""

    def __init__(self, retry_after: int):
        """Keep for how long."""
        super().__init__(retry_after)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Limit:
    """At most `number` times in `seconds`."""

    name: str
    number: int
    seconds: int


PROFILE_VIEWS = Limit("profile-views", 60, 3600)
EXPORTS = Limit("exports", 1, 24 * 3600)
INVITATIONS = Limit("invitations", 10, 24 * 3600)
CODES_TRIED = Limit("codes-tried", 10, 3600)  # guesses of an invitation's code
DRAFTS_SAVED = Limit("drafts-saved", 600, 3600)  # three windows with a script that saves every 20 seconds


def spend(limit: Limit, who: object) -> None:
    """Count one. who: what `counted_as` says, a member or a member's number. Raises LimitReached, which becomes the 429 page with the text kept."""
    if who == "":
        return
    cache, key = caches["default"], _key(limit, who)
    count = _count(cache, key, limit.seconds)
    # Counts of one process do not know of those of the others.
    number = max(1, limit.number // 2) if getattr(cache, "is_down", False) else limit.number
    if count <= number:
        return
    left = (cache.get(_end(key)) or 0) - time.time()
    if left > 0:
        raise LimitReached(max(1, round(left)))
    # A count that outlived its window: raised in the moment it ended, it has no end of its own any more.
    cache.delete(key)
    _count(cache, key, limit.seconds)


def refund(limit: Limit, who: object) -> None:
    """Give one back: it was counted, and then refused for another reason."""
    cache, key = caches["default"], _key(limit, who)
    if cache.get(key):
        cache.decr(key)


def counted_as(request) -> object:
    """Return as whom a request is counted: the member's number, or the visitor's address, IPv6 cut to its /64.

    Asks the database nothing that the page would not ask: without a session's cookie there is nobody to look up. "" where the server
    does not say an address: nobody is counted then, since all would share one count.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        return request.user.member.pk
    try:
        return get_ip(request)
    except (ImproperlyConfigured, PermissionDenied):  # TRUSTED_PROXIES does not fit, or a socket without addresses
        return truncate_ip(request.META.get("REMOTE_ADDR", ""))


def _key(limit: Limit, who: object) -> str:
    number = getattr(who, "pk", who)
    return f"limit:{limit.name}:{salted_hmac('members.limits', f'{limit.name}:{number}', algorithm='sha256').hexdigest()[:40]}"


def _end(key: str) -> str:
    return f"{key}:end"


def _count(cache, key: str, seconds: int) -> int:
    """Count one more in the window of a key, or begin a window; return how many there are."""
    try:
        return cache.incr(key)
    except ValueError:  # a new window; its end is written first, so that no count is ever without one
        cache.set(_end(key), time.time() + seconds, timeout=seconds)
        return 1 if cache.add(key, 1, timeout=seconds) else cache.incr(key)  # not added: another request was quicker
