"""The reference."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConditionsConfig(AppConfig):
    """Conditions, their topics, symptoms, treatments, sources and organisations."""

    name = "conditions"
    verbose_name = _("Reference")

    def ready(self):
        """Offer the reference to the search."""
        from conditions.search_sources import register_sources

        register_sources()
