"""Checks that `manage.py check --deploy` runs."""

from django.core.checks import Error, Tags, register
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
