"""Pages on which a family records symptoms, reads them again and prints them. Nobody but those who look after the record sees any of them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import consents, drafts
from members.actions.patients import agree, consents_missing
from members.forms.patients import ConsentForm, month_and_year
from members.models.choices import AgeBand, Level
from members.models.consent import Purpose
from members.models.patient import Guardian, Patient
from soulmates import charts, diary, picture
from soulmates.actions import check_ins as actions
from soulmates.finding import find
from soulmates.forms.check_ins import AddForm, BeginForm, FindForm, KeptOutForm, SaveForm, StepForm, severity_of
from soulmates.models.check_in import CHANGED_WITHIN, DELETED_FOR, CheckIn, KeptOut, Observation
from soulmates.models.choices import Severity

ROWS = 20  # check-ins in the table of one page
REVIEW = "review"  # in an address: where a page of questions leads back to
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def symptom_home(request):
    """List everybody whose symptoms may be recorded here, with what there is."""
    mine = list(Guardian.objects.filter(member=request.user.member).select_related("patient").order_by("patient__created_at", "pk"))
    patients = [guardian.patient_id for guardian in mine]
    saved = CheckIn.objects.finished().filter(patient__in=patients).order_by().values("patient").annotate(last=Max("on"), number=Count("pk"))
    by_patient = {row["patient"]: row for row in saved}
    under_way = CheckIn.objects.editable_by(request.user).filter(finished_at=None)
    open_ones = {check_in.patient_id: check_in for check_in in under_way}
    kept = KeptOut.objects.filter(patient__in=patients).order_by().values("patient").annotate(number=Count("pk"))
    kept_out = {row["patient"]: row["number"] for row in kept}
    rows = [
        {
            "guardian": guardian,
            "patient": guardian.patient,
            "saved": by_patient.get(guardian.patient_id),
            "open": open_ones.get(guardian.patient_id),
            "kept_out": kept_out.get(guardian.patient_id, 0),
        }
        for guardian in mine
    ]
    return render(request, "soulmates/symptom_home.html", {"rows": rows, "crumbs": _crumbs(home=False)})


@login_required
@read_or_send
def check_in_begin(request, patient):
    """Ask for the day; one that was begun is offered first."""
    patient, mine = _record(request, patient)
    _ask_right(mine)
    home = reverse("soulmates:symptom_home")
    if asked := _ask_consents(request, mine.relation, back=home):
        return asked
    member = request.user.member
    if under_way := CheckIn.objects.editable_by(request.user).filter(patient=patient, finished_at=None).first():
        if request.method == "POST":
            return redirect("soulmates:check_in_detail", under_way.public_id)
        return render(request, "soulmates/check_in_under_way.html", {"patient": patient, "check_in": under_way, "back": home})
    has_picture = CheckIn.objects.finished().filter(patient=patient).exists()
    form = BeginForm(_sent(request), initial={"on": timezone.localdate()})
    if form.is_valid():
        like_last = has_picture and "like_last" in request.POST
        try:
            check_in = actions.begin(patient=patient, by=member, on=form.cleaned_data["on"], like_last=like_last)
        except actions.NotAllowed as error:
            form.add_error(None, str(error))
        else:
            return redirect("soulmates:check_in_review" if like_last else "soulmates:check_in_detail", check_in.public_id)
    context = {"form": form, "patient": patient, "has_picture": has_picture, "like_first": "like" in request.GET, "back": home}
    return render(request, "soulmates/check_in_begin.html", context, status=_status(form))


@login_required
@require_safe
def check_in_detail(request, check_in):
    """Show a saved check-in; lead who is writing one to where they stopped."""
    check_in, mine = _visible(request, check_in)
    entries = picture.symptoms_of(check_in.patient.condition)
    answers = _answers(check_in)
    if not check_in.is_finished:
        _ask_right(mine)
        return redirect(_resume(check_in, picture.steps_of(check_in.patient.condition, entries), answers))
    context = {
        "check_in": check_in,
        "patient": check_in.patient,
        "mine": mine,
        "groups": diary.by_category(check_in.patient.condition, entries, answers),
        "is_own": check_in.by_id == request.user.member.pk,
        "until": check_in.finished_at + CHANGED_WITHIN,
        "crumbs": _crumbs(check_in.patient),
    }
    return render(request, "soulmates/check_in_detail.html", context)


@login_required
@read_or_send
def check_in_step(request, check_in, step):
    """Ask about one category; what is answered is saved at each step."""
    check_in, mine = _visible(request, check_in)
    _ask_right(mine)
    steps = picture.steps_of(check_in.patient.condition, picture.symptoms_of(check_in.patient.condition))
    place = next((place for place, one in enumerate(steps) if one.key == step), None)
    if place is None:
        raise Http404
    if too_late := _too_late(request, check_in):
        return too_late
    review = reverse("soulmates:check_in_review", args=[check_in.public_id])
    only_one = check_in.is_finished or REVIEW in request.GET
    before = _step(check_in, steps[place - 1]) if place else reverse("soulmates:symptom_home")
    back = review if only_one else before
    if asked := _ask_consents(request, mine.relation, back=back):
        return asked
    draft = drafts.of(request, actions.DRAFT, about=actions.draft_about(check_in, step))
    answers = _answers(check_in)
    form = StepForm(_sent(request), step=steps[place], answers=answers, drafted=draft.initial())
    if form.is_valid():
        answered = form.answers(none_for_the_rest="none" in request.POST)
        try:
            actions.answer(check_in=check_in, by=request.user.member, answers=answered)
        except actions.NotAllowed as error:
            form.add_error(None, str(error))
        else:
            draft.drop()
            return redirect(_after(request.POST.get("go", ""), check_in, steps, place, only_one=only_one))
    draft.keep()
    context = {
        "check_in": check_in,
        "patient": check_in.patient,
        "form": form,
        "draft": draft,
        "step": steps[place],
        "number": place + 1,
        "total": len(steps),
        "only_one": only_one,
        "is_last": place + 1 == len(steps),
        "back": back,
        "back_to": steps[place - 1] if place and not only_one else None,
    }
    return render(request, "soulmates/check_in_step.html", context, status=_status(form))


@login_required
@read_or_send
def check_in_add(request, check_in):
    """Find a symptom by plain words and write it down. The words go by POST: they stand in no address."""
    check_in, mine = _visible(request, check_in)
    _ask_right(mine)
    if too_late := _too_late(request, check_in):
        return too_late
    back = reverse("soulmates:check_in_review", args=[check_in.public_id])
    if asked := _ask_consents(request, mine.relation, back=back):
        return asked
    condition = check_in.patient.condition
    form, nothing = FindForm(_sent(request)), False
    if form.is_valid():
        entries = picture.symptoms_of(condition)
        names = ((entry, (entry.symptom.plain_name, entry.symptom.name, *entry.symptom.synonyms)) for entry in entries)
        found = find(form.cleaned_data["q"], names, [condition.language])
        saving = "look" not in request.POST and bool(request.POST.keys() & {"save", "symptom"})
        nothing = not found
        if found:
            form = AddForm(request.POST if saving else None, initial={"q": form.cleaned_data["q"]}, found=found)
        if found and form.is_valid():
            nothing = form.cleaned_data["symptom"] == AddForm.NOT_THERE
            if not nothing:
                answers = {int(form.cleaned_data["symptom"]): severity_of(form.cleaned_data["severity"])}
                try:
                    actions.answer(check_in=check_in, by=request.user.member, answers=answers)
                except actions.NotAllowed as error:
                    form.add_error(None, str(error))
                else:
                    messages.success(request, _("The symptom is added."))
                    return redirect(back)
    context = {"check_in": check_in, "patient": check_in.patient, "form": form, "nothing": nothing, "back": back}
    return render(request, "soulmates/check_in_add.html", context, status=422 if form.is_bound and form.errors else 200)


@login_required
@read_or_send
def check_in_review(request, check_in):
    """Show all answers, each with its way to change it; then save."""
    check_in, mine = _visible(request, check_in)
    _ask_right(mine)
    if too_late := _too_late(request, check_in):
        return too_late
    condition = check_in.patient.condition
    entries = picture.symptoms_of(condition)
    steps = picture.steps_of(condition, entries)
    back = _step(check_in, steps[-1]) if steps and not check_in.is_finished else reverse("soulmates:symptom_home")
    if asked := _ask_consents(request, mine.relation, back=back):
        return asked
    draft = drafts.of(request, actions.DRAFT, about=actions.draft_about(check_in, REVIEW))
    form = SaveForm(_sent(request), initial=draft.initial(on=check_in.on, note=check_in.note))
    if form.is_valid():
        action = actions.change if check_in.is_finished else actions.finish
        try:
            action(check_in=check_in, by=request.user.member, **form.cleaned_data)
        except actions.NotAllowed as error:
            form.add_error(None, str(error))
        else:
            draft.drop()
            if check_in.is_finished:
                messages.success(request, _("Your changes are saved."))
                return redirect("soulmates:check_in_detail", check_in.public_id)
            messages.success(request, _("Your check-in is saved. Thank you for the time it took."))
            return redirect(f"{reverse('soulmates:symptom_history', args=[check_in.patient.public_id])}?finished=1")
    draft.keep()
    answers = _answers(check_in)
    earlier = picture.before(check_in)
    context = {
        "check_in": check_in,
        "patient": check_in.patient,
        "mine": mine,
        "form": form,
        "draft": draft,
        "groups": diary.by_category(condition, entries, answers, steps),
        "unanswered": diary.unanswered(steps, answers),
        "worse": [entry for entry in entries if diary.became_severe(earlier.get(entry.symptom.pk), answers.get(entry.symptom.pk))],
        "matched": _matched(check_in.patient),
        "steps": len(steps),
        "back": back,
    }
    return render(request, "soulmates/check_in_review.html", context, status=_status(form))


@login_required
@read_or_send
def check_in_delete(request, check_in):
    """Say what goes, then delete a check-in, or throw one away that was begun."""
    check_in, mine = _visible(request, check_in)
    _ask_right(mine)
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
    _ask_right(deleted.patient.guardians.get(member=request.user.member))
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


@login_required
@require_safe
def symptom_history(request, patient):
    """Show symptoms over time: two of them as a chart with its table, the others small; and all check-ins."""
    patient, mine = _record(request, patient)
    past = diary.History(patient)
    entries = [entry for entry in picture.symptoms_of(patient.condition) if entry.symptom.pk in past.answered]
    chosen = past.most_severe(entries) if not (asked := _asked_for(request, entries)) else asked
    graphs = {entry.symptom.pk: past.graph(entry) for entry in entries}
    others = [graphs[entry.symptom.pk] for entry in entries if entry not in chosen]
    page = Paginator(past.check_ins, ROWS).get_page(request.GET.get("page"))
    context = {
        "patient": patient,
        "mine": mine,
        "entries": entries,
        "chosen": [graphs[entry.symptom.pk] for entry in chosen],
        "selected": [entry.symptom.pk for entry in chosen],
        "others": [graph for graph in others if graph["strongest"]],
        "never": [graph for graph in others if not graph["strongest"]],
        "levels": [(y, Severity(severity).label) for severity, y in charts.LEVELS],
        "ticks": charts.ticks(past.days),
        "tick_format": "M Y" if past.is_long else "j M",
        "rows": [{"check_in": one, "answers": past.answers_to(chosen, one)} for one in page],
        "page": page,
        "total": len(past.check_ins),
        "under_way": CheckIn.objects.editable_by(request.user).filter(patient=patient, finished_at=None).first(),
        "deleted": CheckIn.objects.to_bring_back(request.user).filter(patient=patient).order_by("-deleted_at") if mine.can_change else [],
        "offer_matching": "finished" in request.GET and mine.is_owner and _can_match(request.user.member),
        "crumbs": _crumbs(),
    }
    return render(request, "soulmates/symptom_history.html", context)


@login_required
@require_safe
def symptom_summary(request, patient):
    """Show how it is now, on one page to print for the doctor."""
    patient, mine = _record(request, patient)
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
        "crumbs": _crumbs(patient),
    }
    return render(request, "soulmates/symptom_summary.html", context)


@login_required
@read_or_send
def kept_out(request, patient):
    """Choose what stays out of matching; who may only read sees what does."""
    patient, mine = _record(request, patient)
    if request.method == "POST":
        _ask_right(mine)
    if mine.can_change and (asked := _ask_consents(request, mine.relation, back=reverse("soulmates:symptom_home"))):
        return asked
    kept = set(KeptOut.objects.filter(patient=patient).values_list("symptom", flat=True))
    reported = {symptom for symptom, answer in picture.current([patient.pk]).get(patient.pk, {}).items() if answer.severity}
    writing = Observation.objects.filter(
        check_in__in=CheckIn.objects.editable_by(request.user).filter(patient=patient, finished_at=None), severity__gt=0
    )
    on_page = kept | (reported | set(writing.values_list("symptom", flat=True)) if mine.can_change else set())
    entries = [entry for entry in picture.symptoms_of(patient.condition) if entry.symptom.pk in on_page]
    form = KeptOutForm(_sent(request), entries=entries, initial={"symptoms": [str(pk) for pk in kept]})
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
    context = {"patient": patient, "mine": mine, "form": form, "entries": entries, "matched": _matched(patient), "crumbs": _crumbs(patient)}
    return render(request, "soulmates/kept_out.html", context, status=_status(form))


# --- who may ---


def _record(request, public_id) -> tuple[Patient, Guardian]:
    """Return a patient whom this person looks after, and their own part in it. 404 for all others."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user).select_related("condition"), public_id=public_id)
    return patient, get_object_or_404(patient.guardians.all(), member=request.user.member)


def _visible(request, public_id) -> tuple[CheckIn, Guardian]:
    """Return a check-in that this person may see, and their own part in the record. 404 for all others."""
    check_in = get_object_or_404(CheckIn.objects.visible_to(request.user).select_related("patient__condition"), public_id=public_id)
    return check_in, get_object_or_404(check_in.patient.guardians.all(), member=request.user.member)


def _ask_right(mine: Guardian) -> None:
    if not mine.can_change:
        raise PermissionDenied


def _too_late(request, check_in):
    """Return the way to a saved check-in that can be changed no more, or None."""
    if check_in.can_change:
        return None
    messages.info(request, _("This check-in was saved more than 14 days ago. Make a new one to say how it is now."))
    return redirect("soulmates:check_in_detail", check_in.public_id)


def _ask_consents(request, relation, *, back):
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


def _matched(patient: Patient) -> bool:
    """Return whether this record is compared with others: its owner has agreed to that."""
    owner = patient.guardians.filter(level=Level.OWNER).select_related("member").first()
    return owner is not None and _has_agreed(owner.member)


def _has_agreed(member) -> bool:
    standing = consents.standing(member)
    return all(standing.get(purpose) == consents.TEXTS[purpose].version for purpose in (Purpose.HEALTH, Purpose.MATCHING))


def _can_match(member) -> bool:
    """Return whether matching can be offered: to an adult who has not agreed to it yet."""
    return member.age_band == AgeBand.ADULT and not consents.holds(member, Purpose.MATCHING)


def _answers(check_in: CheckIn) -> dict[int, int | None]:
    return dict(check_in.observations.values_list("symptom", "severity"))


def _asked_for(request, entries) -> list[picture.Entry]:
    """Return the one or two symptoms that an address asks for, by their numbers."""
    by_number = {str(entry.symptom.pk): entry for entry in entries}
    numbers = (request.GET.get("a", ""), request.GET.get("b", ""))
    return list(dict.fromkeys(by_number[number] for number in numbers if number in by_number))


# --- ways on ---


def _step(check_in, step) -> str:
    return reverse("soulmates:check_in_step", args=[check_in.public_id, step.key])


def _resume(check_in, steps, answers) -> str:
    """Return the first page on which nothing is answered yet, or the answers."""
    for step in steps:
        if any(entry.asked for entry in step.entries) and not any(entry.symptom.pk in answers for entry in step.entries):
            return _step(check_in, step)
    return reverse("soulmates:check_in_review", args=[check_in.public_id])


def _after(go, check_in, steps, place, *, only_one) -> str:
    """Return where the button of a page of questions leads."""
    if go == "add":
        return reverse("soulmates:check_in_add", args=[check_in.public_id])
    if go == "later":
        return reverse("soulmates:symptom_home")
    if go == REVIEW or only_one or place + 1 == len(steps):
        return reverse("soulmates:check_in_review", args=[check_in.public_id])
    return _step(check_in, steps[place + 1])


def _crumbs(patient=None, *, home=True) -> list[tuple[str, str]]:
    """Return the way back: to my page, to everybody's symptoms, to one patient's."""
    crumbs = [(_("My page"), reverse("members:me"))]
    if home:
        crumbs.append((_("Symptoms"), reverse("soulmates:symptom_home")))
    if patient:
        crumbs.append((_("Over time"), reverse("soulmates:symptom_history", args=[patient.public_id])))
    return crumbs


def _sent(request):
    return request.POST if request.method == "POST" else None


def _status(form) -> int:
    return 422 if form.is_bound else 200
