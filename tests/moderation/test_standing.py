"""Out of sight and back: what follows for the author's standing, and who hears of it."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from letters.kinds import Kind
from letters.models import Notice
from members.models.member import Member
from moderation import checks, reporting, rights, standing
from moderation.models.choices import Act, Reason, Rule
from moderation.models.records import Decision, Report
from moderation.standing import DecidedAlreadyError
from tests.forum import factories
from tests.moderation.people import administrator, changed, heard, moderator, newcomer

pytestmark = pytest.mark.django_db

WHY = "It names a dose to copy."


def of(member: Member) -> Member:
    return Member.objects.get(pk=member.pk)


def hidden(thing, by):
    return standing.hide(thing=thing, by=by, rule=Rule.MEDICAL, reason=WHY)


def test_a_post_counts_for_its_author_while_it_is_shown():
    author, keeper = heard(kept_posts=0), moderator()
    asked = factories.question(by=author)
    standing.arrive(thing=asked)
    assert of(author).kept_posts == 1
    hidden(asked, keeper)
    assert of(author).kept_posts == 0
    standing.delete(thing=asked)
    standing.unhide(thing=asked, by=keeper, reason="It was fine.")
    assert of(author).kept_posts == 0
    standing.bring_back(thing=asked)
    assert of(author).kept_posts == 1


def test_a_held_post_counts_once_it_is_released():
    author = heard(kept_posts=0)
    asked = factories.question(by=author)
    finding = checks.Finding(checks.TELEPHONE, "A number.", holds=True)
    standing.arrive(thing=asked, findings=[finding])
    assert of(author).kept_posts == 0
    decision = Decision.objects.get()
    assert (decision.act, decision.rule, decision.automatic, decision.reason) == (Act.HOLD, Rule.PRIVACY, True, "A number.")
    assert not Notice.objects.exists(), "the page that follows the writing says it"
    standing.release(thing=asked, by=moderator(), reason="It is a helpline.")
    assert of(author).kept_posts == 1
    assert Notice.objects.get().kind == Kind.DECISION


def test_words_of_despair_hold_nothing_and_call_the_moderators_once():
    keeper, asked = moderator(), factories.question()
    finding = checks.Finding(checks.CRISIS, "Help.", holds=False)
    standing.heed(thing=asked, findings=[finding])
    standing.heed(thing=asked, findings=[finding])
    report = Report.objects.get()
    assert (report.is_urgent, report.automatic, report.reason) == (True, True, Reason.DANGER)
    asked.refresh_from_db()
    assert asked.is_shown
    assert list(Notice.objects.values_list("kind", "member")) == [(Kind.URGENT, keeper.pk)]


def test_an_author_hears_what_a_moderator_decides_but_not_that_something_was_kept():
    author, keeper = heard(), moderator()
    asked = factories.question(by=author)
    reporting.report(thing=asked, by=heard(), reason=Reason.SPAM)
    standing.keep(thing=asked, by=keeper, reason="A question as any other.")
    assert not Notice.objects.filter(member=author).exists()
    hidden(asked, keeper)
    notice = Notice.objects.get(member=author)
    assert notice.target == Decision.objects.get(act=Act.HIDE)
    assert notice.target.author == author


def test_an_upheld_report_costs_standing_and_gives_it_back():
    author, keeper = heard(), moderator()
    asked = factories.question(by=author)
    reporting.report(thing=asked, by=heard(), reason=Reason.MEDICAL)
    hidden(asked, keeper)
    assert of(author).upheld_reports == 1
    assert of(author).last_upheld_at
    assert of(author).is_new
    standing.unhide(thing=asked, by=keeper, reason="It was fine.")
    assert of(author).upheld_reports == 0
    assert of(author).last_upheld_at is None


def test_what_a_moderator_finds_without_a_report_costs_no_standing():
    author = heard()
    hidden(factories.question(by=author), moderator())
    assert of(author).upheld_reports == 0


def test_who_needs_help_loses_no_standing():
    author = heard()
    asked = factories.question(by=author)
    reporting.report(thing=asked, by=heard(), reason=Reason.DANGER)
    standing.hide(thing=asked, by=moderator(), rule=Rule.DANGER, reason="We wrote to them.")
    assert of(author).upheld_reports == 0


def test_a_check_alone_upholds_nothing():
    author = heard()
    asked = factories.question(by=author)
    standing.report_danger(asked)
    hidden(asked, moderator())
    assert of(author).upheld_reports == 0
    assert Report.objects.get().closed_at


def test_what_the_machine_hid_a_moderator_hides_again_and_nobody_twice():
    asked, keeper = factories.question(), moderator()
    standing.hide(thing=asked, by=None, rule=Rule.SPAM, reason="Reports.")
    assert standing.hidden_by_machine(asked)
    hidden(asked, keeper)
    assert not standing.hidden_by_machine(asked)
    with pytest.raises(DecidedAlreadyError):
        hidden(asked, moderator())


def test_nothing_is_kept_where_nothing_waits_or_what_is_out_of_sight():
    asked, keeper = factories.question(), moderator()
    with pytest.raises(DecidedAlreadyError):
        standing.keep(thing=asked, by=keeper, reason=WHY)
    reporting.report(thing=asked, by=heard(), reason=Reason.SPAM)
    hidden(asked, keeper)
    with pytest.raises(DecidedAlreadyError):
        standing.keep(thing=asked, by=keeper, reason=WHY)


def test_moderators_decide_about_members_and_administrators_about_the_team():
    keeper, other, chief, writer = moderator(), moderator(), administrator(), heard()
    of_writer, of_keeper, of_chief = (factories.question(by=member) for member in (writer, keeper, chief))
    assert rights.may_decide(keeper, of_writer)
    assert not rights.may_decide(keeper, of_keeper)
    assert not rights.may_decide(other, of_keeper)
    assert rights.may_decide(chief, of_keeper)
    assert not rights.may_decide(chief, of_chief)
    assert not rights.may_decide(writer, of_keeper)
    assert not rights.may_decide(changed(other, suspended_at=timezone.now()), of_writer)


def test_nobodys_words_may_be_decided_about():
    asked = factories.question()
    asked.author = None
    asked.save(update_fields=["author"])
    hidden(asked, moderator())
    assert Decision.objects.get().author is None


class AnyOrder(TestCase):
    @given(st.lists(st.sampled_from(["hide", "unhide", "hold", "release", "delete", "back", "report", "keep"]), max_size=14))
    @settings(max_examples=40, deadline=None)
    def test_any_order_of_deeds_leaves_the_numbers_right(self, deeds):
        author, keeper = heard(kept_posts=0), moderator()
        asked = factories.question(by=author)
        standing.arrive(thing=asked)
        acts = {
            "hide": lambda: hidden(asked, keeper),
            "unhide": lambda: standing.unhide(thing=asked, by=keeper, reason=WHY),
            "hold": lambda: standing.hold(thing=asked, rule=Rule.PRIVACY, reason=WHY),
            "release": lambda: standing.release(thing=asked, by=keeper, reason=WHY),
            "delete": lambda: standing.delete(thing=asked),
            "back": lambda: standing.bring_back(thing=asked),
            "report": lambda: reporting.report(thing=asked, by=newcomer(), reason=Reason.OTHER),
            "keep": lambda: standing.keep(thing=asked, by=keeper, reason=WHY),
        }
        for deed in deeds:
            with suppress(DecidedAlreadyError):
                acts[deed]()
        asked.refresh_from_db()
        assert of(author).kept_posts == asked.is_shown
        assert of(author).upheld_reports <= (asked.hidden_at is not None)
        assert Report.objects.open().filter(decision__isnull=False).count() == 0
        assert Report.objects.exclude(closed_at=None).filter(decision=None).count() == 0


def test_a_report_of_a_limited_member_weighs_nothing():
    member = heard(limited_until=timezone.now() + timedelta(days=1))
    assert reporting.weight_of(member) == 0
