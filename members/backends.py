"""Sign-in by e-mail address."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from members.models import User


class EmailBackend(AuthenticationBackend):
    """The sign-in library's own backend; demonstration accounts sign in only while DEBUG is on."""

    def user_can_authenticate(self, user):
        """Return whether this account may sign in here."""
        return super().user_can_authenticate(user) and (settings.DEBUG or not user.is_demo)

    def get_user(self, user_id):
        """Return the signed-in account with its Member (one query), or None when it may no longer be one."""
        user = User.objects.select_related("member").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
