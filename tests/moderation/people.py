"""Whom tests of moderation begin with."""

from datetime import timedelta

from django.contrib.auth.models import Group
from django.utils import timezone

from members.actions.staff import MODERATORS, mirror
from members.models.member import Member
from tests.factories import UserFactory


def newcomer() -> Member:
    """Return a member who joined just now."""
    return UserFactory().member


def heard(**fields) -> Member:
    """Return a member past the limits of new ones. fields: of the member."""
    member = UserFactory().member
    return changed(member, **{"joined_at": timezone.now() - timedelta(days=30), "kept_posts": 5, **fields})


def trusted(**fields) -> Member:
    """Return a member whom the community trusts."""
    return heard(**{"joined_at": timezone.now() - timedelta(days=90), "kept_posts": 30, **fields})


def moderator() -> Member:
    """Return a member of the group of moderators, whose account may enter the admin."""
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=MODERATORS)[0])
    mirror(user=user)
    return changed(user.member, joined_at=timezone.now() - timedelta(days=90))


def administrator() -> Member:
    """Return an administrator."""
    user = UserFactory(is_staff=True, is_superuser=True)
    mirror(user=user)
    return user.member


def changed(member: Member, **fields) -> Member:
    """Change a member's columns and return it."""
    for name, value in fields.items():
        setattr(member, name, value)
    member.save(update_fields=list(fields))
    return member
