"""What members do about matching: begin it, say what matches see, wait for a closer one, say whether a match felt right."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members import consents
from members.models.choices import Level
from members.models.consent import Purpose
from members.models.member import Member
from members.models.patient import Patient
from soulmates.actions import profiles
from soulmates.models.check_in import SharedFacts
from soulmates.models.match import MatchFeedback, MatchWatch
from soulmates.models.profile import MatchingState


class NotAllowed(ValueError):
    """The step cannot be taken; the message says why, for people."""


@transaction.atomic
def start(*, patient: Patient, by: Member, facts: dict[str, bool] | None = None, statistics: bool = False) -> None:
    """Write down the yes to matching, what matches see of a patient, and, if wanted, the yes to being counted: all together, or nothing.

    facts: age, onset, tumour; None leaves them as they are. Raises consents.ConsentRefused, or NotAllowed as `share` does.
    """
    consents.give(member=by, purpose=Purpose.MATCHING, form="matching")
    if statistics:
        consents.give(member=by, purpose=Purpose.STATISTICS, form="matching")
    if facts is not None:
        share(patient=patient, by=by, **facts)


@transaction.atomic
def share(*, patient: Patient, by: Member, age: bool, onset: bool, tumour: bool) -> None:
    """Write down what matches see of a patient beside the symptoms; it counts at once. Raises NotAllowed for anybody but the owner."""
    if not patient.guardians.filter(member=by, level=Level.OWNER).exists():
        raise NotAllowed(_("Only who owns a record decides what others see of it."))
    SharedFacts.objects.update_or_create(patient=patient, defaults={"age": age, "onset": onset, "tumour": tumour})
    profiles.refresh([patient.pk])


@transaction.atomic
def stop(*, by: Member, map_too: bool = False) -> list[str]:
    """Take back the yes to matching, if wanted also the one to the map: for all records of the member, and at once. Return which purposes ended."""
    purposes = (*([Purpose.MAP] if map_too else []), Purpose.MATCHING)  # the map first, as everywhere: both lock their counters
    return [ended for purpose in purposes for ended in consents.withdraw(member=by, purpose=purpose)]


def watch(*, patient: Patient, by: Member, best: int) -> MatchWatch:
    """Let a member hear of closer matches; pressing twice is the same as once. best: percent of the closest one they see now."""
    return MatchWatch.objects.get_or_create(member=by, patient=patient, defaults={"best": best, "since": timezone.now()})[0]


def unwatch(*, patient: Patient, by: Member) -> None:
    """Let a member hear no more of closer matches."""
    MatchWatch.objects.filter(member=by, patient=patient).delete()


def say(*, patient: Patient, other: Patient, by: Member, good: bool, why: str, percent: int) -> MatchFeedback:
    """Write down whether a match felt right; a new answer takes the place of the one before. percent: what the person was shown."""
    version = MatchingState.objects.filter(condition=patient.condition_id).values_list("weights__version", flat=True).first()
    answer = {"good": good, "why": why, "percent": percent, "weights_version": version or 0, "at": timezone.now()}
    return MatchFeedback.objects.update_or_create(member=by, patient=patient, other=other, defaults=answer)[0]


def take_back(*, patient: Patient, other: Patient, by: Member) -> bool:
    """Delete what a member said of a match; return whether there was anything."""
    return bool(MatchFeedback.objects.filter(member=by, patient=patient, other=other).delete()[0])
