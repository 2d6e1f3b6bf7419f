"""My page, the public face field by field, and the forms that change it."""

import itertools

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from members import consents, drafts, limits
from members.actions import drafts as kept_texts
from members.actions import people, profiles
from members.actions.patients import accept, add_patient, invite
from members.forms.profiles import ProfileForm
from members.languages import choices
from members.models.choices import Level, LifeStage, PatientAge, Relation, Role, Visibility
from members.models.consent import Consent, Purpose
from members.models.draft import Draft
from members.models.member import SHOWN_FIELDS, Member
from members.models.user import User
from members.profiles import holds_contact
from tests.factories import ConditionFactory
from tests.html import Document, text_of
from tests.rooms.profiles import picture
from tests.rooms.world import person, sign_in

ME, EDIT, NAME = "/me/", "/me/profile/", "/me/name/"
WORDS = {  # what shows on the page when a field is shown
    "picture": "/picture/",
    "role": "Family or friend",
    "languages": "Finnish",
    "about": "early mornings",
    "life_stage": "In remission",
    "patients": "A child: 5 to 8",
}


def signed_in(member, **options):
    client = Client(**options)
    sign_in(client, member.user)
    return client


def consenting(member):
    for purpose in (Purpose.HEALTH, Purpose.CARER):
        consents.give(member=member, purpose=purpose, form="test")
    return member


@pytest.fixture
def me(db):
    return consenting(person("me", "Quiet Otter"))


@pytest.fixture
def client(me):
    return signed_in(me)


@pytest.fixture
def other(db):
    """Somebody who has answered everything."""
    member = consenting(person("other", "Ana of the Lists"))
    add_patient(by=member, relation=Relation.PARENT, condition=ConditionFactory(), nickname="Secretbean", age_band=PatientAge.CHILD)
    profiles.save_profile(member=member, role=Role.FAMILY, languages=["fi"], about="I like *early mornings*.", life_stage=LifeStage.IN_REMISSION)
    Member.objects.filter(pk=member.pk).update(picture="pictures/x.webp")
    member.refresh_from_db()
    return member


def show(member, fields):
    for field in SHOWN_FIELDS:
        setattr(member, f"{field}_visibility", Visibility.MEMBERS if field in fields else Visibility.NOBODY)
    member.save()


def page_of(client, member):
    response = client.get(member.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def seen(page):
    return {field for field, words in WORDS.items() if words in page}


# The public face


@pytest.mark.parametrize(
    "shown", [set(), *({field} for field in SHOWN_FIELDS), set(SHOWN_FIELDS)], ids=lambda fields: "+".join(sorted(fields)) or "-"
)
def test_each_field_is_seen_by_members_as_its_owner_says_by_the_owner_always_and_by_no_visitor(client, other, shown):
    show(other, shown)
    assert seen(page_of(client, other)) == shown
    assert seen(page_of(signed_in(other), other)) == set(SHOWN_FIELDS)
    assert Client().get(other.get_absolute_url()).status_code == 302


@pytest.mark.parametrize("shown", [set(), {"role", "about"}, set(SHOWN_FIELDS)], ids=len)
def test_on_ones_own_profile_each_field_says_who_sees_it(other, shown):
    show(other, shown)
    text = text_of(Document(page_of(signed_in(other), other)).one("main"))
    assert text.count("Members see this") == len(shown) + 1  # and once where it is explained
    assert text.count("Only you see this") == len(SHOWN_FIELDS) - len(shown)


def test_a_profile_never_tells_nickname_relation_address_or_place_in_line(client, other):
    show(other, SHOWN_FIELDS)
    page = page_of(client, other)
    for secret in ("Secretbean", "Parent", "other@example.org", other.guardianships.get().patient.public_id, "Keep health data"):
        assert secret not in page


def test_only_those_whose_record_one_may_change_are_told_of(client, me, other):
    record = add_patient(by=other, relation=Relation.PARENT, condition=ConditionFactory(), nickname="Two", age_band=PatientAge.ADULT)
    show(me, SHOWN_FIELDS)
    accept(code=invite(patient=record, by=other, level=Level.VIEW), by=me)
    assert "An adult: 30 to 49" not in page_of(signed_in(other), me)
    me.guardianships.update(level=Level.EDIT)
    assert "An adult: 30 to 49" in page_of(signed_in(other), me)


def test_new_words_of_the_consent_pause_what_rests_on_it_for_others(client, other):
    show(other, SHOWN_FIELDS)
    Consent.objects.filter(member=other, purpose=Purpose.HEALTH).update(version=99)
    assert seen(page_of(client, other)) == {"picture", "languages", "about"}
    assert "Your consent to keep health data does not stand" in page_of(signed_in(other), other)


def test_a_badge_is_what_staff_wrote_and_the_team_is_named(client, other):
    Member.objects.filter(pk=other.pk).update(verified_as="Nurse <b>", is_moderator=True)
    text = text_of(Document(page_of(client, other)).one("main"))
    assert "Verified by the team: Nurse <b>" in text
    assert "On the team: moderator" in text
    assert "editor" not in text


def test_since_when_is_told_by_the_month_only(client, other):
    page = page_of(client, other)
    assert f'datetime="{other.joined_at:%Y-%m}"' in page
    assert f"{other.joined_at:%Y-%m-%d}" not in page


@pytest.mark.parametrize("change", ["suspended_at", "leaving_at", "joined_at"])
def test_whom_one_may_not_know_is_a_404(client, other, change):
    Member.objects.filter(pk=other.pk).update(**{change: None if change == "joined_at" else timezone.now()})
    assert client.get(other.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("mine", [True, False])
def test_a_block_either_way_is_a_404_for_both(client, me, other, mine):
    people.block(member=me if mine else other, other=other if mine else me)
    assert client.get(other.get_absolute_url()).status_code == 404
    assert signed_in(other).get(me.get_absolute_url()).status_code == 404


def test_a_hidden_member_answers_as_one_who_never_was(client, other):
    Member.objects.filter(pk=other.pk).update(suspended_at=timezone.now())
    hidden = Document(client.get(other.get_absolute_url()).content)
    missing = Document(client.get(other.get_absolute_url().replace(other.public_id, "bbbbbbbbbbbb")).content)
    words = [text_of(document.one("h1")) for document in (hidden, missing)]
    assert words[0] == words[1]
    assert other.pseudonym not in text_of(hidden.one("main"))


def test_a_visitor_is_sent_to_sign_in_whatever_the_id(other):
    for public_id in (other.public_id, "bbbbbbbbbbbb"):
        response = Client().get(f"/members/{public_id}/")
        assert response.status_code == 302
        assert response["Location"] == f"/account/login/?next=/members/{public_id}/"


def test_one_can_neither_block_nor_mute_oneself_and_sees_how_to_change(client, me, other):
    own, others = page_of(client, me), page_of(client, other)
    for act in ("member_block", "member_mute"):
        assert reverse(f"members:{act}", args=[me.public_id]) not in own
        assert reverse(f"members:{act}", args=[other.public_id]) in others
    assert EDIT in own
    assert EDIT not in others


def test_the_way_out_leads_away_and_promises_nothing(client, other):
    document = Document(page_of(client, other))
    (link,) = [one for one in document.all("a") if text_of(one) == "Leave this page"]
    assert link.get("href") == "/"
    assert "cannot clear your browser’s history" in text_of(document.one("main"))


def test_views_of_others_are_counted_and_ones_own_are_not(client, me, other):
    for _view in range(limits.PROFILE_VIEWS.number):
        assert client.get(f"/members/{other.public_id}/").status_code == 200
    known, unknown = client.get(other.get_absolute_url()), client.get("/members/bbbbbbbbbbbb/")
    assert (known.status_code, unknown.status_code) == (429, 429)
    assert int(known["Retry-After"]) > 0
    assert client.get(me.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("number", [1, 10])
def test_a_profile_takes_at_most_eight_queries_for_any_number_of_patients(client, other, number, django_assert_num_queries):
    for _one in range(number - 1):
        add_patient(by=other, relation=Relation.CARER, condition=ConditionFactory(), nickname="Bean", age_band=PatientAge.INFANT)
    show(other, SHOWN_FIELDS)
    with django_assert_num_queries(8):  # session, I, the member, consents, patients, mute, unread notices, condition
        client.get(other.get_absolute_url())


def test_what_members_write_can_run_nothing(client, other):
    profiles.save_profile(member=other, about="<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>")
    page = page_of(client, other)
    main = Document(page).within("main")
    assert not [one for one in main if one.tag == "script"]
    assert not [one for one in main if any(name.startswith("on") for name in one.attrib)]
    assert not [one for one in main if one.get("href", "").startswith("javascript")]


# My page


def test_my_page_is_for_members_only(db):
    response = Client().get(ME)
    assert response.status_code == 302
    assert response["Location"] == "/account/login/?next=/me/"


@pytest.mark.parametrize("number", [1, 15])
def test_my_page_takes_the_same_queries_for_any_number_of_patients_and_drafts(client, me, other, number, django_assert_num_queries):
    condition = ConditionFactory()
    for one in range(number):
        if one < 10:
            add_patient(by=me, relation=Relation.CARER, condition=condition, nickname=f"Bean {one}")
        else:  # an account keeps ten records, and may look after others
            record = add_patient(by=other, relation=Relation.PARENT, condition=condition, nickname=f"Bean {one}")
            accept(code=invite(patient=record, by=other, level=Level.VIEW), by=me)
        kept_texts.keep(member=me, form="story", about=str(one), address="/me/", fields={"body": [f"Once {one}"]})
    with django_assert_num_queries(7):  # session, I, consents, patients, drafts, unread notices, condition
        page = client.get(ME).content.decode()
    assert page.count("Bean ") == 2 * number  # the record, and in full words the link to its symptoms
    assert page.count("Once ") == min(number, 3)


def test_my_page_shows_the_newest_drafts_and_nobody_elses(client, me, other):
    kept_texts.keep(member=other, form="story", about="", address="/me/", fields={"body": ["Not mine"]})
    for one in range(4):
        kept_texts.keep(member=me, form="story", about=str(one), address="/me/", fields={"body": [f"Text {one}"]})
    page = client.get(ME).content.decode()
    assert "Not mine" not in page
    assert [one for one in range(4) if f"Text {one}" in page] == [1, 2, 3]


def test_without_consent_my_page_says_why_nothing_is_kept(db):
    page = signed_in(person("plain", "Plain Reader")).get(ME).content.decode()
    assert "you did not agree that we keep health data" in page
    assert reverse("members:consent_list") in page
    assert reverse("members:patient_add") not in page


def test_with_new_words_of_the_consent_my_page_asks_to_read_them(client, me):
    Consent.objects.filter(member=me, purpose=Purpose.HEALTH).update(version=99)
    page = client.get(ME).content.decode()
    assert "The words of your consent have changed" in page
    assert reverse("members:patient_add") not in page


def test_my_page_leads_to_all_that_is_mine(client, me):
    page = client.get(ME).content.decode()
    for name in ("profile_edit", "privacy", "account_security", "patient_add", "invitation_accept"):
        assert f'href="{reverse(f"members:{name}")}"' in page
    for name in ("letters:notice_list", "forum:question_mine", "soulmates:symptom_home", "settings", "account_logout"):
        assert f'href="{reverse(name)}"' in page
    assert f'href="{me.get_absolute_url()}"' in page


def test_before_a_picture_is_deleted_the_page_says_that_it_cannot_be_brought_back(client, me):
    address = reverse("members:picture_edit")
    assert "cannot be brought back" not in client.get(address).content.decode()
    Member.objects.filter(pk=me.pk).update(picture="pictures/mine.webp")
    page = client.get(address).content.decode()
    assert page.index("cannot be brought back") < page.index("Delete the picture</button>")


# Editing the profile


def answers(**changes):
    return {
        "role": "family",
        "role_visibility": "members",
        "life_stage": "bereaved",
        "life_stage_visibility": "nobody",
        "language_1": "fi",
        "language_2": "",
        "language_3": "",
        "languages_visibility": "members",
        "about": "Hello *you*.",
        "about_visibility": "members",
        "patients_visibility": "nobody",
        **changes,
    }


def test_a_profile_is_saved_with_its_text_rendered(client, me):
    response = client.post(EDIT, answers(language_2="de", language_3="fi", about="Line\r\nline <b>"))
    assert response["Location"] == me.get_absolute_url()
    me.refresh_from_db()
    assert (me.role, me.life_stage, me.languages) == ("family", "bereaved", ["fi", "de"])
    assert me.about == "Line\nline <b>"
    assert me.about_html == "<p>Line<br>\nline &lt;b&gt;</p>"


def test_every_answer_can_be_taken_back(client, me):
    client.post(EDIT, answers())
    client.post(EDIT, answers(role="", life_stage="", language_1="", about=""))
    me.refresh_from_db()
    assert (me.role, me.life_stage, me.languages, me.about, me.about_html) == ("", "", [], "", "")


@pytest.mark.parametrize("field", ["role", "life_stage", "languages", "about", "patients"])
@pytest.mark.parametrize("visibility", Visibility.values)
def test_each_field_has_its_own_visibility(client, me, field, visibility):
    before = {name: getattr(me, f"{name}_visibility") for name in SHOWN_FIELDS}
    client.post(EDIT, answers(**{**{f"{name}_visibility": value for name, value in before.items()}, f"{field}_visibility": visibility}))
    me.refresh_from_db()
    assert {name: getattr(me, f"{name}_visibility") for name in SHOWN_FIELDS} == {**before, field: visibility}


def test_the_form_holds_what_is_kept(client, other):
    form = signed_in(other).get(EDIT).context["form"]
    found = {name: form[name].value() for name in ("role", "life_stage", "language_1", "about", "patients_visibility")}
    assert found == {
        "role": "family",
        "life_stage": "in-remission",
        "language_1": "fi",
        "about": other.about,
        "patients_visibility": "nobody",
    }


def test_without_consent_role_and_stage_are_neither_asked_nor_kept(db):
    member = person("plain", "Plain Reader")
    client = signed_in(member)
    page = client.get(EDIT).content.decode()
    assert 'name="role"' not in page
    assert 'name="life_stage"' not in page
    assert "is health data" in page
    assert client.post(EDIT, answers()).status_code == 302
    member.refresh_from_db()
    assert (member.role, member.life_stage, member.about) == ("", "", "Hello *you*.")


def test_a_consent_that_ended_while_the_form_was_open_keeps_role_and_stage_out(me):
    consents.withdraw(member=me, purpose=Purpose.HEALTH)
    profiles.save_profile(member=me, role=Role.PARENT, life_stage=LifeStage.BEREAVED, about="Hello")
    me.refresh_from_db()
    assert (me.role, me.life_stage, me.about) == ("", "", "Hello")


def test_the_parts_of_the_site_hear_of_it_in_the_same_transaction(client, me, monkeypatch):
    heard = []

    def fail(member):
        heard.append(member)
        raise RuntimeError

    monkeypatch.setattr(profiles.data_rights, "standing_changed", fail)
    for act in (lambda: profiles.save_profile(member=me, about="New"), lambda: profiles.rename(member=me, to="Brand New")):
        with pytest.raises(RuntimeError):
            act()
    assert heard == [me, me]
    stored = Member.objects.get(pk=me.pk)
    assert (stored.about, stored.pseudonym) == ("", "Quiet Otter")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": "king"}, "role"),
        ({"life_stage": "happy"}, "life_stage"),
        ({"language_1": "tlh"}, "language_1"),
        ({"language_3": "<x>"}, "language_3"),
        ({"about": "x" * 1001}, "about"),
        ({"about_visibility": "everyone"}, "about_visibility"),
        ({"role_visibility": ""}, "role_visibility"),
        ({"about": "\u0301" * 1001}, "about"),
    ],
)
def test_a_refused_profile_changes_nothing_and_keeps_the_text(client, me, changes, field):
    response = client.post(EDIT, answers(**changes))
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {field}
    document = Document(response.content)
    assert text_of(document.one("textarea")).strip() == " ".join((changes.get("about") or "Hello *you*.").split())
    assert document.title.startswith("Error: ")
    assert Member.objects.filter(pk=me.pk, about="", role="", languages=[]).exists()


def test_a_thousand_characters_fit_however_the_browser_ends_its_lines(client, me):
    text = "\n".join(["x" * 99] * 10)
    assert client.post(EDIT, answers(about=text.replace("\n", "\r\n") + "y")).status_code == 302
    me.refresh_from_db()
    assert len(me.about) == 1000


def test_a_refused_text_is_a_draft_and_a_saved_one_is_none(client, me):
    value = drafts.form_value(me, form="profile", address=EDIT)
    client.post(EDIT, answers(about="Long words " * 100, draft=value))
    assert Draft.objects.get(member=me).fields["about"] == ["Long words " * 100]
    page = client.get(EDIT)
    assert page.context["form"]["about"].value() == "Long words " * 100
    client.post(EDIT, answers(draft=value))
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("about", "warned"), [("Write to ana@example.org", True), ("+33 6 12 34 56 78", True), ("Ill since 2019, two children", False)]
)
def test_a_text_with_an_address_is_kept_and_warned_of(client, me, about, warned):
    page = client.post(EDIT, answers(about=about), follow=True).content.decode()
    me.refresh_from_db()
    assert me.about == about
    assert ("address or a number" in page) is warned
    assert holds_contact(about) is warned


def test_what_nobody_sees_is_not_warned_of(client):
    page = client.post(EDIT, answers(about="Write to ana@example.org", about_visibility="nobody"), follow=True).content.decode()
    assert "address or a number" not in page


def test_every_language_has_a_name(db):
    found = choices()
    assert len(found) > 40
    assert all(name and name[0].isupper() for _code, name in found)


# The name


def test_a_new_name_is_everywhere_and_the_address_stays(client, me, other):
    before = me.get_absolute_url()
    response = client.post(NAME, {"pseudonym": "  Brave   Fern "}, follow=True)
    assert response.redirect_chain == [(before, 302)]
    assert "Brave Fern" in page_of(signed_in(other), me)
    assert "Quiet Otter" not in client.get(ME).content.decode()


@pytest.mark.parametrize("name", ["", " ", "x", "Dr Otter", "Ana of the Lists", "Ana of the L1sts", "moderator", "a" * 201, "me\u202e@x", "\0\0"])
def test_a_refused_name_changes_nothing_and_stays_in_the_form(client, me, other, name):
    response = client.post(NAME, {"pseudonym": name})
    assert response.status_code == 422
    assert response.context["form"]["pseudonym"].value() == name
    assert response.context["form"].errors.keys() == {"pseudonym"}
    assert Member.objects.get(pk=me.pk).pseudonym == "Quiet Otter"


def test_a_name_can_be_changed_three_times_a_month_and_refusals_do_not_count(client, me):
    for _number in range(5):
        assert client.post(NAME, {"pseudonym": "moderator"}).status_code == 422
        assert client.post(NAME, {"pseudonym": "Quiet Otter"}).status_code == 302  # the name one has
    for name in ("Brave Fern", "Calm Fern", "Soft Fern"):
        assert client.post(NAME, {"pseudonym": name}).status_code == 302
    response = client.post(NAME, {"pseudonym": "Last Fern of all"})
    assert response.status_code == 429
    assert "Last Fern of all" in response.content.decode()
    assert Member.objects.get(pk=me.pk).pseudonym == "Soft Fern"


# What nobody asked for


def everything_a_member_has():
    fields = {field.name: field for model in (Member, User) for field in model._meta.get_fields()}
    names = {*fields, *(f"{name}_id" for name in fields), "about_html", "is_superuser", "member", "pk"}
    values = itertools.cycle(["1", "true", "2020-01-01"])
    return {name: next(values) for name in sorted(names)} | {"pseudonym": "1"}  # too short: it alone would be a good answer


ALLOWED = {  # by page: what it may change
    EDIT: {*ProfileForm.base_fields, "languages", "about_html"},
    NAME: {"pseudonym", "pseudonym_skeleton"},
    "/me/picture/": {"picture", "picture_visibility"},
}


@pytest.mark.parametrize("address", ALLOWED)
def test_a_form_changes_nothing_but_what_it_asks(client, me, address):
    def state():
        member, user = (
            model.objects.filter(**{key: me.pk if model is Member else me.user_id}).values().get() for model, key in ((Member, "pk"), (User, "pk"))
        )
        return {f"member.{name}": value for name, value in member.items()} | {f"user.{name}": value for name, value in user.items()}

    before = state()
    good = {EDIT: answers(), NAME: {"pseudonym": "Brave Fern"}, "/me/picture/": {"picture_visibility": "nobody", "no_child": "on"}}[address]
    from_form = {**everything_a_member_has(), **good}
    if address == "/me/picture/":
        from_form["picture"] = SimpleUploadedFile("a.jpg", picture())
    assert client.post(address, from_form).status_code == 302
    after = state()
    changed = {name for name in before if before[name] != after[name]}
    assert changed
    assert changed <= {f"member.{name}" for name in ALLOWED[address]}
    client.post(address, everything_a_member_has())  # alone it changes nothing
    assert state() == after


@pytest.mark.parametrize("address", [ME, EDIT, NAME, "/me/picture/", "/me/privacy/blocks/"])
def test_pages_of_mine_are_for_members_and_kept_nowhere(client, address):
    assert Client().get(address)["Location"] == f"/account/login/?next={address}"
    response = client.get(f"{address}?next=//evil.example&id=1&id=2&x[]=1")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "evil.example" not in Document(response.content).title
    assert client.delete(address).status_code == 405


TYPED = st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(
    ["members", "nobody", "fi", "family", "\0", "\u202e", "<script>", "x" * 1500]
)


class WhateverIsTyped(TestCase):
    def setup_example(self):
        super().setup_example()
        caches["default"].clear()
        self.member = consenting(person("me", "Quiet Otter"))
        self.browser = signed_in(self.member)

    @settings(max_examples=60, deadline=None)
    @given(fields=st.dictionaries(st.sampled_from(sorted(ProfileForm.base_fields)), TYPED | st.lists(TYPED, max_size=3), max_size=3), about=TYPED)
    def test_a_profile_form_answers_and_keeps_the_text(self, fields, about):
        response = self.browser.post(EDIT, {**answers(), **fields, "about": about})
        assert response.status_code in (302, 422)
        if response.status_code == 422:
            assert response.context["form"]["about"].value() == about

    @settings(max_examples=60, deadline=None)
    @given(name=TYPED)
    def test_a_name_form_answers_and_keeps_the_text(self, name):
        response = self.browser.post(NAME, {"pseudonym": name})
        assert response.status_code in (302, 422)
        if response.status_code == 422:
            assert response.context["form"]["pseudonym"].value() == name
