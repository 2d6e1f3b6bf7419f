"""The page to print for the doctor, and the page on what stays out of matching: how it is now, for two readers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members.forms.patients import month_and_year
from soulmates import diary, picture
from soulmates.actions import check_ins as actions
from soulmates.forms.check_ins import KeptOutForm
from soulmates.models.check_in import CheckIn, KeptOut, Observation
from soulmates.views.records import ask_consents, ask_right, crumbs_to, is_matched, read_or_send, record_of, sent, status_of


@login_required
@require_safe
def symptom_summary(request, patient):
    """Show how it is now, on one page to print for the doctor."""
    patient, mine = record_of(request, patient)
    past = diary.History(patient)
    groups = diary.by_category(patient.condition, picture.symptoms_of(patient.condition), past.now)
    context = {
        "patient": patient,
        "mine": mine,
        "day": timezone.localdate(),
        "last": past.days[-1] if past.days else None,
        "groups": diary.only(groups, lambda severity: severity),
        "absent": diary.only(groups, lambda severity: severity == 0),
        "unknown": diary.only(groups, lambda severity: severity is None),
        "began": month_and_year(patient.onset_year, patient.onset_month),
        "diagnosis": month_and_year(patient.diagnosis_year, patient.diagnosis_month),
        "crumbs": crumbs_to(patient),
    }
    return render(request, "soulmates/symptom_summary.html", context)


@login_required
@read_or_send
def kept_out(request, patient):
    """Choose what stays out of matching; who may only read sees what does."""
    patient, mine = record_of(request, patient)
    if request.method == "POST":
        ask_right(mine)
    if mine.can_change and (asked := ask_consents(request, mine.relation, back=reverse("soulmates:symptom_home"))):
        return asked
    kept = set(KeptOut.objects.filter(patient=patient).values_list("symptom", flat=True))
    reported = {symptom for symptom, answer in picture.current([patient.pk]).get(patient.pk, {}).items() if answer.severity}
    writing = Observation.objects.filter(
        check_in__in=CheckIn.objects.editable_by(request.user).filter(patient=patient, finished_at=None), severity__gt=0
    )
    on_page = kept | (reported | set(writing.values_list("symptom", flat=True)) if mine.can_change else set())
    entries = [entry for entry in picture.symptoms_of(patient.condition) if entry.symptom.pk in on_page]
    form = KeptOutForm(sent(request), entries=entries, initial={"symptoms": [str(pk) for pk in kept]})
    if form.is_valid():
        try:
            actions.keep_out(
                patient=patient,
                by=request.user.member,
                symptoms=[int(pk) for pk in form.cleaned_data["symptoms"]],
                among=form.cleaned_data["shown"],
            )
        except actions.NotAllowed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your choice is saved."))
            return redirect("soulmates:kept_out", patient.public_id)
    context = {"patient": patient, "mine": mine, "form": form, "entries": entries, "matched": is_matched(patient), "crumbs": crumbs_to(patient)}
    return render(request, "soulmates/kept_out.html", context, status=status_of(form))
