"""Whom a member meets, and which of their fields."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.actions import people
from members.models.choices import Visibility
from members.models.member import SHOWN_FIELDS, Member
from members.models.relations import Block
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def joined(**changes):
    member = UserFactory().member
    Member.objects.filter(pk=member.pk).update(joined_at=timezone.now(), **changes)
    member.refresh_from_db()
    return member


@pytest.fixture
def me():
    return joined()


def meets(viewer, other):
    return Member.objects.visible_to(viewer.user).filter(pk=other.pk).exists()


def test_members_meet(me):
    assert meets(me, joined())


def test_a_visitor_meets_nobody(me):
    assert not Member.objects.visible_to(AnonymousUser()).exists()


@pytest.mark.parametrize("change", ["suspended_at", "leaving_at"])
def test_who_is_suspended_or_leaving_is_not_met(me, change):
    assert not meets(me, joined(**{change: timezone.now()}))


def test_who_has_not_finished_joining_is_not_met(me):
    assert not meets(me, UserFactory(joined=False).member)


def test_everybody_meets_themselves():
    member = UserFactory().member
    assert meets(member, member)


def test_a_block_hides_both_from_each_other_and_from_nobody_else(me):
    other, third = joined(), joined()
    people.block(member=me, other=other)
    people.block(member=me, other=other)
    assert not meets(me, other)
    assert not meets(other, me)
    assert meets(third, me)
    assert meets(third, other)


def test_a_block_survives_a_rename_and_is_taken_back(me):
    other = joined()
    people.block(member=me, other=other)
    people.rename(member=other, to="Somebody New")
    assert not meets(me, other)
    people.unblock(member=me, other=other)
    assert meets(me, other)


def test_my_unblocking_does_not_lift_the_others_block(me):
    other = joined()
    people.block(member=me, other=other)
    people.block(member=other, other=me)
    people.unblock(member=me, other=other)
    assert not meets(me, other)


def test_a_mute_hides_nobody_from_the_list(me):
    other = joined()
    people.mute(member=me, other=other)
    assert meets(me, other)
    people.unmute(member=me, other=other)
    assert not me.mutes_given.exists()


@pytest.mark.parametrize("act", [people.block, people.mute])
def test_nobody_blocks_or_mutes_themselves(me, act):
    with pytest.raises(ValueError, match="themselves"):
        act(member=me, other=me)
    with pytest.raises(IntegrityError), transaction.atomic():
        Block.objects.create(blocker=me, blocked=me)


def test_many_blocks_list_a_member_once(me):
    for _number in range(3):
        people.block(member=me, other=joined())
    assert Member.objects.visible_to(me.user).filter(pk=me.pk).count() == 1


@pytest.mark.parametrize("field", SHOWN_FIELDS)
def test_a_field_is_shown_as_its_owner_says(me, field):
    other = joined()
    setattr(me, f"{field}_visibility", Visibility.NOBODY)
    assert (me.shows(field, other), me.shows(field, None), me.shows(field, me)) == (False, False, True)
    setattr(me, f"{field}_visibility", Visibility.MEMBERS)
    assert (me.shows(field, other), me.shows(field, None)) == (True, False)


def test_what_is_close_to_health_is_shown_to_nobody_by_default(me):
    assert not me.shows("patients", joined())
    assert not me.shows("life_stage", joined())


def test_a_field_without_a_visibility_is_never_asked_for(me):
    with pytest.raises(ValueError, match="no visibility"):
        me.shows("email", me)


@pytest.mark.parametrize(("name", "initials"), [("Mika", "M"), ("Ana Lucia", "AL"), ("member-x2", "MX")])
def test_initials(me, name, initials):
    me.pseudonym = name
    assert me.initials == initials
