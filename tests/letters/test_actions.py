"""Notices and watches: who is told of what, once, and never by whom they do not want to meet."""

import threading

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from letters import actions, kinds, notice_mail
from letters.kinds import Kind
from letters.models import Notice, OutgoingMail, Watch
from members import consents
from members.actions import people
from members.models.consent import Consent, Purpose
from members.models.member import Member
from oms_community import jobs
from tests.letters.conftest import HOUR, new_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return new_member()


def tell(member, target=None, actor=None):
    """Tell a member of another, whom they may both see and lose sight of: any thing with a rule of its own would do."""
    return actions.notify(member=member, kind=Kind.CONSENT, target=target or new_member(), actor=actor)


# Who hears


def test_a_notice_leads_to_its_target_and_is_unread(member):
    target = new_member()
    notice = tell(member, target)
    assert (notice.target, notice.count, notice.is_unread) == (target, 1, True)


def test_nobody_hears_of_what_they_did_themselves(member):
    assert tell(member, actor=member) is None


def test_a_block_silences_both(member):
    other = new_member()
    people.block(member=member, other=other)
    assert tell(member, actor=other) is None
    assert tell(other, actor=member) is None


def test_a_mute_silences_one_way_only(member):
    other = new_member()
    people.mute(member=member, other=other)
    assert tell(member, actor=other) is None
    assert tell(other, actor=member) is not None


@pytest.mark.parametrize("away", [{"joined_at": None}, {"suspended_at": timezone.now()}, {"leaving_at": timezone.now()}])
def test_who_is_away_is_told_nothing(member, away):
    Member.objects.filter(pk=member.pk).update(**away)
    assert tell(member) is None


# Once


def test_the_same_thing_again_counts_and_comes_to_the_top(member, clock):
    target = new_member()
    first = tell(member, target)
    clock.move(HOUR)
    again = tell(member, target)
    assert (again.pk, again.count, again.created_at) == (first.pk, 2, clock.at)
    assert Notice.objects.count() == 1


def test_after_reading_a_new_notice_begins(member):
    target = new_member()
    first = tell(member, target)
    actions.mark_read(member=member)
    second = tell(member, target)
    assert second.pk != first.pk
    assert (second.count, Notice.objects.unread(member).count()) == (1, 1)


def test_the_actor_stays_only_while_there_is_one(member):
    target, one, two = new_member(), new_member(), new_member()
    assert tell(member, target, one).actor == one
    assert tell(member, target, one).actor == one
    assert tell(member, target, two).actor is None
    assert tell(member, target, one).actor is None


@pytest.mark.django_db(transaction=True)
def test_four_at_the_same_moment_are_one_notice_that_counts_four():
    member, target = new_member(emails=True), new_member()
    start, faults = threading.Barrier(4), []

    def work():
        start.wait()
        try:
            tell(member, target)
        except Exception as error:
            faults.append(error)
        connection.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert Notice.objects.get().count == 4
    assert len(mail.outbox) == 1


# Watching


def test_who_watches_is_told_and_who_did_it_is_not():
    target, watcher, actor, blocked, stranger = (new_member() for _number in range(5))
    for one in (watcher, actor, blocked):
        actions.watch(member=one, target=target)
    people.block(member=blocked, other=actor)
    assert actions.notify_watchers(target, kind=Kind.CONSENT, actor=actor) == 1
    assert Notice.objects.get().member == watcher
    assert not stranger.notices.exists()


def test_watching_twice_is_once_and_ends_with_one_press(member):
    target = new_member()
    actions.watch(member=member, target=target)
    actions.watch(member=member, target=target)
    assert Watch.objects.count() == 1
    assert actions.is_watching(member=member, target=target)
    actions.unwatch(member=member, target=target)
    assert not actions.is_watching(member=member, target=target)


# Mail


def test_without_a_yes_there_is_no_mail(member):
    tell(member)
    assert actions.send_notice_mail(member=member, subject="News", text="Here:") is None
    assert not OutgoingMail.objects.exists()


def test_with_a_yes_a_new_notice_sends_a_mail_that_says_nothing(django_capture_on_commit_callbacks):
    member, actor = new_member(emails=True), new_member()
    with django_capture_on_commit_callbacks(execute=True):
        notice = tell(member, actor=actor)
    sent = mail.outbox[0]
    whole = sent.message().as_string()
    assert sent.to == [member.user.email]
    assert sent.subject == "You have a new notice"
    assert "https://community.example/notices/\n" in sent.body
    assert str(notice.words) not in whole
    assert not [word for word in (actor.pseudonym, member.pseudonym, "OMS", "opsoclonus") if word.lower() in whole.lower()]


def test_counting_on_in_a_notice_sends_no_second_mail():
    member, target = new_member(emails=True), new_member()
    tell(member, target)
    OutgoingMail.objects.update(sent_at=timezone.now())
    tell(member, target)
    assert OutgoingMail.objects.count() == 1


def test_a_mail_that_waits_already_says_it():
    member = new_member(emails=True)
    tell(member)
    tell(member)
    assert OutgoingMail.objects.count() == 1


def test_words_that_changed_pause_the_mail(monkeypatch):
    member = new_member(emails=True)
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(2, "New words."))
    tell(member)
    assert not OutgoingMail.objects.exists()


def test_a_mail_can_be_ended_by_the_programs_that_show_it():
    member = new_member(emails=True)
    actions.send_notice_mail(member=member, subject="News", text="Here:")
    message = bytes(OutgoingMail.objects.get().message).decode()
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in message
    off = notice_mail.compose(member, subject="x", text="x").extra_headers["List-Unsubscribe"].strip("<>")
    assert notice_mail.consent_of(off.rstrip("/").rsplit("/", 1)[1]).member == member


# New words of a consent


def test_each_member_is_told_of_new_words_once(monkeypatch):
    old, none, withdrawn = new_member(emails=True), new_member(), new_member(emails=True)
    consents.withdraw(member=withdrawn, purpose=Purpose.EMAILS)
    assert actions.tell_of_new_words() == 0
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(2, "New words."))
    assert actions.tell_of_new_words() == 1
    assert old.notices.get().target == Consent.objects.get(member=old)
    actions.mark_read(member=old)
    assert actions.tell_of_new_words() == 0
    assert not none.notices.exists()


def test_the_next_version_makes_the_notice_new_and_counts_once(monkeypatch):
    member = new_member(emails=True)
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(2, "New words."))
    actions.tell_of_new_words()
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(3, "Newer words."))
    assert [actions.tell_of_new_words() for _day in range(3)] == [1, 0, 0]
    notice = member.notices.get()
    assert (notice.count, notice.is_unread) == (2, True)
    assert "2 times" in notice.words
    actions.mark_read(member=member)
    assert actions.tell_of_new_words() == 0
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(4, "The newest words."))
    before = timezone.now()
    assert [actions.tell_of_new_words() for _day in range(3)] == [1, 0, 0]
    notice = member.notices.get()
    assert (notice.count, notice.is_unread) == (3, True)
    assert notice.created_at >= before


def test_two_versions_at_once_are_one_notice_of_two(monkeypatch):
    member = new_member(emails=True)
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(3, "Newer words."))
    assert [actions.tell_of_new_words() for _day in range(2)] == [1, 0]
    assert member.notices.get().count == 2


def test_who_is_away_hears_of_newer_words_when_they_are_back(monkeypatch):
    member = new_member(emails=True)
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(2, "New words."))
    actions.tell_of_new_words()
    Member.objects.filter(pk=member.pk).update(leaving_at=timezone.now())
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(3, "Newer words."))
    assert actions.tell_of_new_words() == 0
    Member.objects.filter(pk=member.pk).update(leaving_at=None)
    assert actions.tell_of_new_words() == 1


def test_a_yes_to_the_new_words_ends_it(monkeypatch):
    member = new_member(emails=True)
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(2, "New words."))
    actions.tell_of_new_words()
    consents.give(member=member, purpose=Purpose.EMAILS, form="test")
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(3, "Newer words."))
    assert actions.tell_of_new_words() == 1  # of the new yes, once
    assert sorted(member.notices.values_list("count", flat=True)) == [1, 1]


def test_the_job_tells_of_new_words(monkeypatch):
    new_member(emails=True)
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(2, "New words."))
    results = jobs.run_due(tuple(job for job in jobs.JOBS if job.name in ("consent_words", "forget_mail")))
    assert sorted(results) == ["consent_words: 1 members told of new words", "forget_mail: 0 rows of old mail deleted"]


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("count", [1, 3])
def test_every_kind_has_words_with_and_without_a_number(kind, count):
    assert ("3" in kinds.words(kind, count)) == (count == 3)
