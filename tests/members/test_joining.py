"""Joining: one question a page, in order, kept in the session, true at once or not at all."""

import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members import consents
from members.actions import people
from members.actions.joining import close_too_young, join
from members.joining import DECLINED, SESSION_KEY, TOO_YOUNG, Answers
from members.models.choices import AgeBand, Role
from members.models.consent import Consent, Purpose
from members.models.leaving import Erasure
from members.models.member import Member
from members.models.user import User
from tests.factories import PASSWORD, UserFactory
from tests.rooms.joining import NAME, answers

pytestmark = pytest.mark.django_db
VERSION = consents.TEXTS[Purpose.HEALTH].version
PAGES = ("age", "name", "health", "role", "check")
ADDRESS = "new@example.org"


def page(name):
    return reverse(f"members:join_{name}")


def browser(user=None, **kept):
    """Return a browser with these answers in its session; with an account if there is one."""
    client = Client()
    if user:
        client.force_login(user)
    if kept:
        session = client.session
        session.update(answers(**kept) if kept != {"none": True} else {})
        session.save()
        client.cookies["sessionid"] = session.session_key
    return client


def walk(client, *, name=NAME, role="parent"):
    """Answer every question as a browser does, following where it is led."""
    assert client.post(page("age"), {"age": "18+"}).url == page("name")
    assert client.post(page("name"), {"name": name}).url == page("health")
    assert client.post(page("health"), {"agree": "on", "version": VERSION}).url == page("role")
    assert client.post(page("role"), {"role": role}).url == page("check")
    return client


def sign_up(client, email=ADDRESS):
    return client.post(reverse("account_signup"), {"email": email, "password1": PASSWORD})


def confirm(client):
    """Type the code of the last mail."""
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", mail.outbox[-1].body, re.MULTILINE).group(1)
    return client.post(reverse("account_email_verification_sent"), {"code": code, "action": "verify"})


@pytest.fixture
def post(settings):
    """Let mails arrive at once."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


# The whole way


def test_a_visitor_answers_signs_up_confirms_and_has_joined(post):
    client = walk(browser())
    assert sign_up(client).url == reverse("account_email_verification_sent")
    assert confirm(client).status_code == 302
    member = User.objects.get(email=ADDRESS).member
    assert (member.pseudonym, member.age_band, member.role) == (NAME, AgeBand.ADULT, Role.PARENT)
    assert member.joined_at
    assert consents.holds(member, Purpose.HEALTH)
    assert Consent.objects.get().form == "join"
    assert SESSION_KEY not in client.session
    assert NAME in client.get(page("done")).content.decode()


def test_until_the_address_is_confirmed_nothing_is_written_and_the_name_is_free(post):
    client = walk(browser())
    sign_up(client)
    member = User.objects.get(email=ADDRESS).member
    assert (member.joined_at, member.age_band, member.role) == (None, "", "")
    assert not Consent.objects.exists()
    people.free_name(NAME)


def test_joining_does_not_tell_whether_an_address_has_an_account(post):
    """Compared where a stranger could look: the next pages in the same browser, and whether the name is taken in another."""
    UserFactory(email="known@example.org").emailaddress_set.create(email="known@example.org", verified=True, primary=True)
    told = []
    for email in ("known@example.org", "unknown@example.org"):
        client = walk(browser())
        where = [sign_up(client, email).url]
        where += [client.get(address).get("Location", "-") for address in (reverse("account_signup"), *map(page, ("start", *PAGES)))]
        where.append(browser(age="18+", name=None, health=None, role=None).post(page("name"), {"name": NAME}).get("Location", "-"))
        told.append(where)
    assert told[0] == told[1]


def test_an_account_that_came_another_way_answers_and_finishes():
    user = UserFactory(joined=False)
    client = walk(browser(user), role="family")
    assert client.post(page("check")).url == page("done")
    user.member.refresh_from_db()
    assert (user.member.pseudonym, user.member.role) == (NAME, Role.FAMILY)
    assert user.member.joined_at


def test_an_administrator_made_on_the_command_line_joins_like_everybody():
    user = User.objects.create_superuser("root@example.org", PASSWORD)
    client = browser(user)
    assert client.get(reverse("admin:index")).url == page("start")
    assert walk(client).post(page("check")).url == page("done")
    assert "/admin/" in client.get(page("done")).content.decode()


def test_a_visitor_cannot_finish_without_an_account():
    client = browser(age="18+")
    assert client.post(page("check")).status_code == 200
    assert not Member.objects.exists()


# Without consent


def test_who_declines_has_joined_without_role_and_without_a_consent(post):
    client = browser(health=None, role=None)
    assert client.post(page("health"), {"without": "1"}).url == page("check")
    assert client.get(page("role")).url == page("check")
    sign_up(client)
    confirm(client)
    member = User.objects.get(email=ADDRESS).member
    assert member.joined_at
    assert member.role == ""
    assert not Consent.objects.exists()
    assert reverse("members:patient_add") not in client.get(page("done")).content.decode()


def test_declining_takes_back_a_role_that_was_answered_before():
    client = browser(role=Role.PARENT)
    client.post(page("health"), {"without": "1"})
    assert Answers.of(client.session) == Answers("18+", NAME, DECLINED, None)


def test_a_tick_with_continue_without_is_a_no():
    client = browser(health=None, role=None)
    client.post(page("health"), {"without": "1", "agree": "on", "version": VERSION})
    assert Answers.of(client.session).health == DECLINED


@pytest.mark.parametrize("sent", [{}, {"agree": ""}, {"version": VERSION}, {"agree": "on", "version": VERSION + 1}, {"agree": "on"}])
def test_without_a_tick_below_the_words_as_they_are_now_there_is_no_yes(sent):
    client = browser(health=None, role=None)
    response = client.post(page("health"), sent)
    assert response.status_code == 422
    assert " checked" not in response.content.decode()
    assert Answers.of(client.session).health is None


def test_the_box_is_never_ticked_beforehand():
    assert " checked" not in browser(role=None).get(page("health")).content.decode()


def test_a_yes_to_words_that_changed_is_asked_for_again(monkeypatch):
    client = browser(role=Role.PARENT)
    monkeypatch.setitem(consents.TEXTS, Purpose.HEALTH, consents.Words(VERSION + 1, "Other words."))
    assert client.get(page("check")).url == page("health")
    assert client.get(reverse("account_signup")).url == page("health")


# Order


@pytest.mark.parametrize("who", ["visitor", "account"])
@pytest.mark.parametrize(
    ("kept", "first"),
    [
        ({"age": None, "name": None, "health": None, "role": None}, "start"),
        ({"name": None, "health": None, "role": None}, "name"),
        ({"health": None, "role": None}, "health"),
        ({"role": None}, "role"),
    ],
)
def test_who_comes_too_early_is_led_to_the_first_open_question(who, kept, first):
    client = browser(UserFactory(joined=False) if who == "account" else None, **kept)
    open_pages = PAGES[: PAGES.index(first) + 1] if first in PAGES else PAGES[:1]
    for name in PAGES:
        for response in (client.get(page(name)), client.post(page(name), {"age": "no"})):
            if name in open_pages:
                assert response.status_code in (200, 422), name
            else:
                assert response.url == page(first), name


@pytest.mark.parametrize("view", ["account_signup", "account_signup_by_passkey", "socialaccount_signup"])
def test_no_account_is_made_before_the_questions_are_answered(view):
    for client, expected in ((browser(), "start"), (browser(role=None), "role"), (browser(name=None), "name")):
        assert client.get(reverse(view)).url == page(expected)
        assert client.post(reverse(view), {"email": ADDRESS, "password1": PASSWORD}).url == page(expected)
    assert not User.objects.exists()


def test_answers_can_be_changed_and_lead_back_to_all_of_them():
    client = browser(role=Role.PARENT)
    assert client.post(page("age"), {"age": "16-17"}).url == page("check")
    assert "Until you are 18" in client.get(page("check")).content.decode()


def test_who_has_joined_is_led_to_their_own_page():
    client = browser(UserFactory())
    for name in ("start", "too_young", *PAGES):
        assert client.get(page(name)).url == reverse("members:me")


def test_the_welcome_is_for_members():
    assert Client().get(page("done")).url.startswith(reverse("account_login"))
    assert browser(UserFactory(joined=False)).get(page("done")).url == page("start")


def test_reading_the_first_pages_begins_no_session():
    client = Client()
    client.get(page("start"))
    assert client.get(page("age")).status_code == 200
    assert "sessionid" not in client.cookies


# Under 16


@pytest.mark.parametrize("who", ["visitor", "account", "team"])
def test_under_sixteen_is_turned_away_and_not_asked_again(who):
    client = browser(UserFactory(joined=False, is_staff=who == "team") if who != "visitor" else None)
    assert client.post(page("age"), {"age": TOO_YOUNG}).url == page("too_young")
    text = client.get(page("too_young")).content.decode()
    assert reverse("help_now") in text
    for name in ("start", *PAGES):
        assert client.get(page(name)).url == page("too_young")
        if name != "start":
            assert client.post(page(name), {"age": "18+"}).url == page("too_young")
    assert Answers.of(client.session).too_young


def test_an_account_of_somebody_under_sixteen_is_closed_and_erased_at_once():
    other, user = UserFactory(joined=False), UserFactory(joined=False)
    client, elsewhere = browser(user, name="Lantern Hill"), browser(user)
    public_id = user.member.public_id
    text = client.post(page("age"), {"age": TOO_YOUNG}, follow=True).content.decode()
    assert "closed, and what it held is erased" in text
    assert "Accounts begin at 16" in text
    assert list(User.objects.all()) == [other]
    assert Erasure.objects.get().public_id == public_id
    for one in (client, elsewhere):
        assert "_auth_user_id" not in one.session
        assert one.get("/me/").status_code == 302
    assert Answers.of(client.session) == Answers(age=TOO_YOUNG)


def test_an_account_of_the_team_is_not_erased_by_an_answer():
    user = UserFactory(joined=False, is_staff=True)
    text = browser(user).post(page("age"), {"age": TOO_YOUNG}, follow=True).content.decode()
    assert "Please tell an administrator" in text
    assert reverse("members:erase") not in text
    assert User.objects.filter(pk=user.pk).exists()


def test_who_has_joined_is_never_erased_by_an_answer():
    user = UserFactory()
    assert browser(user).post(page("age"), {"age": TOO_YOUNG}).url == reverse("members:me")
    with pytest.raises(ValueError, match="joined"):
        close_too_young(member=user.member)
    assert User.objects.filter(pk=user.pk).exists()


def test_under_sixteen_gets_no_account_by_the_other_doors():
    client = browser()
    client.post(page("age"), {"age": TOO_YOUNG})
    assert sign_up(client).url == page("too_young")
    assert not User.objects.exists()


def test_nobody_is_told_they_are_too_young_who_did_not_say_so():
    assert Client().get(page("too_young")).url == page("start")


# Names


@pytest.mark.parametrize("name", ["Mika", "MIKA", "M1ka", "mi-ka"])
def test_a_name_that_is_taken_or_looks_like_one_is_refused_and_stays_in_the_form(name):
    people.rename(member=UserFactory().member, to="Mika")
    response = browser(name=None, health=None, role=None).post(page("name"), {"name": name})
    assert response.status_code == 422
    text = response.content.decode()
    assert f'value="{name}"' in text
    assert "taken" in text


@pytest.mark.parametrize("name", ["", " ", "Dr Otter", "admin", "x@example.org", "Ann\u202eie Оtter", "nul\x00l", "a" * 41, "ﷲ" * 40, "a" * 3000])
def test_a_name_that_is_not_allowed_is_refused(name):
    client = browser(name=None, health=None, role=None)
    assert client.post(page("name"), {"name": name}).status_code == 422
    assert Answers.of(client.session).name is None


def test_hidden_signs_are_taken_out_of_a_name():
    client = browser(name=None, health=None, role=None)
    client.post(page("name"), {"name": "  Quiet\u202e   O\u0301tter "})
    assert Answers.of(client.session).name == "Quiet Ótter"


def test_an_own_name_may_be_chosen_again():
    user = UserFactory(joined=False)
    people.rename(member=user.member, to="Mika")
    client = browser(user, name=None, health=None, role=None)
    assert client.post(page("name"), {"name": "Mika"}).status_code == 302


def test_a_name_that_was_taken_meanwhile_is_asked_for_again_and_nothing_else(post):
    client = walk(browser())
    sign_up(client)
    people.rename(member=UserFactory().member, to=NAME)
    confirm(client)
    member = User.objects.get(email=ADDRESS).member
    assert member.joined_at is None
    assert member.pseudonym.startswith("member-")
    assert not Consent.objects.exists()
    assert client.get(reverse("members:me")).url == page("name")
    assert NAME in client.get(page("name")).content.decode()
    assert client.post(page("name"), {"name": "Another Lantern"}).url == page("check")
    assert client.post(page("check")).url == page("done")
    member.refresh_from_db()
    assert (member.pseudonym, member.role) == ("Another Lantern", Role.PARENT)


def test_a_name_taken_while_finishing_is_asked_for_again():
    user = UserFactory(joined=False)
    client = browser(user, role=Role.PARENT)
    people.rename(member=UserFactory().member, to=NAME)
    assert client.post(page("check")).url == page("name")
    user.member.refresh_from_db()
    assert user.member.joined_at is None


# The action


def whole(**changes):
    return Answers(**answers(**changes)[SESSION_KEY])


def test_joining_writes_all_or_nothing():
    member = UserFactory(joined=False).member
    people.rename(member=UserFactory().member, to=NAME)
    with pytest.raises(ValidationError):
        join(member=member, answers=whole())
    member.refresh_from_db()
    assert (member.joined_at, member.age_band, member.role) == (None, "", "")
    assert not Consent.objects.exists()


@pytest.mark.parametrize("open_question", ["age", "name", "health", "role"])
def test_nobody_joins_with_a_question_open(open_question):
    with pytest.raises(ValueError, match="not complete"):
        join(member=UserFactory(joined=False).member, answers=whole(**{open_question: None}))


def test_joining_twice_changes_nothing():
    member = UserFactory(joined=False).member
    join(member=member, answers=whole())
    first = member.joined_at
    join(member=member, answers=whole(name="Another Name", age="16-17"))
    member.refresh_from_db()
    assert (member.joined_at, member.pseudonym, member.age_band) == (first, NAME, AgeBand.ADULT)


@pytest.mark.parametrize("kept", [None, [], "x", {"age": 5, "name": ["x"], "health": "1", "role": {}}, {"unknown": "x"}])
def test_a_session_that_makes_no_sense_holds_no_answers(kept):
    assert Answers.of({SESSION_KEY: kept}) == Answers()


# Bad input


def everything_there_is():
    """Return every field name of account and member, with values that would give power."""
    fields = [field.name for model in (User, Member) for field in model._meta.get_fields()]
    return dict.fromkeys(fields, "1") | {"is_superuser": "on", "is_staff": "on", "joined_at": "2020-01-01", "role": "person"}


@pytest.mark.parametrize("name", ["start", *PAGES, "done"])
def test_field_names_that_were_not_asked_for_change_nothing(name):
    user = UserFactory(joined=False)
    client = browser(user, role=Role.PARENT)
    before = (User.objects.values().get(), Member.objects.values().get())
    sent = everything_there_is() if name != "check" else {}
    client.post(page(name), sent)
    assert (User.objects.values().get(), Member.objects.values().get()) == before or name == "check"
    assert not User.objects.filter(is_staff=True).exists()


def test_finishing_takes_the_answers_and_nothing_that_is_sent():
    user = UserFactory(joined=False)
    browser(user, role=Role.PARENT).post(page("check"), everything_there_is() | {"pseudonym": "Sent", "verified_as": "Doctor"})
    user.refresh_from_db()
    assert not user.is_staff
    assert not user.is_superuser
    assert (user.member.pseudonym, user.member.role, user.member.verified_as, user.member.kept_posts) == (NAME, Role.PARENT, "", 0)
    assert not user.member.is_admin


@pytest.mark.parametrize(
    ("name", "field"), [("age", "age"), ("name", "name"), ("health", "agree"), ("health", "version"), ("role", "role"), ("role", "skip")]
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=st.text(max_size=60), others=st.dictionaries(st.text(max_size=10), st.text(max_size=10), max_size=3))
def test_whatever_is_sent_is_answered(name, field, value, others):
    client = browser(role=None)
    response = client.post(page(name), {**others, field: [value, value]})
    assert response.status_code in (302, 422)
    if response.status_code == 302:
        assert Answers.of(client.session).age in (*AgeBand.values, TOO_YOUNG)


@pytest.mark.parametrize("name", ["start", "too_young", *PAGES, "done"])
def test_odd_methods_and_parameters_are_answered(name):
    client = browser(role=Role.PARENT)
    assert client.get(page(name), {"age[]": "x", "next": "//evil.example", "a" * 100: "b"}).status_code in (200, 302)
    assert client.put(page(name)).status_code in (302, 405)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_taken_without_the_page_s_token(name):
    user = UserFactory(joined=False)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.post(page(name), {"age": "18+"}).status_code == 403
