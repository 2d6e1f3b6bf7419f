"""Patients and those who look after their records: one thing per page, and the answers on one page at the end."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conditions.models.condition import Condition
from members import consents, limits
from members.actions import patients as actions
from members.forms.patient_steps import STEPS
from members.forms.patients import (
    GROWN,
    HAND_OVER,
    About,
    AcceptForm,
    ConsentForm,
    InviteForm,
    NameForm,
    month_and_year,
)
from members.models.choices import Level, PatientAge, Relation
from members.models.consent import Purpose
from members.models.patient import QUESTIONS, Guardian, GuardianInvitation, Patient

ASKED_BEFORE = 2  # whom it is about, and the nickname: then come QUESTIONS
CARER_MAY_BE = (Relation.PARENT, Relation.CARER, Relation.OTHER)
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@read_or_send
def patient_add(request):
    """Ask whom a new record is about. Nothing is written down yet."""
    member = request.user.member
    if actions.keeps_enough(member=member):
        return _refused(request, _("An account can keep at most %(number)d records.") % {"number": actions.MOST_PATIENTS}, "members:me")
    own = Patient.objects.filter(guardians__member=member, guardians__relation=Relation.SELF).first()
    form = About(_sent(request), without_me=own is not None)
    if form.is_valid():
        return redirect("members:patient_name", form.cleaned_data["about"])
    context = {"form": form, "own": own, "number": 1, "total": _total()}
    return render(request, "members/patient_add.html", context, status=_status(form))


@login_required
@read_or_send
def patient_name(request, about):
    """Ask for nickname and age band, which make the record; before that, for the consents that are missing."""
    member = request.user.member
    relation = About.RELATIONS.get(about)
    if relation is None:
        raise Http404
    own = Patient.objects.filter(guardians__member=member, guardians__relation=Relation.SELF)
    if request.method != "POST" and relation == Relation.SELF and (found := own.first()):
        return _refused(request, _("You have a record of your own already."), found)
    conditions = get_list_or_404(Condition.objects.order_by("order", "slug"))
    if asked := _ask_consents(request, relation, back=reverse("members:patient_add")):
        return asked
    form = NameForm(
        _sent(request),
        bands={About.ME: GROWN, About.CHILD: PatientAge.under_18(), About.ADULT: GROWN[1:]}[about],
        relations=() if relation == Relation.SELF else CARER_MAY_BE,
        conditions=conditions,
        initial={"relation": relation, "nickname": _("Me") if relation == Relation.SELF else ""},
    )
    if form.is_valid():
        answers = {"relation": relation, "condition": conditions[0], **form.cleaned_data}
        try:
            patient = actions.add_patient(by=member, **answers)
        except actions.NotAllowed as error:
            form.add_error(None, str(error))
        else:
            return _next_question(request, patient, after="")
    context = {"form": form, "number": ASKED_BEFORE, "total": _total(), "back": reverse("members:patient_add"), "nickname": ""}
    return render(request, "members/patient_step.html", context, status=_status(form))


@login_required
@read_or_send
def patient_step(request, public_id, step):
    """Ask one question about a patient; with `?go=on` the next open one follows, else the answers."""
    if step not in STEPS:
        raise Http404
    patient, mine, _guardians = _record(request, public_id)
    if not mine.can_change:
        raise PermissionDenied
    if asked := _ask_consents(request, mine.relation, back=patient.get_absolute_url()):
        return asked
    nickname = patient.nickname
    form = STEPS[step](_sent(request), patient=patient, own=mine.relation == Relation.SELF)
    going_on = "go" in request.GET and step in QUESTIONS
    if form.is_valid():
        try:
            actions.change_patient(patient=patient, by=request.user.member, **form.cleaned_data)
        except actions.NotAllowed as error:
            form.add_error(None, str(error))
        else:
            if going_on:
                return _next_question(request, Patient.objects.get(pk=patient.pk), after=step)
            messages.success(request, _("Your answer is saved."))
            return redirect(patient)
    context = {"form": form, "nickname": nickname, "back": patient.get_absolute_url()}
    if going_on:
        questions = list(QUESTIONS)
        following = _open_after(patient, step)
        context |= {
            "number": ASKED_BEFORE + 1 + questions.index(step),
            "total": _total(),
            "back": _step(patient, questions[questions.index(step) - 1]) if questions.index(step) else patient.get_absolute_url(),
            "skip": _step(patient, following) if following else patient.get_absolute_url(),
        }
    return render(request, "members/patient_step.html", context, status=_status(form))


@login_required
@require_safe
def patient_detail(request, public_id):
    """Show all answers, each with its way to change it; who looks after the record; and open invitations."""
    patient, mine, guardians = _record(request, public_id)
    context = {
        "patient": patient,
        "mine": mine,
        "guardians": guardians,
        "rows": _rows(patient),
        "open": patient.open_questions,
        "go_on": _step(patient, patient.open_questions[0]) if patient.open_questions else "",
        "invitations": patient.invitations.open().order_by("expires_at", "pk") if mine.is_owner else [],
        "can_hand_over": mine.is_owner and patient.may_be_grown and _nobody_is_self(guardians),
        "can_invite": mine.is_owner and (len(guardians) < actions.MOST_GUARDIANS or (patient.is_grown and _nobody_is_self(guardians))),
    }
    return render(request, "members/patient_detail.html", context)


@login_required
@read_or_send
def patient_delete(request, public_id):
    """List what goes, then delete a record for everybody."""
    patient, mine, guardians = _record(request, public_id)
    if not mine.is_owner:
        raise PermissionDenied
    if request.method == "POST":
        try:
            actions.delete_patient(patient=patient, by=request.user.member)
        except actions.NotAllowed as error:  # handed over a moment ago
            return _refused(request, str(error), patient)
        messages.success(request, _("The record is deleted."))
        return redirect("members:me")
    return render(request, "members/patient_delete.html", {"patient": patient, "others": len(guardians) - 1})


@login_required
@read_or_send
def patient_invite(request, public_id):
    """Make a code for one more person. The answer to the form is the only page that ever shows it: in no address, mail or log."""
    patient, mine, guardians = _record(request, public_id)
    if not mine.is_owner:
        raise PermissionDenied
    too_young = _nobody_is_self(guardians) and not patient.is_grown
    can_hand_over, can_join = _nobody_is_self(guardians) and not too_young, len(guardians) < actions.MOST_GUARDIANS
    if not (can_hand_over or can_join):
        return _refused(request, _("At most %(number)d people can look after a record.") % {"number": actions.MOST_GUARDIANS}, patient)
    form = InviteForm(_sent(request), can_hand_over=can_hand_over, can_join=can_join, too_young=str(actions.TOO_YOUNG) if too_young else "")
    if form.is_valid():
        limits.spend(limits.INVITATIONS, request.user.member.pk)
        may = form.cleaned_data["may"]
        hand_over = may == HAND_OVER
        try:
            code = actions.invite(patient=patient, by=request.user.member, level=Level.OWNER if hand_over else may, hand_over=hand_over)
        except actions.NotAllowed as error:  # the record filled up, or was handed over, a moment ago
            limits.refund(limits.INVITATIONS, request.user.member.pk)
            form.add_error(None, str(error))
        else:
            context = {"patient": patient, "code": code, "hand_over": hand_over, "days": actions.INVITATION_LASTS.days}
            return render(request, "members/invitation_code.html", context)
    return render(request, "members/patient_invite.html", {"form": form, "patient": patient}, status=_status(form))


@login_required
@require_POST
def invitation_withdraw(request, public_id, pk):
    """End an invitation that nobody took."""
    patient, mine, _guardians = _record(request, public_id)
    if not mine.is_owner:
        raise PermissionDenied
    invitation = get_object_or_404(GuardianInvitation.objects.filter(patient=patient).select_related("patient"), pk=pk)
    try:
        actions.withdraw_invitation(invitation=invitation, by=request.user.member)
    except actions.NotAllowed as error:
        return _refused(request, str(error), patient)
    messages.success(request, _("The invitation is withdrawn. Its code does not work any more."))
    return redirect(patient)


@login_required
@read_or_send
def invitation_accept(request):
    """Let somebody look after a record with the code they were given. The nickname is shown once they do, not before."""
    member = request.user.member
    if asked := _ask_consents(request, Relation.SELF, back=reverse("members:me")):
        return asked
    form = AcceptForm(_sent(request), ask_carer=not consents.holds(member, Purpose.CARER))
    if form.is_valid():
        limits.spend(limits.CODES_TRIED, member.pk)
        relation = form.cleaned_data["relation"]
        try:
            # Agreed first, in a write of its own: the yes stands even when the code turns out to be too old.
            if form.cleaned_data.get(Purpose.CARER) and relation != Relation.SELF:
                actions.agree(member=member, purposes=[Purpose.CARER], form="invitation")
            guardian = actions.accept(code=form.cleaned_data["code"], by=member, relation=relation)
        except (actions.NotAllowed, consents.ConsentRefused) as error:
            form.add_error("relation" if isinstance(error, actions.WrongRelation) else "code", str(error))
        else:
            words = _("The record is yours now.") if guardian.is_owner else _("You look after this record now.")
            messages.success(request, words)
            return redirect(guardian.patient)
    return render(request, "members/invitation_accept.html", {"form": form}, status=_status(form))


@login_required
@read_or_send
def guardian_remove(request, public_id, pk):
    """Say what changes, then end somebody's access."""
    patient, mine, _guardians = _record(request, public_id)
    if not mine.is_owner:
        raise PermissionDenied
    guardian = get_object_or_404(Guardian.objects.filter(patient=patient).exclude(pk=mine.pk).select_related("member", "patient"), pk=pk)
    if request.method == "POST":
        try:
            actions.remove_guardian(guardian=guardian, by=request.user.member)
        except actions.NotAllowed as error:
            return _refused(request, str(error), patient)
        messages.success(request, _("Their access has ended."))
        return redirect(patient)
    return render(request, "members/guardian_remove.html", {"patient": patient, "guardian": guardian})


@login_required
@read_or_send
def patient_leave(request, public_id):
    """Say what changes, then let somebody stop looking after a record. Its owner hands it over, or deletes it."""
    patient, mine, _guardians = _record(request, public_id)
    if mine.is_owner:
        raise PermissionDenied
    if request.method == "POST":
        try:
            actions.remove_guardian(guardian=mine, by=request.user.member)
        except actions.NotAllowed as error:  # became the owner a moment ago
            return _refused(request, str(error), patient)
        messages.success(request, _("You do not look after this record any more."))
        return redirect("members:me")
    return render(request, "members/patient_leave.html", {"patient": patient})


def _record(request, public_id) -> tuple[Patient, Guardian, list[Guardian]]:
    """Return a patient whom this person looks after, their own part in it, and everybody's. 404 for all others."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user).select_related("condition"), public_id=public_id)
    guardians = list(patient.guardians.for_list())
    mine = next((guardian for guardian in guardians if guardian.member_id == request.user.member.pk), None)
    if mine is None:  # removed between two queries
        raise Http404
    return patient, mine, guardians


def _ask_consents(request, relation, *, back):
    """Return the page that asks for the consents which are missing, or None when all stand; what was typed on another page comes along.

    New words of a consent pause what rests on it, so that this page can stand before any form.
    """
    missing = actions.consents_missing(member=request.user.member, relation=relation)
    agreeing = "agree" in request.POST
    carried = [(name, value) for name, values in request.POST.lists() if name not in {"csrfmiddlewaretoken", "agree", *missing} for value in values]
    if missing:
        form = ConsentForm(request.POST if agreeing else None, purposes=missing)
        if not form.is_valid():
            context = {"form": form, "back": back, "carried": carried, "asks_health": Purpose.HEALTH in missing}
            return render(request, "members/patient_consent.html", context, status=422 if request.method == "POST" else 200)
        actions.agree(member=request.user.member, purposes=missing, form="patient")
    # With something carried along, the form that stood behind the page goes on with it; else it is shown, also after a second press.
    return redirect(request.get_full_path()) if agreeing and not set(dict(carried)) - set(Purpose.values) else None


def _sent(request):
    return request.POST if request.method == "POST" else None


def _status(form) -> int:
    return 422 if form.is_bound else 200


def _refused(request, words, to):
    messages.error(request, words)
    return redirect(to)


def _total() -> int:
    return ASKED_BEFORE + len(QUESTIONS)


def _nobody_is_self(guardians) -> bool:
    return all(guardian.relation != Relation.SELF for guardian in guardians)


def _step(patient, question) -> str:
    """Return the address of a question from which the next open one follows."""
    return f"{reverse('members:patient_step', args=[patient.public_id, question])}?go=on"


def _open_after(patient, question) -> str:
    """Return the next open question, or an empty string. question: the one just asked; "" before the first."""
    questions = list(QUESTIONS)
    rest = questions[questions.index(question) + 1 :] if question else questions
    return next((one for one in rest if patient.is_open(one)), "")


def _next_question(request, patient, *, after):
    """Go to the next open question, or to the answers."""
    if following := _open_after(patient, after):
        return redirect(_step(patient, following))
    messages.success(request, _("Your answers are saved. Please check them."))
    return redirect(patient)


def _rows(patient) -> list[dict]:
    """Return what is written down, as the page shows it: step, question, answer in words, and a member's own words apart."""
    began = month_and_year(patient.onset_year, patient.onset_month)
    diagnosis = month_and_year(patient.diagnosis_year, patient.diagnosis_month)
    return [
        {"step": "who", "name": _("Nickname"), "own_words": patient.nickname},
        {"step": "who", "name": _("Age now"), "answer": patient.get_age_band_display()},
        {"step": "sex", "name": _("Sex"), "answer": patient.get_sex_display()},
        {"step": "began", "name": _("Began"), "answer": began},
        {"step": "began", "name": _("Age when it began"), "answer": patient.get_onset_age_display()},
        {"step": "diagnosis", "name": _("Diagnosis"), "answer": diagnosis},
        {"step": "tumour", "name": _("Tumour"), "answer": patient.get_tumour_display(), "own_words": patient.tumour_kind},
        {"step": "course", "name": _("Course"), "answer": patient.get_course_display()},
    ]
