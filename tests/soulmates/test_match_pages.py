"""Pages of matches: who sees whom and what, what is missing, what is said of a match, and how it ends."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from conditions.models.condition import Condition
from conditions.models.vocabulary import Symptom
from members import consents
from members.actions import people
from members.actions.patients import accept, invite
from members.models.choices import AgeBand, Level, Relation, Role, Visibility
from members.models.consent import Consent, Purpose
from members.models.member import Member
from soulmates import looking, sides
from soulmates.actions import matches as actions
from soulmates.actions import profiles
from soulmates.actions.locations import hide, set_location
from soulmates.cards import whole_percents
from soulmates.models.check_in import KeptOut, SharedFacts
from soulmates.models.choices import Precision
from soulmates.models.match import MatchFeedback, MatchWatch
from soulmates.models.place import Place
from tests import gazetteer
from tests.html import Document, text_of
from tests.soulmates.factories import symptom, with_symptoms
from tests.soulmates.people import matched, openly, owner_of, recorded, somebody

pytestmark = pytest.mark.django_db
LIKE = {"Dancing eyes": 3, "Sudden jerks": 2, "Sleep problems": 1}
LIST = "/soulmates/"


@pytest.fixture
def condition():
    """A condition with eleven symptoms."""
    return with_symptoms()


@pytest.fixture
def mine(condition):
    """My own child's record, compared with others."""
    return matched("Mika of the Hills", condition, {**LIKE, "Shaking": 2}, nickname="Bean", age_band="2-4", onset_age="0-1", tumour="found")


@pytest.fixture
def other(condition):
    """A child who is like mine."""
    return matched("Quiet Otter", condition, LIKE, nickname="Secret Nick", age_band="5-8", onset_age="2-4", tumour="not-found")


def browser(patient_or_member) -> Client:
    """Return the browser of a member, or of the owner of a record."""
    member = patient_or_member if isinstance(patient_or_member, Member) else owner_of(patient_or_member)
    client = Client()
    client.force_login(member.user)
    return client


def names_on(page) -> list[str]:
    """Return whom the list shows, in its order."""
    return [card.match.member.pseudonym for card in page.context.get("cards") or []]


def state_of(client, patient=None) -> str:
    """Return how it stands on the page of matches."""
    page = client.get(LIST, {"for": patient.public_id} if patient else {})
    assert page.status_code == 200
    return page.context["state"]


def at(name, *patients) -> str:
    """Return an address of this room."""
    return reverse(f"soulmates:{name}", args=[patient.public_id for patient in patients])


def words_of(page) -> str:
    """Return what the page says."""
    return " ".join(text_of(Document(page.content).one("main")).split())


def placed(patient, place: int, precision=Precision.TOWN) -> None:
    """Show the owner of a record on the map."""
    member, there = owner_of(patient), Place.objects.get(pk=place)
    consents.give(member=member, purpose=Purpose.MAP, form="test")
    set_location(member=member, precision=precision, country=str(there.country), region=there.region, place=there, sure=True)


def confirmed(patient):
    """Confirm the e-mail address of a record's owner."""
    user = owner_of(patient).user
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)


# --- Who gets here, and what is missing


def test_a_visitor_is_sent_to_sign_in_from_every_page_and_sees_how_it_works(client, mine, other):
    for address in (LIST, at("matching_start", mine), at("shared_facts", mine), at("match_detail", mine, other)):
        assert client.get(address).status_code == 302, address
    page = client.get(at("how_it_works"))
    assert page.status_code == 200
    assert "sessionid" not in client.cookies


def test_the_menu_leads_visitors_to_the_explanation_and_members_to_their_matches(client, mine):
    home = client.get(at("how_it_works"))
    assert f'href="{at("how_it_works")}"' in home.content.decode()
    assert f'href="{LIST}"' in browser(mine).get(at("how_it_works")).content.decode()


def test_each_thing_that_is_missing_is_said_and_leads_to_where_it_is_done(condition):
    member = somebody("Lantern Hill")
    client = browser(member)
    page = client.get(LIST)
    assert reverse("members:patient_add") in page.content.decode()
    patient = recorded(member, condition, {})
    for state, address in ((sides.NO_CONSENT, at("matching_start", patient)), (sides.NO_CHECK_IN, at("check_in_begin", patient))):
        page = client.get(LIST)
        assert page.context["state"] == state
        assert address in page.content.decode()
        consents.give(member=member, purpose=Purpose.MATCHING, form="test")


def test_answers_that_name_no_symptom_leave_nothing_to_compare(condition):
    patient = matched("Calm Sea", condition, {"Dancing eyes": 0, "Shaking": None})
    assert state_of(browser(patient)) == sides.NOTHING


def test_who_is_under_18_finds_nobody_is_told_so_and_cannot_begin(condition, mine):
    member = somebody("Sixteen", age_band=AgeBand.UNDER_18)
    patient = recorded(member, condition, LIKE, relation=Relation.SELF)
    client = browser(member)
    assert state_of(client) == sides.TOO_YOUNG
    page = client.post(at("matching_start", patient), {"matching": consents.TEXTS[Purpose.MATCHING].version})
    assert page.status_code == 422
    assert not consents.holds(member, Purpose.MATCHING)
    assert client.get(at("match_detail", patient, mine)).status_code == 404


def test_new_words_of_the_consent_pause_matching_for_both_sides(mine, other):
    Consent.objects.filter(member=owner_of(mine), purpose=Purpose.MATCHING).update(version=0)
    client = browser(mine)
    assert state_of(client) == sides.NO_CONSENT
    assert client.get(at("match_detail", mine, other)).status_code == 404
    assert names_on(browser(other).get(LIST)) == []


def test_a_record_of_somebody_else_is_a_page_that_does_not_exist(mine, other):
    client = browser(mine)
    assert client.get(LIST, {"for": other.public_id}).status_code == 404
    for name in ("matching_start", "shared_facts"):
        assert client.get(at(name, other)).status_code == 404, name
        assert client.post(at(name, other), {"stop": "1"}).status_code == 404, name
    assert client.post(at("match_watch", other)).status_code == 404
    assert client.get(at("match_detail", other, mine)).status_code == 404
    assert consents.holds(owner_of(other), Purpose.MATCHING)


def test_a_second_guardian_sees_matches_only_with_a_yes_of_their_own(mine, other, condition):
    member = somebody("Second Lantern")
    recorded(member, condition, {}, nickname="Elsewhere")
    accept(code=invite(patient=mine, by=owner_of(mine), level=Level.VIEW), by=member, relation=Relation.PARENT)
    client = browser(member)
    assert state_of(client, mine) == sides.NO_CONSENT
    assert client.get(at("match_detail", mine, other)).status_code == 404
    consents.give(member=member, purpose=Purpose.MATCHING, form="test")
    assert names_on(client.get(LIST, {"for": mine.public_id})) == ["Quiet Otter"]


def test_only_the_owner_decides_what_others_see(mine, condition):
    member = somebody("Second Lantern")
    recorded(member, condition, {}, nickname="Elsewhere")
    accept(code=invite(patient=mine, by=owner_of(mine), level=Level.EDIT), by=member, relation=Relation.PARENT)
    consents.give(member=member, purpose=Purpose.MATCHING, form="test")
    client = browser(member)
    assert client.post(at("shared_facts", mine), {"age": "on"}).status_code == 403
    client.post(at("matching_start", mine), {"matching": consents.TEXTS[Purpose.MATCHING].version, "age": "on"})
    assert not SharedFacts.objects.filter(patient=mine, age=True).exists()
    with pytest.raises(actions.NotAllowed):
        actions.share(patient=mine, by=member, age=True, onset=True, tumour=True)


# --- Beginning and ending


def test_nothing_is_ticked_beforehand_and_without_the_yes_nothing_is_kept(condition):
    member = somebody("Lantern Hill")
    patient = recorded(member, condition, LIKE)
    client = browser(member)
    page = client.get(at("matching_start", patient))
    assert not [box for box in Document(page.content).all("input") if "checked" in box.attrib]
    refused = client.post(at("matching_start", patient), {"age": "on", "statistics": consents.TEXTS[Purpose.STATISTICS].version})
    assert refused.status_code == 422
    assert not Consent.objects.filter(member=member, purpose__in=(Purpose.MATCHING, Purpose.STATISTICS)).exists()
    assert not SharedFacts.objects.exists()


def test_old_words_ticked_on_an_old_page_are_no_yes(condition):
    member = somebody("Lantern Hill")
    patient = recorded(member, condition, LIKE)
    page = browser(member).post(at("matching_start", patient), {"matching": "0"})
    assert page.status_code == 422
    assert not consents.holds(member, Purpose.MATCHING)


def test_a_yes_with_facts_begins_matching_in_the_same_request_and_statistics_stay_apart(condition, other):
    member = somebody("Lantern Hill")
    patient = recorded(member, condition, LIKE)
    version = consents.TEXTS[Purpose.MATCHING].version
    client = browser(member)
    assert client.post(at("matching_start", patient), {"matching": version, "onset": "on"}).status_code == 302
    assert names_on(client.get(LIST)) == ["Quiet Otter"]
    facts = SharedFacts.objects.get(patient=patient)
    assert (facts.age, facts.onset, facts.tumour) == (False, True, False)
    assert not consents.holds(member, Purpose.STATISTICS)
    assert "Lantern Hill" in names_on(browser(other).get(LIST))


def test_stopping_takes_one_press_and_the_other_side_sees_nothing_in_its_next_request(mine, other):
    mine_there, theirs = browser(mine), browser(other)
    assert names_on(theirs.get(LIST)) == ["Mika of the Hills"]
    assert theirs.get(at("match_detail", other, mine)).status_code == 200
    mine_there.post(at("matching_start", mine), {"stop": "1"})
    assert names_on(theirs.get(LIST)) == []
    assert theirs.get(at("match_detail", other, mine)).status_code == 404
    assert state_of(mine_there) == sides.NO_CONSENT
    assert mine_there.get(at("match_detail", mine, other)).status_code == 404


def test_one_press_ends_matching_and_the_map_together(mine, other):
    gazetteer.load()
    for one in (mine, other):
        placed(one, gazetteer.LYON)
        confirmed(one)
    client, theirs, place = browser(mine), browser(other), reverse("soulmates:place_detail", args=[gazetteer.LYON])
    assert "Stop matching and leave the map" in words_of(client.get(LIST))
    assert "Mika of the Hills" in words_of(theirs.get(place))
    client.post(at("matching_start", mine), {"stop": "map-too"})
    assert not {Purpose.MAP, Purpose.MATCHING} & consents.standing(owner_of(mine)).keys()
    assert names_on(theirs.get(LIST)) == []
    assert "Mika of the Hills" not in words_of(theirs.get(place))


def test_who_did_not_agree_to_the_map_is_offered_to_stop_matching_alone(mine):
    page = browser(mine).get(LIST)
    assert "Stop matching" in words_of(page)
    assert "leave the map" not in words_of(page)


def test_taking_the_yes_back_in_the_privacy_centre_does_the_same(mine, other):
    browser(mine).post(reverse("members:consent_change", args=["matching"]), {"action": "withdraw"})
    assert names_on(browser(other).get(LIST)) == []


# --- Whom the list shows


def test_a_block_either_way_is_gone_from_both_lists_and_pages_in_the_next_request(mine, other):
    people.block(member=owner_of(mine), other=owner_of(other))
    for patient, them in ((mine, other), (other, mine)):
        client = browser(patient)
        assert names_on(client.get(LIST)) == []
        assert client.get(at("match_detail", patient, them)).status_code == 404
        assert client.post(at("match_feedback", patient, them), {"good": "yes"}).status_code == 404


def test_who_is_suspended_or_leaving_is_nobodys_match(mine, other):
    for field in ("suspended_at", "leaving_at"):
        Member.objects.filter(pk=owner_of(other).pk).update(**{field: timezone.now()})
        assert names_on(browser(mine).get(LIST)) == [], field
        assert browser(mine).get(at("match_detail", mine, other)).status_code == 404, field
        Member.objects.filter(pk=owner_of(other).pk).update(**{field: None})
    assert names_on(browser(mine).get(LIST)) == ["Quiet Otter"]


def test_a_new_member_may_look_at_once_and_is_met_after_a_day(mine, condition):
    newcomer = matched("Fresh Snow", condition, LIKE, days=0)
    page = browser(newcomer).get(LIST)
    assert names_on(page) == ["Mika of the Hills"]
    assert page.context["side"].waits_until
    assert "Fresh Snow" not in names_on(browser(mine).get(LIST))
    Member.objects.filter(pk=owner_of(newcomer).pk).update(joined_at=timezone.now() - timedelta(days=2))
    profiles.refresh([newcomer.pk])
    assert "Fresh Snow" in names_on(browser(mine).get(LIST))


def test_the_closest_come_first_and_at_most_twenty(mine, condition):
    for number in range(24):
        matched(f"Somebody {number}", condition, dict(list(LIKE.items())[: 1 + number % 3]))
    page = browser(mine).get(LIST)
    percents = [card.match.percent for card in page.context["cards"]]
    assert len(percents) == 20
    assert percents == sorted(percents, reverse=True)
    assert "The 20 closest of 24 people who share" in words_of(page)


def test_few_or_nobody_is_said_honestly(mine, condition):
    page = browser(mine).get(LIST)
    assert "You are among the first" in words_of(page)
    matched("Unlike", condition, {"Nightmares": 2})
    Symptom.objects.filter(plain_name="Nightmares").update(is_a=[], ancestors=[])
    profiles.rebuild(condition)
    page = browser(mine).get(LIST)
    assert "Nobody like this yet" in words_of(page)
    matched("Alike", condition, LIKE)
    page = browser(mine).get(LIST)
    assert "Few people share their symptoms here so far" in words_of(page)


# --- Only what both sides show


def test_neither_nickname_nor_date_nor_answer_of_the_other_side_is_on_any_page(mine, other):
    for address in (LIST, at("match_detail", mine, other)):
        page = browser(mine).get(address)
        assert "Secret Nick" not in page.content.decode()
        assert owner_of(other).user.email not in page.content.decode()


@pytest.mark.parametrize(("fact", "words"), [("age", "5 to 8"), ("onset", "2 to 4"), ("tumour", "Looked for, not found")])
def test_a_fact_stands_on_the_pages_only_while_both_sides_tick_it(mine, other, fact, words):
    def shown():
        list_page, page = browser(mine).get(LIST), browser(mine).get(at("match_detail", mine, other))
        card = list_page.context["cards"][0]
        there = bool({"age": card.somebody, "onset": card.onset, "tumour": card.tumour}[fact])
        card = page.context["card"]
        assert there == bool({"age": card.somebody, "onset": card.onset, "tumour": card.tumour}[fact])
        return there

    assert not shown()
    browser(other).post(at("shared_facts", other), {fact: "on"})
    assert not shown()
    assert "Show yours to see theirs" in words_of(browser(mine).get(at("match_detail", mine, other)))
    browser(mine).post(at("shared_facts", mine), {fact: "on"})
    assert shown()
    assert words in words_of(browser(mine).get(LIST))
    browser(other).post(at("shared_facts", other), {})
    assert not shown()


@pytest.mark.parametrize(("answer", "counts"), [("not-known", True), ("not-said", False), ("", False)])
def test_i_do_not_know_counts_as_shown_and_no_answer_does_not(mine, other, answer, counts):
    openly(other)
    openly(mine)
    type(mine).objects.filter(pk=mine.pk).update(tumour=answer, onset_age=answer)
    page = browser(mine).get(LIST)
    assert (bool(page.context["cards"][0].tumour), bool(page.context["cards"][0].onset)) == (counts, counts)
    assert ("tumour" in page.context["form"].fields) == counts
    assert "I do not know" not in words_of(browser(other).get(LIST))


def test_role_and_languages_follow_both_profiles(mine, other):
    def shown():
        card = browser(mine).get(LIST).context["cards"][0]
        return card.role, card.languages

    Member.objects.filter(pk=owner_of(other).pk).update(role=Role.PERSON, languages=["fr"])
    assert shown() == ("I have it myself", [])  # I name no language
    Member.objects.filter(pk=owner_of(mine).pk).update(languages=["de"])
    assert shown() == ("I have it myself", ["French"])
    for one in (mine, other):
        Member.objects.filter(pk=owner_of(one).pk).update(role_visibility=Visibility.NOBODY, languages_visibility=Visibility.NOBODY)
        assert shown() == ("", [])
        Member.objects.filter(pk=owner_of(one).pk).update(role_visibility=Visibility.MEMBERS, languages_visibility=Visibility.MEMBERS)
    assert shown() == ("I have it myself", ["French"])


@pytest.mark.parametrize(
    ("query", "words", "room"),
    [
        ({"role": "parent"}, "your role", "members:profile_edit"),
        ({"language": "fr"}, "your languages", "members:profile_edit"),
        ({"age_band": "5-8"}, "age now", "soulmates:shared_facts"),
        ({"onset_age": "2-4"}, "age when it began", "soulmates:shared_facts"),
        ({"tumour": "found"}, "tumour", "soulmates:shared_facts"),
        ({"within": "100"}, "your town area", "soulmates:location_edit"),
    ],
)
def test_a_filter_on_what_i_do_not_show_is_not_offered_and_leads_to_where_it_is_shown(mine, other, query, words, room):
    openly(other)
    Member.objects.filter(pk=owner_of(mine).pk).update(role_visibility=Visibility.NOBODY)
    client, (name,) = browser(mine), query
    page = client.get(LIST, {"for": mine.public_id, **query})
    assert name not in page.context["form"].fields
    assert names_on(page) == names_on(client.get(LIST)) == ["Quiet Otter"]
    said = words_of(page)
    assert "was left out: you can look by it once you show it yourself" in said
    assert words in said.split("Not shown on your side:")[1]
    address = reverse(room, args=[mine.public_id] if room == "soulmates:shared_facts" else [])
    assert f'href="{address}"' in page.content.decode()
    assert "was left out" not in words_of(client.get(LIST))


def test_who_shows_everything_is_told_of_nothing_that_is_missing(mine, other):
    gazetteer.load()
    placed(openly(mine), gazetteer.LYON)
    confirmed(mine)
    page = browser(mine).get(LIST)
    assert set(page.context["form"].fields) == {"role", "age_band", "onset_age", "tumour", "language", "within"}
    assert "Not shown on your side" not in words_of(page)


def test_a_second_guardian_is_told_that_the_owner_decides(mine, other, condition):
    member = somebody("Second Lantern")
    recorded(member, condition, {}, nickname="Elsewhere")
    accept(code=invite(patient=mine, by=owner_of(mine), level=Level.VIEW), by=member, relation=Relation.PARENT)
    consents.give(member=member, purpose=Purpose.MATCHING, form="test")
    page = browser(member).get(LIST, {"for": mine.public_id})
    assert "who owns the record decides" in words_of(page)
    assert at("shared_facts", mine) not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "hide"),
    [
        ({"role": "person"}, {"role_visibility": Visibility.NOBODY}),
        ({"language": "fr"}, {"languages_visibility": Visibility.NOBODY}),
        ({"age_band": "5-8"}, {}),
        ({"onset_age": "2-4"}, {}),
        ({"tumour": "not-found"}, {}),
    ],
)
def test_a_filter_on_what_somebody_hides_answers_the_same_whatever_they_hide(mine, other, query, hide):
    openly(mine)
    member = owner_of(other)
    Member.objects.filter(pk=member.pk).update(role=Role.PERSON, languages=["fr"], **hide)
    profiles.refresh([other.pk])
    fits = names_on(browser(mine).get(LIST, {"for": mine.public_id, **query}))
    Member.objects.filter(pk=member.pk).update(role=Role.PARENT, languages=["de"])
    type(other).objects.filter(pk=other.pk).update(age_band="18-29", onset_age="18-29", tumour="found")
    profiles.refresh([other.pk])
    assert names_on(browser(mine).get(LIST, {"for": mine.public_id, **query})) == fits == []


def test_a_filter_finds_who_shows_what_it_asks_for_and_a_narrow_one_offers_the_ways_back(mine, other):
    actions.share(patient=other, by=owner_of(other), age=True, onset=False, tumour=False)
    client = browser(openly(mine))
    assert names_on(client.get(LIST, {"for": mine.public_id, "age_band": "5-8"})) == ["Quiet Otter"]
    page = client.get(LIST, {"for": mine.public_id, "age_band": "5-8", "role": "person"})
    assert names_on(page) == []
    wider = {label: address for label, _choice, address in page.context["wider"]}
    assert set(wider) == {"Who", "Age now"}
    assert names_on(client.get(wider["Who"])) == ["Quiet Otter"]


def test_an_odd_filter_is_left_out(mine, other):
    page = browser(mine).get(LIST, {"for": mine.public_id, "role": "king", "within": "7", "tumour": "maybe"})
    assert names_on(page) == ["Quiet Otter"]
    assert page.context["form"].used == {}


def test_what_is_kept_out_is_in_no_reason_and_no_difference(mine, other, condition):
    KeptOut.objects.create(patient=other, symptom=symptom(condition, "Sudden jerks"))
    profiles.refresh([other.pk])
    page = browser(mine).get(at("match_detail", mine, other))
    card = page.context["card"]
    assert "Sudden jerks" not in [alike.name.words for alike in card.shared]
    assert "Sudden jerks" in [name.words for name in card.only_mine]
    KeptOut.objects.create(patient=mine, symptom=symptom(condition, "Shaking"))
    profiles.refresh([mine.pk])
    assert "Shaking" not in words_of(browser(other).get(at("match_detail", other, mine)))


# --- Places


def test_a_place_stands_on_a_card_as_finely_as_its_owner_chose_and_only_for_who_is_on_the_map(mine, other):
    gazetteer.load()
    placed(other, gazetteer.VILLEURBANNE)
    assert browser(mine).get(LIST).context["cards"][0].where is None
    placed(mine, gazetteer.LYON)
    assert browser(mine).get(LIST).context["cards"][0].where is None  # the address is not confirmed
    confirmed(mine)
    where = browser(mine).get(LIST).context["cards"][0].where
    assert (where.location.place.name, where.band) == ("Villeurbanne", "at most 25 km away")
    for precision, seen in ((Precision.REGION, "Auvergne-Rhône-Alpes"), (Precision.COUNTRY, "France")):
        placed(other, gazetteer.VILLEURBANNE, precision)
        page = browser(mine).get(LIST)
        assert page.context["cards"][0].where.band == ""
        assert seen in words_of(page)
        assert "Villeurbanne" not in page.content.decode()
    Consent.objects.filter(member=owner_of(other), purpose=Purpose.MAP).update(version=0)
    assert browser(mine).get(LIST).context["cards"][0].where is None


def test_a_place_is_seen_no_finer_than_ones_own(mine, other):
    gazetteer.load()
    confirmed(mine)
    placed(other, gazetteer.VILLEURBANNE)
    for precision, seen, unseen in (
        (Precision.TOWN, "Area of Villeurbanne", ""),
        (Precision.REGION, "Auvergne-Rhône-Alpes, France", "Villeurbanne"),
        (Precision.COUNTRY, "France", "Auvergne"),
    ):
        placed(mine, gazetteer.LYON, precision)
        words = words_of(browser(mine).get(LIST))
        assert seen in words
        assert not unseen or unseen not in words
        assert ("km away" in words) == (precision == Precision.TOWN)
    hide(member=owner_of(mine))
    assert browser(mine).get(LIST).context["cards"][0].where is None


def test_a_distance_is_asked_only_by_who_is_on_the_map_and_finds_only_who_is(mine, other):
    gazetteer.load()
    client = browser(mine)
    near = {"for": mine.public_id, "within": "50"}
    assert names_on(client.get(LIST, near)) == ["Quiet Otter"]  # no such filter for me: everybody
    placed(mine, gazetteer.LYON)
    assert names_on(client.get(LIST, near)) == ["Quiet Otter"]  # my address is not confirmed: no such filter yet
    confirmed(mine)
    assert names_on(client.get(LIST, near)) == []
    placed(other, gazetteer.VILLEURBANNE)
    assert names_on(client.get(LIST, near)) == ["Quiet Otter"]
    placed(other, gazetteer.VILLEURBANNE, Precision.REGION)
    assert names_on(client.get(LIST, near)) == []
    placed(other, gazetteer.BERLIN)
    assert names_on(client.get(LIST, near)) == []


def test_a_side_knows_who_may_see_places_as_the_map_itself_does(mine):
    member = owner_of(mine)

    def both():
        fresh = Member.objects.select_related("user").get(pk=member.pk)
        (side,) = sides.sides_of(fresh)
        assert side.sees_places == looking.may_look(fresh)
        return side.sees_places

    assert not both()
    consents.give(member=member, purpose=Purpose.MAP, form="test")
    assert not both()
    confirmed(mine)
    assert both()
    for field, value in (("suspended_at", timezone.now()), ("leaving_at", timezone.now()), ("joined_at", None), ("age_band", AgeBand.UNDER_18)):
        before = getattr(member, field)
        Member.objects.filter(pk=member.pk).update(**{field: value})
        assert not both(), field
        Member.objects.filter(pk=member.pk).update(**{field: before})
    Consent.objects.filter(member=member, purpose=Purpose.MAP).update(version=0)
    assert not both()


# --- Why, and whether it feels right


def test_the_bars_sum_to_a_hundred_and_say_both_severities(mine, other):
    page = browser(mine).get(at("match_detail", mine, other))
    card = page.context["card"]
    assert sum(alike.percent for alike in (*card.shared, *card.related)) == 100
    assert {alike.name.words: (alike.mine, alike.theirs) for alike in card.shared} == {
        "Dancing eyes": (3, 3),
        "Sudden jerks": (2, 2),
        "Sleep problems": (1, 1),
    }
    assert [name.words for name in card.only_mine] == ["Shaking"]
    assert f"{page.context['match'].percent}\xa0%" in page.content.decode()


def test_what_i_said_is_not_there_stands_beside_what_only_they_have_and_never_the_other_way(condition, other):
    mine = matched("Mika of the Hills", condition, {"Dancing eyes": 3, "Sudden jerks": 0})
    page = browser(mine).get(at("match_detail", mine, other))
    assert "Sudden jerks (you said: not there)" in words_of(page)
    assert "you said: not there" not in words_of(browser(other).get(at("match_detail", other, mine)))
    percent = page.context["match"].percent
    unsaid = matched("Another", condition, {"Dancing eyes": 3})
    assert browser(unsaid).get(at("match_detail", unsaid, other)).context["match"].percent == percent


def test_feedback_is_kept_changed_and_taken_back_by_its_writer_and_seen_by_nobody_else(mine, other):
    client, address = browser(mine), at("match_feedback", mine, other)
    assert client.post(address, {"good": "yes", "why": "  Just like\u202e us  "}).status_code == 302
    said = MatchFeedback.objects.get()
    assert (said.member, said.patient, said.other, said.good, said.why) == (owner_of(mine), mine, other, True, "Just like us")
    assert said.percent == client.get(LIST).context["cards"][0].match.percent
    assert said.weights_version > 0
    client.post(address, {"good": "no", "why": ""})
    assert [(one.good, one.why) for one in MatchFeedback.objects.all()] == [(False, "")]
    assert "You answered on" not in words_of(browser(other).get(at("match_detail", other, mine)))
    client.post(address, {"take-back": "1"})
    assert not MatchFeedback.objects.exists()


@pytest.mark.parametrize("sent", [{"why": "Words that stay"}, {"good": "perhaps", "why": "Words that stay"}, {"good": "yes", "why": "x" * 501}])
def test_feedback_that_is_refused_keeps_the_words_in_the_form_and_writes_nothing(mine, other, sent):
    page = browser(mine).post(at("match_feedback", mine, other), sent)
    assert page.status_code == 422
    assert sent["why"] in page.content.decode()
    assert not MatchFeedback.objects.exists()


def test_feedback_is_only_about_whom_i_may_see_and_mine_alone_can_be_taken_back(mine, other, condition):
    third = matched("Third", condition, LIKE)
    actions.say(patient=third, other=other, by=owner_of(third), good=True, why="", percent=50)
    client = browser(mine)
    assert client.post(at("match_feedback", mine, other), {"take-back": "1"}).status_code == 404
    assert client.post(at("match_feedback", third, other), {"take-back": "1"}).status_code == 404
    assert MatchFeedback.objects.count() == 1
    alone = recorded(somebody("Not Compared"), condition, LIKE)
    assert client.post(at("match_feedback", mine, alone), {"good": "yes"}).status_code == 404
    assert client.get(at("match_detail", mine, mine)).status_code == 404


def test_two_guardians_of_one_record_each_have_their_own_word(mine, other, condition):
    second = somebody("Second Lantern")
    recorded(second, condition, {}, nickname="Elsewhere")
    accept(code=invite(patient=mine, by=owner_of(mine), level=Level.VIEW), by=second, relation=Relation.PARENT)
    consents.give(member=second, purpose=Purpose.MATCHING, form="test")
    browser(mine).post(at("match_feedback", mine, other), {"good": "no", "why": "My own words"})
    client = browser(second)
    assert "My own words" not in client.get(at("match_detail", mine, other)).content.decode()
    assert client.post(at("match_feedback", mine, other), {"take-back": "1"}).status_code == 404
    client.post(at("match_feedback", mine, other), {"good": "yes"})
    assert sorted(MatchFeedback.objects.values_list("good", flat=True)) == [False, True]


def test_what_i_said_of_somebody_can_be_taken_back_after_they_have_gone(mine, other):
    client = browser(mine)
    client.post(at("match_feedback", mine, other), {"good": "yes"})
    Member.objects.filter(pk=owner_of(other).pk).update(suspended_at=timezone.now())
    assert client.post(at("match_feedback", mine, other), {"take-back": "1"}).status_code == 302
    assert not MatchFeedback.objects.exists()


def test_the_privacy_centre_leads_to_all_that_i_said_and_each_can_be_taken_back_there(mine, other, condition):
    third = matched("Third", condition, LIKE)
    client, words = browser(mine), "Just like us"
    for one in (other, third):
        client.post(at("match_feedback", mine, one), {"good": "yes", "why": words})
    address = reverse("soulmates:feedback_list")
    assert f'href="{address}"' in client.get(reverse("members:privacy")).content.decode()
    page = client.get(address)
    assert words_of(page).count(words) == 2
    assert at("match_detail", mine, other) in page.content.decode()
    people.block(member=owner_of(other), other=owner_of(mine))
    page = client.get(address)
    assert "Quiet Otter" not in page.content.decode()
    assert "Somebody you do not meet here any more" in words_of(page)
    for said in MatchFeedback.objects.all():
        assert client.post(address, {"said": str(said.pk)}).status_code == 302
    assert "Nothing at the moment" in words_of(client.get(address))


@pytest.mark.parametrize("said", ["", "0", "x", "9" * 40, "-1", "٣", "\0"])
def test_an_odd_number_takes_nothing_back(mine, said):
    assert browser(mine).post(reverse("soulmates:feedback_list"), {"said": said}).status_code == 404


def test_nobody_takes_back_or_reads_what_somebody_else_said(mine, other):
    actions.say(patient=mine, other=other, by=owner_of(mine), good=False, why="My own words", percent=50)
    client, address = browser(other), reverse("soulmates:feedback_list")
    assert "My own words" not in client.get(address).content.decode()
    assert client.post(address, {"said": str(MatchFeedback.objects.get().pk)}).status_code == 404
    assert MatchFeedback.objects.exists()


def test_what_i_said_stays_mine_to_take_back_when_the_record_is_mine_no_more(mine, other):
    actions.say(patient=mine, other=other, by=owner_of(mine), good=True, why="", percent=50)
    client, address = browser(mine), reverse("soulmates:feedback_list")
    mine.guardians.all().delete()
    page = client.get(address)
    assert "For a record that you no longer look after" in words_of(page)
    assert "Bean" not in words_of(page)
    client.post(address, {"said": str(MatchFeedback.objects.get().pk)})
    assert not MatchFeedback.objects.exists()


@pytest.mark.parametrize("purpose", [Purpose.MATCHING, Purpose.HEALTH])
def test_what_was_said_of_somebody_goes_with_their_yes(mine, other, condition, purpose):
    third = matched("Third", condition, LIKE)
    for one in (other, third):
        actions.say(patient=mine, other=one, by=owner_of(mine), good=True, why="", percent=50)
    consents.withdraw(member=owner_of(other), purpose=purpose)
    assert [said.other for said in MatchFeedback.objects.all()] == [third]


@pytest.mark.parametrize("number", [1, 15])
def test_the_list_of_what_i_said_needs_the_same_queries_for_any_length(mine, condition, number, django_assert_num_queries):
    for count in range(number):
        one = matched(f"Somebody {count}", condition, LIKE)
        actions.say(patient=mine, other=one, by=owner_of(mine), good=True, why="", percent=50)
    client = browser(mine)
    client.get(reverse("soulmates:feedback_list"))
    with django_assert_num_queries(8):
        assert len(client.get(reverse("soulmates:feedback_list")).context["rows"]) == number


def test_pages_of_matches_are_opened_so_often_an_hour_and_no_more(mine, other, settings):
    caches["default"].clear()
    client = browser(mine)
    statuses = [client.get(at("match_detail", mine, other)).status_code for _time in range(121)]
    assert statuses[:120] == [200] * 120
    assert statuses[120] == 429
    caches["default"].clear()


# --- Waiting for a closer one


def test_a_watch_begins_with_the_closest_of_now_and_ends_with_one_press(mine, other):
    client = browser(mine)
    client.post(at("match_watch", mine), {"on": "1"})
    client.post(at("match_watch", mine), {"on": "1"})
    watch = MatchWatch.objects.get()
    assert watch.best == client.get(LIST).context["cards"][0].match.percent
    client.post(at("match_watch", mine), {"off": "1"})
    assert not MatchWatch.objects.exists()


def test_there_is_no_watch_where_matching_is_off(condition):
    member = somebody("Lantern Hill")
    patient = recorded(member, condition, LIKE)
    assert browser(member).post(at("match_watch", patient), {"on": "1"}).status_code == 302
    assert not MatchWatch.objects.exists()


# --- How much it costs, and how it works


@pytest.mark.django_db(transaction=True)  # as a running process: its array outlives the request
@pytest.mark.parametrize("number", [1, 25])
def test_the_list_needs_at_most_eight_queries_at_any_size(mine, condition, number, django_assert_max_num_queries):
    gazetteer.load()
    Condition.objects.update(files_digest=f"of this test {number}")
    for at_number in range(number):
        placed(matched(f"Somebody {at_number}", condition, LIKE), gazetteer.PUBLIC[at_number])
    placed(mine, gazetteer.LYON)
    confirmed(mine)
    client = browser(mine)
    client.get(LIST)  # names are read once in a process
    with django_assert_max_num_queries(8):
        page = client.get(LIST)
    assert len(page.context["cards"]) == min(number, 20)
    assert page.context["cards"][0].where


def test_how_it_works_shows_a_made_example_from_the_real_arithmetic_and_knows_nobody(client, condition, mine, other):
    page = client.get(at("how_it_works"))
    example = page.context["example"]
    assert sum(alike.percent for alike in (*example.shared, *example.related)) == 100
    assert 0 < example.percent < 100
    assert "These two people do not exist" in words_of(page)
    before = page.content
    matched("One More", condition, LIKE)
    profiles.rebuild(condition)
    assert client.get(at("how_it_works")).content == before


def test_how_it_works_stands_without_a_condition(client, db):
    Condition.objects.all().delete()
    assert client.get(at("how_it_works")).status_code == 200


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=60))
def test_whole_percents_sum_to_a_hundred_and_are_off_by_less_than_one(parts):
    shares = [part / sum(parts) for part in parts]
    whole = whole_percents(shares)
    assert sum(whole) == 100
    assert all(abs(percent - 100 * share) < 1 for percent, share in zip(whole, shares, strict=True))


def test_the_languages_offered_are_those_of_the_site(mine):
    page = browser(openly(mine)).get(LIST)
    assert {code for code, _name in page.context["form"].fields["language"].choices if code} == set(settings.MEMBER_LANGUAGES)
