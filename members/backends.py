"""Sign-in by e-mail address."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend


class EmailBackend(ModelBackend):
    """Django's own backend; demonstration accounts sign in only while DEBUG is on."""

    def user_can_authenticate(self, user):
        """Return whether this account may sign in here."""
        return super().user_can_authenticate(user) and (settings.DEBUG or not user.is_demo)

    def get_user(self, user_id):
        """Return the signed-in account, or None when it may no longer be one."""
        user = super().get_user(user_id)
        return user if user and self.user_can_authenticate(user) else None
