"""What was decided: for moderators to read, and for nobody to change."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from moderation.admin.base import ModeratorsAdmin, kind_of, label_of
from moderation.models.records import Decision


@admin.register(Decision)
class DecisionAdmin(ModeratorsAdmin):
    """Decisions by date. Whom they concern is not searched for."""

    list_display = ("created_at", "act", "rule", "kind", "automatic", "by", "look")
    list_select_related = ("by", "content_type")
    list_filter = ("act", "rule", "automatic")
    date_hierarchy = "created_at"
    list_per_page = 50
    fields = ("created_at", "act", "rule", "reason", "kind", "automatic", "by", "look")
    readonly_fields = fields

    @admin.display(description=_("about"))
    def kind(self, decision):
        """Return what kind of thing it is about."""
        return label_of(decision.content_type)

    @admin.display(description=_("look"))
    def look(self, decision):
        """Return the way to the thing in its context."""
        kind = kind_of(decision.content_type)
        if not kind:
            return "-"
        return format_html('<a href="{}">{}</a>', reverse("admin:moderation_thing", args=[kind, decision.object_id]), _("Look at it"))
