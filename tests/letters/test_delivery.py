"""From queue to server: once, tried again, never more than five notices an hour, and nothing personal left behind."""

import threading
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import send_mail
from django.db import connection
from django.utils import timezone

from letters import delivery
from letters.actions import send_notice_mail
from letters.models import CLAIM, OutgoingMail
from oms_community import jobs
from tests.letters.conftest import DAY, HOUR, new_member

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def queued(address="one@example.org"):
    send_mail("Code", "123456", None, [address])
    return OutgoingMail.objects.latest("pk")


def notices(member, number):
    return [send_notice_mail(member=member, subject="News", text=f"Number {one}.") for one in range(number)]


def run_for(clock, duration, step=5 * MINUTE):
    """Let the job run every few minutes for a while."""
    end = clock.at + duration
    while clock.at < end:
        delivery.deliver_due()
        clock.move(step)


# Once


def test_what_was_sent_leaves_neither_address_nor_text():
    row = queued()
    assert delivery.deliver(row.pk) == "sent"
    row.refresh_from_db()
    assert (row.address, bytes(row.message), row.fault) == ("", b"", "")
    assert row.sent_at is not None
    assert [one.to for one in mail.outbox] == [["one@example.org"]]


def test_a_mail_is_sent_once_however_often_it_is_asked_for():
    row = queued()
    assert [delivery.deliver(row.pk) for _time in range(3)] == ["sent", "not due", "not due"]
    delivery.deliver_due()
    assert len(mail.outbox) == 1


def test_a_mail_that_another_is_sending_is_left_alone(clock):
    row = queued()
    assert delivery._claim(row.pk) is not None
    assert delivery.deliver(row.pk) == "not due"
    assert mail.outbox == []


def test_a_mail_whose_sender_died_is_sent_after_ten_minutes(clock):
    row = queued()
    delivery._claim(row.pk)
    clock.move(CLAIM)
    assert delivery.deliver(row.pk) == "sent"


def test_a_mail_that_is_gone_is_no_fault():
    assert delivery.deliver(4711) == "not due"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_moment_send_one_mail(monkeypatch):
    row = OutgoingMail.objects.create(address="one@example.org", message=b"Subject: x\n\nx")
    results, start = [], threading.Barrier(2)

    def work():
        start.wait()
        results.append(delivery.deliver(row.pk))
        connection.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(results) == ["not due", "sent"]
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_moment_do_not_send_a_sixth_notice():
    member = new_member()
    ours = {"member": member, "urgent": False, "message": b"Subject: x\n\nx"}
    OutgoingMail.objects.bulk_create(OutgoingMail(**ours, sent_at=timezone.now()) for _number in range(4))
    rows = [OutgoingMail.objects.create(**ours, address=member.user.email) for _number in range(2)]
    results, start = [], threading.Barrier(2)

    def work(pk):
        start.wait()
        results.append(delivery.deliver(pk))
        connection.close()

    workers = [threading.Thread(target=work, args=(row.pk,)) for row in rows]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(results) == ["not due", "sent"]


# Again


def test_a_fault_is_tried_again_later_and_kept_by_its_name_only(queue, clock, caplog):
    caplog.set_level("INFO")
    queue.down = True
    row = queued()
    assert delivery.deliver(row.pk) == "tried"
    row.refresh_from_db()
    assert (row.tries, row.fault, row.next_try_at) == (1, "ConnectionRefusedError", clock.at + MINUTE)
    assert row.address == "one@example.org"
    assert "example.org" not in caplog.text
    assert "ConnectionRefusedError" in caplog.text


def test_the_waits_grow_and_then_it_is_given_up_without_a_trace(queue, clock):
    queue.down = True
    row, waits = queued(), []
    while True:
        result = delivery.deliver(row.pk)
        row.refresh_from_db()
        if result == "given up":
            break
        waits.append(row.next_try_at - clock.at)
        clock.move(waits[-1])
    assert waits == [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY]
    assert (row.address, bytes(row.message), row.fault, row.failed_at) == ("", b"", "ConnectionRefusedError", clock.at)
    queue.down = False
    clock.move(DAY)
    delivery.deliver_due()
    assert mail.outbox == []


def test_mail_down_for_a_day_loses_nothing_and_doubles_nothing(queue, clock):
    queue.down = True
    people = [f"person-{number}@example.org" for number in range(12)]
    for number, address in enumerate(people):
        queued(address)
        if number % 4 == 0:
            run_for(clock, HOUR)
    run_for(clock, DAY, 10 * MINUTE)
    assert mail.outbox == []
    assert OutgoingMail.objects.waiting().count() == 12
    queue.down = False
    run_for(clock, DAY, 10 * MINUTE)
    assert sorted(one.to[0] for one in mail.outbox) == sorted(people)
    assert not OutgoingMail.objects.waiting().exists()


def test_a_run_stops_while_the_server_is_down(queue):
    queue.down = True
    for number in range(6):
        queued(f"person-{number}@example.org")
    assert delivery.deliver_due() == "0 mails sent, 6 wait"
    assert OutgoingMail.objects.filter(tries=1).count() == delivery.FAULTS_IN_A_ROW


def test_one_bad_address_holds_nobody_up(queue):
    queue.refuses = "nobody"
    for address in ("nobody@example.org", "one@example.org", "two@example.org"):
        queued(address)
    assert delivery.deliver_due() == "2 mails sent, 1 wait"
    assert OutgoingMail.objects.waiting().get().fault == "SMTPRecipientsRefused"


def test_a_run_ends_before_the_next_one_begins(monkeypatch):
    for _number in range(3):
        queued()
    ticks = iter((0, 10, 100, 200))
    monkeypatch.setattr(time, "monotonic", lambda: next(ticks))
    delivery.deliver_due()
    assert len(mail.outbox) == 2


def test_a_rude_goodbye_does_not_make_a_sent_mail_look_unsent(queue):
    queue.rude = True
    row = queued()
    assert delivery.deliver(row.pk) == "sent"


def test_a_backend_that_took_nothing_has_not_sent_it(monkeypatch, queue):
    monkeypatch.setattr(queue, "send_messages", lambda self, messages: 0)
    row = queued()
    assert delivery.deliver(row.pk) == "tried"
    row.refresh_from_db()
    assert row.fault == "NotTakenError"


def test_the_job_sends_what_lost_its_task():
    queued()
    results = jobs.run_due(tuple(job for job in jobs.JOBS if job.name == "deliver_mail"))
    assert results == ["deliver_mail: 1 mails sent, 0 wait"]


# Five an hour


def test_the_sixth_notice_of_an_hour_waits_and_a_code_does_not(clock):
    member = new_member(emails=True)
    rows = notices(member, 7)
    code = queued(member.user.email)
    delivery.deliver_due()
    assert len(mail.outbox) == 6
    code.refresh_from_db()
    assert code.sent_at is not None
    assert all(row.next_try_at == clock.at + HOUR for row in OutgoingMail.objects.waiting())
    run_for(clock, 2 * HOUR)
    assert len(mail.outbox) == len(rows) + 1


def test_no_hour_of_a_flood_holds_more_than_five(clock):
    member = new_member(emails=True)
    for _number in range(10):
        notices(member, 2)
        run_for(clock, 15 * MINUTE)
    run_for(clock, 5 * HOUR)
    sent = sorted(OutgoingMail.objects.notices_of(member.pk).filter(sent_at__isnull=False).values_list("sent_at", flat=True))
    assert len(sent) == 20
    assert all(later - earlier >= HOUR for earlier, later in zip(sent, sent[delivery.AN_HOUR :], strict=False))


def test_one_members_flood_holds_up_nobody_else():
    busy, calm = new_member(emails=True), new_member(emails=True)
    notices(busy, 9)
    notices(calm, 1)
    delivery.deliver_due()
    assert [one.to for one in mail.outbox].count([calm.user.email]) == 1


def test_what_waited_for_a_day_becomes_one_mail(clock, queue):
    member, other = new_member(emails=True), new_member(emails=True)
    queue.down = True
    notices(member, 4)
    notices(other, 1)
    run_for(clock, DAY + 2 * HOUR, 30 * MINUTE)
    fresh = notices(member, 1)[0]
    queue.down = False
    run_for(clock, 2 * DAY, 30 * MINUTE)
    subjects = [one.subject for one in mail.outbox if one.to == [member.user.email]]
    assert sorted(subjects) == ["News", "You have new notices"]
    assert [one.subject for one in mail.outbox if one.to == [other.user.email]] == ["News"]
    fresh.refresh_from_db()
    assert fresh.sent_at is not None


def test_a_notice_follows_its_member_to_a_new_address():
    member = new_member(emails=True)
    notices(member, 1)
    old, member.user.email = member.user.email, "new@example.org"
    member.user.save()
    delivery.deliver_due()
    assert [one.to for one in mail.outbox] == [["new@example.org"]]
    assert old.encode() not in mail.outbox[0].message().as_bytes()


# After a month


def test_rows_go_after_a_month(clock):
    delivery.deliver(queued().pk)
    failed, waiting = queued(), queued()
    OutgoingMail.objects.filter(pk=failed.pk).update(failed_at=clock.at)
    clock.move(timedelta(days=29))
    assert delivery.forget_old() == 0
    clock.move(timedelta(days=2))
    assert delivery.forget_old() == 2
    assert OutgoingMail.objects.get() == waiting
