"""The members' app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """People: the account that signs in and its public face."""

    name = "members"
    verbose_name = _("Members")

    def ready(self):
        """Register the deploy check and the receivers of the sign-in library's signals, and what this app answers for."""
        from members import checks  # noqa: F401 - registers itself
        from members.accounts import (
            events,  # noqa: F401 - registers itself
            suspended,
        )
        from members.data_rights import register
        from members.own_part import PART

        register(PART)
        suspended.use()
