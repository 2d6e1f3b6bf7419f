"""The demonstration: generated accounts, and later generated members. Never in production."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction

from members.models import User

PASSWORD = "demonstration-only"  # noqa: S105 - printed at every start, and refused when DEBUG is off
STAFF = (("editor@demo.example", "an editor"), ("editor-2@demo.example", "a second editor"), ("administrator@demo.example", "an administrator"))


class DemoRefused(RuntimeError):
    """The demonstration does not belong here."""


@transaction.atomic
def load_demo() -> int:
    """Make the accounts of the demonstration that are not there yet; return how many. Raises DemoRefused when DEBUG is off."""
    if not settings.DEBUG:
        raise DemoRefused("The demonstration is only loaded with DEBUG on.")
    made = 0
    for email, words in STAFF:
        if User.objects.filter(email=email).exists():
            continue
        administrator = words == "an administrator"
        user = User.objects.create_user(email, PASSWORD, is_staff=True, is_superuser=administrator, is_demo=True)
        if not administrator:
            user.groups.add(Group.objects.get(name="Editors"))
        made += 1
    return made


def sign_ins() -> list[str]:
    """Return a line for each account of the demonstration."""
    return [f"{words}: {email}" for email, words in STAFF]
