"""Signing in as the team does: with a second factor, shown in this session."""

from django.test import Client
from django.utils import timezone

from members.models.user import User


def sign_in_staff(client: Client, user: User, *, factor: str = "totp", hours_ago: float = 0) -> None:
    """Sign in as the sign-in library does after a password and a second factor. factor: its type, or "" for none."""
    client.force_login(user)
    session = client.session
    at = timezone.now().timestamp() - hours_ago * 3600
    records = [{"method": "password", "at": at}, *([{"method": "mfa", "type": factor, "id": 1, "at": at}] if factor else [])]
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
