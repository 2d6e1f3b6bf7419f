"""Filters of the editors' lists. A value that no filter knows gives an empty list, never a fault."""

from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conditions.models.condition import Condition
from conditions.models.revision import TARGETS


class KindFilter(admin.SimpleListFilter):
    """Texts of topics, of symptoms or of treatments."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        """Return the kinds."""
        return [("topic", _("Topic")), ("symptom", _("Symptom")), ("treatment", _("Treatment"))]

    def queryset(self, request, queryset):
        """Keep one kind."""
        if self.value() is None:
            return queryset
        return queryset.filter(**{f"{self.value()}__isnull": False}) if self.value() in TARGETS else queryset.none()


class ConditionFilter(admin.SimpleListFilter):
    """Texts of one condition."""

    title = _("condition")
    parameter_name = "condition"

    def lookups(self, request, model_admin):
        """Return the conditions. One query."""
        return list(Condition.objects.values_list("slug", "short_name"))

    def queryset(self, request, queryset):
        """Keep one condition."""
        if self.value() is None:
            return queryset
        at = {f"{kind}__condition__slug": self.value() for kind in TARGETS}
        return queryset.filter(Q(*at.items(), _connector=Q.OR))


class OverdueFilter(admin.SimpleListFilter):
    """Readers' texts whose next check has passed."""

    title = _("next check")
    parameter_name = "overdue"

    def lookups(self, request, model_admin):
        """Return the one choice."""
        return [("yes", _("Overdue"))]

    def queryset(self, request, queryset):
        """Keep what is overdue."""
        if self.value() is None:
            return queryset
        return queryset.overdue() if self.value() == "yes" else queryset.none()


class NumberOverdueFilter(OverdueFilter):
    """Help numbers whose next check has passed."""

    def queryset(self, request, queryset):
        """Keep what is overdue."""
        if self.value() is None:
            return queryset
        return queryset.filter(review_due_on__lt=timezone.localdate()) if self.value() == "yes" else queryset.none()
