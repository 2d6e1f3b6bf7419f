"""The members' app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """People: the account that signs in and its public face."""

    name = "members"
    verbose_name = _("Members")

    def ready(self):
        """Register the deploy check."""
        from members import checks  # noqa: F401 - registers itself
