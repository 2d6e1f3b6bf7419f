"""Texts: the list with what waits first, and the page on which one is compared, read and decided."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conditions.admin import deciding, filters, proposing
from conditions.admin.base import LONG_TEXTS, ReadOnlyAdmin, overdue_mark
from conditions.admin.comparing import comparison, counterpart
from conditions.admin.forms import ApproveForm, DeclineForm, ReviewForm
from conditions.models.revision import Revision

_STATES = (Revision.State.PROPOSED, Revision.State.APPROVED, Revision.State.DECLINED, Revision.State.REPLACED)
_WAITING_FIRST = Case(*(When(state=state, then=Value(place)) for place, state in enumerate(_STATES)), output_field=IntegerField())


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    """A text is never edited: a changed one is proposed, and another editor decides."""

    list_display = ("title", "kind_name", "condition", "state", "due", "written", "origin", "account")
    list_filter = ("state", filters.KindFilter, filters.OverdueFilter, filters.ConditionFilter, "language", "origin")
    search_fields = ("title", "nav_title", "short_answer", "body", "topic__slug", "symptom__symptom__plain_name", "treatment__plain_name")
    list_per_page = 50

    def has_add_permission(self, request):
        """Leave it to the permission: adding is proposing."""
        return request.user.has_perm("conditions.add_revision")

    def get_queryset(self, request):
        """Add what a row shows; leave the long texts in the database."""
        return super().get_queryset(request).for_page().defer(*LONG_TEXTS)

    def get_object(self, request, object_id, from_field=None):
        """Return one text with all its parts."""
        revision = super().get_object(request, object_id, from_field)
        if revision is not None:
            revision.refresh_from_db(fields=revision.get_deferred_fields())
        return revision

    def get_ordering(self, request):
        """Put what waits for a decision first, then what is newest."""
        return [_WAITING_FIRST, "-created_at", "-pk"]

    def get_urls(self):
        """Add one address for each decision."""
        steps = {"approve": deciding.approve, "decline": deciding.decline, "withdraw": deciding.withdraw, "review": deciding.review}
        ours = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(step), {"model_admin": self}, name=f"conditions_revision_{name}")
            for name, step in steps.items()
        ]
        return [path("add/", self.add_or_hand_back, name="conditions_revision_add"), *ours, *super().get_urls()]

    def add_or_hand_back(self, request):
        """Answer as the admin always does, but for a text that comes from somebody who is signed out by now."""
        if request.method == "POST" and not self.admin_site.has_permission(request):
            return proposing.hand_back(request, model_admin=self)
        return self.admin_site.admin_view(self.add_view)(request)

    def changelist_view(self, request, extra_context=None):
        """Show the list, with the numbers of what waits and what is overdue on top."""
        counts = {"waiting": Revision.objects.proposed().count(), "overdue": Revision.objects.overdue().count()}
        return super().changelist_view(request, {**counts, **(extra_context or {})})

    def add_view(self, request, form_url="", extra_context=None):
        """Propose a text."""
        return proposing.propose(request, model_admin=self)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show one text, beside the one it would replace."""
        revision = self.get_object(request, object_id)
        if revision is None:
            raise Http404
        if not self.has_view_permission(request, revision):
            raise PermissionDenied
        return self.page(request, revision)

    def page(self, request, revision, *, status=200, **forms):
        """Return the page of a text. forms: those that came back refused."""
        old = counterpart(revision)
        context = {
            **self.admin_site.each_context(request),
            **deciding.rights(request.user, revision),
            "opts": self.opts,
            "title": revision.title,
            "media": self.media,
            "original": revision,
            "revision": revision,
            "page": revision.target,
            "page_address": reverse(f"admin:{revision.target._meta.app_label}_{revision.target._meta.model_name}_change", args=[revision.target.pk]),
            "refused": next(iter(forms.values()), None),
            "old": old,
            "moved_on": bool(old and revision.state == Revision.State.PROPOSED and old.decided_at > revision.created_at),
            "comparison": comparison(old, revision),
            "citations": revision.citations.select_related("source"),
            "approve_form": ApproveForm(initial={"compared_with": old.pk if old else 0}, auto_id="id_approve_%s"),
            "decline_form": DeclineForm(auto_id="id_decline_%s"),
            "review_form": ReviewForm(
                revision=revision,
                initial={name: getattr(revision, name) for name in ("reviewer_name", "reviewer_role", "reviewed_on", "review_due_on")},
                auto_id="id_review_%s",
            ),
            **forms,
        }
        return TemplateResponse(request, "admin/conditions/revision/detail.html", context, status=status)

    @admin.display(description=_("kind"))
    def kind_name(self, revision):
        """Return the kind of page."""
        return {"topic": _("Topic"), "symptom": _("Symptom"), "treatment": _("Treatment")}[revision.kind]

    @admin.display(description=_("condition"))
    def condition(self, revision):
        """Return the condition's short name."""
        return revision.target.condition.short_name

    @admin.display(description=_("author"))
    def account(self, revision):
        """Return the author's account by its number; an address is shown to nobody."""
        return account_name(revision.author_id)

    @admin.display(description=_("written"), ordering="created_at")
    def written(self, revision):
        """Return the day on which it was written."""
        return timezone.localtime(revision.created_at).date().isoformat()

    @admin.display(description=_("check again by"), ordering="review_due_on")
    def due(self, revision):
        """Return the day of the next check; readers' texts are marked when it has passed."""
        return overdue_mark(revision.review_due_on, overdue=revision.state == Revision.State.APPROVED and revision.is_overdue)


def account_name(pk):
    """Return an account in words, by its number, or a dash."""
    return _("account %(number)d") % {"number": pk} if pk else "-"
