"""Writing down what a family says of symptoms.

Whoever writes is locked first, with all who look after the record (whose consents decide what matching may know), then the record, then
its rows: two who write at once stand in one queue, and no answer meets a consent that is being withdrawn. What changes the picture tells
matching in the same transaction.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from conditions.models.pages import ConditionSymptom
from members.actions.patients import NotAllowed, consents_missing
from members.models.choices import Level
from members.models.consent import Purpose
from members.models.draft import Draft
from members.models.member import Member
from members.models.patient import Patient
from soulmates import picture
from soulmates.actions import profiles
from soulmates.models.check_in import DELETED_FOR, CheckIn, KeptOut, Observation

SKIP = "skip"  # no answer: its row goes
DRAFT = "check-in"  # the name of the form in members.drafts
OLDEST = 110  # years that a life is taken to last
_EASTERNMOST = timedelta(hours=14)  # where a day begins first

Answers = Mapping[int, int | None | str]  # symptom id -> 0-4, None for "I do not know", or SKIP


def latest_day() -> date:
    """Return the day that it is somewhere already: nobody's today is refused."""
    return (datetime.now(UTC) + _EASTERNMOST).date()


def earliest_day() -> date:
    """Return the first of January as long ago as a life may be."""
    return date(timezone.localdate().year - OLDEST, 1, 1)


@transaction.atomic
def begin(*, patient: Patient, by: Member, on: date, like_last: bool = False) -> CheckIn:
    """Begin a check-in about a day; one that `by` is writing already is returned as it stands, so that a second press begins no second.

    like_last: with the answers as they are now, to be changed. Raises NotAllowed without consent or right, or for a day that cannot be.
    """
    patient = _locked(patient, by)
    if under_way := CheckIn.objects.living().filter(patient=patient, by=by, finished_at=None).first():
        return under_way
    _ask_day(on)
    check_in = CheckIn.objects.create(patient=patient, by=by, on=on)
    if like_last:
        now = picture.current([patient.pk]).get(patient.pk, {})
        still = set(ConditionSymptom.objects.filter(condition=patient.condition_id, symptom__in=now).values_list("symptom", flat=True))
        Observation.objects.bulk_create(
            Observation(check_in=check_in, symptom_id=symptom, severity=said.severity) for symptom, said in now.items() if symptom in still
        )
    return check_in


@transaction.atomic
def answer(*, check_in: CheckIn, by: Member, answers: Answers) -> None:
    """Write down answers; those that are not named stay as they are. Safe to run twice.

    Raises NotAllowed without consent or right, 14 days after it was saved, for a symptom that is not on the list, or where a saved
    check-in would lose its last answer.
    """
    check_in = _locked_check_in(check_in, by)
    _ask_time(check_in)
    rows = {row.symptom_id: row for row in check_in.observations.all()}
    _ask_known(check_in, set(answers) - set(rows))
    changed = [rows[symptom] for symptom, said in answers.items() if symptom in rows and said not in (SKIP, rows[symptom].severity)]
    for row in changed:
        row.severity = answers[row.symptom_id]
    new = [(symptom, said) for symptom, said in answers.items() if symptom not in rows and said != SKIP]
    gone = [rows[symptom].pk for symptom, said in answers.items() if symptom in rows and said == SKIP]
    if not (changed or new or gone):
        return
    if check_in.is_finished and len(gone) == len(rows) and not new:
        raise NotAllowed(_("A saved check-in keeps at least one answer. You can delete it instead."))
    Observation.objects.bulk_update(changed, ["severity"])
    Observation.objects.bulk_create(Observation(check_in=check_in, symptom_id=symptom, severity=said) for symptom, said in new)
    Observation.objects.filter(pk__in=gone).delete()
    _touch(check_in)


@transaction.atomic
def change(*, check_in: CheckIn, by: Member, on: date, note: str) -> None:
    """Write down another day or note. Raises NotAllowed as answer does, and for a day that cannot be."""
    check_in = _locked_check_in(check_in, by)
    _ask_time(check_in)
    if (check_in.on, check_in.note) == (on, note):
        return
    _ask_day(on)
    check_in.on, check_in.note = on, note
    check_in.save(update_fields=["on", "note"])
    _touch(check_in)


@transaction.atomic
def finish(*, check_in: CheckIn, by: Member, on: date | None = None, note: str | None = None) -> None:
    """Save a check-in: from now on it counts. One that is saved already stays as it is.

    on, note: another day, other words, than it has. Raises NotAllowed where there is no answer in it, and for a day that cannot be.
    """
    check_in = _locked_check_in(check_in, by)
    if check_in.is_finished:
        return
    if not check_in.observations.exists():
        raise NotAllowed(_("There is no answer in it yet. Answer at least one question, then save."))
    check_in.on = check_in.on if on is None else on
    check_in.note = check_in.note if note is None else note
    _ask_day(check_in.on)
    check_in.finished_at = timezone.now()
    check_in.save(update_fields=["on", "note", "finished_at"])
    _drafts_of(check_in).filter(member=by).delete()
    _touch(check_in)


@transaction.atomic
def delete(*, check_in: CheckIn, by: Member) -> None:
    """Take a check-in out of everything; for 14 days it can be brought back. Needs no consent: what is kept may always go."""
    check_in = _locked_check_in(check_in, by, needs_consent=False)
    check_in.deleted_at = timezone.now()
    check_in.save(update_fields=["deleted_at"])
    _drafts_of(check_in).delete()
    if check_in.is_finished:
        profiles.refresh([check_in.patient_id])


@transaction.atomic
def undo_delete(*, check_in: CheckIn, by: Member) -> None:
    """Bring a deleted check-in back; one that is there stays. Raises NotAllowed after 14 days, or beside another that is being written."""
    patient = _locked(check_in.patient, by)
    check_in = CheckIn.objects.select_for_update(no_key=True).filter(pk=check_in.pk, patient=patient).first()
    if check_in is None or (check_in.deleted_at and timezone.now() - check_in.deleted_at >= DELETED_FOR):
        raise NotAllowed(_("This check-in is gone for good."))
    if check_in.deleted_at is None:
        return
    if not check_in.is_finished and (check_in.by_id != by.pk or CheckIn.objects.living().filter(patient=patient, by=by, finished_at=None).exists()):
        raise NotAllowed(_("You are writing another check-in. Save it or throw it away first."))
    check_in.deleted_at = None
    check_in.save(update_fields=["deleted_at"])
    if check_in.is_finished:
        profiles.refresh([patient.pk])


@transaction.atomic
def keep_out(*, patient: Patient, by: Member, symptoms: Iterable[int], among: Collection[int] | None = None) -> None:
    """Keep these symptoms out of matching, and no others.

    among: the symptoms that were on the page; what somebody else keeps out meanwhile stays so. None stands for all.
    """
    patient = _locked(patient, by)
    wanted = set(symptoms)
    rows = KeptOut.objects.filter(patient=patient)
    kept = set(rows.values_list("symptom", flat=True))
    known = set(ConditionSymptom.objects.filter(condition=patient.condition_id, symptom__in=wanted - kept).values_list("symptom", flat=True))
    if wanted - kept - known:
        raise NotAllowed(_("This symptom is not on the list any more."))
    let_in = kept - wanted if among is None else (kept & set(among)) - wanted
    rows.filter(symptom__in=let_in).delete()
    KeptOut.objects.bulk_create(KeptOut(patient=patient, symptom_id=symptom) for symptom in known)
    if let_in or known:
        profiles.refresh([patient.pk])


def _locked(patient: Patient, by: Member, *, needs_consent: bool = True) -> Patient:
    """Return the record, locked after all who look after it. Raises NotAllowed for who may not change it, or has not agreed."""
    everybody = Member.objects.filter(guardianships__patient=patient).values("pk")
    list(Member.objects.select_for_update(no_key=True).filter(pk__in=everybody).order_by("pk").values_list("pk", flat=True))
    locked = Patient.objects.select_for_update(no_key=True).filter(pk=patient.pk).first()
    mine = locked and locked.guardians.filter(member=by, level__in=(Level.EDIT, Level.OWNER)).first()
    if not mine:
        raise NotAllowed(_("You may not change this record any more."))
    missing = consents_missing(member=by, relation=mine.relation) if needs_consent else []
    if Purpose.HEALTH in missing:
        raise NotAllowed(_("Health data is only kept with your consent."))
    if missing:
        raise NotAllowed(_("Confirm first that you may speak for the person you care for."))
    return locked


def _locked_check_in(check_in: CheckIn, by: Member, *, needs_consent: bool = True) -> CheckIn:
    patient = _locked(check_in.patient, by, needs_consent=needs_consent)
    locked = CheckIn.objects.select_for_update(no_key=True).filter(pk=check_in.pk, patient=patient, deleted_at=None).first()
    if locked is None or not (locked.is_finished or locked.by_id == by.pk):
        raise NotAllowed(_("This check-in was deleted."))
    locked.patient = patient
    return locked


def _ask_time(check_in: CheckIn) -> None:
    if not check_in.can_change:
        raise NotAllowed(_("This check-in was saved more than 14 days ago. Make a new one to say how it is now."))


def _ask_day(on: date) -> None:
    if not earliest_day() <= on <= latest_day():
        raise NotAllowed(_("Choose today or an earlier day."))


def _ask_known(check_in: CheckIn, symptoms: set[int]) -> None:
    known = ConditionSymptom.objects.filter(condition=check_in.patient.condition_id, symptom__in=symptoms).count() if symptoms else 0
    if known != len(symptoms):
        raise NotAllowed(_("This symptom is not on the list any more."))


def draft_about(check_in: CheckIn, page: str) -> str:
    """Return what the draft of one page of a check-in is about: what was chosen on it and not sent."""
    return f"{check_in.public_id}/{page}"


def _drafts_of(check_in: CheckIn) -> QuerySet[Draft]:
    return Draft.objects.filter(form=DRAFT, about__startswith=draft_about(check_in, ""))


def _touch(check_in: CheckIn) -> None:
    """Note when it was changed, and let matching follow where it counts."""
    check_in.changed_at = timezone.now()
    check_in.save(update_fields=["changed_at"])
    if check_in.is_finished:
        profiles.refresh([check_in.patient_id])
