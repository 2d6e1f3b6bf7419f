"""The app of symptoms recorded, matching, places and the map."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SoulmatesConfig(AppConfig):
    """Symptoms recorded, people with a similar picture, places and the map."""

    name = "soulmates"
    verbose_name = _("Soulmates")

    def ready(self):
        """Register what this app answers for, and what it adds to the reference's pages."""
        from members.data_rights import register
        from soulmates import panels
        from soulmates.own_part import PART

        register(PART)
        panels.register()
