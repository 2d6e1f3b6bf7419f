"""The app of those who keep the place safe."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    """What people write, reports of it, decisions about it."""

    name = "moderation"
    verbose_name = _("Moderation")

    def ready(self):
        """Register what this app answers for."""
        from members.data_rights import register
        from moderation.own_part import PART

        register(PART)
