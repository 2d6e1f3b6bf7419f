"""What an editor does with a text: approve, decline, withdraw, record a review. Each is a POST, and one action."""

from functools import partial, wraps

from django.contrib import messages
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from conditions.actions import texts
from conditions.admin.forms import ApproveForm, DeclineForm, ReviewForm
from conditions.models.revision import Revision


def may_decide(user) -> bool:
    """Return whether this person decides as an editor. One query.

    The permission has to come with a role: an administrator's right to everything does not make them an editor.
    """
    holders = Q(group__user=user) | Q(user=user)
    return user.is_active and Permission.objects.filter(holders, content_type__app_label="conditions", codename="decide_revision").exists()


def rights(user, revision: Revision) -> dict[str, bool]:
    """Return what this person may do with a text, for its page."""
    editor, waits = may_decide(user), revision.state == Revision.State.PROPOSED
    own = revision.author_id is not None and revision.author_id == user.pk
    return {
        "is_editor": editor,
        "is_own": own,
        "can_decide": editor and waits and not own,
        "can_withdraw": waits and own,
        "can_review": editor and revision.state == Revision.State.APPROVED,
        "can_propose": user.has_perm("conditions.add_revision"),
    }


def _step(*, for_editors=True):
    """Make a view of a step: it gets the text, and is only reached by POST and with the right to it."""

    def decorate(view):
        @wraps(view)
        def checked(request, pk, model_admin):
            if not model_admin.has_view_permission(request) or (for_editors and not may_decide(request.user)):
                raise PermissionDenied
            revision = Revision.objects.for_page().filter(pk=pk).first()
            if revision is None:  # such as after pressing "Withdraw" twice
                messages.error(request, _("There is no such text, or it was withdrawn."))
                return redirect("admin:conditions_revision_changelist")
            if request.method != "POST":  # such as after signing in again: show the text instead
                return redirect(page_of(revision))
            return view(request, revision, model_admin)

        return checked

    return decorate


@_step()
def approve(request, revision, model_admin):
    """Make a proposed text the one that readers see."""
    form = ApproveForm(request.POST, auto_id="id_approve_%s")
    if not form.is_valid():
        return model_admin.page(request, revision, status=422, approve_form=form)
    step = partial(texts.approve, revision=revision, by=request.user, **form.cleaned_data)
    return _take(request, revision, step, partial(model_admin.log_change, request, revision, _("Approved.")), _("Readers see this text now."))


@_step()
def decline(request, revision, model_admin):
    """Put a proposed text aside, with the reason."""
    form = DeclineForm(request.POST, auto_id="id_decline_%s")
    if not form.is_valid():
        return model_admin.page(request, revision, status=422, decline_form=form)
    step = partial(texts.decline, revision=revision, by=request.user, **form.cleaned_data)
    log = partial(model_admin.log_change, request, revision, _("Declined."))
    return _take(request, revision, step, log, _("The text was declined. Readers keep what they have."))


@_step(for_editors=False)
def withdraw(request, revision, model_admin):
    """Take back a proposal of one's own."""
    step = partial(texts.withdraw, revision=revision, by=request.user)
    return _take(request, revision, step, partial(model_admin.log_deletions, request, [revision]), _("You withdrew your proposal."))


@_step()
def review(request, revision, model_admin):
    """Write down a clinician's review and the day of the next check, or take a review back."""
    if "take_back" in request.POST:
        values = {"reviewer_name": "", "reviewer_role": "", "reviewed_on": None, "review_due_on": revision.review_due_on}
        log, done = _("Took a review back."), _("The review was taken back: the page says again that no clinician has reviewed it.")
    else:
        form = ReviewForm(request.POST, revision=revision, auto_id="id_review_%s")
        if not form.is_valid():
            return model_admin.page(request, revision, status=422, review_form=form)
        values, log, done = form.cleaned_data, _("Changed the review dates."), _("The review dates were saved; the page shows them now.")
    step = partial(texts.record_review, revision=revision, **values)
    return _take(request, revision, step, partial(model_admin.log_change, request, revision, log), done)


def page_of(revision: Revision) -> str:
    """Return the address of a text in the admin, or of the list when the text is gone."""
    if Revision.objects.filter(pk=revision.pk).exists():
        return reverse("admin:conditions_revision_change", args=[revision.pk])
    return reverse("admin:conditions_revision_changelist")


def _take(request, revision, step, log, done):
    """Take the step and log it together; say what came of it."""
    try:
        with transaction.atomic():
            log()
            step()
    except texts.NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(page_of(revision))
