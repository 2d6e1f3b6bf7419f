"""The privacy centre: what is kept, who sees it, one press for every yes and every no, and the ways out."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from members import consents, data_rights
from members.actions import leaving, people
from members.models.choices import Level, Relation
from members.models.consent import Consent, Purpose
from members.models.draft import Draft
from members.models.member import Member
from members.models.patient import Patient
from tests.factories import PASSWORD, EditorFactory, UserFactory
from tests.members.people import consenting, patient_of
from tests.rooms.world import sign_in

pytestmark = pytest.mark.django_db
CENTRE, CONSENTS, ERASE, UNDO = "/me/privacy/", "/me/privacy/consents/", "/me/erase/", "/me/erase/undo/"


@pytest.fixture
def member():
    return UserFactory(email="mika@example.org").member


@pytest.fixture
def signed_in(client, member):
    sign_in(client, member.user)
    return client


def change(client, purpose, action):
    return client.post(f"{CONSENTS}{purpose}/", {"action": action})


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.mark.parametrize("address", [CENTRE, CONSENTS, f"{CONSENTS}health/", ERASE, UNDO])
def test_a_visitor_is_sent_to_the_sign_in(client, address):
    for response in (client.get(address), client.post(address)):
        if response.status_code != 405:
            assert response.status_code == 302
            assert response.url.startswith(reverse("account_login"))


# --- the centre ---


def test_the_centre_counts_what_is_kept_and_leads_there(signed_in, member):
    patient_of(member)
    Draft.objects.create(member=member, form="story", address="/")
    page = text(signed_in.get(CENTRE))
    assert 'href="/me/drafts/">Drafts' in page
    assert "Records you look after" in page
    assert "Exports you asked for" not in page  # there is none


def test_the_centre_says_who_sees_each_field_as_it_is_shown(signed_in, member):
    member.role_visibility, member.about_visibility = "nobody", "members"
    member.save()
    page = text(signed_in.get(CENTRE))
    assert re.search(r"Who I am here</th><td[^>]*>Nobody</td>", page)
    assert re.search(r"About me</th><td[^>]*>Members</td>", page)


@pytest.mark.parametrize("rows", [1, 15])
def test_the_centre_needs_the_same_queries_for_any_length(signed_in, member, rows, django_assert_max_num_queries):
    for number in range(rows):
        Draft.objects.create(member=member, form=f"form-{number}", address="/")
        people.block(member=member, other=UserFactory().member)
        consents.give(member=member, purpose=Purpose.EMAILS, form="x")
        consents.withdraw(member=member, purpose=Purpose.EMAILS)
    signed_in.get(CENTRE)
    with django_assert_max_num_queries(11):
        signed_in.get(CENTRE)


# --- consents ---


@pytest.mark.parametrize("purpose", [Purpose.HEALTH, Purpose.EMAILS])
def test_giving_and_taking_back_are_one_press_each(signed_in, member, purpose):
    assert change(signed_in, purpose, "give").status_code == 302
    assert consents.holds(member, purpose)
    assert Consent.objects.get().form == "privacy"
    assert change(signed_in, purpose, "withdraw").status_code == 302
    assert not consents.holds(member, purpose)


def test_the_page_shows_the_very_words_that_are_recorded(signed_in, member):
    page = signed_in.get(CONSENTS).content.decode()
    for purpose in consents.IN_USE:
        assert str(consents.TEXTS[purpose].text) in page


def test_each_purpose_has_one_form_with_one_button_for_the_answer_it_lacks(signed_in, member):
    consenting(member)
    page = signed_in.get(CONSENTS).content.decode()
    forms = dict(re.findall(r'<form class="cluster" method="post" action="/me/privacy/consents/(\w+)/">(.*?)</form>', page, re.DOTALL))
    assert set(forms) == consents.IN_USE
    for purpose, form in forms.items():
        wanted = "withdraw" if consents.holds(member, purpose) else "give"
        assert re.findall(r'name="action" value="(\w+)"', form) == [wanted]


def test_what_nothing_uses_yet_is_named_and_not_asked(signed_in, member, monkeypatch):
    monkeypatch.setattr(consents, "IN_USE", set(Purpose) - {Purpose.MAP})
    consents.give(member=member, purpose=Purpose.HEALTH, form="x")
    page = text(signed_in.get(CONSENTS))
    assert "Show me on the map" in page
    assert str(consents.TEXTS[Purpose.MAP].text) not in page
    response = change(signed_in, Purpose.MAP, "give")
    assert response.status_code == 422
    assert not consents.standing(member).get(Purpose.MAP)


def test_what_nothing_uses_can_still_be_taken_back(signed_in, member):
    consents.give(member=member, purpose=Purpose.MAP, form="x")
    change(signed_in, Purpose.MAP, "withdraw")
    assert not consents.holds(member, Purpose.MAP)


def test_a_yes_that_needs_another_first_is_refused_in_words(signed_in, member):
    response = change(signed_in, Purpose.CARER, "give")
    assert response.status_code == 422
    assert "This needs your consent to keep health data first." in response.content.decode()
    assert not Consent.objects.exists()


def test_a_purpose_that_is_none_is_not_there(signed_in):
    assert change(signed_in, "money", "give").status_code == 404


@pytest.mark.parametrize("data", [{}, {"action": "perhaps"}, {"action": ["give", "perhaps"]}])
def test_a_button_that_is_none_changes_nothing(signed_in, data):
    response = signed_in.post(f"{CONSENTS}health/", data)
    assert response.status_code == 422
    assert not Consent.objects.exists()


def test_further_fields_of_a_form_change_nothing(signed_in, member):
    before = Member.objects.filter(pk=member.pk).values().get()
    data = dict.fromkeys(before, "nonsense") | {"member": "1", "version": "9", "given_at": "1999-01-01", "form": "forged", "action": "give"}
    signed_in.post(f"{CONSENTS}emails/", data)
    assert Member.objects.filter(pk=member.pk).values().get() == before
    consent = Consent.objects.get()
    assert (consent.version, consent.form) == (consents.TEXTS[Purpose.EMAILS].version, "privacy")


def test_opening_the_address_of_a_button_changes_nothing(signed_in, member):
    assert signed_in.get(f"{CONSENTS}health/?action=give").status_code == 302
    assert not Consent.objects.exists()


def test_before_health_data_go_the_page_names_every_record_and_its_fate(signed_in, member):
    patient_of(member)
    Patient.objects.update(nickname="Alone")
    shared = patient_of(member)
    Patient.objects.filter(pk=shared.pk).update(nickname="Shared")
    shared.guardians.create(member=UserFactory().member, relation=Relation.PARENT, level=Level.EDIT)
    read = patient_of(UserFactory().member)
    Patient.objects.filter(pk=read.pk).update(nickname="Read")
    read.guardians.create(member=member, relation=Relation.OTHER, level=Level.VIEW)
    page = re.sub(r"</?bdi[^>]*>", "", text(signed_in.get(CONSENTS)))
    assert "The record of Alone is deleted" in page
    assert "The record of Shared passes to" in page
    assert "The record of Read stays with its owner" in page
    change(signed_in, Purpose.HEALTH, "withdraw")
    assert set(Patient.objects.values_list("nickname", flat=True)) == {"Shared", "Read"}
    assert not member.guardianships.exists()


def test_health_data_end_with_all_that_rests_on_them_in_one_press(signed_in, member):
    consenting(member)
    response = signed_in.post(f"{CONSENTS}health/", {"action": "withdraw"}, follow=True)
    assert consents.standing(member) == {}
    assert "They ended at once." in response.content.decode()


def test_new_words_wait_for_an_answer_and_either_is_one_press(signed_in, member, monkeypatch):
    consents.give(member=member, purpose=Purpose.EMAILS, form="x")
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(2, "New words."))
    page = signed_in.get(CONSENTS).content.decode()
    assert "I agree to the new words" in page
    assert 'value="withdraw"' in page
    change(signed_in, Purpose.EMAILS, "give")
    assert consents.holds(member, Purpose.EMAILS)


def test_everything_that_happened_stands_in_a_table(signed_in, member):
    for _time in range(2):
        change(signed_in, Purpose.EMAILS, "give")
        change(signed_in, Purpose.EMAILS, "withdraw")
    assert signed_in.get(CONSENTS).content.decode().count("<tr>") >= 3


def test_of_two_members_each_changes_only_their_own(signed_in, member):
    other = UserFactory().member
    consents.give(member=other, purpose=Purpose.EMAILS, form="x")
    change(signed_in, Purpose.EMAILS, "withdraw")
    assert consents.holds(other, Purpose.EMAILS)


@pytest.mark.parametrize("rows", [1, 15])
def test_the_consents_need_the_same_queries_for_any_length(signed_in, member, rows, django_assert_num_queries):
    consenting(member)
    for _number in range(rows):
        consents.give(member=member, purpose=Purpose.EMAILS, form="x")
        consents.withdraw(member=member, purpose=Purpose.EMAILS)
    patient_of(member)
    signed_in.get(CONSENTS)
    with django_assert_num_queries(7):  # session, account, consents, records and their heirs; notices and condition of the header
        signed_in.get(CONSENTS)


# --- leaving ---


def test_the_page_lists_what_goes_and_what_stays_from_every_part(signed_in, monkeypatch):
    part = data_rights.Part("test", frozenset(), dict, dict, goes=("All your songs.",), kept={"x.Y": "A tune, without your name."})
    monkeypatch.setitem(data_rights._parts, "test", part)
    page = text(signed_in.get(ERASE))
    for one in data_rights.parts():
        for words in (*one.goes, *one.kept.values()):
            assert str(words) in page


def test_leaving_and_coming_back_are_one_press_each(signed_in, member):
    assert signed_in.get(ERASE).status_code == 200
    response = signed_in.post(ERASE)
    assert (response.status_code, response.url) == (302, UNDO)
    assert Member.objects.get(pk=member.pk).leaving_at
    assert "Keep my account" in signed_in.get(UNDO).content.decode()
    assert signed_in.post(UNDO).status_code == 302
    assert Member.objects.get(pk=member.pk).leaving_at is None


def test_reading_the_page_erases_nothing(signed_in, member):
    signed_in.get(ERASE)
    assert Member.objects.get(pk=member.pk).leaving_at is None


def test_whoever_signed_in_long_ago_is_asked_for_the_password_and_then_leaves(client, member):
    sign_in(client, member.user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp() - 3600}]
    session.save()
    response = client.post(ERASE)
    assert response.url.startswith(reverse("account_reauthenticate"))
    assert Member.objects.get(pk=member.pk).leaving_at is None
    refused = client.post(response.url, {"password": "wrong"})
    assert refused.status_code in (200, 422)
    assert Member.objects.get(pk=member.pk).leaving_at is None
    client.post(response.url, {"password": PASSWORD})
    assert Member.objects.get(pk=member.pk).leaving_at


def test_somebody_who_left_and_signs_in_again_can_still_come_back(client, member):
    leaving.leave(member=member)
    sign_in(client, member.user)
    assert client.get(UNDO).status_code == 200
    client.post(UNDO)
    assert Member.objects.get(pk=member.pk).leaving_at is None


def test_after_the_days_the_page_says_so_and_keeps_nobody(signed_in, member):
    Member.objects.filter(pk=member.pk).update(leaving_at=timezone.now() - leaving.UNDO_FOR)
    assert "is being erased" in signed_in.get(UNDO).content.decode()
    assert signed_in.post(UNDO).status_code == 422
    assert Member.objects.get(pk=member.pk).leaving_at


def test_whoever_is_not_leaving_has_nothing_to_undo(signed_in, member):
    assert signed_in.get(UNDO).url == CENTRE
    assert signed_in.post(UNDO).url == CENTRE


def test_the_last_administrator_is_told_why_not(client):
    administrator = UserFactory(is_superuser=True)
    sign_in(client, administrator)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "id": 1, "at": timezone.now().timestamp()}]
    session.save()
    assert "You are the last administrator" in client.get(ERASE).content.decode()
    response = client.post(ERASE)
    assert response.status_code == 422
    assert "You are the last administrator" in response.content.decode()
    assert administrator.member.leaving_at is None


def test_staff_read_that_their_roles_end(client):
    editor = EditorFactory()
    sign_in(client, editor)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "id": 1, "at": timezone.now().timestamp()}]
    session.save()
    assert "Your roles on the team end" in client.get(ERASE).content.decode()


@pytest.mark.parametrize("records", [1, 6])
def test_the_page_of_consequences_needs_the_same_queries_for_any_number(signed_in, member, records, django_assert_num_queries):
    for _number in range(records):
        patient_of(member)
    signed_in.get(ERASE)
    with django_assert_num_queries(6):  # session, account, records and their heirs; notices and condition of the header
        signed_in.get(ERASE)
