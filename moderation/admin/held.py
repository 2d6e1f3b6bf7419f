"""What is held until a moderator has looked: of every kind, the longest first."""

from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from moderation import subjects
from moderation.admin.base import age, only_moderators
from moderation.models.choices import Act
from moderation.models.records import Decision

MOST = 100  # of each kind


def number() -> int:
    """Return how many things are held. One query for each kind."""
    return sum(_held(subject).count() for subject in subjects.subjects().values())


def held_view(request, model_admin):
    """List what is held, with the reason of the check."""
    only_moderators(request)
    rows = []
    for subject in subjects.subjects().values():
        things = list(_held(subject).select_related("author__user").order_by("held_at", "pk")[:MOST])
        why = _reasons(subject, things)
        rows += [{"thing": thing, "subject": subject, "age": age(thing.held_at), "why": why.get(thing.pk)} for thing in things]
    rows.sort(key=lambda row: row["thing"].held_at)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "media": model_admin.media,
        "title": _("Held posts"),
        "rows": rows,
    }
    return TemplateResponse(request, "admin/moderation/held.html", context)


def _held(subject):
    """Return what of a kind waits: what its author deleted meanwhile does not, nor what a moderator hid."""
    return subject.model._default_manager.filter(held_at__isnull=False, deleted_at=None, hidden_at=None)


def _reasons(subject, things):
    """Return the newest reason why each thing is held. One query."""
    if not things:
        return {}
    decisions = Decision.objects.filter(act=Act.HOLD, object_id__in=[thing.pk for thing in things])
    return {decision.object_id: decision for decision in decisions.about_model(subject.model).order_by("pk")}
