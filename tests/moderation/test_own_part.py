"""What is kept about a member, what goes, and when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from members import data_rights
from moderation import cleanup, standing, submissions
from moderation.models.choices import Reason, Rule
from moderation.models.records import Decision, Report, Submission
from moderation.own_part import PART
from moderation.reporting import report
from tests.forum import factories
from tests.moderation.people import heard, moderator

pytestmark = pytest.mark.django_db

WORDS = "Words that only moderators read."


def lived():
    """Return a member who sent a report, wrote what was hidden, and sent a form; and the moderator."""
    member, keeper = heard(), moderator()
    report(thing=factories.question(), by=member, reason=Reason.PRIVACY, text=WORDS)
    own = factories.question(by=member)
    standing.hide(thing=own, by=keeper, rule=Rule.SPAM, reason="It was sent five times.")
    with submissions.once(member=member, key=submissions.new_key(), text="A text.") as sent:
        sent.address = own.get_absolute_url()
    return member, keeper


def test_an_export_has_what_a_member_said_and_what_was_decided_and_names_nobody_else():
    member, keeper = lived()
    data = PART.export(member)
    assert [row["text"] for row in data["reports"]] == [WORDS]
    assert [row["reason"] for row in data["decisions about what you wrote"]] == ["It was sent five times."]
    assert keeper.pseudonym not in repr(data)
    assert PART.export(keeper)["decisions you took"][0]["act"] == "hide"
    assert "sent five times" not in repr(PART.export(keeper))


def test_an_erase_leaves_that_there_was_something_and_nothing_of_whom_and_may_run_twice():
    member, _keeper = lived()
    for _again in range(2):
        PART.erase(member)
    kept = Report.objects.get()
    assert (kept.reporter, kept.text, kept.weight, kept.reason) == (None, "", 0, Reason.PRIVACY)
    decision = Decision.objects.get()
    assert (decision.author, decision.reason, decision.rule) == (None, "", Rule.SPAM)
    assert decision.by is not None
    assert not Submission.objects.exists()


def test_a_moderator_who_goes_leaves_their_decisions_without_them():
    _member, keeper = lived()
    PART.erase(keeper)
    assert Decision.objects.get().by is None
    assert not Decision.objects.get().automatic


def test_the_privacy_centre_counts_and_leads_to_the_reports(django_assert_num_queries):
    member, _keeper = lived()
    with django_assert_num_queries(2):
        reports, decisions = PART.held(member)
    assert (reports.number, reports.address) == (1, "/me/reports/")
    assert decisions.number == 1


def test_the_slot_asks_this_part():
    assert PART in data_rights.parts()


def test_sent_forms_go_after_fourteen_days():
    member, _keeper = lived()
    assert cleanup.forget_submissions() == "sent forms: 0 deleted"
    Submission.objects.update(created_at=timezone.now() - timedelta(days=15))
    assert cleanup.forget_submissions() == "sent forms: 1 deleted"
    assert not member.submissions.exists()


def test_the_words_of_decided_reports_go_after_a_year_and_the_rows_after_three():
    asked = factories.question()
    report(thing=asked, by=heard(), reason=Reason.SPAM, text=WORDS)
    waiting = report(thing=factories.question(), by=heard(), reason=Reason.SPAM, text=WORDS)
    standing.keep(thing=asked, by=moderator(), reason="It may stand.")
    Report.objects.update(created_at=timezone.now() - timedelta(days=2000))
    Report.objects.exclude(closed_at=None).update(closed_at=timezone.now() - timedelta(days=366))
    assert "1 emptied" in cleanup.forget_report_words()
    assert set(Report.objects.values_list("text", flat=True)) == {"", WORDS}
    Report.objects.exclude(closed_at=None).update(closed_at=timezone.now() - timedelta(days=1100))
    Decision.objects.update(created_at=timezone.now() - timedelta(days=1100))
    assert cleanup.forget_records() == "reports: 1 deleted; decisions: 1 deleted"
    assert list(Report.objects.all()) == [waiting]


def test_a_job_stops_before_it_takes_too_much(caplog):
    asked = factories.question()
    Report.objects.bulk_create(
        Report(public_id=f"made-{number}", thing=asked, reason=Reason.SPAM, text=WORDS, closed_at=timezone.now() - timedelta(days=400))
        for number in range(30)
    )
    assert "stopped before 30" in cleanup.forget_report_words()
    assert "please look why" in caplog.text


def test_reports_of_what_is_gone_are_closed():
    asked = factories.question()
    sent, other = report(thing=asked, by=heard(), reason=Reason.SPAM), report(thing=factories.question(), by=heard(), reason=Reason.SPAM)
    asked.delete()
    assert cleanup.close_reports_of_gone() == "reports of what is gone: 1 closed"
    sent.refresh_from_db()
    assert sent.closed_at
    assert list(Report.objects.open()) == [other]
