"""What soulmates answers for in the slot of members: check-ins, matching, the place on the map, what was said of matches, watches."""

from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.data_rights import Held, Part
from members.models.choices import Level
from members.models.consent import Purpose
from members.models.member import Member
from members.models.patient import Patient
from soulmates.actions import locations, profiles
from soulmates.actions.check_ins import DRAFT
from soulmates.models.check_in import CheckIn
from soulmates.models.location import MemberLocation
from soulmates.models.match import MatchFeedback, MatchWatch
from soulmates.models.profile import MatchingProfile
from soulmates.models.report import ReportEntry


def _theirs(member: Member) -> Q:
    """Return which check-ins are a member's to see: of the records they may change, and what they are writing themselves."""
    may = Q(patient__guardians__member=member, patient__guardians__level__in=(Level.EDIT, Level.OWNER))
    return may & (Q(finished_at__isnull=False) | Q(by=member))


def held(member: Member) -> list[Held]:
    """Return what is kept about a member, counted. One query."""
    may = {"patient__guardians__member": OuterRef("pk"), "patient__guardians__level__in": (Level.EDIT, Level.OWNER)}
    theirs = CheckIn.objects.living().filter(Q(finished_at__isnull=False) | Q(by=OuterRef("pk")), **may).order_by()
    number = theirs.values("patient__guardians__member").annotate(number=Count("pk")).values("number")
    count = (
        Member.objects.filter(pk=member.pk)
        .annotate(recorded=Coalesce(Subquery(number), 0))
        .values("recorded")
        .annotate(place=Count("location", distinct=True), said=Count("match_feedback", distinct=True), watches=Count("match_watches", distinct=True))
        .get()
    )
    matches = reverse("soulmates:match_list")
    return [
        Held(_("Check-ins: the symptoms you recorded"), count["recorded"], reverse("soulmates:symptom_home")),
        Held(_("How you appear on the map"), count["place"], reverse("soulmates:location_edit")),
        Held(_("What you said of matches"), count["said"], reverse("soulmates:feedback_list")),
        Held(_("Matches you asked to hear of"), count["watches"], matches),
    ]


def export(member: Member) -> dict[str, Any]:
    """Return what is kept about a member and the patients whose records they may change; of other guardians no words."""
    check_ins = CheckIn.objects.living().filter(_theirs(member)).select_related("patient").prefetch_related("observations__symptom")
    patients = Patient.objects.filter(guardians__member=member, guardians__level__in=(Level.EDIT, Level.OWNER))
    place = MemberLocation.objects.filter(member=member).select_related("region", "place").first()
    return {
        "check-ins": [_check_in(check_in, member) for check_in in check_ins.order_by("on", "pk")],
        "matching": [
            _matching(patient) for patient in patients.select_related("shared_facts", "matching_profile").prefetch_related("kept_out__symptom")
        ],
        "records counted in the members' report": ReportEntry.objects.filter(patient__in=patients).count(),
        "place on the map": place
        and {
            "precision": place.get_precision_display(),
            "country": str(place.country),
            "region": place.region.name if place.region else "",
            "town area": place.place.name if place.place else "",
            "confirmed with a child": place.sure,
            "made a country because of a child": place.lowered,
        },
        "what I said of matches": list(member.match_feedback.order_by("at").values("patient__nickname", "good", "why", "percent", "at")),
        "matches I asked to hear of": list(member.match_watches.order_by("since").values("patient__nickname", "best", "since")),
    }


def _check_in(check_in: CheckIn, member: Member) -> dict[str, Any]:
    return {
        "patient": check_in.patient.nickname,
        "day": check_in.on,
        "saved": check_in.finished_at,
        "note": check_in.note if check_in.by_id == member.pk else "",
        "answers": {row.symptom.plain_name: "do not know" if row.severity is None else row.severity for row in check_in.observations.all()},
    }


def _matching(patient: Patient) -> dict[str, Any]:
    facts = getattr(patient, "shared_facts", None)
    profile = getattr(patient, "matching_profile", None)
    return {
        "patient": patient.nickname,
        "compared with others": bool(profile and profile.listed),
        "kept out": [row.symptom.plain_name for row in patient.kept_out.all()],
        "shown to matches": [name for name in ("age", "onset", "tumour") if facts and getattr(facts, name)],
    }


def erase(member: Member) -> None:
    """Take a member out of matching and off the map, and delete what they said. Safe to run twice, and after the account is gone.

    The patients they own go, or pass on, with the part of members; what matching held of those is emptied here before.
    """
    if not Member.objects.filter(pk=member.pk).exists():
        return
    locations.hide(member=member)  # the map before matching, here and below: both lock their counters, and must do so in one order
    profiles.take_out(Patient.objects.filter(guardians__member=member, guardians__level=Level.OWNER).values_list("pk", flat=True))
    MatchingProfile.objects.filter(member=member).update(member=None)
    MatchFeedback.objects.filter(member=member).delete()
    MatchWatch.objects.filter(member=member).delete()
    ReportEntry.objects.filter(patient__guardians__member=member, patient__guardians__level=Level.OWNER).delete()
    _forget_words(member)


def standing_changed(member: Member) -> None:
    """Let matching and the map follow at once whoever became invisible, came back, or changed what they show."""
    locations.refresh_member(member)
    profiles.refresh_member(member)


def consent_changed(member: Member, purpose: str, *, given: bool) -> None:
    """Act in the transaction of the change: out of matching with all that rests on it, off the map, out of the next count.

    Without consent to keep health data the part of members takes the records away afterwards, and tells everybody beside them: so no profile
    is refreshed here before, which would hold the lock that all share while records are still being written.
    """
    if purpose == Purpose.MAP:
        locations.refresh_member(member)
    if purpose in (Purpose.MATCHING, Purpose.MAP) or (purpose == Purpose.HEALTH and given):
        profiles.refresh_member(member)
    if given:
        return
    if purpose in (Purpose.MATCHING, Purpose.HEALTH):
        MatchWatch.objects.filter(member=member).delete()
        # What others said of their records rests on the same consent, and goes with them.
        of_theirs = Q(other__guardians__member=member, other__guardians__level=Level.OWNER)
        MatchFeedback.objects.filter(pk__in=MatchFeedback.objects.filter(Q(member=member) | of_theirs).values("pk")).delete()
    if purpose in (Purpose.STATISTICS, Purpose.HEALTH):
        ReportEntry.objects.filter(patient__guardians__member=member, patient__guardians__level=Level.OWNER).delete()
    if purpose == Purpose.HEALTH:
        _forget_words(member)
        member.drafts.filter(form=DRAFT).delete()  # answers that were chosen and not sent


def _forget_words(member: Member) -> None:
    """Delete what a member was still writing, and take name and note off what they wrote in records that stay with another guardian."""
    CheckIn.objects.filter(by=member, finished_at=None).delete()
    CheckIn.objects.filter(by=member).update(by=None, note="")


PART = Part(
    name="soulmates",
    models=frozenset(
        {
            *("soulmates.CheckIn", "soulmates.Observation", "soulmates.KeptOut", "soulmates.SharedFacts"),
            *("soulmates.MatchingProfile", "soulmates.MatchFeedback", "soulmates.MatchWatch"),
            *("soulmates.ReportEntry", "soulmates.MemberLocation"),
        }
    ),
    goes=(
        _("Check-ins and all symptoms of the records that go, and what matching knew of them."),
        _("Your place on the map, what you said of matches, and the matches you asked to hear of."),
    ),
    kept={
        "soulmates.CheckIn": _("Symptoms you recorded in a record that passes to another guardian. Your name and your notes are taken off."),
        "soulmates.MatchingProfile": _("An empty line with a number, so that every copy of the matching list forgets the record. It names nobody."),
    },
    held=held,
    export=export,
    erase=erase,
    standing_changed=standing_changed,
    consent_changed=consent_changed,
)
