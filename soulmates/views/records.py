"""What the pages of one record share: who may open them, the consents they rest on, the way back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members import consents
from members.actions.patients import agree, consents_missing
from members.forms.patients import ConsentForm
from members.models.choices import Level
from members.models.consent import Purpose
from members.models.patient import Guardian, Patient
from soulmates.models.check_in import CheckIn

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


def record_of(request, public_id) -> tuple[Patient, Guardian]:
    """Return a patient whom this person looks after, and their own part in it. 404 for all others."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user).select_related("condition"), public_id=public_id)
    return patient, get_object_or_404(patient.guardians.all(), member=request.user.member)


def check_in_of(request, public_id) -> tuple[CheckIn, Guardian]:
    """Return a check-in that this person may see, and their own part in the record. 404 for all others."""
    check_in = get_object_or_404(CheckIn.objects.visible_to(request.user).select_related("patient__condition"), public_id=public_id)
    return check_in, get_object_or_404(check_in.patient.guardians.all(), member=request.user.member)


def ask_right(mine: Guardian) -> None:
    """Answer 403 to who may only read the record."""
    if not mine.can_change:
        raise PermissionDenied


def too_late_for(request, check_in):
    """Return the way to a saved check-in that can be changed no more, or None."""
    if check_in.can_change:
        return None
    messages.info(request, _("This check-in was saved more than 14 days ago. Make a new one to say how it is now."))
    return redirect("soulmates:check_in_detail", check_in.public_id)


def ask_consents(request, relation, *, back):
    """Return the page that asks for the consents which are missing, or None when all stand; what was chosen on another page comes along."""
    missing = consents_missing(member=request.user.member, relation=relation)
    agreeing = "agree" in request.POST
    carried = [(name, value) for name, values in request.POST.lists() if name not in {"csrfmiddlewaretoken", "agree", *missing} for value in values]
    if missing:
        form = ConsentForm(request.POST if agreeing else None, purposes=missing)
        if not form.is_valid():
            context = {"form": form, "back": back, "carried": carried, "asks_health": Purpose.HEALTH in missing}
            return render(request, "members/patient_consent.html", context, status=422 if request.method == "POST" else 200)
        agree(member=request.user.member, purposes=missing, form="check-in")
    return redirect(request.get_full_path()) if agreeing and not set(dict(carried)) - set(Purpose.values) else None


def is_matched(patient: Patient) -> bool:
    """Return whether this record is compared with others: its owner has agreed to that."""
    owner = patient.guardians.filter(level=Level.OWNER).select_related("member").first()
    return owner is not None and _has_agreed(owner.member)


def _has_agreed(member) -> bool:
    standing = consents.standing(member)
    return all(standing.get(purpose) == consents.TEXTS[purpose].version for purpose in (Purpose.HEALTH, Purpose.MATCHING))


def answers_of(check_in: CheckIn) -> dict[int, int | None]:
    """Return the severities of a check-in by symptom, None for "do not know"."""
    return dict(check_in.observations.values_list("symptom", "severity"))


def crumbs_to(patient=None, *, home=True) -> list[tuple[str, str]]:
    """Return the way back: to my page, to everybody's symptoms, to one patient's."""
    crumbs = [(_("My page"), reverse("members:me"))]
    if home:
        crumbs.append((_("Symptoms"), reverse("soulmates:symptom_home")))
    if patient:
        crumbs.append((_("Over time"), reverse("soulmates:symptom_history", args=[patient.public_id])))
    return crumbs


def step_address(check_in, step) -> str:
    """Return the page of one category."""
    return reverse("soulmates:check_in_step", args=[check_in.public_id, step.key])


def sent(request):
    """Return what was sent, or None for a page that is only read."""
    return request.POST if request.method == "POST" else None


def status_of(form) -> int:
    """Return the status of a page whose form was not taken, or not sent."""
    return 422 if form.is_bound else 200
