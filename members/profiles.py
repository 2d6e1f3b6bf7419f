"""What one member sees of another: the one place that puts a profile together. Nothing about patients but how old they are, roughly."""

import re
from dataclasses import dataclass

from members import consents
from members.models.choices import Level, PatientAge, Visibility
from members.models.consent import Purpose
from members.models.member import SHOWN_FIELDS, Member
from members.models.patient import Patient

RESTS_ON_HEALTH = ("role", "life_stage", "patients")  # shown only while the consent to keep health data stands, to the words of now

# An address, a link, or seven figures and more with the signs that stand between those of a telephone number.
_CONTACT = re.compile(r"\S@\S|https?://|\bwww\.|(?:\d[\s().\-/]{0,3}){7}")


def holds_contact(text: str) -> bool:
    """Return whether a text seems to tell how to reach somebody elsewhere: reason for a word of warning, never for a refusal."""
    return bool(_CONTACT.search(text))


@dataclass(frozen=True)
class Somebody:
    """A person with the condition, as a profile tells of them: no name, no relation. age_band: an empty string where none was given."""

    age_band: str

    @property
    def is_child(self) -> bool:
        """Return whether they are under 18."""
        return self.age_band in PatientAge.under_18()

    @property
    def age(self) -> str:
        """Return the age band in words."""
        return str(PatientAge(self.age_band).label) if self.age_band else ""


@dataclass(frozen=True)
class Profile:
    """A member as `viewer` may see them. shown: the fields among SHOWN_FIELDS that are open to the viewer; patients: empty unless shown.

    for_others: on one's own page, the fields that other members see too. paused: the consent that role, stage and patients rest on does not
    stand.
    """

    member: Member
    is_own: bool
    shown: frozenset[str]
    for_others: frozenset[str]
    paused: bool
    patients: tuple[Somebody, ...]

    @property
    def shows_picture(self) -> bool:
        """Return whether the viewer sees the picture."""
        return "picture" in self.shown

    @property
    def shows_about(self) -> bool:
        """Return whether the viewer sees the text; on one's own page also that there is none."""
        return self.is_own or ("about" in self.shown and bool(self.member.about))

    @property
    def others_see_about(self) -> bool:
        """Return whether other members see the text."""
        return "about" in self.for_others

    @property
    def others_see_picture(self) -> bool:
        """Return whether other members see the picture."""
        return "picture" in self.for_others


def profile_of(member: Member, *, viewer: Member) -> Profile:
    """Return what a viewer sees of a member. Two queries at most, none where the member shows nothing that rests on consent."""
    is_own = member.pk == viewer.pk
    shown = {field for field in SHOWN_FIELDS if member.shows(field, viewer)}
    for_others = {field for field in SHOWN_FIELDS if getattr(member, f"{field}_visibility") == Visibility.MEMBERS}
    paused = bool(shown.intersection(RESTS_ON_HEALTH)) and not consents.holds(member, Purpose.HEALTH)
    if paused:
        for_others.difference_update(RESTS_ON_HEALTH)
        if not is_own:
            shown.difference_update(RESTS_ON_HEALTH)
    return Profile(member, is_own, frozenset(shown), frozenset(for_others), paused, _patients(member) if "patients" in shown else ())


def _patients(member: Member) -> tuple[Somebody, ...]:
    """Return whom a member looks after; those whose record they may only read are told of by those who keep it."""
    patients = Patient.objects.filter(guardians__member=member, guardians__level__in=(Level.EDIT, Level.OWNER))
    return tuple(Somebody(age_band) for age_band in patients.values_list("age_band", flat=True))
