"""Reports: urgent ones first, then the oldest; and the pages on which a thing is looked at in its context, and decided."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from moderation.admin import deciding, held
from moderation.admin.base import ModeratorsAdmin, age, kind_of, label_of
from moderation.models.choices import Act
from moderation.models.records import Report
from moderation.reporting import TRUSTED


class StateFilter(admin.SimpleListFilter):
    """What waits, unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        """Return the other choices; without one, what waits is listed."""
        return [("decided", _("Decided")), ("all", _("All"))]

    def choices(self, changelist):
        """Name the choice without a value."""
        first, *rest = super().choices(changelist)
        return [{**first, "display": _("Waiting")}, *rest]

    def queryset(self, request, queryset):
        """Keep what was asked for."""
        if self.value() == "all":
            return queryset
        return queryset.exclude(closed_at=None) if self.value() == "decided" else queryset.filter(closed_at=None)


def _action(act, words):
    """Return an action of the list: it leads to the page that asks for rule and reason."""

    @admin.action(description=words, permissions=["view"])
    def lead(model_admin, request, queryset):
        about = {(kind_of(report.content_type), report.object_id) for report in queryset.select_related("content_type")}
        things = sorted(f"{kind}-{pk}" for kind, pk in about if kind)
        if not things:
            model_admin.message_user(request, _("There is nothing left to decide about."), messages.WARNING)
            return None
        query = urlencode({"act": act, "thing": things}, doseq=True)
        return HttpResponseRedirect(f"{reverse('admin:moderation_decide')}?{query}")

    lead.__name__ = f"act_{act}"
    return lead


@admin.register(Report)
class ReportAdmin(ModeratorsAdmin):
    """Reports by number. Who sent one stands nowhere: moderators see what a report weighs, and its words."""

    list_display = ("number", "urgent", "reason", "kind", "waiting", "sender", "hidden", "look")
    list_filter = (StateFilter, "is_urgent", "reason")
    search_fields = ("=public_id",)
    list_per_page = 50
    actions = (
        _action(Act.KEEP, _("Keep: it may stand")),
        _action(Act.HIDE, _("Hide")),
        _action(Act.UNHIDE, _("Show again")),
        _action(Act.RELEASE, _("Release what was held")),
    )
    change_list_template = "admin/moderation/report_change_list.html"

    def get_queryset(self, request):
        """Add what a row shows, in the order of the queue. One query, and one for each kind of thing."""
        return super().get_queryset(request).for_queue().prefetch_related("thing")

    def get_ordering(self, request):
        """Put urgent ones first, then the oldest."""
        return ["-is_urgent", "created_at", "pk"]

    def get_urls(self):
        """Add the pages of a thing, of what is held, and of a decision."""
        see = self.admin_site.admin_view
        ours = [
            path("thing/<str:kind>/<int:pk>/", see(deciding.thing_view), {"model_admin": self}, name="moderation_thing"),
            path("held/", see(held.held_view), {"model_admin": self}, name="moderation_held"),
            path("decide/", see(deciding.decide_view), {"model_admin": self}, name="moderation_decide"),
        ]
        return [*ours, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        """Show the list, with the way to what is held."""
        return super().changelist_view(request, {"title": _("Reports"), "held": held.number(), **(extra_context or {})})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Lead to the thing that a report is about: all its reports stand there."""
        report = self.get_object(request, object_id)
        if report is None:
            raise Http404
        kind = kind_of(report.content_type)
        if not self.has_view_permission(request, report) or not kind:
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("admin:moderation_thing", kind, report.object_id)

    @admin.display(description=_("number"))
    def number(self, report):
        """Return the number on the receipt."""
        return report.public_id

    @admin.display(description=_("urgent"))
    def urgent(self, report):
        """Return in words whether a report is urgent."""
        return format_html('<strong class="overdue">{}</strong>', _("Urgent")) if report.is_urgent else "-"

    @admin.display(description=_("about"))
    def kind(self, report):
        """Return what kind of thing it is about."""
        return label_of(report.content_type)

    @admin.display(description=_("age"))
    def waiting(self, report):
        """Return how long a report has waited."""
        return age(report.created_at)

    @admin.display(description=_("from"))
    def sender(self, report):
        """Return what a report weighs, in words; nobody's name."""
        return sender(report)

    @admin.display(description=_("now"))
    def hidden(self, report):
        """Return whether the thing is to be seen."""
        if report.thing is None:
            return _("gone")
        return _("shown") if report.thing.is_shown else _("out of sight")

    @admin.display(description=_("look"))
    def look(self, report):
        """Return the way to the thing in its context."""
        kind = kind_of(report.content_type)
        if not kind or report.thing is None:
            return "-"
        return format_html('<a href="{}">{}</a>', reverse("admin:moderation_thing", args=[kind, report.object_id]), _("Look at it"))


def sender(report):
    """Return who sent a report, as far as moderators may know."""
    if report.automatic:
        return _("a check of the site")
    if report.weight >= TRUSTED:
        return _("a trusted member")
    return _("a member") if report.weight else _("a visitor or a new member")
