"""Block and mute: the pages that explain, the deed, the way back, and the list."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.actions import people
from members.models.member import Member
from members.models.relations import Block, Mute
from tests.html import Document, text_of
from tests.rooms.world import person, sign_in

pytestmark = pytest.mark.django_db
LIST = "/me/privacy/blocks/"
ACTS = ["block", "unblock", "mute", "unmute"]
BACK = {"block": "unblock", "unblock": "block", "mute": "unmute", "unmute": "mute"}


@pytest.fixture
def me():
    return person("me", "Quiet Otter")


@pytest.fixture
def other():
    return person("other", "Ana of the Lists")


@pytest.fixture
def client(me):
    return signed_in(me)


def signed_in(member):
    client = Client()
    sign_in(client, member.user)
    return client


def address(act, member):
    return reverse(f"members:member_{act}", args=[member.public_id])


def rows():
    return (sorted(Block.objects.values_list("blocker", "blocked")), sorted(Mute.objects.values_list("muter", "muted")))


def standing(act, me, other):
    """Let what an act takes back stand first."""
    if act == "unblock":
        people.block(member=me, other=other)
    if act == "unmute":
        people.mute(member=me, other=other)


@pytest.mark.parametrize("act", ACTS)
def test_reading_the_page_changes_nothing_and_says_that_nobody_is_told(client, me, other, act):
    standing(act, me, other)
    before = rows()
    response = client.get(address(act, other))
    assert response.status_code == 200
    assert "not told" in response.content.decode()
    assert other.pseudonym in response.content.decode()
    assert rows() == before


def test_a_block_parts_both_and_the_next_page_offers_undo(client, me, other):
    response = client.post(address("block", other), follow=True)
    assert rows()[0] == [(me.pk, other.pk)]
    assert response.redirect_chain == [(LIST, 302)]
    page = response.content.decode()
    assert "Undo" in page
    assert other.pseudonym in page
    assert client.get(other.get_absolute_url()).status_code == 404
    assert signed_in(other).get(me.get_absolute_url()).status_code == 404


def test_the_blocked_hears_nothing(client, other):
    before = (other.notices.count(), other.watches.count())
    client.post(address("block", other))
    assert (other.notices.count(), other.watches.count()) == before
    assert "block" not in text_of(Document(signed_in(other).get("/me/").content).one("main")).lower()


def test_a_mute_is_one_way_and_the_profile_says_so_to_the_muter_only(client, me, other):
    response = client.post(address("mute", other), follow=True)
    assert rows()[1] == [(me.pk, other.pk)]
    assert response.redirect_chain == [(other.get_absolute_url(), 302)]
    assert "Undo" in response.content.decode()
    assert "You have muted this member" in client.get(other.get_absolute_url()).content.decode()
    assert signed_in(other).get(me.get_absolute_url()).status_code == 200
    assert "muted" not in signed_in(other).get(me.get_absolute_url()).content.decode()


@pytest.mark.parametrize("act", ACTS)
def test_pressing_twice_is_the_same_as_once(client, me, other, act):
    standing(act, me, other)
    client.post(address(act, other))
    once = rows()
    assert client.post(address(act, other)).status_code in (302, 404)
    assert rows() == once


@pytest.mark.parametrize("act", ACTS)
def test_undo_is_one_press_and_is_offered_once(client, me, other, act):
    standing(act, me, other)
    before = rows()
    document = Document(client.post(address(act, other), follow=True).content)
    (undo,) = [form for form in document.all("form") if "Undo" in text_of(form)]
    assert undo.get("action") == address(BACK[act], other)
    assert rows() != before
    client.post(undo.get("action"))
    assert rows() == before
    for _look in range(2):
        last = client.get(LIST).content.decode()
    assert "Undo" not in last


def test_unblocking_works_although_the_profile_is_a_404(client, me, other):
    people.block(member=me, other=other)
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(address("unblock", other)).status_code == 200
    assert client.post(address("unblock", other), {"list": "1"})["Location"] == LIST
    assert client.get(other.get_absolute_url()).status_code == 200


def test_unblocking_does_not_lift_the_others_block_nor_tell_of_it(client, me, other):
    people.block(member=me, other=other)
    people.block(member=other, other=me)
    response = client.post(address("unblock", other), follow=True)
    assert response.status_code == 200
    assert rows()[0] == [(other.pk, me.pk)]
    assert client.get(other.get_absolute_url()).status_code == 404


def test_the_list_names_people_as_they_were_called_then(client, me, other):
    muted = person("muted", "Wide River")
    people.block(member=me, other=other)
    people.mute(member=me, other=muted)
    people.rename(member=other, to="Somebody New")
    people.rename(member=muted, to="Narrow Creek")
    page = client.get(LIST).content.decode()
    assert "Ana of the Lists" in page
    assert "Wide River" in page
    assert "Somebody New" not in page
    assert "Narrow Creek" not in page
    assert address("unblock", other) in page
    assert address("unmute", muted) in page


def test_whoever_blocked_somebody_follows_them_to_no_new_name(client, me, other):
    people.block(member=me, other=other)
    people.rename(member=other, to="Somebody New")
    Member.objects.filter(pk=other.pk).update(picture="a-face.webp", picture_visibility="members")
    for act in ("block", "unblock"):
        page = client.get(address(act, other)).content.decode()
        assert "Ana of the Lists" in page
        assert "Somebody New" not in page
        assert "avatar" not in page.partition("<main")[2]
    people.block(member=me, other=other)  # again: the name of the first time stays
    page = client.post(address("block", other), follow=True).content.decode()
    assert "Somebody New" not in page


def test_names_of_before_are_written_down_when_the_site_is_updated(me, other):
    people.block(member=me, other=other)
    people.mute(member=other, other=me)
    Block.objects.update(name_then="")
    Mute.objects.update(name_then="")
    migration = import_module("members.migrations.0006_address_look")
    migration.keep_names(apps, None)
    assert (Block.objects.get().name_then, Mute.objects.get().name_then) == (other.pseudonym, me.pseudonym)


def test_the_list_is_ones_own(client, me, other):
    people.block(member=other, other=person("third", "Wide River"))
    people.block(member=other, other=me)
    page = client.get(LIST).content.decode()
    assert "Wide River" not in page
    assert other.pseudonym not in page
    assert "You have blocked nobody" in page


@pytest.mark.parametrize("change", ["leaving_at", "suspended_at"])
def test_who_is_not_here_is_named_to_nobody_but_can_be_let_go(client, me, other, change):
    people.block(member=me, other=other)
    Member.objects.filter(pk=other.pk).update(**{change: timezone.now()})
    for at in (LIST, address("unblock", other)):
        page = client.get(at).content.decode()
        assert other.pseudonym not in page
        assert "Somebody who is not here now" in page
    client.post(address("unblock", other))
    assert rows()[0] == []
    assert client.get(address("block", other)).status_code == 404


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_one_cannot_act_on_oneself_or_on_whom_one_may_not_know(client, me, other, act, method):
    fresh, gone, blocker = person("fresh", "", joined=False), person("gone", "Far Hill"), person("blocker", "Wide River")
    Member.objects.filter(pk=gone.pk).update(leaving_at=timezone.now())
    people.block(member=blocker, other=me)
    before = rows()
    for whom in (me, fresh, gone, blocker):
        assert getattr(client, method)(address(act, whom)).status_code == 404
    assert getattr(client, method)(address(act, other).replace(other.public_id, "bbbbbbbbbbbb")).status_code == 404
    assert rows() == before


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_is_sent_to_sign_in_whatever_the_id(other, act, method):
    for public_id in (other.public_id, "bbbbbbbbbbbb"):
        response = getattr(Client(), method)(address(act, other).replace(other.public_id, public_id))
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login/")
    assert rows() == ([], [])


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client, other, act, method):
    assert getattr(client, method)(address(act, other)).status_code == 405


def test_one_of_the_team_can_be_blocked_and_the_page_says_what_stays(client, me, other):
    Member.objects.filter(pk=other.pk).update(is_moderator=True)
    assert "still see what you post" in client.get(address("block", other)).content.decode()
    client.post(address("block", other))
    assert rows()[0] == [(me.pk, other.pk)]


def test_a_post_without_a_token_does_nothing(me, other):
    client = Client(enforce_csrf_checks=True)
    sign_in(client, me.user)
    assert client.post(address("block", other)).status_code == 403
    assert rows() == ([], [])


@pytest.mark.parametrize("number", [1, 15])
def test_the_list_takes_the_same_queries_for_any_length(client, me, number, django_assert_num_queries):
    for one in "abcdefghjkmnpqr"[:number]:
        people.block(member=me, other=person(f"blocked-{one}", f"Hill {one}"))
        people.mute(member=me, other=person(f"muted-{one}", f"River {one}"))
    with django_assert_num_queries(6):  # session, person, blocks, mutes, unread notices, condition
        client.get(LIST)


def test_a_made_up_note_in_the_session_breaks_nothing(client, other):
    for note in (["steal", other.public_id], ["block", "bbbbbbbbbbbb"]):
        session = client.session
        session["people_done"] = note
        session.save()
        response = client.get(LIST)
        assert response.status_code == 200
        assert "Undo" not in response.content.decode()
