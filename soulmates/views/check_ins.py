"""Pages on which a check-in begins, is read again, deleted and brought back. Nobody but those who look after the record sees any of them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members.models.patient import Patient
from soulmates import diary, picture
from soulmates.actions import check_ins as actions
from soulmates.forms.check_ins import BeginForm
from soulmates.models.check_in import CHANGED_WITHIN, DELETED_FOR, CheckIn
from soulmates.views.records import (
    answers_of,
    ask_consents,
    ask_right,
    check_in_of,
    crumbs_to,
    read_or_send,
    record_of,
    sent,
    status_of,
    step_address,
)


@login_required
@read_or_send
def check_in_begin(request, patient):
    """Ask for the day; one that was begun is offered first."""
    patient, mine = record_of(request, patient)
    ask_right(mine)
    home = reverse("soulmates:symptom_home")
    if asked := ask_consents(request, mine.relation, back=home):
        return asked
    member = request.user.member
    if under_way := CheckIn.objects.editable_by(request.user).filter(patient=patient, finished_at=None).first():
        if request.method == "POST":
            return redirect("soulmates:check_in_detail", under_way.public_id)
        return render(request, "soulmates/check_in_under_way.html", {"patient": patient, "check_in": under_way, "back": home})
    has_picture = CheckIn.objects.finished().filter(patient=patient).exists()
    form = BeginForm(sent(request), initial={"on": timezone.localdate()})
    if form.is_valid():
        like_last = has_picture and "like_last" in request.POST
        try:
            check_in = actions.begin(patient=patient, by=member, on=form.cleaned_data["on"], like_last=like_last)
        except actions.NotAllowed as error:
            form.add_error(None, str(error))
        else:
            return redirect("soulmates:check_in_review" if like_last else "soulmates:check_in_detail", check_in.public_id)
    context = {"form": form, "patient": patient, "has_picture": has_picture, "like_first": "like" in request.GET, "back": home}
    return render(request, "soulmates/check_in_begin.html", context, status=status_of(form))


@login_required
@require_safe
def check_in_detail(request, check_in):
    """Show a saved check-in; lead who is writing one to where they stopped."""
    check_in, mine = check_in_of(request, check_in)
    entries = picture.symptoms_of(check_in.patient.condition)
    answers = answers_of(check_in)
    if not check_in.is_finished:
        ask_right(mine)
        return redirect(_resume(check_in, picture.steps_of(check_in.patient.condition, entries), answers))
    context = {
        "check_in": check_in,
        "patient": check_in.patient,
        "mine": mine,
        "groups": diary.by_category(check_in.patient.condition, entries, answers),
        "is_own": check_in.by_id == request.user.member.pk,
        "until": check_in.finished_at + CHANGED_WITHIN,
        "crumbs": crumbs_to(check_in.patient),
    }
    return render(request, "soulmates/check_in_detail.html", context)


def _resume(check_in, steps, answers) -> str:
    """Return the first page on which nothing is answered yet, or the answers."""
    for step in steps:
        if any(entry.asked for entry in step.entries) and not any(entry.symptom.pk in answers for entry in step.entries):
            return step_address(check_in, step)
    return reverse("soulmates:check_in_review", args=[check_in.public_id])


@login_required
@read_or_send
def check_in_delete(request, check_in):
    """Say what goes, then delete a check-in, or throw one away that was begun."""
    check_in, mine = check_in_of(request, check_in)
    ask_right(mine)
    history = reverse("soulmates:symptom_history", args=[check_in.patient.public_id])
    if request.method == "POST":
        try:
            actions.delete(check_in=check_in, by=request.user.member)
        except actions.NotAllowed as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The check-in is deleted. You can bring it back from this page for 14 days."))
        return redirect(history)
    back = reverse("soulmates:check_in_detail", args=[check_in.public_id]) if check_in.is_finished else reverse("soulmates:symptom_home")
    context = {"check_in": check_in, "patient": check_in.patient, "number": check_in.observations.count(), "days": DELETED_FOR.days, "back": back}
    return render(request, "soulmates/check_in_delete.html", context)


@login_required
@require_POST
def check_in_undo(request, check_in):
    """Bring a deleted check-in back; a second press finds it there."""
    near = CheckIn.objects.filter(patient__in=Patient.objects.visible_to(request.user)).select_related("patient")
    deleted = get_object_or_404(near, public_id=check_in)
    ask_right(deleted.patient.guardians.get(member=request.user.member))
    reach = (CheckIn.objects.to_bring_back(request.user), CheckIn.objects.editable_by(request.user))
    if not any(rows.filter(pk=deleted.pk).exists() for rows in reach):
        raise Http404
    try:
        actions.undo_delete(check_in=deleted, by=request.user.member)
    except actions.NotAllowed as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The check-in is back."))
    return redirect("soulmates:symptom_history", deleted.patient.public_id)
