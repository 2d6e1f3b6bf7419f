"""Text that was typed and not sent."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members import drafts, limits
from members.actions.drafts import NewerDraftError, bring_back, delete, keep
from members.models.draft import BACK_FOR, KEPT_FOR, Draft


@login_required
@require_safe
def draft_list(request):
    """List what waits to be sent, the newest first, and what was deleted and can be brought back."""
    return _list(request)


def _list(request, newer=None):
    """Show the list. newer: the draft that stands in the way of one that was to be brought back."""
    context = {
        "drafts": Draft.objects.visible_to(request.user),
        "deleted": Draft.objects.deleted_by(request.user),
        "newer": newer,
        "kept_days": KEPT_FOR.days,
        "back_days": BACK_FOR.days,
        "crumbs": [(_("My page"), reverse("members:me"))],
    }
    return render(request, "members/draft_list.html", context, status=422 if newer else 200)


@login_required
@require_POST
def draft_save(request):
    """Keep a form as it stands: for a script, which gets the time, or for the button, which leads back to the form."""
    place, member = drafts.posted(request), request.user.member
    if place is None or place.member != member.public_id:
        raise Http404
    limits.spend(limits.DRAFTS_SAVED, member.pk)
    by_button = "save_draft" in request.POST
    draft = None
    if by_button or not drafts.is_closed(request.POST[drafts.FIELD]):
        draft = keep(member=member, form=place.form, about=place.about, address=place.address, fields=drafts.typed(request))
    if by_button:
        if draft:
            messages.success(request, _("Your text is saved as a draft. Only you see it."))
        return redirect(place.address)
    return JsonResponse({"saved_at": draft.changed_at}) if draft else HttpResponse(status=204)


@login_required
@require_POST
def draft_delete(request, public_id):
    """Delete a draft; for 14 days the list offers to bring it back. From the form's own page ("Start again") it leads there."""
    draft = get_object_or_404(Draft.objects.visible_to(request.user), public_id=public_id)
    delete(draft=draft)
    if "again" in request.POST:
        return redirect(draft.address)
    messages.success(request, _("The draft is deleted. Below you can bring it back."))
    return redirect("members:draft_list")


@login_required
@require_POST
def draft_bring_back(request, public_id):
    """Bring a deleted draft back, unless there is a newer one of the same form: then both are named."""
    draft = get_object_or_404(Draft.objects.deleted_by(request.user), public_id=public_id)
    try:
        bring_back(draft=draft)
    except NewerDraftError as refusal:
        return _list(request, newer=refusal.draft)
    messages.success(request, _("Your text is back."))
    return redirect(draft.address if "again" in request.POST else "members:draft_list")
