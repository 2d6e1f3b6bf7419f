"""For how long the sign-in library lets nobody try again: it knows, but does not say."""

import time

from allauth.account import app_settings as account
from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import apply_rate, get_cache_key, parse_rates
from allauth.mfa import app_settings as mfa
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied

LONGEST = 5 * 60  # seconds, where it cannot be told
# What a page counts; on a page that is not here every full count may be the one.
COUNTED = {
    "account_login": ("login", "login_failed"),
    "account_request_login_code": ("request_login_code",),
    "account_reset_password": ("reset_password",),
}


def seconds_left(request) -> int:
    """Return in how many seconds a refused request may be sent again: when the oldest use leaves the window of each count that is full."""
    match = request.resolver_match
    asked = COUNTED.get(match.view_name if match else "")
    waits = [
        wait
        for app, limits in (("allauth.account", account.RATE_LIMITS), ("allauth.mfa", mfa.RATE_LIMITS))
        for action, rates in limits.items()
        if asked is None or action in asked
        for rate in parse_rates(rates)
        for wait in _waits(request, app, action, rate)
    ]
    return max(1, round(max(waits, default=LONGEST)))


def _waits(request, app, action, rate):
    """Give the seconds until a count has room again, for each thing this request may have been counted as; nothing where it has room."""
    user = request.user if request.user.is_authenticated else None
    if rate.per == "user" and user is None:
        return
    for key in _keys(request, user) if rate.per == "key" else [None]:
        try:
            name = get_cache_key(request, app=app, action=action, rate=rate, key=key, user=user)
        except (ImproperlyConfigured, PermissionDenied):  # no address of a network: nothing was counted under one
            continue
        now = time.time()
        free, uses = apply_rate(list(cache.get(name, [])), now, rate, dry_run=True)
        if not free:
            yield uses[-1] + rate.duration - now


def _keys(request, user):
    """Give what the library may have counted a request under: the typed address, alone or with the site's, and the account of a second step."""
    for field in ("login", "email"):
        typed = request.POST.get(field, "")
        if typed:
            yield typed.lower()
            yield get_adapter()._get_login_attempts_cache_key(request, email=typed)
    if user:
        yield f"mfa-auth-user-{user.pk}"
