"""Building the members' report: from those who agreed to be counted, seldom enough that nobody's answers show between two builds."""

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from conditions.models.condition import Condition
from conditions.models.vocabulary import Symptom
from members.consents import TEXTS
from members.models.choices import Level
from members.models.consent import Consent, Purpose
from members.models.member import Member
from members.models.patient import Guardian, Patient
from soulmates import picture, report
from soulmates.models.report import ReportEntry, ReportSnapshot

EVERY = timedelta(days=7)  # at most so often
CHANGES = 10  # and only when so many members' records joined, left or changed
PUBLISHED, UNCHANGED, TOO_EARLY, TOO_FEW, PAUSED = "published", "unchanged", "too early", "too few", "paused"


def counted(condition: Condition) -> QuerySet[Patient]:
    """Return the patients that may be counted: their owner is here, no new member, and agreed, to the words of now, to health data and to counts."""
    people = Member.objects.present().settled()
    if not settings.DEBUG:
        people = people.filter(user__is_demo=False)
    for purpose in (Purpose.HEALTH, Purpose.STATISTICS):
        yes = Consent.objects.filter(member=OuterRef("pk"), purpose=purpose, version=TEXTS[purpose].version, withdrawn_at=None)
        people = people.filter(Exists(yes))
    owners = Guardian.objects.filter(patient=OuterRef("pk"), level=Level.OWNER, member__in=people)
    return Patient.objects.filter(Exists(owners), condition=condition)


@transaction.atomic
def build(*, condition: Condition, now: datetime | None = None) -> str:
    """Count anew where it may be, and return what happened: one of the words above.

    Fewer than report.LEAST patients left: what was published goes at once. Its entries stay, so that whoever joins next is not read off
    the difference to what others may have kept of it.
    """
    now = now or timezone.now()
    # Two builds stand in one queue; whoever edits the reference meanwhile is not in it.
    Condition.objects.select_for_update(no_key=True).get(pk=condition.pk)
    last = ReportSnapshot.objects.newest(condition)
    answers = _answers(condition)
    if len(answers) < report.LEAST:
        return _pause(last, now)
    if last and timezone.localdate(now) < timezone.localdate(last.made_at) + EVERY:
        return TOO_EARLY
    digests = {patient: _digest(of_one) for patient, of_one in answers.items()}
    if last and _changes(last, digests) < CHANGES:
        return UNCHANGED
    snapshot = ReportSnapshot.objects.create(condition=condition, made_at=now, patients=len(answers), table=report.table_of(answers.values()))
    ReportEntry.objects.bulk_create(ReportEntry(snapshot=snapshot, patient_id=patient, digest=digest) for patient, digest in digests.items())
    _forget_others(snapshot)
    return PUBLISHED


def build_due() -> str:
    """Count anew for every condition, where it may be; the job. Return a few words for the record."""
    return "; ".join(f"{condition.slug}: {build(condition=condition)}" for condition in Condition.objects.order_by("order", "slug")) or "no condition"


def _answers(condition: Condition) -> dict[int, dict[str, int]]:
    """Return the newest severities by patient and term. Who has said of no symptom how hard it is shares nothing to be counted.

    Of each member one record, the oldest that has answers: whoever wrote nine made ones would read the tenth off the numbers.
    """
    names = dict(Symptom.objects.values_list("pk", "hpo_id"))
    patients = counted(condition)
    owners = Guardian.objects.filter(level=Level.OWNER, patient__in=patients.values("pk")).order_by("patient__created_at", "patient")
    pictures = picture.current(patients.values_list("pk", flat=True))
    found: dict[int, dict[str, int]] = {}
    seen: set[int] = set()
    for member, patient in owners.values_list("member", "patient"):
        of_one = pictures.get(patient, {}) if member not in seen else {}
        severities = {names[symptom]: answer.severity for symptom, answer in of_one.items() if answer.severity is not None}
        if severities:
            found[patient] = severities
            seen.add(member)
    return found


def _digest(of_one: dict[str, int]) -> str:
    """Return what tells whether answers have changed, and nothing of the answers to who has not the site's key."""
    return salted_hmac("soulmates.report", json.dumps(of_one, sort_keys=True), algorithm="sha256").hexdigest()


def _changes(last: ReportSnapshot, digests: dict[int, str]) -> int:
    """Return how many members' records joined or left, whichever were more, and changed since.

    A record that was deleted, or a yes that was taken back, took its entry along: it is counted by the total. Whoever said no and yes again,
    or shares another record instead, has left and joined: that is one change, not two.
    """
    before = dict(last.entries.values_list("patient", "digest"))
    stayed = before.keys() & digests.keys()
    joined, left = len(digests) - len(stayed), last.patients - len(stayed)
    return max(joined, left) + sum(before[patient] != digests[patient] for patient in stayed)


def _pause(last: ReportSnapshot | None, now: datetime) -> str:
    """Take away what is published; a row of its own, as every version has."""
    if last is None or not last.is_published:
        return TOO_FEW
    empty = ReportSnapshot.objects.create(condition=last.condition, made_at=now, patients=last.patients, table={})
    last.entries.update(snapshot=empty)
    _forget_others(empty)
    return PAUSED


def _forget_others(snapshot: ReportSnapshot) -> None:
    """Delete the snapshots before this one, with their entries."""
    ReportSnapshot.objects.filter(condition=snapshot.condition).exclude(pk=snapshot.pk).delete()
