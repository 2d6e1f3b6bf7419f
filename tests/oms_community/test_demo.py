"""The demonstration: generated, marked, the same at every loading, and never in production."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as site_settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.utils import timezone

from members import consents, names
from members.actions import people as people_actions
from members.forms.patient_steps import is_younger
from members.models import Block, Guardian, Member, Patient, Purpose, User
from members.models.choices import AgeBand, Level, PatientAge, Relation, Role
from oms_community.demo import PASSWORD, figures, load_demo, people, sign_ins
from tests.factories import ConditionFactory

TODAY = date(2026, 3, 14)
STAFF = 4


@pytest.fixture(autouse=True)
def debug(settings):
    settings.DEBUG = True


@pytest.fixture
def few(monkeypatch, db):
    """A condition, and a community small enough for a test."""
    monkeypatch.setattr(people, "MEMBERS", 40)
    return ConditionFactory()


def plan(seed=1, number=people.MEMBERS, **named):
    return people.plan(Random(seed), TODAY, number=number, **named)


# The plan.


def test_the_same_seed_plans_the_same_people_and_another_seed_plans_others():
    assert plan() == plan() != plan(seed=2)


def test_every_name_is_allowed_and_looks_like_no_other():
    found = [person.name for person in plan()]
    assert [names.clean_pseudonym(name, reserved=("OMS Community", "oms")) for name in found] == found
    assert len({names.skeleton(name) for name in found}) == len(found) == people.MEMBERS


def test_no_name_is_given_that_somebody_has():
    taken = {names.skeleton(person.name) for person in plan()}
    assert not taken & {names.skeleton(person.name) for person in plan(taken=taken)}


def test_parents_are_most_and_people_come_from_many_countries_and_languages():
    found = plan()
    roles = Counter(person.role for person in found)
    assert roles[Role.PARENT] > len(found) / 2 > roles[Role.PERSON] > roles[Role.ORGANISATION] > 0
    assert len({person.country for person in found}) > 30
    assert len({person.languages[0] for person in found}) > 20
    assert {language for person in found for language in person.languages} <= set(site_settings.MEMBER_LANGUAGES)
    scripts = {script for person in found for script in names.scripts(person.name)}
    assert {"LATIN", "CYRILLIC", "ARABIC", "JAPANESE"} <= scripts


def test_everybody_joined_long_enough_ago_to_be_past_the_limits_of_new_members():
    for person in plan():
        member = Member(joined_at=timezone.now() - timedelta(days=person.joined_days), kept_posts=person.kept_posts)
        assert not member.is_new
        assert 30 <= person.joined_days <= 900


def test_map_and_matching_are_for_adults_and_health_data_is_never_planned_without_its_consent():
    for person in plan(number=1000):
        if person.age_band != AgeBand.ADULT:
            assert not {Purpose.MATCHING, Purpose.MAP} & set(person.purposes)
        if person.role or person.patient or person.life_stage:
            assert Purpose.HEALTH in person.purposes


def test_texts_repeat_little_and_hold_no_address_number_or_link():
    about = [person.about for person in plan() if person.about]
    assert len(set(about)) > 0.9 * len(about) > 150
    assert not [text for text in about if "@" in text or "://" in text or any(sign.isdigit() for sign in text)]
    assert max(map(len, about)) < 500


def test_records_follow_the_numbers_of_the_sources():
    rng = Random(3)
    children = [people.answers(rng, TODAY, as_child=True) for _count in range(4000)]
    onsets = [people._onset(rng) for _count in range(4000)]
    for low, high, share in figures.ONSET_SHARES:
        assert abs(sum(low <= months < high for months in onsets) / len(onsets) - share / 100) < 0.03
    assert 15 <= sorted(onsets)[len(onsets) // 2] <= 24  # months, near the median of 1.5 years
    answered = [given for _since, given in children]
    known = [given["tumour"] for given in answered if given["tumour"] in ("found", "not-found")]
    assert abs(known.count("found") / len(known) - figures.TUMOUR_FOUND) < 0.04
    sexes = Counter(given["sex"] for given in answered)
    assert abs(sexes["female"] / (sexes["female"] + sexes["male"]) - figures.GIRLS) < 0.04
    assert all(given["course"] != "relapsing" for since, given in children if since < 6)


def test_records_hold_no_date_that_cannot_be():
    rng = Random(4)
    for as_child in (True, False):
        for _count in range(1000):
            _since, given = people.answers(rng, TODAY, as_child=as_child)
            onset, diagnosis = given.get("onset_year"), given.get("diagnosis_year")
            assert not onset or onset <= TODAY.year
            assert not is_younger(given["age_band"], given["onset_age"])
            assert not (onset and diagnosis) or onset <= diagnosis <= TODAY.year
            if given.get("onset_month") and given.get("diagnosis_month"):
                assert (onset, given["onset_month"]) <= (diagnosis, given["diagnosis_month"]) <= (TODAY.year, TODAY.month)


@pytest.mark.parametrize(
    ("months", "band"),
    [(0, "0-1"), (23, "0-1"), (24, "2-4"), (59, "2-4"), (60, "5-8"), (215, "16-17"), (216, "18-29"), (599, "30-49"), (600, "50+"), (1200, "50+")],
)
def test_age_bands_have_no_gap(months, band):
    assert people.band(months) == band


def test_bands_stand_in_the_order_that_the_generator_reads_them_in():
    starts = [int(choice.rstrip("+").partition("-")[0]) for choice in PatientAge.values]
    assert starts == sorted(starts)


# Written down.


def test_everybody_is_marked_confirmed_and_dated_back(few):
    assert load_demo() == 40 + len(sign_ins())
    for user in User.objects.select_related("member"):
        assert user.is_demo
        assert user.member.joined_at
        assert user.emailaddress_set.filter(email=user.email, verified=True, primary=True).exists()
        assert user.email.endswith("@demo.example")
        assert not user.member.consents.exclude(given_at=user.member.joined_at).exists()
        assert not user.member.guardianships.exclude(since=user.member.joined_at).exists()
    for owner in Guardian.objects.filter(level=Level.OWNER).select_related("patient", "member"):
        assert owner.patient.created_at == owner.member.joined_at


def test_every_record_rests_on_the_consents_it_needs_and_every_withdrawal_on_a_yes(few):
    load_demo()
    for guardian in Guardian.objects.select_related("member"):
        assert consents.holds(guardian.member, Purpose.HEALTH)
        assert guardian.relation == Relation.SELF or consents.holds(guardian.member, Purpose.CARER)
    assert Member.objects.filter(consents__purpose=Purpose.MAP, consents__withdrawn_at__isnull=False).exists()
    assert Block.objects.exists()


def test_loading_again_adds_nothing_and_says_so(few, capsys):
    call_command("load_demo")
    counted = (User.objects.count(), Patient.objects.count(), Guardian.objects.count(), Block.objects.count())
    call_command("load_demo")
    assert capsys.readouterr().out == f"Demonstration: {40 + len(sign_ins())} accounts made.\nDemonstration: nothing to do.\n"
    assert (User.objects.count(), Patient.objects.count(), Guardian.objects.count(), Block.objects.count()) == counted


def test_the_same_community_comes_back_when_it_is_loaded_anew(few, capsys):
    def community():
        members = Member.objects.order_by("public_id").values_list("public_id", "pseudonym", "role", "about_html", "life_stage")
        return [list(members), list(Patient.objects.order_by("public_id").values_list("public_id", "nickname", "age_band", "onset_year", "course"))]

    load_demo()
    before = community()
    Member.objects.filter(user__email="parent@demo.example").update(about_html="<p>Tried out.</p>")
    call_command("load_demo", "--again")
    assert community() == before
    assert Patient.objects.count() == Guardian.objects.filter(level=Level.OWNER).count()


def test_others_stay_when_the_demonstration_is_forgotten(few):
    other = User.objects.create_user("somebody@example.org", "a-long-password").member
    load_demo()
    load_demo(again=True)
    assert Member.objects.filter(pk=other.pk).exists()


def test_what_was_tried_out_in_the_named_accounts_is_in_nobodys_way(few):
    somebody = User.objects.create_user("somebody@example.org", "a-long-password").member
    people_actions.rename(member=somebody, to="Slow Tram")
    load_demo()
    assert Member.objects.get(user__email="adult@demo.example").pseudonym != "Slow Tram"
    User.objects.get(email="parent@demo.example").delete()  # the record stays with the second guardian
    User.objects.filter(email="administrator@demo.example").update(email="renamed@demo.example")
    EmailAddress.objects.filter(email="administrator@demo.example").update(email="renamed@demo.example")
    assert load_demo() == 2
    assert Member.objects.get(user__email="parent@demo.example").guardianships.get().level == Level.OWNER


def test_without_a_condition_only_the_team_is_made_and_the_others_follow(monkeypatch, db):
    monkeypatch.setattr(people, "MEMBERS", 10)
    assert load_demo() == STAFF
    ConditionFactory()
    assert load_demo() == len(sign_ins()) - STAFF + 10


def test_the_parent_has_a_whole_record_and_a_second_guardian(few):
    load_demo()
    parent = Member.objects.get(user__email="parent@demo.example")
    child = Patient.objects.get(guardians__member=parent, guardians__level=Level.OWNER)
    assert all(
        (child.age_band, child.sex, child.onset_age, child.onset_year, child.onset_month, child.diagnosis_year, child.tumour_kind, child.course)
    )
    assert child.guardians.get(member__user__email="second-parent@demo.example").level == Level.EDIT
    own = Member.objects.get(user__email="adult@demo.example").guardianships.get()
    assert (own.relation, own.patient.condition) == (Relation.SELF, few)


def test_the_team_has_its_roles_on_the_account_and_on_the_member(few):
    load_demo()
    for email, flags in (
        ("moderator", (True, False, False)),
        ("editor", (False, True, False)),
        ("editor-2", (False, True, False)),
        ("administrator", (False, False, True)),
    ):
        user = User.objects.get(email=f"{email}@demo.example")
        assert (user.member.is_moderator, user.member.is_editor, user.member.is_admin) == flags
        assert user.is_staff
    assert User.objects.get(email="editor@demo.example").has_perm("conditions.decide_revision")
    assert User.objects.filter(is_superuser=True).count() == 1


def test_every_printed_sign_in_works(few, client):
    load_demo()
    for line in sign_ins():
        assert authenticate(username=line.partition(": ")[2], password=PASSWORD), line


def test_every_page_says_that_these_people_are_generated(few, client):
    assert b"these people are generated" not in client.get("/help-now/").content
    load_demo()
    assert b"these people are generated" in client.get("/help-now/").content


# Never in production.


@pytest.mark.django_db
def test_it_refuses_when_debug_is_off(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="only loaded with DEBUG on"):
        call_command("load_demo")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_it_forgets_nothing_when_debug_is_off(settings):
    load_demo()
    settings.DEBUG = False
    with pytest.raises(CommandError, match="only loaded with DEBUG on"):
        call_command("load_demo", "--again")
    assert User.objects.count() == STAFF


@pytest.mark.django_db
def test_its_accounts_sign_in_only_while_debug_is_on(settings, client):
    load_demo()
    settings.DEBUG = True
    assert authenticate(username="editor@demo.example", password=PASSWORD)
    client.login(username="editor@demo.example", password=PASSWORD)
    settings.DEBUG = False
    assert authenticate(username="editor@demo.example", password=PASSWORD) is None
    assert client.get("/admin/").status_code == 302


@pytest.mark.django_db
def test_the_deploy_check_fails_while_they_exist():
    call_command("check", "--deploy", "--tag", "security", "--fail-level", "ERROR")
    load_demo()
    with pytest.raises(SystemCheckError, match="members.E001"):
        call_command("check", "--deploy", "--tag", "security", "--fail-level", "ERROR")
