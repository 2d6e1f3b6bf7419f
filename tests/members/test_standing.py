"""What a member meets first: joining, the way back, their own data. And what it costs: nothing."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.joining import TOO_YOUNG
from members.models.draft import Draft
from members.models.member import Member
from tests.factories import ConditionFactory, UserFactory
from tests.rooms.joining import answers
from tests.rooms.world import sign_in

pytestmark = pytest.mark.django_db
OWN = ["members:me", "members:profile_edit", "members:draft_list", "members:patient_add", "letters:notice_list"]
FOR_ALL = ["help_now", "settings", "privacy", "guidelines", "terms", "contact", "accessibility", "health_alive", "robots"]


def signed_in(**standing):
    user = UserFactory(joined=standing.pop("joined", True))
    Member.objects.filter(pk=user.member.pk).update(**standing)
    client = Client()
    sign_in(client, user)
    return client


def led(client, name, *args):
    """Return where a page leads, or "" where it answers itself."""
    response = client.get(reverse(name, args=args))
    return response.get("Location", "")


STATES = {
    "unfinished": ({"joined": False}, "members:join_start"),
    "leaving": ({"leaving_at": timezone.now()}, "members:erase_undo"),
    "suspended": ({"suspended_at": timezone.now()}, "members:privacy"),
    "unfinished and leaving": ({"joined": False, "leaving_at": timezone.now()}, "members:erase_undo"),
    "leaving and suspended": ({"leaving_at": timezone.now(), "suspended_at": timezone.now()}, "members:erase_undo"),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", OWN)
def test_each_state_leads_to_its_page_first(state, name):
    standing, there = STATES[state]
    client = signed_in(**standing)
    assert led(client, name) == reverse(there)
    assert client.post(reverse(name), {"x": "y"}).url == reverse(there)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", FOR_ALL)
def test_pages_that_need_nobody_are_open_in_each_state(state, name):
    assert led(signed_in(**dict(STATES[state][0])), name) == ""


@pytest.mark.parametrize("state", STATES)
def test_everybody_can_sign_out_and_take_their_data_with_them(state):
    client = signed_in(**dict(STATES[state][0]))
    for name in ("account_logout", "members:export_list", "account_reauthenticate"):
        assert led(client, name) not in (reverse("members:join_start"), reverse("members:erase_undo"), reverse("members:privacy")), name


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ("leaving", "members:erase_undo"),
        ("suspended", "members:privacy"),
        ("suspended", "members:erase"),
        ("suspended", "members:consent_list"),
        ("unfinished", "members:erase"),
        ("unfinished", "account_email"),
        ("unfinished", "members:account_security"),
    ],
)
def test_the_way_on_is_open_in_each_state(state, name):
    standing, there = STATES[state]
    assert led(signed_in(**dict(standing)), name) != reverse(there)


@pytest.mark.parametrize(("state", "name"), [("leaving", "members:privacy"), ("leaving", "account_email"), ("suspended", "account_email")])
def test_what_is_no_way_on_is_closed(state, name):
    standing, there = STATES[state]
    assert led(signed_in(**dict(standing)), name) == reverse(there)


@pytest.mark.parametrize("state", ["leaving", "suspended"])
def test_what_visitors_read_stays_open_to_who_is_leaving_or_suspended(state):
    condition = ConditionFactory()
    client = signed_in(**dict(STATES[state][0]))
    assert led(client, "conditions:condition_detail", condition.slug) == ""
    assert led(client, "home") == ""


def test_who_has_not_finished_joining_meets_the_questions_before_anything_else():
    condition = ConditionFactory()
    client = signed_in(joined=False)
    assert led(client, "conditions:condition_detail", condition.slug) == led(client, "home") == reverse("members:join_start")
    session = client.session
    session.update(answers(role=None))
    session.save()
    assert led(client, "home") == reverse("members:join_role")


def test_who_is_too_young_to_join_may_still_read():
    client = signed_in(joined=False)
    session = client.session
    session.update(answers(age=TOO_YOUNG))
    session.save()
    assert led(client, "home") == ""
    assert led(client, "members:me") == reverse("members:join_too_young")


def test_a_suspended_member_is_told():
    client = signed_in(suspended_at=timezone.now())
    client.get(reverse("members:me"))
    assert "suspended" in client.get(reverse("help_now")).content.decode()


def test_what_a_suspended_member_typed_is_handed_back_and_kept_nowhere():
    client = signed_in(suspended_at=timezone.now())
    response = client.post(reverse("members:profile_edit"), {"about": "We sat up <b>all</b> night again.", "password": "not this one"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "We sat up &lt;b&gt;all&lt;/b&gt; night again.</textarea>" in page
    assert "not this one" not in page
    assert "Your account is suspended" in page
    assert not Draft.objects.exists()
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", OWN)
def test_who_has_joined_is_led_nowhere(name):
    assert led(signed_in(), name) == ""


def test_a_visitor_s_page_touches_neither_database_nor_session(django_assert_num_queries):
    client = Client()
    with django_assert_num_queries(0):
        client.get(reverse("robots"))
        assert led(client, "account_signup") == reverse("members:join_start")
    assert "sessionid" not in client.cookies


def test_a_member_s_standing_costs_no_query(django_assert_num_queries):
    client = signed_in()
    with django_assert_num_queries(2):  # the session, the account with its member
        assert led(client, "members:join_start") == reverse("members:me")
