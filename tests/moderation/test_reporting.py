"""Reports: taken in once, weighed, and what hides a thing before a moderator has looked."""

import threading
from collections import Counter

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from letters.kinds import Kind
from letters.models import Notice
from moderation import reporting, standing
from moderation.models.choices import URGENT, Act, Reason, Rule
from moderation.models.records import Decision, Report
from moderation.reporting import AlreadyReportedError, report
from tests.forum import factories
from tests.moderation.people import heard, moderator, newcomer, trusted

pytestmark = pytest.mark.django_db

PEOPLE = {"visitor": lambda: None, "new": newcomer, "heard": heard, "trusted": trusted, "moderator": moderator}
WEIGHTS = {"visitor": 0, "new": 0, "heard": 1, "trusted": 3, "moderator": 3}


@pytest.mark.parametrize("who", PEOPLE)
def test_a_report_weighs_what_its_sender_is_known_for(who):
    assert report(thing=factories.question(), by=PEOPLE[who](), reason=Reason.SPAM).weight == WEIGHTS[who]


@pytest.mark.parametrize(
    ("reason", "senders", "hides"),
    [
        (Reason.CHILD, ["trusted"], True),
        (Reason.CHILD, ["moderator"], True),
        (Reason.CHILD, ["heard"], False),
        (Reason.CHILD, ["heard", "heard"], True),
        (Reason.CHILD, ["heard", "new", "visitor", "new", "visitor"], False),
        (Reason.CHILD, ["new"] * 5, False),
        (Reason.SPAM, ["trusted"], False),
        (Reason.SPAM, ["trusted", "trusted"], False),
        (Reason.SPAM, ["heard", "heard", "trusted"], True),
        (Reason.SPAM, ["heard", "heard", "new", "visitor"], False),
    ],
)
def test_how_many_reports_hide_a_thing(reason, senders, hides):
    asked = factories.question()
    for who in senders:
        report(thing=asked, by=PEOPLE[who](), reason=reason, text=f"{len(Report.objects.all())}")
    asked.refresh_from_db()
    assert asked.is_shown is not hides
    assert Report.objects.open().count() == len(senders), "it waits for a moderator all the same"
    if hides:
        decision = Decision.objects.get()
        assert (decision.act, decision.automatic, decision.rule) == (Act.HIDE, True, reporting.RULES[reason])
        assert Notice.objects.get(kind=Kind.DECISION).member == asked.author


class AnyReports(TestCase):
    @given(st.lists(st.tuples(st.sampled_from(["visitor", "new", "heard", "trusted"]), st.sampled_from([Reason.SPAM, Reason.CHILD])), max_size=6))
    @settings(max_examples=25, deadline=None)
    def test_the_rule_holds_for_any_reports(self, rows):
        asked = factories.question()
        for number, (who, reason) in enumerate(rows):
            report(thing=asked, by=PEOPLE[who](), reason=reason, text=str(number))
        known = [(who, reason) for who, reason in rows if WEIGHTS[who]]
        urgent = [who for who, reason in known if reason in URGENT]
        asked.refresh_from_db()
        assert asked.is_shown is not (len(known) >= 3 or len(urgent) >= 2 or "trusted" in urgent)


def test_what_a_moderator_let_stand_is_not_hidden_by_reports_again_until_it_changes():
    asked = factories.question(body="First.")
    report(thing=asked, by=heard(), reason=Reason.CHILD)
    standing.keep(thing=asked, by=moderator(), reason="Nobody can be found by it.")
    report(thing=asked, by=trusted(), reason=Reason.CHILD)
    asked.refresh_from_db()
    assert asked.is_shown
    factories.posting.edit(post=asked, version=1, body="Second.")
    report(thing=asked, by=trusted(), reason=Reason.CHILD)
    asked.refresh_from_db()
    assert not asked.is_shown


def test_what_was_hidden_and_shown_again_stands_by_that_decision():
    asked, keeper = factories.question(), moderator()
    standing.hide(thing=asked, by=keeper, rule=Rule.SPAM, reason="Spam, it seems.")
    standing.unhide(thing=asked, by=keeper, reason="It is none.")
    report(thing=asked, by=trusted(), reason=Reason.CHILD)
    asked.refresh_from_db()
    assert asked.is_shown


def test_one_open_report_of_a_member_about_a_thing():
    asked, member = factories.question(), heard()
    first = report(thing=asked, by=member, reason=Reason.SPAM)
    with pytest.raises(AlreadyReportedError) as again:
        report(thing=asked, by=member, reason=Reason.CHILD)
    assert again.value.report == first
    standing.keep(thing=asked, by=moderator(), reason="It may stand.")
    assert report(thing=asked, by=member, reason=Reason.CHILD) != first


def test_a_visitor_who_presses_twice_sent_one_report():
    asked = factories.question()
    first = report(thing=asked, by=None, reason=Reason.SPAM, text="Look.")
    with pytest.raises(AlreadyReportedError) as again:
        report(thing=asked, by=None, reason=Reason.SPAM, text="Look.")
    assert again.value.report == first
    report(thing=asked, by=None, reason=Reason.SPAM, text="Something else.")


def test_nobody_reports_their_own_words():
    asked = factories.question()
    with pytest.raises(PermissionDenied):
        report(thing=asked, by=asked.author, reason=Reason.SPAM)


def test_moderators_hear_once_of_what_is_urgent_and_never_of_their_own():
    asked, keeper, other = factories.question(), moderator(), moderator()
    report(thing=asked, by=keeper, reason=Reason.PRIVACY)
    report(thing=asked, by=heard(), reason=Reason.DANGER)
    report(thing=factories.question(), by=heard(), reason=Reason.SPAM)
    assert list(Notice.objects.filter(kind=Kind.URGENT).values_list("member", flat=True)) == [other.pk]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", [True, False])
def test_twenty_reports_at_the_same_moment_have_exact_numbers(same):
    asked = factories.question()
    members = [heard()] * 20 if same else [heard() for _one in range(20)]
    outcomes, gate = [], threading.Barrier(20)

    def one(member):
        try:
            gate.wait()
            report(thing=asked, by=member, reason=Reason.CHILD)
            outcomes.append("sent")
        except AlreadyReportedError:
            outcomes.append("known")
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == ({"sent": 1, "known": 19} if same else {"sent": 20})
    asked.refresh_from_db()
    assert asked.is_shown is same
    assert Decision.objects.filter(act=Act.HIDE).count() == (0 if same else 1)
