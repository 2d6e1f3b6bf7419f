"""Matching profiles: who is in, with what, and that every change is written in its transaction, with a number in the order of commits."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from members import consents, data_rights
from members.actions.patients import accept, delete_patient, invite
from members.models.choices import AgeBand, Level, Relation, Visibility
from members.models.consent import Purpose
from members.models.member import Member
from members.models.patient import Guardian, Patient
from soulmates import vocabulary
from soulmates.actions import profiles
from soulmates.models.check_in import KeptOut, SharedFacts
from soulmates.models.location import MemberLocation
from soulmates.models.place import Place, Region
from soulmates.models.profile import MatchingProfile, MatchingState, VocabularyTerm
from soulmates.vocabulary import pack, unpack, unpack_many
from tests.factories import ConditionSymptomFactory, SymptomFactory, UserFactory
from tests.soulmates.factories import check_in_of, compared, owner_of, symptom, with_kinds

pytestmark = pytest.mark.django_db


def profile_of(patient):
    return MatchingProfile.objects.get(patient=patient)


def severities(profile):
    """Return the severities of a profile by the plain names of the symptoms."""
    places, _added = vocabulary.places(profile.condition_id)
    names = {place: symptom_name(pk) for pk, place in places.items()}
    return {names[place]: severity for place, severity in unpack(bytes(profile.levels)).items()}


def symptom_name(pk):
    return SymptomFactory._meta.model.objects.get(pk=pk).plain_name


def is_empty(profile):
    """Return whether nothing of anybody stands in a row."""
    values = (profile.member_id, bytes(profile.levels), profile.role, profile.age_band, profile.onset_age, profile.tumour, profile.languages)
    return not profile.listed and not any(values) and profile.place_id is None and profile.listed_from is None


def test_a_profile_holds_what_the_patient_has_and_neither_none_nor_do_not_know():
    patient = compared(with_kinds(), {"Flutter": 3, "Rash": 1, "Squint": 0, "Snoring": None})
    assert severities(profile_of(patient)) == {"Flutter": 3, "Rash": 1}


def test_what_is_kept_out_stands_exactly_as_what_was_never_said():
    condition = with_kinds()
    hidden, silent = compared(condition, {"Flutter": 3, "Rash": 1}), compared(condition, {"Flutter": 3})
    KeptOut.objects.create(patient=hidden, symptom=symptom(condition, "Rash"))
    profiles.refresh([hidden.pk])
    assert bytes(profile_of(hidden).levels) == bytes(profile_of(silent).levels)


def test_new_members_are_met_a_day_after_they_joined():
    patient = compared(with_kinds(), {"Rash": 1}, days=0)
    assert profile_of(patient).listed_from == owner_of(patient).joined_at + timedelta(hours=24)


@pytest.mark.parametrize(
    "standing",
    [
        {"suspended_at": timezone.now()},
        {"leaving_at": timezone.now()},
        {"joined_at": None},
        {"age_band": AgeBand.UNDER_18},
    ],
    ids=["suspended", "leaving", "not joined", "under 18"],
)
def test_who_is_not_here_or_not_grown_has_an_empty_row_at_once(standing):
    patient = compared(with_kinds(), {"Rash": 1}, role="parent", languages=["en"])
    before = profile_of(patient)
    Member.objects.filter(guardianships__patient=patient).update(**standing)
    data_rights.standing_changed(owner_of(patient))
    after = profile_of(patient)
    assert is_empty(after)
    assert after.seq > before.seq
    assert after.slot == before.slot


def test_who_comes_back_is_in_again():
    patient = compared(with_kinds(), {"Rash": 1})
    for suspended_at in (timezone.now(), None):
        Member.objects.filter(guardianships__patient=patient).update(suspended_at=suspended_at)
        profiles.refresh_member(owner_of(patient))
    assert severities(profile_of(patient)) == {"Rash": 1}


def test_a_closed_account_is_out():
    patient = compared(with_kinds(), {"Rash": 1})
    user = owner_of(patient).user
    user.is_active = False
    user.save()
    profiles.refresh([patient.pk])
    assert is_empty(profile_of(patient))


@pytest.mark.parametrize("purpose", [Purpose.MATCHING, Purpose.HEALTH])
def test_a_withdrawn_consent_empties_the_row_in_the_same_call(purpose):
    patient = compared(with_kinds(), {"Rash": 1})
    member = owner_of(patient)
    if purpose == Purpose.HEALTH:  # a guardian who may change it keeps the record: it passes on, and the heir has not agreed
        heir = UserFactory().member
        Guardian.objects.create(patient=patient, member=heir, relation=Relation.PARENT, level=Level.EDIT)
    consents.withdraw(member=member, purpose=purpose)
    assert is_empty(profile_of(patient))


@pytest.mark.parametrize("purpose", [Purpose.MATCHING, Purpose.HEALTH])
def test_a_yes_to_older_words_is_none(purpose, monkeypatch):
    patient = compared(with_kinds(), {"Rash": 1})
    monkeypatch.setitem(consents.TEXTS, purpose, consents.Words(2, "New words."))
    assert profiles.reconcile() == "1 matching profiles brought up to date"
    assert is_empty(profile_of(patient))


def test_without_any_symptom_there_is_no_row():
    condition = with_kinds()
    patient = compared(condition, {"Rash": 0, "Squint": None})
    assert not MatchingProfile.objects.filter(patient=patient).exists()


def test_the_last_symptom_that_goes_empties_the_row():
    condition = with_kinds()
    patient = compared(condition, {"Rash": 2})
    check_in_of(patient, {symptom(condition, "Rash"): None})
    profiles.refresh([patient.pk])
    assert is_empty(profile_of(patient))


def test_what_the_owner_hides_is_not_in_the_row():
    condition = with_kinds()
    fields = {"role": "parent", "languages": ["en", "de"], "role_visibility": Visibility.NOBODY, "languages_visibility": Visibility.NOBODY}
    patient = compared(condition, {"Rash": 1}, **fields)
    Patient.objects.filter(pk=patient.pk).update(age_band="2-4", onset_age="0-1", tumour="found")
    profiles.refresh([patient.pk])
    hidden = profile_of(patient)
    assert (hidden.role, hidden.languages, hidden.age_band, hidden.onset_age, hidden.tumour) == ("", [], "", "", "")

    Member.objects.filter(guardianships__patient=patient).update(role_visibility=Visibility.MEMBERS, languages_visibility=Visibility.MEMBERS)
    SharedFacts.objects.create(patient=patient, age=True, onset=True, tumour=True)
    profiles.refresh([patient.pk])
    shown = profile_of(patient)
    assert (shown.role, shown.languages, shown.age_band, shown.onset_age, shown.tumour) == ("parent", ["en", "de"], "2-4", "0-1", "found")


@pytest.mark.parametrize("fact,field", [("age", "age_band"), ("onset", "onset_age"), ("tumour", "tumour")])
def test_each_fact_is_shown_on_its_own(fact, field):
    patient = compared(with_kinds(), {"Rash": 1})
    Patient.objects.filter(pk=patient.pk).update(age_band="2-4", onset_age="0-1", tumour="found")
    SharedFacts.objects.create(patient=patient, **{fact: True})
    profiles.refresh([patient.pk])
    found = profile_of(patient)
    assert [name for name in ("age_band", "onset_age", "tumour") if getattr(found, name)] == [field]


@pytest.mark.parametrize("counted", [True, False])
def test_a_place_is_in_the_row_only_while_it_is_counted(counted):
    patient = compared(with_kinds(), {"Rash": 1})
    region = Region.objects.create(code="FR.1", country="FR", name="There", lat=1, lng=1)
    place = Place.objects.create(id=7, name="Town", country="FR", region=region, lat=1, lng=1, population=50_000, public_place_id=7, cell=3)
    where = {"country": "FR", "region": region, "place": place, "lat": 1, "lng": 1, "cell": 3, "precision": 3, "counted": counted}
    MemberLocation.objects.create(member=owner_of(patient), condition=patient.condition, **where)
    profiles.refresh([patient.pk])
    assert profile_of(patient).place_id == (7 if counted else None)


def test_nothing_is_written_where_nothing_differs():
    patient = compared(with_kinds(), {"Rash": 1})
    before = profile_of(patient)
    assert profiles.refresh([patient.pk, patient.pk]) == 0
    assert profile_of(patient).seq == before.seq
    assert MatchingState.objects.get().seq == before.seq


def test_each_row_of_one_action_has_a_number_of_its_own():
    condition = with_kinds()
    patients = [compared(condition, {"Rash": 1}) for _ in range(3)]
    last = MatchingState.objects.get().seq
    for patient in patients:
        check_in_of(patient, {symptom(condition, "Flutter"): 2})
    assert profiles.refresh([patient.pk for patient in patients]) == 3
    assert sorted(profile_of(patient).seq for patient in patients) == [last + 1, last + 2, last + 3]
    assert MatchingState.objects.get().seq == last + 3


def test_an_unlisted_row_can_hold_nothing_by_any_path():
    patient = compared(with_kinds(), {"Rash": 1})
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchingProfile.objects.filter(patient=patient).update(listed=False)


def test_a_deleted_record_leaves_a_number_without_a_link():
    patient = compared(with_kinds(), {"Rash": 1})
    before = profile_of(patient)
    delete_patient(patient=patient, by=owner_of(patient))
    row = MatchingProfile.objects.get()
    assert row.patient_id is None
    assert is_empty(row)
    assert row.seq > before.seq


def test_an_erased_member_leaves_a_number_without_a_link():
    patient = compared(with_kinds(), {"Rash": 1}, role="parent")
    data_rights.erase(owner_of(patient))
    row = MatchingProfile.objects.get()
    assert row.patient_id is None
    assert is_empty(row)


def test_a_record_that_is_handed_over_shows_its_new_owner():
    condition = with_kinds()
    patient = compared(condition, {"Rash": 1})
    heir = UserFactory().member
    for purpose in (Purpose.HEALTH, Purpose.MATCHING):
        consents.give(member=heir, purpose=purpose, form="test")
    Patient.objects.filter(pk=patient.pk).update(age_band="16-17")
    code = invite(patient=patient, by=owner_of(patient), level=Level.OWNER, hand_over=True)
    accept(code=code, by=heir, relation=Relation.SELF)
    assert profile_of(patient).member == heir


def test_a_place_of_the_vocabulary_is_given_once_and_kept():
    condition = with_kinds()
    patient = compared(condition, {"Rash": 2})
    before = dict(VocabularyTerm.objects.values_list("hpo_id", "position"))
    new = SymptomFactory(plain_name="New")
    ConditionSymptomFactory(condition=condition, symptom=new)
    check_in_of(patient, {new: 4})
    profiles.refresh([patient.pk])
    after = dict(VocabularyTerm.objects.values_list("hpo_id", "position"))
    assert after == {**before, new.hpo_id: len(before)}
    assert severities(profile_of(patient)) == {"Rash": 2, "New": 4}


def test_a_term_that_left_the_vocabulary_keeps_its_place_and_is_in_no_new_row():
    condition = with_kinds()
    patient = compared(condition, {"Rash": 2, "Flutter": 1})
    gone = symptom(condition, "Rash")
    condition.conditionsymptoms.filter(symptom=gone).delete()
    profiles.refresh([patient.pk])
    assert severities(profile_of(patient)) == {"Flutter": 1}
    assert VocabularyTerm.objects.filter(hpo_id=gone.hpo_id).exists()


def test_a_rebuild_gives_the_same_rows_without_gaps_under_a_new_epoch():
    condition = with_kinds()
    patients = [compared(condition, {"Rash": 1, "Flutter": number % 5}, role="parent") for number in range(5)]
    gone = patients.pop(1)
    delete_patient(patient=gone, by=owner_of(gone))
    before = {row.patient_id: (bytes(row.levels), row.role, row.listed_from) for row in MatchingProfile.objects.exclude(patient=None)}
    epoch = MatchingState.objects.get().epoch
    call_command("rebuild_profiles", verbosity=0)
    rows = list(MatchingProfile.objects.all())
    assert {row.patient_id: (bytes(row.levels), row.role, row.listed_from) for row in rows} == before
    assert sorted(row.slot for row in rows) == [0, 1, 2, 3]
    assert MatchingState.objects.get().epoch != epoch
    assert MatchingState.objects.get().seq == max(row.seq for row in rows)


def test_a_rebuild_mends_what_was_changed_behind_its_back():
    patient = compared(with_kinds(), {"Rash": 1})
    right = bytes(profile_of(patient).levels)
    MatchingProfile.objects.update(levels=b"\x44")
    assert profiles.reconcile() == "1 matching profiles brought up to date"
    assert bytes(profile_of(patient).levels) == right


@pytest.mark.parametrize("number", [1, 15])
def test_a_refresh_needs_the_same_queries_for_any_number(number, django_assert_num_queries):
    condition = with_kinds()
    patients = [compared(condition, {"Rash": 1}) for _ in range(number)]
    for patient in patients:
        check_in_of(patient, {symptom(condition, "Flutter"): 2})
    with django_assert_num_queries(14):  # two of them are the savepoint
        profiles.refresh([patient.pk for patient in patients])


# How severities are kept


@given(st.dictionaries(st.integers(0, 300), st.integers(1, 4)))
def test_what_is_packed_comes_out_again(said):
    assert unpack(pack(said)) == said
    assert len(pack(said)) <= 151


@given(st.lists(st.dictionaries(st.integers(0, 90), st.integers(0, 4)), min_size=1, max_size=8), st.integers(1, 120))
def test_many_are_unpacked_as_one_by_one_whatever_their_length(many, width):
    together = unpack_many([pack(one) for one in many], width)
    assert together.shape[1] >= width
    for row, one in zip(together, many, strict=True):
        assert {place: severity for place, severity in enumerate(row.tolist()[:width]) if severity} == {
            place: severity for place, severity in one.items() if severity and place < width
        }


def test_a_symptom_of_severity_none_takes_no_room():
    assert pack({0: 0, 9: 0}) == b""
    assert pack({0: 1, 1: 4, 2: 0, 11: 0}) == b"\x41"


# Two at once


@pytest.mark.django_db(transaction=True)
def test_two_at_once_lose_no_change_and_numbers_appear_in_the_order_of_commits():
    condition = with_kinds()
    patients = [compared(condition, {"Rash": 1}) for _ in range(4)]
    first = MatchingState.objects.get().seq
    flutter, faults, seen, done = symptom(condition, "Flutter"), [], [], threading.Event()

    def write(patient):
        try:
            for severity in (1, 2, 3, 4, 1, 2):
                with transaction.atomic():
                    check_in_of(patient, {flutter: severity})
                    profiles.refresh([patient.pk])
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    def watch():
        """Follow the rows as a process does: what is above the last number seen; nothing may appear below it later."""
        last = first
        try:
            while True:
                ended = done.is_set()
                rows = dict(MatchingProfile.objects.filter(seq__gt=last).values_list("seq", "patient_id"))
                seen.append(rows)
                last = max(rows, default=last)
                if ended:
                    return
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=[patient]) for patient in patients]
    watcher = threading.Thread(target=watch)
    for thread in (watcher, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    watcher.join()
    assert not faults
    rows = list(MatchingProfile.objects.all())
    assert len({row.seq for row in rows}) == 4
    assert max(row.seq for row in rows) == MatchingState.objects.get().seq == first + 4 * 6
    newest = {}
    for part in seen:
        for seq, patient in part.items():
            newest[patient] = max(seq, newest.get(patient, 0))
    assert newest == {row.patient_id: row.seq for row in rows}, "a watcher that follows the numbers has missed a change"


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_and_a_check_in_at_once_end_with_an_empty_row():
    condition = with_kinds()
    flutter = symptom(condition, "Flutter")
    for _round in range(4):
        patient = compared(condition, {"Rash": 1})
        member, faults, start = owner_of(patient), [], threading.Barrier(2)

        def run(call, start=start, faults=faults):
            try:
                start.wait()
                call()
            except Exception as error:
                faults.append(error)
            finally:
                connection.close()

        def check_in(patient=patient):
            with transaction.atomic():
                check_in_of(patient, {flutter: 3})
                profiles.refresh([patient.pk])

        calls = [check_in, lambda member=member: consents.withdraw(member=member, purpose=Purpose.MATCHING)]
        threads = [threading.Thread(target=run, args=[call]) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not faults
        assert is_empty(profile_of(patient))


@settings(max_examples=15, deadline=None)
@given(
    said=st.lists(st.dictionaries(st.sampled_from(["Rash", "Flutter", "Squint", "Snoring"]), st.sampled_from([None, 0, 1, 2, 3, 4])), max_size=4),
    hidden=st.sets(st.sampled_from(["Rash", "Flutter", "Squint"])),
)
def test_after_any_history_the_row_is_what_was_last_said_without_what_is_hidden(said, hidden):
    condition = with_kinds()
    patient = compared(condition, {"Shaking": 1})
    expected = {"Shaking": 1}
    for answers in said:
        check_in_of(patient, {symptom(condition, name): severity for name, severity in answers.items()})
        expected |= answers
    for name in hidden:
        KeptOut.objects.create(patient=patient, symptom=symptom(condition, name))
    profiles.refresh([patient.pk])
    assert severities(profile_of(patient)) == {name: severity for name, severity in expected.items() if severity and name not in hidden}


def test_many_changes_wait_and_each_patient_is_written_once_at_the_end(db):
    condition = with_kinds()
    patient, other = compared(condition, {"Dancing eyes": 3}), compared(condition, {"Shaking": 2})
    before = MatchingProfile.objects.get(patient=patient).seq
    with profiles.later():
        consents.withdraw(member=owner_of(patient), purpose=Purpose.MATCHING)
        consents.give(member=owner_of(patient), purpose=Purpose.MATCHING, form="test")
        consents.withdraw(member=owner_of(patient), purpose=Purpose.MATCHING)
        assert MatchingProfile.objects.get(patient=patient).listed
    row = MatchingProfile.objects.get(patient=patient)
    assert (row.listed, row.seq) == (False, MatchingProfile.objects.get(patient=other).seq + 1)
    assert row.seq > before
    consents.give(member=owner_of(patient), purpose=Purpose.MATCHING, form="test")
    assert MatchingProfile.objects.get(patient=patient).listed


@pytest.mark.django_db(transaction=True)
def test_nothing_waits_outside_of_a_transaction():
    with pytest.raises(TransactionManagementError), profiles.later():
        pass
