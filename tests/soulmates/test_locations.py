"""How a member appears: no finer than chosen, no place but a public one, nothing without the consent, and the counters always right."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members import consents, data_rights
from members.actions import people
from members.actions.patients import accept, add_patient, change_patient, invite
from members.consents import TEXTS, Words
from members.models.choices import AgeBand, Level, Relation
from members.models.consent import Consent, Purpose
from members.models.member import Member
from soulmates import looking
from soulmates.actions import locations as actions
from soulmates.actions.cells import wrong_counters
from soulmates.actions.gazetteer import load
from soulmates.actions.locations import LocationRefused, cares_for_a_child, hide, refresh_member, set_location
from soulmates.models.choices import Precision
from soulmates.models.location import AreaCount, MemberLocation, PlaceCount
from soulmates.models.place import Place, PlaceName, PlacePrefix, Region
from tests import gazetteer
from tests.factories import ConditionFactory, UserFactory
from tests.members.people import consenting

TOWN, REGION, COUNTRY = Precision.TOWN, Precision.REGION, Precision.COUNTRY


@pytest.fixture
def condition(db):
    gazetteer.load()
    return ConditionFactory()


def agreed(**fields):
    """Return a member who agreed to the map."""
    user = UserFactory()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    Member.objects.filter(pk=user.member.pk).update(**fields)
    member = Member.objects.get(pk=user.member.pk)
    consents.give(member=member, purpose=Purpose.MAP, form="test")
    return member


def patient_of(member, *, condition, relation=Relation.PARENT, age_band="2-4"):
    """Return a new record that the member looks after."""
    consenting(member)
    return add_patient(by=member, relation=relation, condition=condition, nickname="Bean", age_band=age_band)


def place(number):
    return Place.objects.get(pk=number)


def rows():
    """Return everything that is stored of locations, numbers of rows left out."""
    return sorted(
        tuple(value for name, value in row.items() if name not in ("id", "member_id"))
        for row in MemberLocation.objects.values("member_id", "condition", "precision", "country", "region", "place", "lat", "lng", "cell", "counted")
    )


def test_a_town_is_stored_as_its_public_place_with_its_own_point(condition):
    location = set_location(member=agreed(), precision=TOWN, place=place(gazetteer.LYON))
    lyon = place(gazetteer.LYON)
    location.refresh_from_db()
    assert (location.place, location.region_id, location.country) == (lyon, "FR.84", "FR")
    assert (location.lat, location.lng, location.cell) == (lyon.lat, lyon.lng, lyon.cell)
    assert location.condition == condition
    assert location.counted


def test_nothing_finer_than_chosen_is_stored(condition):
    member = agreed()
    for precision, region in ((COUNTRY, None), (REGION, "FR.84")):
        location = set_location(member=member, precision=precision, place=place(gazetteer.LYON))
        location.refresh_from_db()
        assert (location.country, location.region_id) == ("FR", region)
        assert (location.place, location.lat, location.lng, location.cell) == (None,) * 4


def test_less_precise_overwrites_at_once(condition):
    member = agreed()
    set_location(member=member, precision=TOWN, place=place(gazetteer.LYON))
    set_location(member=member, precision=COUNTRY, country="FR")
    assert MemberLocation.objects.filter(member=member).values_list("region", "place", "lat", "lng", "cell").get() == (None,) * 5
    assert not PlaceCount.objects.exists()
    assert wrong_counters(condition) == 0


@pytest.mark.parametrize("precision", [TOWN, REGION])
def test_what_a_new_gazetteer_has_taken_out_meanwhile_is_refused_kindly(condition, precision):
    chosen = place(gazetteer.COTTBUS)
    where = {"place": chosen} if precision == TOWN else {"region": chosen.region}
    new = gazetteer.made(without=tuple(town.id for town in gazetteer.MADE.places if town.region == chosen.region_id))
    load(new)
    with pytest.raises(LocationRefused, match="has just left our list"):
        set_location(member=agreed(), precision=precision, **where)
    assert not MemberLocation.objects.exists()


def test_a_place_is_taken_as_it_is_now_and_not_as_it_was_when_the_page_was_opened(condition):
    chosen = place(gazetteer.COTTBUS)
    load(gazetteer.made(changed={gazetteer.COTTBUS: {"lat": 52.9, "lng": 14.9}}))
    assert set_location(member=agreed(), precision=TOWN, place=chosen).lat == 52.9


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time, so that nothing goes between")
@pytest.mark.django_db(transaction=True)
def test_a_place_that_goes_while_it_is_saved_is_refused_kindly(monkeypatch):
    gazetteer.load()
    ConditionFactory()
    member, chosen, beside = agreed(), place(gazetteer.COTTBUS), actions.profiles.refresh_member

    def goes(one):
        def take_out():
            Place.objects.filter(public_place=chosen).update(public_place=None)
            PlaceName.objects.filter(place=chosen).delete()
            PlacePrefix.objects.filter(place=chosen).delete()
            Place.objects.filter(pk=chosen.pk)._raw_delete(Place.objects.db)
            connection.close()

        thread = threading.Thread(target=take_out)
        thread.start()
        thread.join()
        beside(one)

    monkeypatch.setattr(actions.profiles, "refresh_member", goes)
    with pytest.raises(LocationRefused, match="has just left our list"):
        set_location(member=member, precision=TOWN, place=chosen)
    assert not MemberLocation.objects.exists()
    assert not PlaceCount.objects.exists()


@pytest.mark.parametrize(
    "where",
    [
        {"precision": 0, "country": "FR"},
        {"precision": 4, "country": "FR"},
        {"precision": COUNTRY},
        {"precision": COUNTRY, "country": "QQ"},
        {"precision": REGION, "country": "FR"},
        {"precision": TOWN, "country": "FR"},
        {"precision": TOWN, "country": "FR", "region": "FR.84"},
        {"precision": REGION, "country": "DE", "region": "FR.84"},
        {"precision": TOWN, "country": "DE", "place": gazetteer.LYON},
        {"precision": TOWN, "region": "FR.11", "place": gazetteer.LYON},
        {"precision": TOWN, "place": gazetteer.CREMIEU},
        {"precision": TOWN, "place": gazetteer.FAR_AWAY},
        {"precision": REGION, "place": gazetteer.CREMIEU},
    ],
)
def test_what_does_not_belong_together_is_refused_and_nothing_is_stored(condition, where):
    where = {**where}
    if "region" in where:
        where["region"] = Region.objects.get(code=where["region"])
    if "place" in where:
        where["place"] = place(where["place"])
    with pytest.raises(LocationRefused):
        set_location(member=agreed(), **where)
    assert not MemberLocation.objects.exists()


def test_without_the_consent_nothing_is_stored(condition):
    member = UserFactory().member
    with pytest.raises(LocationRefused, match="consent"):
        set_location(member=member, precision=COUNTRY, country="FR")
    assert not MemberLocation.objects.exists()


def test_under_18_nothing_is_stored(condition):
    member = agreed()
    Member.objects.filter(pk=member.pk).update(age_band=AgeBand.UNDER_18)  # the instance at hand is older
    with pytest.raises(LocationRefused, match="18"):
        set_location(member=member, precision=COUNTRY, country="FR")


def test_the_database_itself_refuses_what_is_finer(condition):
    member = agreed()
    for fields in ({"precision": COUNTRY, "region_id": "FR.84"}, {"precision": REGION, "region_id": "FR.84", "lat": 1.0}, {"precision": TOWN}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MemberLocation.objects.create(member=member, condition=condition, country="FR", **fields)


def test_a_member_appears_on_the_map_of_the_first_record_they_look_after(condition):
    other = ConditionFactory()
    member = agreed()
    patient_of(member, condition=other)
    assert set_location(member=member, precision=COUNTRY, country="FR").condition == other


def test_hiding_leaves_nothing(condition):
    member = agreed()
    set_location(member=member, precision=TOWN, place=place(gazetteer.LYON))
    assert hide(member=member) is True
    assert not MemberLocation.objects.exists()
    assert not AreaCount.objects.exists()
    assert not PlaceCount.objects.exists()
    assert hide(member=member) is False


def test_withdrawing_the_consent_deletes_the_row_in_the_same_transaction(condition):
    member = agreed()
    set_location(member=member, precision=TOWN, place=place(gazetteer.LYON))
    consents.withdraw(member=member, purpose=Purpose.MAP)
    assert not MemberLocation.objects.exists()
    assert wrong_counters(condition) == 0
    consents.give(member=member, purpose=Purpose.MAP, form="test")
    assert not MemberLocation.objects.exists()  # a new yes brings no old place back


def test_new_words_pause_a_place_and_agreeing_to_them_shows_it_again(condition, monkeypatch):
    member = agreed()
    set_location(member=member, precision=TOWN, place=place(gazetteer.LYON))
    monkeypatch.setitem(TEXTS, Purpose.MAP, Words(2, "New words"))
    assert not MemberLocation.objects.shown().exists()  # at once, before anything was counted anew
    refresh_member(member)
    assert not MemberLocation.objects.get().counted
    assert wrong_counters(condition) == 0
    consents.give(member=member, purpose=Purpose.MAP, form="test")
    assert MemberLocation.objects.get().counted
    assert PlaceCount.objects.get().n == 1


@pytest.mark.parametrize("gone", ["suspended_at", "leaving_at"])
def test_who_is_not_here_is_counted_nowhere_and_comes_back_as_they_were(condition, gone):
    """P10."""
    member = agreed()
    set_location(member=member, precision=TOWN, place=place(gazetteer.LYON))
    Member.objects.filter(pk=member.pk).update(**{gone: timezone.now()})
    data_rights.standing_changed(Member.objects.get(pk=member.pk))
    assert not MemberLocation.objects.get().counted
    assert not PlaceCount.objects.exists()
    Member.objects.filter(pk=member.pk).update(**{gone: None})
    data_rights.standing_changed(Member.objects.get(pk=member.pk))
    assert PlaceCount.objects.get().n == 1
    assert wrong_counters(condition) == 0


def test_refreshing_twice_counts_once(condition):
    member = agreed()
    set_location(member=member, precision=TOWN, place=place(gazetteer.LYON))
    for _time in range(3):
        refresh_member(member)
    assert PlaceCount.objects.get().n == 1


def test_saving_the_same_again_writes_nothing(condition):
    member = agreed()
    first = set_location(member=member, precision=TOWN, place=place(gazetteer.LYON))
    again = set_location(member=member, precision=TOWN, place=place(gazetteer.LYON))
    assert again.pk == first.pk
    assert PlaceCount.objects.get().n == 1


def test_erasing_the_account_leaves_no_place(condition):
    member = agreed()
    set_location(member=member, precision=TOWN, place=place(gazetteer.LYON))
    data_rights.erase(member)
    assert not MemberLocation.objects.exists()
    assert not PlaceCount.objects.exists()
    assert wrong_counters(condition) == 0


def test_matching_follows_a_place_only_when_it_changes(condition, monkeypatch):
    asked, member, rhone = [], agreed(), Region.objects.get(code="FR.84")
    monkeypatch.setattr(actions.profiles, "refresh_member", lambda member: asked.append(member.pk))
    changes = [(COUNTRY, 0, 0), (TOWN, gazetteer.LYON, 1), (TOWN, gazetteer.LYON, 1), (TOWN, gazetteer.PARIS, 2), (REGION, 0, 3)]
    for precision, number, expected in changes:
        where = {"place": place(number)} if number else {"country": "FR", "region": rhone if precision == REGION else None}
        set_location(member=member, precision=precision, **where)
        assert len(asked) == expected
    hide(member=member)
    assert len(asked) == 3  # there was no town any more


def test_two_towns_of_one_public_place_leave_the_same_rows(condition):
    """P1, P7: what was typed cannot be told from what is stored."""
    seen = []
    around = Place.objects.filter(public_place=gazetteer.VILLEURBANNE)
    assert around.count() > 1
    for typed in around:
        member = agreed()
        set_location(member=member, precision=TOWN, place=typed.public_place)
        counts = list(PlaceCount.objects.values_list("place", "cell", "n")), list(AreaCount.objects.order_by("area").values_list("area", "n"))
        seen.append((rows(), *counts))
        hide(member=member)
    assert all(one == seen[0] for one in seen)


steps = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["country", "region", "town", "hide", "withdraw", "agree", "suspend", "back"]),
        st.sampled_from([gazetteer.LYON, gazetteer.VILLEURBANNE, gazetteer.PARIS, gazetteer.BERLIN]),
    ),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(steps)
def test_whatever_happens_the_counters_are_right_and_every_point_is_a_public_places(condition, steps):
    """P2, P9, P10 over any order of changes."""
    with transaction.atomic():
        members = [agreed() for _number in range(3)]
        for who, what, number in steps:
            member = Member.objects.get(pk=members[who].pk)
            try:
                if what in ("country", "region", "town"):
                    set_location(member=member, precision={"country": COUNTRY, "region": REGION, "town": TOWN}[what], place=place(number))
            except LocationRefused:
                assert not consents.holds(member, Purpose.MAP)
            if what == "hide":
                hide(member=member)
            elif what == "withdraw":
                consents.withdraw(member=member, purpose=Purpose.MAP)
            elif what == "agree":
                consents.give(member=member, purpose=Purpose.MAP, form="test")
            elif what in ("suspend", "back"):
                Member.objects.filter(pk=member.pk).update(suspended_at=timezone.now() if what == "suspend" else None)
                data_rights.standing_changed(Member.objects.get(pk=member.pk))
        assert wrong_counters(condition) == 0
        points = set(Place.objects.filter(pk__in=gazetteer.PUBLIC).values_list("pk", "lat", "lng", "cell"))
        for location in MemberLocation.objects.exclude(place=None):
            assert (location.place_id, location.lat, location.lng, location.cell) in points
        assert set(MemberLocation.objects.filter(counted=True).values_list("pk")) == set(MemberLocation.objects.shown().values_list("pk"))
        transaction.set_rollback(True)


def visible(viewer):
    return set(MemberLocation.objects.visible_to(viewer.user).values_list("member", flat=True))


def test_nobody_sees_places_without_an_account(condition, rf):
    set_location(member=agreed(), precision=COUNTRY, country="FR")

    class Visitor:
        is_authenticated = False

    assert not MemberLocation.objects.visible_to(Visitor()).exists()


def test_neither_side_of_a_block_sees_the_other(condition):
    """P11."""
    one, other, third = agreed(), agreed(), agreed()
    for member in (one, other, third):
        set_location(member=member, precision=TOWN, place=place(gazetteer.LYON))
    people.block(member=one, other=other)
    assert visible(one) == {one.pk, third.pk}
    assert visible(other) == {other.pk, third.pk}
    assert visible(third) == {one.pk, other.pk, third.pk}


NOW = timezone.now()


@pytest.mark.parametrize("change", [{"suspended_at": NOW}, {"leaving_at": NOW}, {"joined_at": None}, {"age_band": AgeBand.UNDER_18}])
def test_who_may_not_be_shown_is_seen_by_nobody(condition, change):
    one, other = agreed(), agreed()
    set_location(member=other, precision=TOWN, place=place(gazetteer.LYON))
    Member.objects.filter(pk=other.pk).update(**change)
    assert visible(one) == set()


def test_a_closed_account_is_seen_by_nobody(condition):
    one, other = agreed(), agreed()
    set_location(member=other, precision=TOWN, place=place(gazetteer.LYON))
    other.user.is_active = False
    other.user.save()
    assert visible(one) == set()


def test_who_may_look(condition):
    member = agreed()
    assert looking.may_look(member)
    consents.withdraw(member=member, purpose=Purpose.MAP)
    assert looking.missing(member) == looking.CONSENT
    member.user.emailaddress_set.update(verified=False)
    assert looking.missing(member) == looking.ADDRESS
    member.age_band = AgeBand.UNDER_18
    assert looking.missing(member) == looking.ADULT
    member.suspended_at = timezone.now()
    assert looking.missing(member) == looking.HERE


def test_a_yes_to_older_words_does_not_let_one_look(condition):
    member = agreed()
    Consent.objects.filter(member=member).update(version=0)
    assert not looking.may_look(member)


def test_a_child_makes_the_map_stricter(condition):
    member = agreed()
    assert not cares_for_a_child(member)
    patient_of(member, condition=condition, age_band="30-49", relation=Relation.SELF)
    assert not cares_for_a_child(member)
    patient_of(member, condition=condition, age_band="16-17", relation=Relation.PARENT)
    assert cares_for_a_child(member)


def test_with_a_child_a_town_needs_a_second_yes_which_is_kept(condition):
    member = agreed()
    patient_of(member, condition=condition)
    with pytest.raises(LocationRefused):
        set_location(member=member, precision=TOWN, place=place(gazetteer.LYON))
    assert set_location(member=member, precision=REGION, place=place(gazetteer.LYON)).sure is False
    assert set_location(member=member, precision=TOWN, place=place(gazetteer.LYON), sure=True).sure is True
    patient_of(member, condition=condition, age_band="5-7")
    assert MemberLocation.objects.get().precision == TOWN
    with pytest.raises(LocationRefused):
        set_location(member=member, precision=TOWN, place=place(gazetteer.PARIS))


def made_anew(member, condition):
    patient_of(member, condition=condition)


def grown_younger(member, condition):
    patient = patient_of(member, condition=condition, age_band="30-49")
    change_patient(patient=patient, by=member, age_band="16-17")


def accepted(member, condition):
    owner = UserFactory().member
    patient = patient_of(owner, condition=condition)
    code = invite(patient=patient, by=owner, level=Level.VIEW)
    consenting(member)
    accept(code=code, by=member, relation=Relation.CARER)


@pytest.mark.parametrize("comes", [made_anew, grown_younger, accepted])
def test_a_child_who_comes_after_the_town_makes_it_a_country(condition, comes):
    member = agreed()
    set_location(member=member, precision=TOWN, place=place(gazetteer.LYON), sure=True)  # a yes before there was a child says nothing of it
    comes(member, condition)
    location = MemberLocation.objects.get()
    assert (location.precision, location.country, location.region, location.place, location.cell) == (COUNTRY, "FR", None, None, None)
    assert location.lowered
    assert not PlaceCount.objects.exists()
    assert wrong_counters(condition) == 0
    set_location(member=member, precision=TOWN, place=place(gazetteer.LYON), sure=True)
    assert not MemberLocation.objects.get().lowered


@pytest.mark.parametrize("fields", [{"sure": True}, {"sure": True, "lowered": True}])
def test_the_database_keeps_no_second_yes_for_anything_but_a_town(condition, fields):
    set_location(member=agreed(), precision=COUNTRY, country="FR")
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberLocation.objects.update(**fields)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows one writer at a time")
def test_a_change_locks_the_member_first(condition, django_assert_max_num_queries):
    member = agreed()
    with django_assert_max_num_queries(40) as queries:
        set_location(member=member, precision=TOWN, place=place(gazetteer.LYON))
    first = next(query["sql"] for query in queries.captured_queries if "FOR NO KEY UPDATE" in query["sql"])
    assert "members_member" in first


def test_words_of_a_refusal_are_for_people():
    assert issubclass(LocationRefused, ValueError)
    assert not issubclass(LocationRefused, ValidationError)
