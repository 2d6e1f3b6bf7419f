"""Hearing of a closer match: once, only of somebody new, never across a block, and with limited work in one run."""

from datetime import timedelta

import pytest
from django.utils import timezone

from letters import targets
from letters.kinds import Kind
from letters.models import Notice
from members import consents
from members.actions import people
from members.actions.patients import accept, invite, remove_guardian
from members.models.choices import Level, Relation
from members.models.consent import Consent, Purpose
from members.models.member import Member
from soulmates import closer
from soulmates.actions import matches, profiles
from soulmates.closer import tell_of_closer_matches
from soulmates.models.check_in import CheckIn
from soulmates.models.match import MatchWatch
from tests.soulmates.factories import check_in_of, symptom, with_symptoms
from tests.soulmates.people import matched, owner_of, recorded, somebody

pytestmark = pytest.mark.django_db
LIKE = {"Dancing eyes": 3, "Sudden jerks": 2, "Sleep problems": 1}
AGO = timedelta(hours=20)


@pytest.fixture
def condition():
    """A condition with eleven symptoms."""
    return with_symptoms()


@pytest.fixture
def watch(condition):
    """I wait, and there is nobody yet; it was last looked yesterday."""
    patient = matched("Mika of the Hills", condition, LIKE, days_ago=9)
    Consent.objects.filter(member=owner_of(patient)).update(given_at=timezone.now() - timedelta(days=9))
    watch = matches.watch(patient=patient, by=owner_of(patient), best=0)
    return yesterday(watch)


def yesterday(watch):
    """Let the last look be some time ago."""
    MatchWatch.objects.filter(pk=watch.pk).update(since=timezone.now() - AGO)
    watch.refresh_from_db()
    return watch


def told(watch) -> int:
    """Return how often the member was told and may see it."""
    notices = Notice.objects.filter(member=watch.member, kind=Kind.MATCH)
    return sum(notice.count for notice in notices if targets.visible([notice], watch.member.user))


def test_somebody_closer_is_told_of_once(watch, condition):
    matched("Quiet Otter", condition, LIKE)
    assert tell_of_closer_matches() == "1 watches looked at, 1 members told"
    assert told(watch) == 1
    watch.refresh_from_db()
    assert watch.best == 100
    tell_of_closer_matches()
    yesterday(watch)
    tell_of_closer_matches()
    assert told(watch) == 1


def test_the_notice_leads_to_the_matches_of_the_patient_and_names_nobody(watch, condition):
    matched("Quiet Otter", condition, LIKE)
    tell_of_closer_matches()
    notice = Notice.objects.get(kind=Kind.MATCH)
    assert targets.address(notice.target) == f"/soulmates/?for={watch.patient.public_id}"
    assert "Otter" not in notice.words


def test_nobody_hears_of_one_who_is_not_closer(watch, condition):
    matched("Quiet Otter", condition, LIKE)
    tell_of_closer_matches()
    yesterday(watch)
    matched("Less Alike", condition, {"Dancing eyes": 1})
    tell_of_closer_matches()
    assert told(watch) == 1


def test_neither_a_blocked_nor_a_muted_nor_an_absent_member_is_told_of(watch, condition):
    other = owner_of(matched("Quiet Otter", condition, LIKE))
    people.block(member=other, other=watch.member)
    tell_of_closer_matches()
    assert told(watch) == 0
    people.unblock(member=other, other=watch.member)
    Member.objects.filter(pk=other.pk).update(suspended_at=timezone.now())
    tell_of_closer_matches()
    Member.objects.filter(pk=other.pk).update(suspended_at=None)
    people.mute(member=watch.member, other=other)
    tell_of_closer_matches()
    assert told(watch) == 0


def test_a_block_after_the_notice_cuts_it_off(watch, condition):
    other = owner_of(matched("Quiet Otter", condition, LIKE))
    tell_of_closer_matches()
    people.block(member=watch.member, other=other)
    assert [notice.cut_off for notice in Notice.objects.for_list(watch.member)] == [True]


def test_a_new_member_is_told_of_only_when_they_may_be_met(watch, condition):
    newcomer = matched("Fresh Snow", condition, LIKE, days=0)
    tell_of_closer_matches()
    assert told(watch) == 0
    # The day has passed, and nothing was written since.
    CheckIn.objects.filter(patient=newcomer).update(changed_at=timezone.now() - timedelta(days=2), finished_at=timezone.now() - timedelta(days=2))
    Consent.objects.filter(member=owner_of(newcomer)).update(given_at=timezone.now() - timedelta(days=2))
    Member.objects.filter(pk=owner_of(newcomer).pk).update(joined_at=timezone.now() - timedelta(hours=25))
    profiles.refresh([newcomer.pk])
    yesterday(watch)
    tell_of_closer_matches()
    assert told(watch) == 1


def test_ones_own_new_check_in_moves_the_mark_and_tells_of_nobody(watch, condition):
    other = matched("Quiet Otter", condition, LIKE, days_ago=9)
    tell_of_closer_matches()
    yesterday(watch)
    MatchWatch.objects.update(best=40)
    check_in_of(watch.patient, {symptom(condition, "Shaking"): 2})
    profiles.refresh([watch.patient.pk])
    Notice.objects.all().delete()
    tell_of_closer_matches()
    assert told(watch) == 0
    watch.refresh_from_db()
    assert 40 < watch.best < 100
    assert other


def test_numbers_that_shift_by_themselves_tell_of_nobody(watch, condition):
    other = matched("Quiet Otter", condition, LIKE, days_ago=9)
    long_ago = timezone.now() - timedelta(days=9)
    Consent.objects.filter(member=owner_of(other)).update(given_at=long_ago)
    MatchWatch.objects.update(best=98)
    tell_of_closer_matches()
    assert told(watch) == 0
    watch.refresh_from_db()
    assert watch.best == 100


def test_a_member_who_comes_with_a_new_check_in_or_a_new_yes_is_news(watch, condition):
    other = matched("Quiet Otter", condition, {"Dancing eyes": 1}, days_ago=9)
    Consent.objects.filter(member=owner_of(other)).update(given_at=timezone.now() - timedelta(days=9))
    tell_of_closer_matches()
    assert told(watch) == 0
    yesterday(watch)
    check_in_of(other, {symptom(condition, name): severity for name, severity in LIKE.items()})
    profiles.refresh([other.pk])
    tell_of_closer_matches()
    assert told(watch) == 1


def test_stopping_ends_the_watch_in_the_same_transaction(watch):
    consents.withdraw(member=watch.member, purpose=Purpose.MATCHING)
    assert not MatchWatch.objects.exists()


def test_new_words_of_the_consent_keep_the_watch_and_tell_nothing(watch, condition):
    matched("Quiet Otter", condition, LIKE)
    Consent.objects.filter(member=watch.member, purpose=Purpose.MATCHING).update(version=0)
    tell_of_closer_matches()
    assert told(watch) == 0
    assert MatchWatch.objects.filter(pk=watch.pk, best=0).exists()


def test_who_looks_after_the_patient_no_more_is_told_nothing_and_the_watch_goes(watch, condition):
    member = somebody("Second Lantern")
    recorded(member, condition, {}, nickname="Elsewhere")
    consents.give(member=member, purpose=Purpose.MATCHING, form="test")
    guardian = accept(code=invite(patient=watch.patient, by=watch.member, level=Level.VIEW), by=member, relation=Relation.PARENT)
    matches.watch(patient=watch.patient, by=member, best=0)
    remove_guardian(guardian=guardian, by=watch.member)
    matched("Quiet Otter", condition, LIKE)
    tell_of_closer_matches()
    assert not Notice.objects.filter(member=member).exists()
    assert list(MatchWatch.objects.all()) == [watch]


def test_one_run_looks_at_so_many_and_the_next_at_the_others(condition):
    watches = []
    for number in range(3):
        patient = matched(f"Waiting {number}", condition, {"Dancing eyes": 1 + number})
        watches.append(yesterday(matches.watch(patient=patient, by=owner_of(patient), best=100)))
    before = {watch.pk: watch.since for watch in watches}
    assert tell_of_closer_matches(2).startswith("2 watches")
    looked = [watch.pk for watch in MatchWatch.objects.all() if watch.since != before[watch.pk]]
    tell_of_closer_matches(1)
    assert len(looked) == 2
    assert all(watch.since != before[watch.pk] for watch in MatchWatch.objects.all())


def test_of_two_runs_side_by_side_one_tells(watch, condition, monkeypatch):
    matched("Quiet Otter", condition, LIKE)
    real, first = closer._is_new, []

    def another_run_meanwhile(match, seen):
        if not first:
            first.append(True)
            tell_of_closer_matches()
        return real(match, seen)

    monkeypatch.setattr(closer, "_is_new", another_run_meanwhile)
    tell_of_closer_matches()
    assert told(watch) == 1
