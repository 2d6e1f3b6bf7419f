"""The page on which members find what they said of matches, and take it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from soulmates import sides
from soulmates.actions import matches as actions
from soulmates.models.profile import MatchingProfile
from soulmates.views.records import read_or_send

ROWS = 20
LONGEST = 18  # digits of a number that every database can compare


@login_required
@read_or_send
def feedback_list(request):
    """List all that the member said of matches, with the way to take each back: also of people who are not there any more."""
    member = request.user.member
    if request.method == "POST":
        said = get_object_or_404(member.match_feedback.select_related("patient", "other"), pk=_number(request.POST.get("said", "")))
        actions.take_back(patient=said.patient, other=said.other, by=member)
        messages.success(request, _("What you said of this match is deleted."))
        return redirect("soulmates:feedback_list")
    mine = {side.patient.pk: side for side in sides.sides_of(member)}
    page = Paginator(member.match_feedback.select_related("patient", "other").order_by("-at", "-pk"), ROWS).get_page(request.GET.get("page"))
    there = MatchingProfile.objects.visible_to(request.user).filter(patient__in=[said.other_id for said in page])
    met = {profile.patient_id: profile.member for profile in there.select_related("member")}
    crumbs = [(_("Soulmates"), reverse("soulmates:match_list"))]
    return render(request, "soulmates/feedback_list.html", {"rows": [_row(said, mine, met) for said in page], "page": page, "crumbs": crumbs})


def _row(said, mine, met):
    """Return what was said, one's own side of it if that still is one, and whom it is about where the two may meet."""
    side = mine.get(said.patient_id)
    return {"said": said, "side": side, "member": met.get(said.other_id) if side and side.state == sides.ON else None}


def _number(text):
    """Return a row's number, or None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None
