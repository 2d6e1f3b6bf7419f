"""The app of what reaches a member."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LettersConfig(AppConfig):
    """Notices, watches, outgoing mail."""

    name = "letters"
    verbose_name = _("Letters")

    def ready(self):
        """Register what this app answers for."""
        from letters.own_part import PART
        from members.data_rights import register

        register(PART)
