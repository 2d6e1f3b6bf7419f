"""Pages of the map to look at: the published set, the lists of members, a town, and who is near."""

from datetime import timedelta

from django.utils import timezone

from conditions.models.condition import Condition
from conditions.models.pages import ConditionSymptom
from members import consents
from members.models.choices import Level, PatientAge, Relation, Role, Visibility
from members.models.consent import Purpose
from members.models.member import Member
from members.models.patient import Guardian, Patient
from soulmates.actions import profiles
from soulmates.actions.publish import publish
from tests import gazetteer
from tests.factories import ConditionFactory
from tests.rooms.world import Visit, World, person
from tests.soulmates.factories import check_in_of
from tests.soulmates.map_people import many_at, member_at, member_in


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""
    gazetteer.load()
    condition = world.child.condition
    empty = ConditionFactory(order=99, name="Another rare illness", short_name="ARI")
    mapper = _looker(world, "mapper", "Compass Rose")
    _looker(world, "looker", "Behind the Curtain")
    patient, alone = _matched(condition, mapper), _looker(world, "alone", "Far from Here")
    member_at(condition, gazetteer.LYON, member=mapper)
    member_in(condition, "FJ.01", member=alone)
    only = _matched(condition, alone, symptoms=slice(-1, None))
    _people(condition)
    now = timezone.now()
    publish(condition, now - timedelta(days=7))
    publish(condition, now)
    return {
        "map: visitors": Visit("/map/"),
        "map: visitors, nothing yet": Visit(f"/map/?condition={empty.slug}"),
        "map: no consent to the map": Visit("/map/", "plain"),
        "map: members": Visit("/map/", "mapper"),
        "map: members, hidden": Visit("/map/", "looker"),
        "map: members, with matches": Visit(f"/map/?matches={patient.public_id}", "mapper"),
        "map: members, no match is shown": Visit(f"/map/?matches={only.public_id}", "alone"),
        "map: members, nobody there": Visit(f"/map/?condition={empty.slug}", "mapper"),
        "map: a country": Visit("/map/?area=FR", "mapper"),
        "map: a region": Visit("/map/?area=FR.84", "mapper"),
        "map: an area": Visit(f"/map/place/{gazetteer.LYON}/", "mapper"),
        "map: an area, second page": Visit(f"/map/place/{gazetteer.LYON}/?page=2", "mapper"),
        "map: an area without members": Visit(f"/map/place/{gazetteer.BRISTOL}/", "mapper"),
        "map: nearby": Visit("/map/nearby/", "mapper"),
        "map: nearby, filtered": Visit(f"/map/nearby/?place={gazetteer.LYON}&within=100&role=parent&age=5-8&language=fr", "mapper"),
        "map: nearby, nobody": Visit("/map/nearby/?within=25&role=organisation", "mapper"),
        "map: nearby, no town yet": Visit("/map/nearby/", "looker"),
        "map: nearby, several towns": Visit("/map/nearby/", "looker", post={"q": "Paris"}),
        "map: nearby, no such town": Visit("/map/nearby/", "looker", post={"q": "Atlantis"}, status=422),
    }


def _looker(world: World, key: str, name: str) -> Member:
    """Return a new member who may look at the map, and is not on it yet."""
    member = world.members[key] = person(key, name, role=Role.PARENT)
    for purpose in (Purpose.HEALTH, Purpose.CARER, Purpose.MAP):
        consents.give(member=member, purpose=purpose, form="test")
    return member


def _matched(condition: Condition, member: Member, *, symptoms: slice = slice(0, 5)) -> Patient:
    """Return a new patient of a member, who is compared with others."""
    consents.give(member=member, purpose=Purpose.HEALTH, form="test")
    consents.give(member=member, purpose=Purpose.MATCHING, form="test")
    patient = Patient.objects.create(condition=condition, nickname="Pip", age_band=PatientAge.CHILD)
    Guardian.objects.create(patient=patient, member=member, relation=Relation.PARENT, level=Level.OWNER)
    rows = ConditionSymptom.objects.filter(condition=condition).order_by("pk").values_list("symptom", flat=True)
    check_in_of(patient, dict.fromkeys(list(rows)[symptoms], 2), by=member)
    profiles.refresh([patient.pk])
    return patient


def _people(condition: Condition) -> None:
    """Fill the map: many in Lyon, some around, some who show less than a town; three of them are matches."""
    long_ago = timezone.now() - timedelta(days=60)
    for number in range(23):
        role = (Role.PARENT, Role.PERSON, Role.FAMILY)[number % 3]
        member = member_at(condition, gazetteer.LYON, Purpose.HEALTH, pseudonym=f"Silk Road {number}", role=role, languages=["fr", "de"])
        if number == 0:
            Member.objects.filter(pk=member.pk).update(patients_visibility=Visibility.MEMBERS, joined_at=long_ago)
            _matched(condition, member)
    member_at(condition, gazetteer.VILLEURBANNE, pseudonym="Next Door")
    member_at(condition, gazetteer.GRENOBLE, pseudonym="Up the Valley")
    for area, name in (("FR.11", "Somewhere North"), ("JP", "Morning Sun")):
        _matched(condition, member_in(condition, area, pseudonym=name, joined_at=long_ago))
    many_at(condition, "FR", 2)
    many_at(condition, "DE.16", 12)
    many_at(condition, "US.NY", 12)
