"""Pages of people to look at: matches."""

from django.urls import reverse
from django.utils import timezone

from conditions.models.condition import Condition
from conditions.models.pages import ConditionSymptom
from members import consents
from members.actions.patients import accept, invite
from members.models.choices import AgeBand, Level, Relation, Role
from members.models.consent import Consent, Purpose
from members.models.member import Member
from members.models.patient import Patient
from members.models.relations import Block
from soulmates.actions import matches, profiles
from soulmates.actions.locations import set_location
from soulmates.models.choices import Precision
from soulmates.models.place import Place
from soulmates.models.profile import MatchingProfile
from tests import gazetteer
from tests.rooms.world import Visit, World, person
from tests.soulmates.factories import check_in_of, symptom, with_symptoms
from tests.soulmates.people import recorded

LEAST, MOST = 8, 14  # symptoms that the people of this room have among them
NAMES = ("Amber Kite", "Birch and Bell", "Cloud Nine of a Rather Long Family Name", "نور الصباح", "Deep Harbour", "Elm Street Choir")


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""
    condition = world.child.condition
    names = _symptoms(condition)
    alone = names.pop()  # nobody else has it
    one, near = _related(condition, names)

    def someone(key, name, answers, *, agrees=True, days=30, account=AgeBand.ADULT, **about) -> Patient:
        member = world.members[key] = person(key, name, role=about.pop("role", Role.PARENT), age_band=account)
        Member.objects.filter(pk=member.pk).update(joined_at=timezone.now() - timezone.timedelta(days=days))
        member.refresh_from_db()
        patient = recorded(member, condition, answers, **{"age_band": "5-8", "onset_age": "2-4", "tumour": "found", **about})
        if agrees:
            consents.give(member=member, purpose=Purpose.MATCHING, form="test")
        return patient

    most = {name: 1 + place % 4 for place, name in enumerate(names)}
    for place, name in enumerate(NAMES):
        answers = {plain: 1 + (place + at) % 4 for at, plain in enumerate(names) if (at + place) % 4}
        patient = someone(f"match-{place}", name, answers, role=(Role.PARENT, Role.PERSON)[place % 2])
        if place == 0 and near:
            check_in_of(patient, {symptom(condition, name): severity for name, severity in {**answers, near: 2}.items()})
        if place % 3 == 0:
            member = world.members[f"match-{place}"]
            matches.share(patient=patient, by=member, age=True, onset=True, tumour=True)
            Member.objects.filter(pk=member.pk).update(languages=["fr", "en"])
    mine = someone("match-seeker", "Lantern Hill", {**most, **({one: 3} if one else {}), names[-1]: 0}, nickname="Pebble")
    matches.share(patient=mine, by=world.members["match-seeker"], age=True, onset=False, tumour=True)
    Member.objects.filter(pk=world.members["match-seeker"].pk).update(languages=["en", "fr"])
    me = {"relation": Relation.SELF, "nickname": "Me"}
    second = recorded(world.members["match-seeker"], condition, {}, age_band="30-49", **me)
    own = someone(
        "match-self", "Paper Boat", most, role=Role.PERSON, relation=Relation.SELF, nickname="Me", age_band="18-29", onset_age="", tumour=""
    )
    matches.watch(patient=own, by=world.members["match-self"], best=10)
    waiting = someone("match-newcomer", "Fresh Snow", most, days=0)
    off = someone("match-undecided", "Still Thinking", most, agrees=False, nickname="Bud")
    young = someone(
        "match-young", "Sixteen Candles", {}, agrees=False, account=AgeBand.UNDER_18, relation=Relation.SELF, nickname="Me", role=Role.PERSON
    )
    empty = someone("match-empty", "Blank Page", {})
    well = someone("match-well", "All Good Now", {names[0]: 0})
    unlike = someone("match-unlike", "One of a Kind", {alone: 2})
    first = someone("match-first", "First Footprint", most)
    paused = someone("match-paused", "Other Words", most, nickname="Bud")
    unkept = someone("match-unkept", "Nothing Kept", most, nickname="Bud")
    accept(code=invite(patient=off, by=world.members["match-undecided"], level=Level.VIEW), by=world.members["match-seeker"], relation=Relation.OTHER)
    journey = world.members["match-journey"] = person("match-journey", "Evening Ferry", role=Role.PARENT)
    Member.objects.filter(pk=journey.pk).update(joined_at=timezone.now() - timezone.timedelta(days=30), languages=["en"])
    world.members["match-doctor"] = person("match-doctor", "Stethoscope", role=Role.PROFESSIONAL)
    world.members["match-helper"] = person("match-helper", "Second Lantern", role=Role.FAMILY)
    for purpose in (Purpose.HEALTH, Purpose.CARER):
        consents.give(member=world.members["match-helper"], purpose=purpose, form="test")
    accept(code=invite(patient=off, by=world.members["match-undecided"], level=Level.VIEW), by=world.members["match-helper"], relation=Relation.OTHER)
    Consent.objects.filter(member=world.members["match-paused"], purpose=Purpose.MATCHING).update(version=0)
    Consent.objects.filter(member=world.members["match-unkept"], purpose=Purpose.HEALTH).update(version=0)
    profiles.refresh(Patient.objects.filter(condition=condition).values_list("pk", flat=True))
    others = MatchingProfile.objects.filter(listed=True).exclude(patient=first).values_list("member", flat=True).distinct()
    Block.objects.bulk_create(Block(blocker=world.members["match-first"], blocked_id=other) for other in others)
    gazetteer.load()
    for key, place, precision in (
        ("match-seeker", gazetteer.LYON, Precision.TOWN),
        ("match-0", gazetteer.VILLEURBANNE, Precision.TOWN),
        ("match-1", gazetteer.VILLEURBANNE, Precision.REGION),
        ("match-2", gazetteer.BERLIN, Precision.COUNTRY),
    ):
        consents.give(member=world.members[key], purpose=Purpose.MAP, form="test")
        there = Place.objects.get(pk=place)
        set_location(member=world.members[key], precision=precision, country=str(there.country), region=there.region, place=there, sure=True)
    other = Patient.objects.get(guardians__member=world.members["match-0"])
    further = Patient.objects.get(guardians__member=world.members["match-1"])
    matches.say(patient=mine, other=further, by=world.members["match-seeker"], good=False, why="Too different in age", percent=50)

    def address(name, *arguments, **query):
        found = reverse(f"soulmates:{name}", args=[getattr(one, "public_id", one) for one in arguments])
        return f"{found}?{'&'.join(f'{key}={value}' for key, value in query.items())}" if query else found

    def list_of(patient, **query):
        return address("match_list", **{"for": patient.public_id, **query})

    return {
        "matches: how it works, for visitors": Visit(address("how_it_works")),
        "matches: how it works, for members": Visit(address("how_it_works"), "match-seeker"),
        "matches: no record": Visit(address("match_list"), "plain"),
        "matches: no record, family": Visit(address("match_list"), "stranger"),
        "matches: no record, professional": Visit(address("match_list"), "match-doctor"),
        "matches: too young": Visit(address("match_list"), "match-young"),
        "matches: health data not agreed": Visit(list_of(unkept), "match-unkept"),
        "matches: no record yet, a parent of a month": Visit(address("match_list"), "match-journey"),
        "matches: off": Visit(list_of(off), "match-undecided"),
        "matches: off for me": Visit(address("match_list"), "adult"),
        "matches: new words": Visit(list_of(paused), "match-paused"),
        "matches: no check-in": Visit(list_of(empty), "match-empty"),
        "matches: nothing to compare": Visit(list_of(well), "match-well"),
        "matches: the owner did not agree": Visit(list_of(off), "match-seeker"),
        "matches: nobody alike": Visit(list_of(unlike), "match-unlike"),
        "matches: nobody yet": Visit(list_of(first), "match-first"),
        "matches: the list": Visit(address("match_list"), "match-seeker"),
        "matches: the list for me, waiting for a closer one": Visit(list_of(own), "match-self"),
        "matches: another record": Visit(list_of(second), "match-seeker"),
        "matches: the list of a new member": Visit(list_of(waiting), "match-newcomer"),
        "matches: filtered": Visit(list_of(mine, role="parent", language="fr", within=100), "match-seeker"),
        "matches: too narrow": Visit(list_of(mine, role="family", age_band="50%2B", tumour="not-found"), "match-seeker"),
        "matches: a filter that is none": Visit(list_of(mine, role="king", within="7"), "match-seeker"),
        "matches: a filter on what I do not show": Visit(list_of(own, tumour="found", within=100), "match-self"),
        "matches: begin": Visit(address("matching_start", off), "match-undecided"),
        "matches: begin, refused": Visit(address("matching_start", off), "match-undecided", post={"age": "on"}, status=422),
        "matches: begin with new words": Visit(address("matching_start", paused), "match-paused"),
        "matches: begin, for the record of somebody else": Visit(address("matching_start", off), "match-helper"),
        "matches: begin, too young": Visit(address("matching_start", young), "match-young"),
        "matches: begin, health data not agreed": Visit(address("matching_start", unkept), "match-unkept"),
        "matches: what they see": Visit(address("shared_facts", mine), "match-seeker"),
        "matches: what they see of me": Visit(address("shared_facts", own), "match-self"),
        "matches: why": Visit(address("match_detail", mine, other), "match-seeker"),
        "matches: why, answered": Visit(address("match_detail", mine, further), "match-seeker"),
        "matches: why, for me": Visit(address("match_detail", own, further), "match-self"),
        "matches: what I said": Visit(address("feedback_list"), "match-seeker"),
        "matches: nothing said": Visit(address("feedback_list"), "match-self"),
        "matches: why, an answer refused": Visit(
            address("match_feedback", mine, other), "match-seeker", post={"good": "perhaps", "why": "Words that stay"}, status=422
        ),
    }


def _symptoms(condition: Condition) -> list[str]:
    """Return plain names of symptoms of the condition, some from each category; a condition with few gets made ones."""
    if ConditionSymptom.objects.filter(condition=condition).count() < LEAST:
        with_symptoms(condition)
    found: dict[str, list[str]] = {}
    for row in ConditionSymptom.objects.filter(condition=condition).select_related("symptom"):
        found.setdefault(row.category, []).append(row.symptom.plain_name)
    return [name for names in found.values() for name in names[:4]][:MOST]


def _related(condition: Condition, taken: list[str]) -> tuple[str, str]:
    """Return two further symptoms right below the same term, under which nothing of `taken` stands; two empty strings where there are none."""
    rows = [row.symptom for row in ConditionSymptom.objects.filter(condition=condition).select_related("symptom")]
    under = {term for row in rows if row.plain_name in taken for term in (row.hpo_id, *row.ancestors)}
    by_parent: dict[str, list[str]] = {}
    for row in rows:
        for parent in set(row.is_a) - under:
            by_parent.setdefault(parent, []).append(row.plain_name)
    return next(((names[0], names[1]) for names in by_parent.values() if len(names) > 1), ("", ""))
