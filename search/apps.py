"""The search."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """One index over everything that readers may find."""

    name = "search"
    verbose_name = _("Search")
