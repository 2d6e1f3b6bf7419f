"""What soulmates does with a member's data: shown, exported, hidden at once, erased; and nothing of it left behind."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from members import consents, data_rights, own_part
from members.actions import leaving, patients
from members.models.choices import Level, Relation
from members.models.consent import Purpose
from members.models.member import Member
from members.models.patient import Guardian, Patient
from soulmates.actions import locations
from soulmates.actions.check_ins import DRAFT
from soulmates.models.check_in import CheckIn, KeptOut, Observation, SharedFacts
from soulmates.models.choices import Precision
from soulmates.models.location import MapCell, MemberLocation, PlaceCount
from soulmates.models.match import MatchFeedback, MatchWatch
from soulmates.models.place import Place
from soulmates.models.profile import MatchingProfile
from soulmates.models.report import ReportEntry, ReportSnapshot
from tests import gazetteer
from tests.factories import UserFactory
from tests.members.people import consenting
from tests.soulmates.factories import check_in_of, compared, owner_of, symptom, with_kinds

pytestmark = pytest.mark.django_db
ANSWERS = {"Dancing eyes": 3, "Night waking": 2, "Shaking": None}


@pytest.fixture
def condition():
    return with_kinds()


@pytest.fixture
def patient(condition):
    """A patient with everything: a note, a symptom kept out, facts shared, a place, feedback, a watch."""
    gazetteer.load()
    patient = compared(condition, ANSWERS)
    member = owner_of(patient)
    CheckIn.objects.filter(patient=patient).update(note="the purple note")
    KeptOut.objects.create(patient=patient, symptom=symptom(condition, "Night waking"))
    SharedFacts.objects.create(patient=patient, age=True)
    consents.give(member=member, purpose=Purpose.MAP, form="test")
    town = Place.objects.select_related("region").get(pk=gazetteer.LYON)
    locations.set_location(member=member, precision=Precision.TOWN, country="FR", region=town.region, place=town, sure=True)
    other = compared(condition, ANSWERS)
    MatchFeedback.objects.create(member=member, patient=patient, other=other, good=True, why="the green reason", percent=80, weights_version=1)
    MatchWatch.objects.create(member=member, patient=patient, best=80)
    return patient


def counted():
    return MapCell.objects.exists() or PlaceCount.objects.exists()


def test_the_export_holds_answers_place_and_words_and_nobody_else(patient):
    member = owner_of(patient)
    snapshot = ReportSnapshot.objects.create(condition=patient.condition, patients=1, table={})
    ReportEntry.objects.create(snapshot=snapshot, patient=patient, digest="the digest")
    found = data_rights.export(member)["soulmates"]
    assert found["records counted in the members' report"] == 1
    assert found["matching"][0]["kept out"] == ["Night waking"]
    assert found["matching"][0]["shown to matches"] == ["age"]
    text = json.dumps(found, cls=DjangoJSONEncoder, default=str)
    assert found["check-ins"][0]["answers"] == {"Dancing eyes": 3, "Night waking": 2, "Shaking": "do not know"}
    assert found["place on the map"]["town area"] == "Lyon"
    for words in ("the purple note", "the green reason", "Night waking", "age"):
        assert words in text
    other = MatchFeedback.objects.get().other
    assert other.public_id not in text
    assert owner_of(other).pseudonym not in text


def test_the_export_of_who_may_only_read_holds_no_answers(patient):
    reader = UserFactory().member
    Guardian.objects.create(patient=patient, member=reader, relation=Relation.CARER, level=Level.VIEW)
    found = data_rights.export(reader)["soulmates"]
    assert not found["check-ins"]
    assert not found["matching"]


def test_the_note_of_another_guardian_is_not_mine_to_take_along(patient):
    editor = UserFactory().member
    Guardian.objects.create(patient=patient, member=editor, relation=Relation.CARER, level=Level.EDIT)
    found = data_rights.export(editor)["soulmates"]
    assert found["check-ins"][0]["answers"]
    assert found["check-ins"][0]["note"] == ""


def test_what_is_held_is_counted_each_once(patient):
    check_in_of(patient, {symptom(patient.condition, "Shaking"): 1})
    lines = {str(line.what): line.number for line in data_rights.held(owner_of(patient))}
    assert lines["Check-ins: the symptoms you recorded"] == 2
    assert lines["How you appear on the map"] == lines["What you said of matches"] == lines["Matches you asked to hear of"] == 1


def test_leaving_hides_at_once_and_coming_back_shows_again(patient):
    member = owner_of(patient)
    assert counted()
    leaving.leave(member=member)
    assert not patient_profile(patient).listed
    assert not counted()
    leaving.come_back(member=Member.objects.get(pk=member.pk))
    assert patient_profile(patient).listed
    assert counted()


def patient_profile(patient):
    return MatchingProfile.objects.get(patient=patient)


@pytest.mark.parametrize("at_once", [True, False])
def test_an_erase_leaves_nothing_but_an_empty_line(patient, at_once, django_capture_on_commit_callbacks):
    member, other = owner_of(patient), MatchFeedback.objects.get().other
    ReportEntry.objects.create(snapshot=ReportSnapshot.objects.create(condition=patient.condition, patients=1, table={}), patient=patient, digest="x")
    if not at_once:  # as a member leaves; at once: as an erasure is replayed after a restore
        leaving.leave(member=member)
    with django_capture_on_commit_callbacks(execute=True):
        leaving.erase(member=Member.objects.get(pk=member.pk))
    assert not Patient.objects.filter(pk=patient.pk).exists()
    for model in (KeptOut, SharedFacts, MatchFeedback, MatchWatch, MemberLocation):
        assert not model.objects.exists(), model
    assert list(CheckIn.objects.values_list("patient", flat=True)) == [other.pk]
    assert set(Observation.objects.values_list("check_in__patient", flat=True)) == {other.pk}
    assert not counted()
    assert not ReportEntry.objects.exists()
    [line] = MatchingProfile.objects.exclude(patient=other)
    assert (line.patient_id, line.member_id, line.listed, bytes(line.levels)) == (None, None, False, b"")


@pytest.mark.parametrize("how", ["health", "matching", "delete", "suspend"])
def test_matching_forgets_a_patient_in_the_same_request(patient, how):
    member = owner_of(patient)
    before = patient_profile(patient)
    if how == "delete":
        patients.delete_patient(patient=patient, by=member)
    elif how == "suspend":
        Member.objects.filter(pk=member.pk).update(suspended_at=timezone.now())
        data_rights.standing_changed(Member.objects.get(pk=member.pk))
    else:
        consents.withdraw(member=member, purpose=getattr(Purpose, how.upper()))
    after = MatchingProfile.objects.get(slot=before.slot)
    assert (after.listed, bytes(after.levels), after.place_id) == (False, b"", None)
    assert after.seq > before.seq


def test_withdrawing_the_map_takes_the_place_off_everything_at_once(patient):
    member = owner_of(patient)
    consents.withdraw(member=member, purpose=Purpose.MAP)
    assert not MemberLocation.objects.exists()
    assert not counted()
    assert patient_profile(patient).listed
    assert patient_profile(patient).place_id is None


def test_withdrawing_matching_ends_what_was_said_and_watched_and_keeps_the_check_ins(patient):
    consents.withdraw(member=owner_of(patient), purpose=Purpose.MATCHING)
    assert not MatchWatch.objects.exists()
    assert not MatchFeedback.objects.exists()
    assert CheckIn.objects.filter(patient=patient).exists()


def test_a_record_that_passes_on_keeps_its_answers_and_follows_its_new_owner(patient):
    member, heir = owner_of(patient), UserFactory().member
    Guardian.objects.create(patient=patient, member=heir, relation=Relation.PARENT, level=Level.EDIT)
    leaving.erase(member=member)
    check_in = CheckIn.objects.get(patient=patient)
    assert (check_in.by, check_in.note) == (None, "")
    assert check_in.observations.count() == 3
    assert not patient_profile(patient).listed  # the heir has agreed to nothing
    for purpose in (Purpose.HEALTH, Purpose.CARER, Purpose.MATCHING):
        consents.give(member=heir, purpose=purpose, form="test")
    assert patient_profile(patient).listed
    assert patient_profile(patient).member == heir


def test_withdrawing_health_data_takes_the_drafts_of_check_ins_along(patient):
    member = owner_of(patient)
    for form in (DRAFT, "question"):
        member.drafts.create(form=form, address="/", fields={"s1": ["3"]})
    consents.withdraw(member=member, purpose=Purpose.HEALTH)
    assert list(member.drafts.values_list("form", flat=True)) == ["question"]


@pytest.mark.parametrize("how", ["health", "erase"])
def test_a_record_about_oneself_goes_and_is_inherited_by_nobody(patient, how):
    member, other = owner_of(patient), UserFactory().member
    patient.guardians.filter(member=member).update(relation=Relation.SELF)
    Guardian.objects.create(patient=patient, member=other, relation=Relation.PARENT, level=Level.EDIT)
    assert own_part.records_at_stake(member) == [(patient.nickname, own_part.OWN)]
    number = patient_profile(patient).slot
    end_part(member, how)
    assert not Patient.objects.filter(pk=patient.pk).exists()
    assert not Observation.objects.filter(check_in__patient=patient.pk).exists()
    assert not MatchingProfile.objects.get(slot=number).listed


@pytest.mark.parametrize("how", ["health", "erase"])
@pytest.mark.parametrize("owns", [True, False])
def test_in_a_record_that_stays_the_notes_of_who_goes_are_emptied(patient, how, owns):
    member, other = owner_of(patient), consenting(UserFactory().member)
    if not owns:  # the words of one who may change a record that another keeps
        patient.guardians.filter(member=member).update(level=Level.EDIT)
    Guardian.objects.create(patient=patient, member=other, relation=Relation.PARENT, level=Level.EDIT if owns else Level.OWNER)
    theirs = check_in_of(patient, {symptom(patient.condition, "Shaking"): 1}, by=other, note="the other's note")
    deleted = check_in_of(patient, {}, by=member, note="a deleted note")
    CheckIn.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now())
    end_part(member, how)
    assert patient.guardians.get().member == other
    assert set(CheckIn.objects.filter(patient=patient).exclude(pk=theirs.pk).values_list("by", "note")) == {(None, "")}
    assert CheckIn.objects.get(pk=theirs.pk).note == "the other's note"
    assert Observation.objects.filter(check_in__patient=patient).count() == 4


def test_what_rested_on_the_consent_of_the_former_owner_does_not_pass_on(patient):
    member, other = owner_of(patient), UserFactory().member
    Guardian.objects.create(patient=patient, member=other, relation=Relation.PARENT, level=Level.EDIT)
    snapshot = ReportSnapshot.objects.create(condition=patient.condition, patients=1, table={})
    ReportEntry.objects.create(snapshot=snapshot, patient=patient, digest="x")
    feedback = MatchFeedback.objects.get()
    MatchFeedback.objects.update(member=owner_of(feedback.other), patient=feedback.other, other=patient)
    consents.withdraw(member=member, purpose=Purpose.HEALTH)
    assert not ReportEntry.objects.exists()
    assert not MatchFeedback.objects.exists()
    assert not patient_profile(patient).listed


def end_part(member, how):
    """Let somebody's part in all records end: without consent to keep health data, or with the account."""
    if how == "health":
        consents.withdraw(member=member, purpose=Purpose.HEALTH)
    else:
        leaving.erase(member=member)
