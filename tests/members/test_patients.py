"""Patients: never a login, one owner, invitations that work once, a hand-over when the young person turns adult."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from members import consents, data_rights
from members.actions import patients, people
from members.models.choices import Level, PatientAge, Relation, Tumour
from members.models.consent import Purpose
from members.models.patient import GuardianInvitation, Patient
from tests.factories import ConditionFactory, UserFactory
from tests.members.people import consenting, patient_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def parent():
    return UserFactory().member


@pytest.fixture
def other():
    return consenting(UserFactory().member)


@pytest.fixture
def patient(parent):
    """Old enough to have the record handed over."""
    return patient_of(parent, age_band=PatientAge.YOUTH)


def test_a_patient_needs_consent(parent):
    with pytest.raises(patients.NotAllowed, match="consent"):
        patients.add_patient(by=parent, relation=Relation.PARENT, condition=ConditionFactory(), nickname="Bean")
    assert not Patient.objects.exists()


def test_only_guardians_see_a_patient(patient, parent, other):
    assert list(Patient.objects.visible_to(parent.user)) == [patient]
    assert not Patient.objects.visible_to(other.user).exists()
    assert not Patient.objects.visible_to(AnonymousUser()).exists()


def test_somebody_is_their_own_patient_once(parent):
    patient_of(parent, Relation.SELF)
    with pytest.raises(patients.NotAllowed, match="a record of your own"):
        patient_of(parent, Relation.SELF)


def test_an_account_keeps_a_bounded_number_of_records(parent, monkeypatch):
    monkeypatch.setattr(patients, "MOST_PATIENTS", 1)
    patient_of(parent)
    with pytest.raises(patients.NotAllowed, match="at most 1"):
        patient_of(parent)


@pytest.mark.parametrize(("level", "may_change"), [(Level.VIEW, False), (Level.EDIT, True)])
def test_a_second_guardian_may_what_the_invitation_says(patient, parent, other, level, may_change):
    code = patients.invite(patient=patient, by=parent, level=level)
    patients.accept(code=code, by=other)
    assert Patient.objects.visible_to(other.user).get() == patient
    assert Patient.objects.editable_by(other.user).exists() == may_change


def test_a_code_is_kept_as_a_digest_and_works_once(patient, parent, other):
    code = patients.invite(patient=patient, by=parent, level=Level.VIEW)
    assert code not in str(list(GuardianInvitation.objects.values()))
    patients.accept(code=f" {code.upper()} ", by=other)
    with pytest.raises(patients.NotAllowed, match="not known, was used, or is too old"):
        patients.accept(code=code, by=consenting(UserFactory().member))


def test_an_old_code_is_refused(patient, parent, other):
    code = patients.invite(patient=patient, by=parent, level=Level.VIEW)
    GuardianInvitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(patients.NotAllowed, match="too old"):
        patients.accept(code=code, by=other)


def test_only_the_owner_invites(patient, parent, other):
    patients.accept(code=patients.invite(patient=patient, by=parent, level=Level.EDIT), by=other)
    for somebody in (other, consenting(UserFactory().member)):
        with pytest.raises(patients.NotAllowed):
            patients.invite(patient=patient, by=somebody, level=Level.VIEW)


def test_nobody_is_invited_to_own_a_record_but_by_a_hand_over(patient, parent):
    with pytest.raises(patients.NotAllowed, match="one owner"):
        patients.invite(patient=patient, by=parent, level=Level.OWNER)


def test_a_hand_over_makes_the_young_person_the_owner_and_the_parent_a_reader(patient, parent, other):
    code = patients.invite(patient=patient, by=parent, level=Level.OWNER, hand_over=True)
    guardian = patients.accept(code=code, by=other)
    assert (guardian.level, guardian.relation) == (Level.OWNER, Relation.SELF)
    assert patient.guardians.get(member=parent).level == Level.VIEW
    with pytest.raises(patients.NotAllowed):
        patients.delete_patient(patient=patient, by=parent)


@pytest.mark.parametrize("band", ["", *PatientAge.values])
def test_only_a_record_of_somebody_of_16_is_handed_over(patient, parent, other, band):
    code = patients.invite(patient=patient, by=parent, level=Level.OWNER, hand_over=True)
    Patient.objects.filter(pk=patient.pk).update(age_band=band)  # `patient` still says 16
    if band in ("16-17", "18-29", "30-49", "50+"):
        patients.invite(patient=patient, by=parent, level=Level.OWNER, hand_over=True)
        assert patients.accept(code=code, by=other).is_owner
        return
    with pytest.raises(patients.NotAllowed, match="16 or older"):
        patients.invite(patient=patient, by=parent, level=Level.OWNER, hand_over=True)
    with pytest.raises(patients.NotAllowed, match="16 or older"):
        patients.accept(code=code, by=other)
    assert patient.guardians.get(level=Level.OWNER).member == parent
    patients.invite(patient=patient, by=parent, level=Level.VIEW)  # sharing knows no age


def test_the_new_owner_ends_the_parents_access(patient, parent, other):
    patients.accept(code=patients.invite(patient=patient, by=parent, level=Level.OWNER, hand_over=True), by=other)
    patients.remove_guardian(guardian=patient.guardians.get(member=parent), by=other)
    assert not Patient.objects.visible_to(parent.user).exists()


def test_a_guardian_leaves_by_themselves_but_ends_nobody_elses_access(patient, parent, other):
    third = consenting(UserFactory().member)
    for member in (other, third):
        patients.accept(code=patients.invite(patient=patient, by=parent, level=Level.EDIT), by=member)
    with pytest.raises(patients.NotAllowed):
        patients.remove_guardian(guardian=patient.guardians.get(member=third), by=other)
    patients.remove_guardian(guardian=patient.guardians.get(member=other), by=other)
    assert patient.guardians.count() == 2


def test_the_owner_cannot_slip_away(patient, parent):
    with pytest.raises(patients.NotAllowed, match="Hand the record over, or delete it"):
        patients.remove_guardian(guardian=patient.guardians.get(), by=parent)


@pytest.mark.parametrize(
    "answers",
    [
        {"onset_month": 5},
        {"onset_year": 2020, "onset_month": 13},
        {"diagnosis_month": 0, "diagnosis_year": 2020},
        {"tumour_kind": "x", "tumour": Tumour.NOT_FOUND},
    ],
)
def test_the_database_refuses_what_cannot_be(parent, answers):
    consenting(parent)
    with pytest.raises(IntegrityError), transaction.atomic():
        patient_of(parent, **answers)


def test_a_record_has_one_owner_in_the_database(patient):
    with pytest.raises(IntegrityError), transaction.atomic():
        patient.guardians.create(member=UserFactory().member, relation=Relation.OTHER, level=Level.OWNER)


def test_a_code_may_be_typed_without_hyphens_in_capitals_and_with_letters_read_for_digits(patient, parent, other, monkeypatch):
    monkeypatch.setattr(patients.secrets, "token_hex", lambda _bytes: "01ab")
    patients.invite(patient=patient, by=parent, level=Level.VIEW)
    assert patients.accept(code="OlAB 0IAB–o1ab 01ab‑01AB", by=other).level == Level.VIEW


def test_a_second_press_makes_no_second_record(parent):
    consenting(parent)
    answers = {"by": parent, "relation": Relation.PARENT, "condition": ConditionFactory(), "nickname": "Bean", "age_band": "2-4"}
    assert patients.add_patient(**answers) == patients.add_patient(**answers)
    assert patients.add_patient(**{**answers, "nickname": "Pea"}).nickname == "Pea"
    assert Patient.objects.count() == 2


def test_the_same_answers_a_while_later_are_another_record(parent):
    first = patient_of(parent)
    first.guardians.update(since=timezone.now() - 2 * patients.DOUBLE_PRESS)
    second = patients.add_patient(by=parent, relation=Relation.PARENT, condition=first.condition, nickname="Bean")
    assert second != first


@pytest.mark.parametrize("blocker", ["the inviter", "the invited"])
def test_a_block_either_way_answers_as_an_unknown_code_does(patient, parent, other, blocker):
    code = patients.invite(patient=patient, by=parent, level=Level.VIEW)
    one, two = (parent, other) if blocker == "the inviter" else (other, parent)
    people.block(member=one, other=two)
    with pytest.raises(patients.NotAllowed) as blocked:
        patients.accept(code=code, by=other)
    with pytest.raises(patients.NotAllowed) as unknown:
        patients.accept(code="0000", by=other)
    assert str(blocked.value) == str(unknown.value)
    assert GuardianInvitation.objects.exists()


@pytest.mark.parametrize("away", ["leaving_at", "suspended_at"])
def test_the_code_of_somebody_who_is_not_here_is_not_known(patient, parent, other, away):
    code = patients.invite(patient=patient, by=parent, level=Level.VIEW)
    setattr(parent, away, timezone.now())
    parent.save()
    with pytest.raises(patients.NotAllowed, match="not known"):
        patients.accept(code=code, by=other)


def test_a_record_takes_no_more_guardians_than_it_may_even_with_codes_from_before(patient, parent, other, monkeypatch):
    codes = [patients.invite(patient=patient, by=parent, level=Level.VIEW) for _one in range(2)]
    monkeypatch.setattr(patients, "MOST_GUARDIANS", 2)
    patients.accept(code=codes[0], by=other)
    with pytest.raises(patients.NotAllowed, match="At most 2"):
        patients.accept(code=codes[1], by=consenting(UserFactory().member))
    with pytest.raises(patients.NotAllowed, match="At most 2"):
        patients.invite(patient=patient, by=parent, level=Level.VIEW)


def test_a_code_that_hands_over_is_not_taken_by_who_does_not_say_that_it_is_them(patient, parent, other):
    code = patients.invite(patient=patient, by=parent, level=Level.OWNER, hand_over=True)
    with pytest.raises(patients.WrongRelation, match="It is me"):
        patients.accept(code=code, by=other, relation=Relation.PARENT)
    assert patients.accept(code=code, by=other, relation=Relation.SELF).is_owner


def test_a_code_that_shares_a_record_makes_nobody_the_person_themselves(patient, parent, other):
    code = patients.invite(patient=patient, by=parent, level=Level.EDIT)
    with pytest.raises(patients.WrongRelation):
        patients.accept(code=code, by=other, relation=Relation.SELF)
    assert patients.accept(code=code, by=other, relation=Relation.CARER).relation == Relation.CARER


def test_who_made_a_hand_over_cannot_take_it_themselves(patient, parent):
    code = patients.invite(patient=patient, by=parent, level=Level.OWNER, hand_over=True)
    with pytest.raises(patients.NotAllowed, match="You made this code"):
        patients.accept(code=code, by=parent, relation=Relation.SELF)
    assert patient.guardians.get().relation == Relation.PARENT


def test_a_hand_over_ends_what_the_former_owner_invited(patient, parent, other):
    earlier = patients.invite(patient=patient, by=parent, level=Level.EDIT)
    patients.accept(code=patients.invite(patient=patient, by=parent, level=Level.OWNER, hand_over=True), by=other)
    with pytest.raises(patients.NotAllowed, match="not known"):
        patients.accept(code=earlier, by=consenting(UserFactory().member))


def test_a_hand_over_needs_no_carers_word_but_sharing_does(patient, parent):
    young = UserFactory().member
    consents.give(member=young, purpose=Purpose.HEALTH, form="test")
    with pytest.raises(patients.NotAllowed, match="speak for"):
        patients.accept(code=patients.invite(patient=patient, by=parent, level=Level.VIEW), by=young)
    assert patients.accept(code=patients.invite(patient=patient, by=parent, level=Level.OWNER, hand_over=True), by=young).is_owner


def test_only_who_may_change_writes_other_answers(patient, parent, other):
    patients.accept(code=patients.invite(patient=patient, by=parent, level=Level.VIEW), by=other)
    for somebody in (other, consenting(UserFactory().member)):
        with pytest.raises(patients.NotAllowed):
            patients.change_patient(patient=patient, by=somebody, nickname="Pea")
    patients.change_patient(patient=patient, by=parent, nickname="Pea")
    patient.refresh_from_db()
    assert patient.nickname == "Pea"


def test_a_record_that_is_gone_is_not_written_again(patient, parent):
    Patient.objects.all().delete()
    with pytest.raises(patients.NotAllowed):
        patients.change_patient(patient=patient, by=parent, nickname="Pea")
    assert not Patient.objects.exists()


@pytest.mark.parametrize("purpose", [Purpose.HEALTH, Purpose.CARER])
def test_new_words_of_a_consent_pause_the_writing(patient, parent, monkeypatch, purpose):
    newer = {**consents.TEXTS, purpose: consents.Words(2, "Other words")}
    monkeypatch.setattr(consents, "TEXTS", newer)
    with pytest.raises(patients.NotAllowed):
        patients.change_patient(patient=patient, by=parent, nickname="Pea")
    patients.agree(member=parent, purposes=[purpose], form="test")
    patients.change_patient(patient=patient, by=parent, nickname="Pea")


def test_consents_given_together_are_given_together_or_not_at_all(parent):
    with pytest.raises(consents.ConsentRefused):
        patients.agree(member=parent, purposes=[Purpose.EMAILS, Purpose.CARER], form="test")
    assert not consents.standing(parent)


def test_withdrawing_the_consent_to_health_data_removes_the_records(patient, parent):
    consents.withdraw(member=parent, purpose=Purpose.HEALTH)
    assert not Patient.objects.exists()


def test_every_change_tells_the_parts_of_all_guardians_in_the_same_transaction(patient, parent, other, monkeypatch):
    told = []

    def tell(member):
        assert connection.in_atomic_block
        told.append(member.pk)

    monkeypatch.setattr(data_rights, "standing_changed", tell)

    def after(step):
        told.clear()
        step()
        return set(told)

    both = {parent.pk, other.pk}
    code = patients.invite(patient=patient, by=parent, level=Level.EDIT)
    assert after(lambda: patients.accept(code=code, by=other)) == both
    assert after(lambda: patients.change_patient(patient=patient, by=other, sex="female")) == both
    assert after(lambda: patients.remove_guardian(guardian=patient.guardians.get(member=other), by=parent)) == both
    assert after(lambda: patients.delete_patient(patient=patient, by=parent)) == {parent.pk}


def test_access_that_ended_already_may_be_ended_again(patient, parent, other):
    guardian = patients.accept(code=patients.invite(patient=patient, by=parent, level=Level.VIEW), by=other)
    for _press in range(2):
        patients.remove_guardian(guardian=patient.guardians.model(pk=guardian.pk, patient=patient, member=other), by=parent)
    assert patient.guardians.count() == 1


def at_once(*steps):
    """Run steps in threads that start together; return what each gave back or raised."""
    start, outcomes = threading.Barrier(len(steps)), [None] * len(steps)

    def run(place, step):
        try:
            start.wait(10)
            outcomes[place] = step()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("hand_over", [False, True])
def test_of_two_who_type_the_same_code_at_once_one_wins(hand_over):
    parent = UserFactory().member
    patient = patient_of(parent, age_band=PatientAge.YOUTH)
    others = [consenting(UserFactory().member) for _one in range(2)]
    code = patients.invite(patient=patient, by=parent, level=Level.VIEW, hand_over=hand_over)
    outcomes = at_once(*[lambda member=member: patients.accept(code=code, by=member) for member in others])
    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [type(error) for error in refused] == [patients.NotAllowed]
    assert "not known" in str(refused[0])
    assert patient.guardians.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_code_typed_while_its_record_is_deleted_is_refused_or_goes_with_it():
    parent, other = UserFactory().member, consenting(UserFactory().member)
    patient = patient_of(parent)
    code = patients.invite(patient=patient, by=parent, level=Level.VIEW)
    taken, deleted = at_once(lambda: patients.accept(code=code, by=other), lambda: patients.delete_patient(patient=patient, by=parent))
    assert deleted is None
    assert not isinstance(taken, Exception) or isinstance(taken, patients.NotAllowed)
    assert not Patient.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_record():
    parent, condition = consenting(UserFactory().member), ConditionFactory()
    answers = {"by": parent, "relation": Relation.SELF, "condition": condition, "nickname": "Me"}
    one, two = at_once(*[lambda: patients.add_patient(**answers)] * 2)
    assert one == two
    assert Patient.objects.count() == 1
