"""The app of questions and answers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForumConfig(AppConfig):
    """Questions, answers, comments, votes."""

    name = "forum"
    verbose_name = _("Forum")

    def ready(self):
        """Register what this app answers for."""
        from forum import panels, search_sources, subjects
        from forum.own_part import PART
        from members.data_rights import register

        register(PART)
        subjects.register()
        search_sources.register()
        panels.register()
