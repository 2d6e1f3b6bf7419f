"""Checks that `manage.py check --deploy` runs."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import DatabaseError

from members.models import User


@register(Tags.security, deploy=True)
def no_demo_accounts(app_configs, **kwargs):
    """Fail when accounts of the demonstration live in a database that is to be deployed."""
    try:
        count = User.objects.filter(is_demo=True).count()
    except DatabaseError:  # not migrated yet: there is nobody
        return []
    if not count:
        return []
    return [Error(f"{count} demonstration accounts exist: start with a fresh database.", id="members.E001")]


@register(Tags.security, deploy=True)
def shared_cache(app_configs, **kwargs):
    """Warn when each process would count limits by itself: with four of them, everybody gets four times as much."""
    if not settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        return []
    hint = "Set CACHE_URL to a Redis or Valkey that all processes share."
    return [Warning("Limits are counted in each process by itself: there is no shared cache.", hint=hint, id="members.W001")]


@register(Tags.security, deploy=True)
def visitors_have_addresses(app_configs, **kwargs):
    """Warn when all visitors would be counted as one: behind a proxy, the connection's address is the proxy's."""
    if not getattr(settings, "SECURE_PROXY_SSL_HEADER", None) or settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return []
    hint = "Set TRUSTED_PROXIES to how many proxies stand in front and add to X-Forwarded-For, or all visitors share one limit."
    return [Warning("The site stands behind a proxy, and every visitor seems to come from it.", hint=hint, id="members.W002")]
