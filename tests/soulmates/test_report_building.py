"""The members' report is built from those who agreed, seldom, and only when enough has changed; it goes when too few are left."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from members import consents
from members.models.choices import Level, Relation
from members.models.consent import Consent, Purpose
from members.models.member import Member
from members.models.patient import Guardian, Patient
from members.models.user import User
from soulmates.actions import report as actions
from soulmates.models.report import ReportEntry, ReportSnapshot
from tests.factories import ConditionFactory, UserFactory
from tests.soulmates.factories import check_in_of, counted_patient, symptom, with_symptoms

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(hour=12)
LATER = NOW + timedelta(days=8)


@pytest.fixture
def condition():
    """A condition with symptoms and nobody."""
    return with_symptoms()


def populate(condition, number, severity=3):
    """Return so many patients who all have the same symptom."""
    eyes = symptom(condition, "Dancing eyes")
    return [counted_patient(condition, {eyes: severity}) for _one in range(number)]


def build(condition, now=NOW):
    return actions.build(condition=condition, now=now)


def newest(condition):
    return ReportSnapshot.objects.newest(condition)


def owner_of(patient):
    return patient.guardians.get(level=Level.OWNER).member


def test_below_ten_patients_nothing_is_published_nor_kept(condition):
    populate(condition, 9)
    assert build(condition) == actions.TOO_FEW
    assert not ReportSnapshot.objects.exists()
    assert not ReportEntry.objects.exists()


def test_with_ten_patients_the_report_says_what_it_may(condition):
    populate(condition, 10)
    assert build(condition) == actions.PUBLISHED
    assert newest(condition).patients == 10
    assert newest(condition).table == {symptom(condition, "Dancing eyes").hpo_id: {"reports": "nearly-all"}}


def test_the_newest_answer_counts_and_what_is_not_known_does_not(condition):
    eyes, sleep = symptom(condition, "Dancing eyes"), symptom(condition, "Sleep problems")
    patients = populate(condition, 20, severity=4)
    for patient in patients[:8]:
        check_in_of(patient, {eyes: 0, sleep: 2})
    for patient in patients[8:10]:
        check_in_of(patient, {eyes: None, sleep: None})
    build(condition)
    assert newest(condition).table == {eyes.hpo_id: {"reports": 10, "hard": "nearly-all"}, sleep.hpo_id: {"reports": 8}}


def test_who_said_of_nothing_how_hard_it_is_is_not_counted(condition):
    populate(condition, 10)
    counted_patient(condition, {symptom(condition, "Shaking"): None})
    counted_patient(condition, {})
    build(condition)
    assert newest(condition).patients == 10


def test_patients_of_another_condition_are_counted_there(condition):
    populate(condition, 9)
    counted_patient(ConditionFactory(), {symptom(condition, "Dancing eyes"): 2})
    assert build(condition) == actions.TOO_FEW


def of_the_same_owner(patient, condition, answers):
    """Return another record of the same account, with answers."""
    other = Patient.objects.create(condition=condition, nickname="Pod")
    Guardian.objects.create(patient=other, member=owner_of(patient), relation=Relation.PARENT, level=Level.OWNER)
    check_in_of(other, answers, by=owner_of(patient))
    return other


def test_one_account_with_nine_made_records_does_not_make_ten(condition):
    populate(condition, 1)
    (attacker,) = populate(condition, 1)
    for _one in range(9):
        of_the_same_owner(attacker, condition, {symptom(condition, "Shaking"): 4})
    assert build(condition) == actions.TOO_FEW


def test_of_an_account_the_oldest_record_with_answers_counts_and_no_other(condition):
    patients = populate(condition, 10)
    of_the_same_owner(patients[0], condition, {symptom(condition, "Dancing eyes"): 3})
    patients[0].check_ins.all().delete()
    of_the_same_owner(patients[1], condition, {symptom(condition, "Dancing eyes"): 3})
    assert build(condition) == actions.PUBLISHED
    assert newest(condition).patients == 10
    assert patients[1].pk in newest(condition).entries.values_list("patient", flat=True)


def test_one_account_does_not_make_the_ten_changes(condition):
    patients = populate(condition, 10)
    others = [of_the_same_owner(patients[0], condition, {symptom(condition, "Shaking"): 4}) for _one in range(9)]
    build(condition)
    for patient in others:
        check_in_of(patient, {symptom(condition, "Shaking"): 1})
    patients[0].check_ins.all().delete()  # another record of the account stands for it now
    populate(condition, 8)
    assert build(condition, LATER) == actions.UNCHANGED
    populate(condition, 2)
    assert build(condition, LATER) == actions.PUBLISHED


def test_who_never_wrote_a_post_is_counted_all_the_same(condition):
    populate(condition, 9)
    counted_patient(condition, {symptom(condition, "Dancing eyes"): 2}, kept_posts=0)
    assert build(condition) == actions.PUBLISHED


@pytest.mark.parametrize("new", [{"joined_at": timezone.now() - timedelta(days=6)}, {"upheld_reports": 1}])
def test_new_members_are_not_counted_until_they_are_past_the_limits(condition, new):
    populate(condition, 9)
    patient = counted_patient(condition, {symptom(condition, "Dancing eyes"): 2}, **new)
    assert owner_of(patient).is_new
    assert build(condition) == actions.TOO_FEW
    Member.objects.filter(pk=owner_of(patient).pk).update(trusted_at=NOW)
    assert not owner_of(patient).is_new
    assert build(condition) == actions.PUBLISHED


LONG_AGO = timezone.now()


@pytest.mark.parametrize("purposes", [(Purpose.HEALTH,), (Purpose.HEALTH, Purpose.CARER, Purpose.MATCHING, Purpose.MAP)])
def test_who_did_not_agree_to_be_counted_is_not(condition, purposes):
    populate(condition, 9)
    counted_patient(condition, {symptom(condition, "Dancing eyes"): 2}, *purposes)
    assert build(condition) == actions.TOO_FEW


@pytest.mark.parametrize("gone", [{"leaving_at": LONG_AGO}, {"suspended_at": LONG_AGO}, {"joined_at": None}])
def test_who_is_not_here_is_not_counted(condition, gone):
    populate(condition, 9)
    counted_patient(condition, {symptom(condition, "Dancing eyes"): 2}, **gone)
    assert build(condition) == actions.TOO_FEW


def test_a_closed_account_is_not_counted(condition):
    populate(condition, 9)
    patient = counted_patient(condition, {symptom(condition, "Dancing eyes"): 2})
    User.objects.filter(member=owner_of(patient)).update(is_active=False)
    assert build(condition) == actions.TOO_FEW


@pytest.mark.parametrize("purpose", [Purpose.HEALTH, Purpose.STATISTICS])
def test_a_yes_to_older_words_counts_nobody(condition, purpose, monkeypatch):
    populate(condition, 10)
    monkeypatch.setitem(consents.TEXTS, purpose, consents.Words(2, "Other words"))
    assert build(condition) == actions.TOO_FEW


@pytest.mark.parametrize("purpose", [Purpose.HEALTH, Purpose.STATISTICS])
def test_a_withdrawn_yes_counts_nobody(condition, purpose):
    patients = populate(condition, 10)
    consents.withdraw(member=owner_of(patients[0]), purpose=purpose)
    assert Consent.objects.filter(withdrawn_at__isnull=False).exists()
    assert build(condition) == actions.TOO_FEW


def test_the_yes_of_another_guardian_is_not_the_owners(condition):
    patients = populate(condition, 10)
    helper = UserFactory().member
    for purpose in (Purpose.HEALTH, Purpose.STATISTICS):
        consents.give(member=helper, purpose=purpose, form="test")
    patients[0].guardians.create(member=helper, relation="parent", level="edit")
    consents.withdraw(member=owner_of(patients[0]), purpose=Purpose.STATISTICS)
    assert build(condition) == actions.TOO_FEW


def test_generated_people_are_counted_where_the_site_is_tried_out_only(condition, settings):
    populate(condition, 10)
    User.objects.update(is_demo=True)
    assert build(condition) == actions.TOO_FEW
    settings.DEBUG = True
    assert build(condition) == actions.PUBLISHED


# --- how often ---


def test_within_a_week_nothing_is_counted_anew(condition):
    populate(condition, 10)
    build(condition)
    first = newest(condition).pk
    populate(condition, 20)
    assert build(condition, NOW + timedelta(days=6)) == actions.TOO_EARLY
    assert newest(condition).pk == first
    assert build(condition, NOW + timedelta(days=7, hours=-3)) == actions.PUBLISHED  # by days: a job that runs a little earlier is not a week late


@pytest.mark.parametrize(("joined", "expected"), [(9, actions.UNCHANGED), (10, actions.PUBLISHED)])
def test_ten_have_to_join(condition, joined, expected):
    populate(condition, 20)
    build(condition)
    populate(condition, joined)
    assert build(condition, LATER) == expected


@pytest.mark.parametrize(("changed", "expected"), [(9, actions.UNCHANGED), (10, actions.PUBLISHED)])
def test_ten_have_to_change(condition, changed, expected):
    patients = populate(condition, 20)
    build(condition)
    for patient in patients[:changed]:
        check_in_of(patient, {symptom(condition, "Shaking"): 1})
    assert build(condition, LATER) == expected


@pytest.mark.parametrize(("left", "expected"), [(9, actions.UNCHANGED), (10, actions.PUBLISHED)])
def test_ten_have_to_leave_however_they_do(condition, left, expected):
    patients = populate(condition, 30)
    build(condition)
    for number, patient in enumerate(patients[:left]):
        if number % 2:
            patient.check_ins.all().delete()
            patient.delete()
        else:
            consents.withdraw(member=owner_of(patient), purpose=Purpose.STATISTICS)
    assert build(condition, LATER) == expected


def test_whoever_answers_the_same_again_has_not_changed(condition):
    patients = populate(condition, 20)
    build(condition)
    for patient in patients:
        check_in_of(patient, {symptom(condition, "Dancing eyes"): 3})
    assert build(condition, LATER) == actions.UNCHANGED


def test_the_larger_of_joined_and_left_counts_together_with_changed(condition):
    patients = populate(condition, 30)
    build(condition)
    populate(condition, 4)
    for patient in patients[:3]:
        consents.withdraw(member=owner_of(patient), purpose=Purpose.STATISTICS)
    for patient in patients[3:8]:
        check_in_of(patient, {symptom(condition, "Shaking"): 1})
    assert build(condition, LATER) == actions.UNCHANGED  # four came and three left: four at most are others; and five changed
    check_in_of(patients[8], {symptom(condition, "Shaking"): 1})
    assert build(condition, LATER) == actions.PUBLISHED


def test_who_presses_no_and_yes_again_is_one_change(condition):
    patients = populate(condition, 20)
    build(condition)
    for patient in patients[:9]:
        consents.withdraw(member=owner_of(patient), purpose=Purpose.STATISTICS)
        consents.give(member=owner_of(patient), purpose=Purpose.STATISTICS, form="test")
    assert build(condition, LATER) == actions.UNCHANGED


def test_only_the_newest_and_its_entries_are_kept(condition):
    populate(condition, 10)
    build(condition)
    first = newest(condition).pk
    populate(condition, 10)
    build(condition, LATER)
    assert ReportSnapshot.objects.get().pk != first
    assert ReportEntry.objects.count() == 20


def test_an_entry_says_nothing_of_the_answers(condition):
    first, second = populate(condition, 1), populate(condition, 9)
    build(condition)
    digests = set(ReportEntry.objects.values_list("digest", flat=True))
    assert len(digests) == 1  # all answered alike
    assert not any(symptom(condition, "Dancing eyes").hpo_id in digest for digest in digests)
    assert first != second


def test_another_key_makes_other_digests(condition, settings):
    populate(condition, 10)
    build(condition)
    with_one = set(ReportEntry.objects.values_list("digest", flat=True))
    settings.SECRET_KEY = "another"
    build(condition, LATER)
    assert set(ReportEntry.objects.values_list("digest", flat=True)) != with_one


# --- when too few are left ---


def test_below_ten_what_was_published_goes_at_once(condition):
    patients = populate(condition, 10)
    build(condition)
    version = ReportSnapshot.version()
    consents.withdraw(member=owner_of(patients[0]), purpose=Purpose.STATISTICS)
    assert build(condition, NOW + timedelta(days=1)) == actions.PAUSED
    assert not newest(condition).is_published
    assert not ReportSnapshot.objects.published().exists()
    assert ReportSnapshot.version() != version
    assert build(condition, NOW + timedelta(days=2)) == actions.TOO_FEW


def test_whoever_joins_after_a_pause_is_not_read_off_the_difference(condition):
    patients = populate(condition, 10)
    build(condition)
    consents.withdraw(member=owner_of(patients[0]), purpose=Purpose.STATISTICS)
    build(condition, LATER)
    populate(condition, 1)
    assert build(condition, LATER + timedelta(days=8)) == actions.UNCHANGED
    assert not newest(condition).is_published
    populate(condition, 8)
    assert build(condition, LATER + timedelta(days=16)) == actions.UNCHANGED  # one left, nine came
    populate(condition, 1)
    assert build(condition, LATER + timedelta(days=16)) == actions.PUBLISHED


def test_a_pause_is_forgotten_with_the_patients(condition):
    patients = populate(condition, 10)
    build(condition)
    Patient.objects.filter(pk=patients[0].pk).delete()
    build(condition, LATER)
    assert (newest(condition).patients, newest(condition).entries.count()) == (10, 9)


# --- around it ---


def test_the_command_says_what_happened(condition, capsys):
    populate(condition, 10)
    call_command("build_report")
    call_command("build_report")
    said = capsys.readouterr().out.splitlines()
    assert said == [f"Members' report: {condition.slug}: published.", f"Members' report: {condition.slug}: too early."]


def test_without_a_condition_the_job_says_so():
    assert actions.build_due() == "no condition"


def test_a_build_needs_the_same_queries_for_ten_and_for_thirty(condition, django_assert_max_num_queries):
    populate(condition, 10)
    with django_assert_max_num_queries(20) as few:
        build(condition)
    populate(condition, 20)
    ReportSnapshot.objects.all().delete()
    with django_assert_max_num_queries(20) as many:
        build(condition)
    assert len(many) == len(few)


def test_only_whoever_is_here_and_agreed_is_in_the_query(condition):
    kept = populate(condition, 2)
    Member.objects.filter(pk=owner_of(kept[0]).pk).update(suspended_at=NOW)
    assert list(actions.counted(condition)) == [kept[1]]
