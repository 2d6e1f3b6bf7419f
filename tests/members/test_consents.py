"""Consents: separate, versioned, added and closed only, acting at once."""

import pytest
from django.db import IntegrityError, transaction

from members import consents, data_rights
from members.models.choices import AgeBand, Level, Relation
from members.models.consent import Consent, Purpose
from members.models.patient import Patient
from tests.factories import UserFactory
from tests.members.people import patient_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return UserFactory().member


def test_nothing_is_agreed_to_before_somebody_says_yes(member):
    assert not any(consents.holds(member, purpose) for purpose in Purpose.values)


def test_a_yes_stands_until_it_is_taken_back(member):
    consents.give(member=member, purpose=Purpose.HEALTH, form="sign-up")
    assert consents.holds(member, Purpose.HEALTH)
    assert consents.withdraw(member=member, purpose=Purpose.HEALTH) == [Purpose.HEALTH]
    assert not consents.holds(member, Purpose.HEALTH)


def test_rows_are_added_and_closed_never_changed(member):
    for _time in range(2):
        consents.give(member=member, purpose=Purpose.EMAILS, form="privacy")
        consents.withdraw(member=member, purpose=Purpose.EMAILS)
    rows = list(Consent.objects.filter(member=member))
    assert len(rows) == 2
    assert all(row.withdrawn_at >= row.given_at for row in rows)


def test_the_record_holds_the_words_that_were_shown(member):
    consent = consents.give(member=member, purpose=Purpose.HEALTH, form="sign-up")
    assert (consent.version, consent.language, consent.form) == (consents.TEXTS[Purpose.HEALTH].version, "en", "sign-up")
    assert consent.text_hash == consents.text_hash(Purpose.HEALTH, "en")


def test_saying_yes_twice_is_one_yes(member):
    first = consents.give(member=member, purpose=Purpose.HEALTH, form="sign-up")
    assert consents.give(member=member, purpose=Purpose.HEALTH, form="privacy") == first


def test_new_words_pause_until_they_are_answered(member, monkeypatch):
    old = consents.give(member=member, purpose=Purpose.EMAILS, form="privacy")
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(2, "New words."))
    assert not consents.holds(member, Purpose.EMAILS)
    new = consents.give(member=member, purpose=Purpose.EMAILS, form="privacy")
    assert consents.holds(member, Purpose.EMAILS)
    old.refresh_from_db()
    assert old.withdrawn_at is not None
    assert new.version == 2


@pytest.mark.parametrize("purpose", consents.NEEDS_HEALTH)
def test_what_rests_on_health_data_needs_that_consent_first(member, purpose):
    with pytest.raises(consents.ConsentRefused):
        consents.give(member=member, purpose=purpose, form="privacy")


def test_taking_back_health_data_takes_back_what_rests_on_it(member):
    for purpose in (Purpose.HEALTH, Purpose.MATCHING, Purpose.STATISTICS, Purpose.EMAILS):
        consents.give(member=member, purpose=purpose, form="privacy")
    consents.withdraw(member=member, purpose=Purpose.HEALTH)
    assert set(consents.standing(member)) == {Purpose.EMAILS}


def test_taking_back_health_data_deletes_it_in_the_same_request(member):
    patient_of(member)
    member.role = "parent"
    member.save()
    consents.withdraw(member=member, purpose=Purpose.HEALTH)
    member.refresh_from_db()
    assert not Patient.objects.exists()
    assert member.role == ""


def test_a_record_with_a_second_guardian_passes_to_them(member):
    patient, other = patient_of(member), UserFactory().member
    patient.guardians.create(member=other, relation=Relation.PARENT, level=Level.EDIT)
    consents.withdraw(member=member, purpose=Purpose.HEALTH)
    guardian = patient.guardians.get()
    assert (guardian.member, guardian.level) == (other, Level.OWNER)


def test_every_part_is_told_in_the_same_transaction(member, monkeypatch):
    told = []
    part = data_rights.Part("test", frozenset(), dict, dict, consent_changed=lambda who, purpose, given: told.append((who.pk, purpose, given)))
    monkeypatch.setitem(data_rights._parts, "test", part)
    consents.give(member=member, purpose=Purpose.MAP, form="map")
    consents.withdraw(member=member, purpose=Purpose.MAP)
    assert told == [(member.pk, Purpose.MAP, True), (member.pk, Purpose.MAP, False)]


def test_a_part_that_fails_undoes_the_change(member, monkeypatch):
    def fail(*args, **named):
        raise RuntimeError("The map cannot be told.")

    consents.give(member=member, purpose=Purpose.MAP, form="map")
    monkeypatch.setitem(data_rights._parts, "test", data_rights.Part("test", frozenset(), dict, dict, consent_changed=fail))
    with pytest.raises(RuntimeError):
        consents.withdraw(member=member, purpose=Purpose.MAP)
    assert consents.holds(member, Purpose.MAP)


def test_the_database_holds_one_standing_yes_a_purpose(member):
    consent = consents.give(member=member, purpose=Purpose.MAP, form="map")
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(member=member, purpose=Purpose.MAP, version=1, text_hash=consent.text_hash, language="en", form="x")


def test_asking_costs_one_query(member, django_assert_num_queries):
    with django_assert_num_queries(1):
        consents.holds(member, Purpose.HEALTH)


@pytest.mark.parametrize("purpose", consents.ADULTS_ONLY)
def test_under_18_neither_map_nor_matching_is_agreed_to(member, purpose):
    member.age_band = AgeBand.UNDER_18
    consents.give(member=member, purpose=Purpose.HEALTH, form="privacy")
    with pytest.raises(consents.ConsentRefused, match="18"):
        consents.give(member=member, purpose=purpose, form="privacy")


def states(member):
    return {state.purpose: state for state in consents.states(member, list(member.consents.all()))}


def test_only_what_something_uses_is_asked(member, monkeypatch):
    monkeypatch.setattr(consents, "IN_USE", {Purpose.HEALTH, Purpose.EMAILS})
    assert set(states(member)) == consents.IN_USE
    with pytest.raises(consents.ConsentRefused):
        consents.ask_only_what_is_used(Purpose.MAP)


def test_a_yes_that_stands_is_shown_also_when_nothing_uses_it_any_more(member, monkeypatch):
    consents.give(member=member, purpose=Purpose.EMAILS, form="privacy")
    monkeypatch.setattr(consents, "IN_USE", {Purpose.HEALTH})
    assert states(member)[Purpose.EMAILS].stands


def test_a_state_says_since_when_until_when_and_whether_it_is_paused(member, monkeypatch):
    assert (states(member)[Purpose.EMAILS].given_at, states(member)[Purpose.EMAILS].withdrawn_at) == (None, None)
    given = consents.give(member=member, purpose=Purpose.EMAILS, form="privacy")
    assert states(member)[Purpose.EMAILS].given_at == given.given_at
    assert states(member)[Purpose.EMAILS].stands
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(2, "New words."))
    assert states(member)[Purpose.EMAILS].paused
    assert not states(member)[Purpose.EMAILS].stands
    consents.withdraw(member=member, purpose=Purpose.EMAILS)
    given.refresh_from_db()
    assert states(member)[Purpose.EMAILS].withdrawn_at == given.withdrawn_at


def test_a_state_says_why_a_yes_cannot_be_given_as_giving_it_does(member, monkeypatch):
    monkeypatch.setattr(consents, "IN_USE", set(Purpose))
    for band, health in ((AgeBand.UNDER_18, False), (AgeBand.UNDER_18, True), (AgeBand.ADULT, False), (AgeBand.ADULT, True)):
        member.age_band = band
        if health:
            consents.give(member=member, purpose=Purpose.HEALTH, form="privacy")
        for purpose, state in states(member).items():
            try:
                with transaction.atomic():
                    consents.give(member=member, purpose=purpose, form="privacy")
                    consents.withdraw(member=member, purpose=purpose) if purpose != Purpose.HEALTH else None
                    refused = ""
                    transaction.set_rollback(True)
            except consents.ConsentRefused as error:
                refused = str(error)
            assert state.refused == refused, (band, health, purpose)
        consents.withdraw(member=member, purpose=Purpose.HEALTH)


def test_new_words_about_health_data_pause_what_rests_on_it(member, monkeypatch):
    consents.give(member=member, purpose=Purpose.HEALTH, form="privacy")
    monkeypatch.setitem(consents.TEXTS, Purpose.HEALTH, consents.Words(2, "New words."))
    assert states(member)[Purpose.CARER].refused
