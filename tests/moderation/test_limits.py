"""How much one person may write, vote and report."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from members.limits import LimitReached, spend
from moderation import limits
from moderation.limits import LimitedError, ensure_may_write, may_write, refund_post, spend_post, spend_report, spend_vote
from tests.moderation.people import changed, heard, newcomer, trusted

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(monkeypatch):
    """Let the 30 seconds between two posts pass by the limit itself: each post gets a window of its own."""
    monkeypatch.setattr(limits, "APART", limits.Limit("posts-apart", 1000, 30))


def allowed(spending) -> int:
    """Return how often something may be done."""
    for number in range(200):
        try:
            spending()
        except LimitReached:
            return number
    return 200


@pytest.mark.parametrize(("reply", "most"), [(False, 3), (True, 10)])
def test_a_first_day_takes_few_posts(later, reply, most):
    member = newcomer()
    assert allowed(lambda: spend_post(member, reply=reply)) == most


def test_between_two_posts_of_a_new_member_are_thirty_seconds():
    member = newcomer()
    spend_post(member, reply=False)
    with pytest.raises(LimitReached) as reached:
        spend_post(member, reply=True)
    assert 25 <= reached.value.retry_after <= 30


def test_what_a_later_limit_refuses_is_not_counted(monkeypatch):
    member = newcomer()
    spend_post(member, reply=False)
    for _again in range(30):
        with pytest.raises(LimitReached):
            spend_post(member, reply=False)
    monkeypatch.setattr(limits, "APART", limits.Limit("posts-apart-2", 1000, 30))
    assert allowed(lambda: spend_post(member, reply=False)) == 2


def test_after_the_first_day_a_new_member_only_waits_between_posts(later):
    member = changed(newcomer(), joined_at=timezone.now() - timedelta(days=2))
    assert member.is_new
    assert allowed(lambda: spend_post(member, reply=False)) == 20
    assert allowed(lambda: spend_post(member, reply=True)) == 100


@pytest.mark.parametrize("who", [heard, trusted])
def test_everybody_asks_twenty_questions_and_replies_a_hundred_times_a_day_at_most(who):
    member = who()
    assert allowed(lambda: spend_post(member, reply=False)) == 20
    assert allowed(lambda: spend_post(member, reply=True)) == 100


def test_what_was_not_written_after_all_is_given_back(later):
    member = newcomer()
    for _one in range(10):
        spend_post(member, reply=False)
        refund_post(member, reply=False)
    assert allowed(lambda: spend_post(member, reply=False)) == 3


def test_votes_are_five_a_minute_and_fifty_a_day(monkeypatch):
    member = heard()
    assert allowed(lambda: spend_vote(member)) == 5
    monkeypatch.setattr(limits, "VOTES", limits.Limit("votes-2", 1000, 60))
    assert allowed(lambda: spend_vote(member)) == 45


def test_reports_are_twenty_a_day_for_members_and_addresses():
    assert allowed(lambda: spend_report(heard().pk)) == 200
    member = heard()
    assert allowed(lambda: spend_report(member.pk)) == 20
    assert allowed(lambda: spend_report("192.0.2.1")) == 20


def test_who_is_limited_writes_nothing_and_is_told_until_when():
    until = timezone.now() + timedelta(days=3)
    member = heard(limited_until=until)
    assert not may_write(member)
    with pytest.raises(LimitedError) as limited:
        spend_post(member, reply=True)
    assert limited.value.until == until
    assert may_write(changed(member, limited_until=timezone.now() - timedelta(minutes=1)))


@pytest.mark.parametrize("fields", [{"suspended_at": timezone.now()}, {"leaving_at": timezone.now()}, {"joined_at": None}])
def test_who_is_not_here_writes_nothing(fields):
    member = heard(**fields)
    assert not may_write(member)
    with pytest.raises(PermissionDenied):
        ensure_may_write(member)


def test_limits_of_one_are_not_those_of_another(later):
    first, second = newcomer(), newcomer()
    assert allowed(lambda: spend_post(first, reply=False)) == 3
    spend(limits.FIRST_QUESTIONS, second)
    assert allowed(lambda: spend_post(second, reply=False)) == 2
