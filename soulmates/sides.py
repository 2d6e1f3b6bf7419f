"""One's own side of matching: each patient a member looks after, and how it stands with finding similar people for them."""

from dataclasses import dataclass
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from letters.models import Notice
from members import consents
from members.models.choices import OnsetAge, Relation, Tumour, Visibility
from members.models.consent import Consent, Purpose
from members.models.member import Member
from members.models.patient import Guardian, Patient
from soulmates.models.check_in import CheckIn, SharedFacts
from soulmates.models.choices import Precision
from soulmates.models.match import MatchWatch
from soulmates.models.profile import MatchingProfile

# How it stands, in the order in which one thing comes before the next.
TOO_YOUNG, NO_HEALTH, NO_CONSENT, NO_CHECK_IN, OWNER_OFF, NOTHING, ON = (
    *("too-young", "no-health", "no-consent", "no-check-in", "owner-off", "nothing", "on"),
)


@dataclass(frozen=True)
class Side:
    """A patient, as the member who looks for people like them. last: the day of the newest check-in. since: of the yes to matching.

    paused: the yes was to other words than those of now. watching: whether the member waits for a closer match. sees_places: whether they may
    see where others are shown (the same as looking.may_look, without a query of its own). unread: the member's new notices, for the page's head.
    """

    guardian: Guardian
    last: date | None
    since: datetime | None
    paused: bool
    has_health: bool
    watching: bool
    sees_places: bool
    unread: int

    @property
    def patient(self) -> Patient:
        """Return the patient."""
        return self.guardian.patient

    @property
    def is_own(self) -> bool:
        """Return whether the member is the patient: then pages say "you", not a nickname."""
        return self.guardian.relation == Relation.SELF

    @property
    def is_owner(self) -> bool:
        """Return whether the member owns the record: then it is with their consent that it is compared, and they decide what is shown."""
        return self.guardian.is_owner

    @property
    def agrees(self) -> bool:
        """Return whether the member's own yes to matching stands, to the words as they are now."""
        return self.since is not None and not self.paused

    @property
    def profile(self) -> MatchingProfile | None:
        """Return the patient's row in matching."""
        return getattr(self.patient, "matching_profile", None)

    @property
    def facts(self) -> SharedFacts | None:
        """Return what matches see beside the symptoms; without a row nothing."""
        return getattr(self.patient, "shared_facts", None)

    @property
    def shows(self) -> frozenset[str]:
        """Return the facts beside symptoms that this side shows: "role", "languages", "age", "onset", "tumour", "town". It sees of others only these.

        "I do not know" is an answer too: whoever would tell, but cannot, is not shut out.
        """
        member, patient, facts = self.guardian.member, self.patient, self.facts
        shown = {name for name in ("role", "languages") if getattr(member, name) and getattr(member, f"{name}_visibility") == Visibility.MEMBERS}
        answers = {"age": patient.age_band, "onset": patient.onset_age, "tumour": patient.tumour}
        shown |= {name for name, answer in answers.items() if getattr(facts, name, False) and answer not in ("", OnsetAge.NOT_SAID, Tumour.NOT_SAID)}
        return frozenset(shown | ({"town"} if self.precision == Precision.TOWN else set()))

    @property
    def precision(self) -> int:
        """Return how precisely the member is shown on the map, 0 for not at all: matches are shown to them no finer."""
        location = getattr(self.guardian.member, "location", None)
        return location.precision if location and location.counted and self.sees_places else 0

    @property
    def waits_until(self) -> datetime | None:
        """Return from when others meet this patient, where that is still to come: new members wait a day."""
        start = self.profile.listed_from if self.profile and self.profile.listed else None
        return start if start and start > timezone.now() else None

    @property
    def state(self) -> str:
        """Return the first thing that is missing, or ON."""
        if not self.guardian.member.is_adult:
            return TOO_YOUNG
        if not self.has_health:
            return NO_HEALTH
        if not self.agrees:
            return NO_CONSENT
        if self.profile and self.profile.listed:
            return ON
        if self.last is None:
            return NO_CHECK_IN
        return NOTHING if self.is_owner else OWNER_OFF


def sides_of(member: Member) -> list[Side]:
    """Return the sides of a member, the oldest record first. One query, with everything that the page of matches says of them."""
    found = _with_standing(member, Guardian.objects.filter(member=member)).order_by("patient__created_at", "patient_id")
    return [_side(guardian, member) for guardian in found]


def _with_standing(member: Member, guardians: QuerySet[Guardian]) -> QuerySet[Guardian]:
    """Add consents, the last check-in and the watch. The member's own place comes along, for distances."""
    yes = Consent.objects.filter(member=member, withdrawn_at=None)
    matching, health = yes.filter(purpose=Purpose.MATCHING), yes.filter(purpose=Purpose.HEALTH)
    on_map = yes.filter(purpose=Purpose.MAP, version=consents.TEXTS[Purpose.MAP].version)
    addresses = EmailAddress.objects.filter(user=member.user_id, verified=True)
    check_ins = CheckIn.objects.finished().filter(patient=OuterRef("patient")).order_by("-on", "-finished_at")
    unread = Notice.objects.unread(member).order_by().values("member").annotate(number=Count("pk")).values("number")
    watches = MatchWatch.objects.filter(member=member, patient=OuterRef("patient"))
    return guardians.select_related("member__location__place", "patient__condition", "patient__shared_facts", "patient__matching_profile").annotate(
        last=Subquery(check_ins.values("on")[:1]),
        since_yes=Subquery(matching.values("given_at")[:1]),
        matching_version=Coalesce(Subquery(matching.values("version")[:1]), 0),
        health_version=Coalesce(Subquery(health.values("version")[:1]), 0),
        watching=Exists(watches),
        unread=Coalesce(Subquery(unread), 0),
        may_look=Exists(on_map) & Exists(addresses),
    )


def _side(guardian: Guardian, member: Member) -> Side:
    return Side(
        guardian=guardian,
        last=guardian.last,
        since=guardian.since_yes,
        paused=guardian.since_yes is not None and guardian.matching_version != consents.TEXTS[Purpose.MATCHING].version,
        has_health=guardian.health_version == consents.TEXTS[Purpose.HEALTH].version,
        watching=guardian.watching,
        unread=guardian.unread,
        sees_places=guardian.may_look and member.is_present and member.is_adult,
    )
