"""The ways into this part of the site: from home, from joining, from my page, from a record; only what is open to somebody is offered."""

import pytest
from django.test import Client
from django.urls import reverse

from members import consents
from members.models.choices import AgeBand
from members.models.consent import Purpose
from members.models.member import Member
from tests.html import Document
from tests.rooms.world import build, sign_in

pytestmark = pytest.mark.django_db
MATCHES, PLACE, SYMPTOMS, MAP, HOW = (reverse(f"soulmates:{name}") for name in ("match_list", "location_edit", "symptom_home", "map", "how_it_works"))


@pytest.fixture
def world():
    return build()


def links(world, who, address):
    """Return where the main part of a page leads to."""
    client = Client()
    if who:
        sign_in(client, world.members[who].user)
    return {one.get("href") for one in Document(client.get(address).content).within("main") if one.tag == "a"}


def young(world, who):
    """Make somebody 16 or 17."""
    Member.objects.filter(pk=world.members[who].pk).update(age_band=AgeBand.UNDER_18)


def test_home_leads_visitors_to_how_it_works_and_members_to_their_matches(world):
    report = reverse("soulmates:members_report", args=[world.child.condition.slug])
    assert {HOW, MAP, report} <= links(world, "", "/")
    assert MATCHES not in links(world, "", "/")
    assert {MATCHES, MAP, report} <= links(world, "parent", "/")


def test_my_page_leads_to_symptoms_matches_and_the_place_on_the_map(world):
    found = links(world, "parent", reverse("members:me"))
    assert {SYMPTOMS, MATCHES, PLACE, reverse("soulmates:symptom_history", args=[world.child.public_id])} <= found


def test_before_18_my_page_offers_neither_matches_nor_the_map(world):
    young(world, "parent")
    found = links(world, "parent", reverse("members:me"))
    assert SYMPTOMS in found
    assert not {MATCHES, PLACE} & found


def test_a_record_leads_to_its_symptoms(world):
    assert reverse("soulmates:symptom_history", args=[world.child.public_id]) in links(world, "guardian", world.child.get_absolute_url())


@pytest.mark.parametrize(("who", "more"), [("parent", {SYMPTOMS, MATCHES, MAP}), ("plain", {MAP})])
def test_after_joining_what_can_come_first_is_offered_to_whom_it_is_open(world, who, more):
    found = links(world, who, reverse("members:join_done"))
    assert {SYMPTOMS, MATCHES, MAP} & found == more


def test_after_joining_at_16_recording_is_offered_alone(world):
    young(world, "parent")
    assert {SYMPTOMS, MATCHES, MAP} & links(world, "parent", reverse("members:join_done")) == {SYMPTOMS}


def test_the_public_face_of_a_member_says_nothing_of_symptoms(world):
    found = links(world, "stranger", world.members["parent"].get_absolute_url())
    assert not any(link and link.startswith((SYMPTOMS, "/soulmates/check-ins/")) for link in found)


def test_whose_data_the_map_is_drawn_from_is_said(client):
    page = client.get(reverse("how_we_review")).content.decode()
    credits_part = page.split('id="credits"')[1]
    for name in ("GeoNames", "CC BY 4.0", "Natural Earth"):
        assert name in credits_part


@pytest.mark.parametrize(
    ("address", "marked"),
    [
        (MATCHES, {MATCHES: "page"}),
        (reverse("soulmates:feedback_list"), {MATCHES: "true"}),
        (HOW, {MATCHES: "true"}),
        (MAP, {MAP: "page"}),
        (reverse("soulmates:nearby"), {MAP: "true"}),
        (PLACE, {MAP: "true"}),
        (SYMPTOMS, {reverse("members:me"): "true"}),
    ],
)
def test_the_menu_says_to_which_part_a_page_belongs(world, address, marked):
    consents.give(member=world.members["parent"], purpose=Purpose.MAP, form="test")
    client = Client()
    sign_in(client, world.members["parent"].user)
    found = Document(client.get(address).content).within("header")
    assert {one.get("href"): one.get("aria-current") for one in found if one.tag == "a" and one.get("aria-current")} == marked


def test_the_report_belongs_to_the_symptoms(world):
    slug = world.child.condition.slug
    found = Document(Client().get(reverse("soulmates:members_report", args=[slug])).content).within("header")
    assert [one.get("href") for one in found if one.get("aria-current")] == [f"/{slug}/symptoms/"]
