"""Drafts: whatever was typed is found again, by its writer and by nobody else."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django import forms
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.test import Client
from django.urls import path, reverse, reverse_lazy
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from members import cleanup, drafts, limits
from members.actions import drafts as actions
from members.models.draft import KEPT_FOR, Draft
from members.models.member import Member
from oms_community import urls
from oms_community.urls import handler400, handler403, handler404, handler500
from prose.markdown import clean
from tests.factories import UserFactory
from tests.html import Document
from tests.rooms.world import person, sign_in

__all__ = ["handler400", "handler403", "handler404", "handler500"]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

TEXT = "We sat up all night again,\nand the new medicine made it worse."
JOURNAL = "/_/journal/"
SAVE = "/me/drafts/save/"

PAGE = """{% extends "base.html" %}{% load drafts %}{% block title %}Journal{% endblock %}{% block scripts %}{% draft_script %}{% endblock %}
{% block main %}<h1>Journal</h1>{% draft_banner draft %}
<form method="post">{% csrf_token %}{% draft_field draft %}{{ form }}<p><button>Send</button> {% draft_button draft %}</p></form>{% endblock %}"""


class JournalForm(forms.Form):
    """A long text, a choice that may be refused, a list, a password and a file."""

    body = forms.CharField(widget=forms.Textarea)
    mood = forms.ChoiceField(choices=[("good", "Good"), ("bad", "Bad")], initial="good")
    tags = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], required=False)
    password = forms.CharField(widget=forms.PasswordInput, required=False)
    picture = forms.FileField(required=False)


@login_required
def journal(request, about=""):
    """A view as the docstring of members.drafts shows it."""
    draft = drafts.of(request, "journal", about=about)
    form = JournalForm(request.POST or None, initial=draft.initial(mood="good"))
    if form.is_valid():
        draft.drop()
        return redirect("members:draft_list")
    draft.keep()
    page = engines["django"].from_string(PAGE).render({"form": form, "draft": draft}, request)
    return HttpResponse(page, status=422 if form.is_bound else 200)


def open_journal(request):
    """A form that visitors may send too."""
    draft = drafts.of(request, "open")
    draft.keep()
    page = engines["django"].from_string(PAGE).render({"form": JournalForm(initial=draft.initial()), "draft": draft}, request)
    draft.drop()
    return HttpResponse(page)


def limited(request):
    """A page that has had enough."""
    raise limits.LimitReached(90)


urlpatterns = [
    path(JOURNAL[1:], journal),
    path("_/journal/<slug:about>/", journal),
    path("_/open/", open_journal),
    path("_/limited/", limited),
    *urls.urlpatterns,
]


@pytest.fixture
def member():
    """Somebody who writes."""
    return person("writer", "Quiet Otter")


@pytest.fixture
def other():
    """Somebody else."""
    return person("other", "Sunny Day")


@pytest.fixture
def writer(member):
    """The writer's browser; tokens are checked as they are in life."""
    client = Client(enforce_csrf_checks=True)
    sign_in(client, member.user)
    return client


def fields_of(response):
    """Return the hidden fields of the last form on a page, and its text."""
    document = Document(response.content)
    assert not document.errors
    found = {one.get("name"): one.get("value") for one in document.within("main") if one.tag == "input" and one.get("type") == "hidden"}
    (found["body"],) = ((one.text or "").removeprefix("\n") for one in document.within("main") if one.get("name") == "body")
    return found


def value_of(member, form="journal", about="", address=JOURNAL):
    return drafts.form_value(member, form=form, about=about, address=address)


def aged(value, days):
    """Return the same value as if it had been signed days ago."""
    signer = signing.TimestampSigner(salt="members.drafts")
    signer.timestamp = lambda: signing.b62_encode(int((timezone.now() - timedelta(days=days)).timestamp()))
    return signer.sign_object(signing.loads(value, salt="members.drafts"), serializer=signing.JSONSerializer, compress=False)


# The form itself


def test_a_refused_text_is_kept_and_stays_in_the_form(writer, member):
    page = fields_of(writer.get(JOURNAL))
    response = writer.post(JOURNAL, {**page, "body": TEXT, "mood": "terrible"})
    assert response.status_code == 422
    assert fields_of(response)["body"] == TEXT
    draft = member.drafts.get()
    assert (draft.form, draft.about, draft.address) == ("journal", "", JOURNAL)
    assert draft.fields["body"] == [TEXT]


def test_the_text_comes_back_with_a_word_about_it_and_can_be_let_go(writer, member):
    writer.post(JOURNAL, {**fields_of(writer.get(JOURNAL)), "body": TEXT, "tags": ["a", "b"], "mood": "no"})
    response = writer.get(JOURNAL)
    page = fields_of(response)
    assert page["body"] == TEXT
    html = response.content.decode()
    assert "Your text is still here" in html
    assert html.count(" selected") >= 2
    again = writer.post(f"/me/drafts/{member.drafts.get().public_id}/delete/", {"csrfmiddlewaretoken": page["csrfmiddlewaretoken"], "again": "1"})
    assert (again.status_code, again.url) == (302, JOURNAL)
    response = writer.get(JOURNAL)
    assert fields_of(response)["body"] == ""
    assert "Your text is still here" not in response.content.decode()
    assert not member.drafts.living().exists()


def test_starting_again_can_be_taken_back(writer, member):
    page = fields_of(writer.get(JOURNAL))
    writer.post(JOURNAL, {**page, "body": TEXT})
    token = {"csrfmiddlewaretoken": page["csrfmiddlewaretoken"], "again": "1"}
    draft = member.drafts.get()
    writer.post(f"/me/drafts/{draft.public_id}/delete/", token)
    back = f"/me/drafts/{draft.public_id}/back/"
    assert back in writer.get(JOURNAL).content.decode()
    assert writer.post(back, token).url == JOURNAL
    assert fields_of(writer.get(JOURNAL))["body"] == TEXT


def test_after_an_hour_the_form_says_nothing_of_it_and_the_list_still_does(writer, member):
    draft = deleted(member, hours=2)
    assert "/back/" not in writer.get(JOURNAL).content.decode()
    assert f"/me/drafts/{draft.public_id}/back/" in writer.get("/me/drafts/").content.decode()


def test_what_was_sent_is_no_draft_any_more(writer, member):
    page = fields_of(writer.get(JOURNAL))
    writer.post(JOURNAL, {**page, "body": TEXT, "mood": "no"})
    assert writer.post(JOURNAL, {**page, "body": TEXT, "mood": "bad"}).status_code == 302
    assert not member.drafts.exists()


def test_a_save_that_comes_after_the_form_brings_no_draft_back(writer, member):
    page = fields_of(writer.get(JOURNAL))
    assert writer.post(JOURNAL, {**page, "body": TEXT, "mood": "bad"}).status_code == 302
    assert writer.post(SAVE, {**page, "body": TEXT}).status_code == 204
    assert not member.drafts.exists()
    caches["default"].clear()  # half a minute later
    assert writer.post(SAVE, {**page, "body": TEXT}).status_code == 200


def test_each_form_and_each_thing_has_a_draft_of_its_own(writer, member):
    for address in (JOURNAL, "/_/journal/one/", "/_/journal/two/"):
        writer.post(address, {**fields_of(writer.get(address)), "body": f"{TEXT} {address}"})
    assert set(member.drafts.values_list("about", flat=True)) == {"", "one", "two"}
    assert fields_of(writer.get("/_/journal/one/"))["body"].endswith("/one/")
    writer.post("/_/journal/one/", {**fields_of(writer.get("/_/journal/one/")), "body": TEXT, "mood": "bad"})
    assert set(member.drafts.values_list("about", flat=True)) == {"", "two"}


def test_secrets_and_files_and_what_is_not_the_persons_are_never_kept(writer, member):
    picture = SimpleUploadedFile("face.jpg", b"not for drafts")
    data = {**fields_of(writer.get(JOURNAL)), "body": TEXT, "password": "hunter2 hunter2", "picture": picture, "reset_token": "t t", "code": "123456"}
    writer.post(JOURNAL, {**data, "next": "/elsewhere/"})
    assert set(member.drafts.get().fields) == {"body"}


def test_a_visitors_form_has_no_value_and_keeps_nothing(client):
    response = client.get("/_/open/")
    assert b'name="draft"' not in response.content
    assert b"save_draft" not in response.content
    assert client.post("/_/open/", {"body": TEXT}).status_code == 200
    assert not Draft.objects.exists()
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/" + "x" * 300, "javascript:alert(1)"])
def test_a_draft_leads_back_into_this_site_only(rf, member, address):
    request = rf.get("/")
    request.user = member.user
    assert drafts.of(request, "journal", address=address).address == "/me/drafts/"


# Saving while one types


def test_a_script_saves_and_is_told_when(writer, member):
    response = writer.post(SAVE, {**fields_of(writer.get(JOURNAL)), "body": TEXT})
    assert response.status_code == 200
    assert set(json.loads(response.content)) == {"saved_at"}
    assert member.drafts.get().fields == {"body": [TEXT]}
    assert "no-store" in response["Cache-Control"]


def test_nothing_typed_is_nothing_kept_and_empties_no_draft(writer, member):
    page = fields_of(writer.get(JOURNAL))
    assert writer.post(SAVE, {**page, "body": " \n "}).status_code == 204
    assert not member.drafts.exists()
    writer.post(SAVE, {**page, "body": TEXT})
    assert writer.post(SAVE, {**page, "body": ""}).status_code == 204
    assert member.drafts.get().fields["body"] == [TEXT]


def test_the_button_saves_without_a_script_and_leads_back(writer, member):
    response = writer.post(SAVE, {**fields_of(writer.get(JOURNAL)), "body": TEXT, "save_draft": "1"}, follow=True)
    assert response.redirect_chain == [(JOURNAL, 302)]
    assert "Your text is saved as a draft." in response.content.decode()
    assert fields_of(response)["body"] == TEXT
    assert set(member.drafts.get().fields) == {"body"}


@pytest.mark.parametrize("kind", ["none", "made up", "another's", "old", "of another purpose", "a list"])
def test_without_a_value_of_ones_own_nothing_is_saved(writer, member, other, kind):
    token = fields_of(writer.get(JOURNAL))["csrfmiddlewaretoken"]
    value = {
        "none": "",
        "made up": value_of(member)[:-2] + "xx",
        "another's": value_of(other),
        "old": aged(value_of(member), 31),
        "of another purpose": signing.dumps({"member": member.public_id, "form": "journal", "about": "", "address": "/"}, salt="members.other"),
        "a list": signing.dumps([1, 2], salt="members.drafts"),
    }[kind]
    response = writer.post(SAVE, {"csrfmiddlewaretoken": token, "draft": value, "body": TEXT})
    assert response.status_code == 404
    assert "made it worse.</textarea>" in response.content.decode()  # handed back all the same
    assert not Draft.objects.exists()


def test_a_value_is_good_for_thirty_days(writer, member):
    page = fields_of(writer.get(JOURNAL))
    assert writer.post(SAVE, {**page, "draft": aged(page["draft"], 29), "body": TEXT}).status_code == 200


def test_saving_has_a_limit_and_the_draft_stays_as_it_was(writer, member, monkeypatch):
    monkeypatch.setattr(limits, "DRAFTS_SAVED", limits.Limit("drafts-saved", 2, 60))
    page = fields_of(writer.get(JOURNAL))
    answers = [writer.post(SAVE, {**page, "body": f"{TEXT} {number}"}).status_code for number in range(4)]
    assert answers == [200, 200, 429, 429]
    assert member.drafts.get().fields["body"] == [f"{TEXT} 1"]


@pytest.mark.parametrize("address", [SAVE, "/me/drafts/abc/back/", "/me/drafts/abc/delete/"])
def test_what_changes_something_is_never_a_link(writer, address):
    assert writer.get(address).status_code == 405


# Sent too late


def sign_out(client, *, token):
    """End the session; with or without the token that a form of before carries."""
    del client.cookies["sessionid"]
    if not token:
        del client.cookies["csrftoken"]


@pytest.mark.parametrize("token", [True, False])
@pytest.mark.parametrize("address", [JOURNAL, SAVE])
def test_signed_out_meanwhile_the_text_becomes_a_draft(writer, member, token, address):
    page = fields_of(writer.get(JOURNAL))
    sign_out(writer, token=token)
    response = writer.post(address, {**page, "body": TEXT, "mood": "bad"})
    assert response.status_code == 403
    html = response.content.decode()
    assert "You were signed out. Your text is saved" in html
    assert 'href="/account/login/?next=%2F_%2Fjournal%2F"' in html
    assert "made it worse" not in html  # whoever sits there now is not shown it
    assert (response["X-Frame-Options"], "Content-Security-Policy" in response) == ("DENY", True)
    assert member.drafts.get().fields == {"body": [TEXT], "mood": ["bad"]}
    sign_in(writer, member.user)
    assert fields_of(writer.get(JOURNAL))["body"] == TEXT


@pytest.mark.parametrize("token", [True, False])
@pytest.mark.parametrize("value", ["none", "made up", "old"])
def test_signed_out_without_a_value_nothing_is_kept(writer, member, token, value):
    page = fields_of(writer.get(JOURNAL))
    sign_out(writer, token=token)
    page["draft"] = {"none": "", "made up": "x" + page["draft"], "old": aged(page["draft"], 31)}[value]
    response = writer.post(JOURNAL, {**page, "body": TEXT, "password": "not to be shown", "one-time-code": "nor this code"})
    html = response.content.decode()
    assert not Draft.objects.exists()
    assert response.status_code == 403
    assert "made it worse.</textarea>" in html  # handed back
    assert "not to be shown" not in html
    assert "nor this code" not in html
    if token:
        assert "You were signed out" in html
        assert 'href="/account/login/?next=%2F_%2Fjournal%2F"' in html


@pytest.mark.parametrize("address", [reverse_lazy("members:profile_edit"), "/admin/conditions/helpnumber/add/", "/_/journal/?page=2"])
def test_signed_out_every_form_gives_its_text_back_and_not_its_secrets(address):
    response = Client().post(address, {"about": TEXT, "password1": "not to be shown", "code": "nor this code"})
    html = response.content.decode()
    assert response.status_code == 403
    assert "made it worse.</textarea>" in html
    assert f'href="/account/login/?{urlencode({"next": address})}"' in html
    assert "not to be shown" not in html
    assert "nor this code" not in html


def test_signed_out_with_nothing_typed_one_is_led_to_the_sign_in():
    for address in (JOURNAL, "/admin/conditions/helpnumber/add/"):
        response = Client().post(address, {"mood": "good", "password": "two words"})
        assert response.status_code == 302
        assert "next=" in response.url


def test_a_forged_post_of_another_site_changes_nothing(writer, member):
    writer.post(JOURNAL, {**fields_of(writer.get(JOURNAL)), "body": TEXT})
    response = writer.post(JOURNAL, {"body": "buy our pills, all of you"}, headers={"origin": "https://evil.example"})
    assert response.status_code == 403
    assert member.drafts.get().fields["body"] == [TEXT]


def test_an_old_token_while_signed_in_leads_straight_back(writer, member):
    page = fields_of(writer.get(JOURNAL))
    del writer.cookies["csrftoken"]
    response = writer.post(JOURNAL, {**page, "body": TEXT})
    html = response.content.decode()
    assert response.status_code == 403
    assert "The form was not sent. Your text is saved" in html
    assert f'href="{JOURNAL}"' in html
    assert "signed out" not in html
    assert member.drafts.get().fields["body"] == [TEXT]


def test_a_form_of_another_account_keeps_its_text_there(writer, member, other):
    page = fields_of(writer.get(JOURNAL))
    del writer.cookies["csrftoken"]
    sign_in(writer, other.user)
    response = writer.post(JOURNAL, {**page, "body": TEXT})
    html = response.content.decode()
    assert "another account" in html
    assert reverse("account_logout") in html
    assert member.drafts.get().fields["body"] == [TEXT]
    assert not other.drafts.exists()


def test_before_the_question_for_the_password_the_text_is_kept(member, rf):
    client = Client()
    client.force_login(member.user)  # long ago: the library asks again
    value = value_of(member)
    response = client.post(reverse("mfa_activate_totp"), {"draft": value, "body": TEXT})
    assert response.status_code == 302
    assert "reauthenticate" in response.url
    assert member.drafts.get().fields["body"] == [TEXT]


@pytest.mark.parametrize("change", [{"leaving_at": timezone.now()}, {"user__is_active": False}, None])
def test_nothing_is_kept_for_somebody_who_is_gone_or_going(client, member, change):
    value = value_of(member)
    if change is None:
        member.user.delete()
    elif "leaving_at" in change:
        Member.objects.filter(pk=member.pk).update(**change)
    else:
        member.user.is_active = False
        member.user.save()
    response = Client(enforce_csrf_checks=True).post(JOURNAL, {"draft": value, "body": TEXT})
    assert response.status_code == 403
    assert "made it worse.</textarea>" in response.content.decode()
    assert not Draft.objects.exists()


def test_when_the_draft_cannot_be_kept_the_text_is_handed_back(member, monkeypatch):
    def down(**anything):
        raise DatabaseError("gone")

    monkeypatch.setattr(drafts.actions, "keep", down)
    response = Client(enforce_csrf_checks=True).post(JOURNAL, {"draft": value_of(member), "body": TEXT})
    assert response.status_code == 403
    assert "made it worse.</textarea>" in response.content.decode()


def test_over_a_limit_the_text_becomes_a_draft_too(writer, member):
    page = fields_of(writer.get(JOURNAL))
    response = writer.post("/_/limited/", {**page, "body": TEXT})
    html = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (429, "90")
    assert f'href="{JOURNAL}"' in html
    assert "We have not kept it" not in html
    assert member.drafts.get().fields["body"] == [TEXT]


def test_a_form_that_cannot_be_read_is_a_calm_page(member):
    client = Client(enforce_csrf_checks=True)
    response = client.post(JOURNAL, b"--x\r\nbroken", content_type="multipart/form-data; boundary=x")
    assert response.status_code in (400, 403)


# The list


def keep(member, form="journal", about="", text=TEXT, days=0):
    draft = actions.keep(member=member, form=form, about=about, address=JOURNAL, fields={"body": [text]})
    Draft.objects.filter(pk=draft.pk).update(changed_at=timezone.now() - timedelta(days=days))
    return draft


def test_the_list_shows_ones_own_the_newest_first(writer, member, other):
    keep(member, "story", text="First story <b>of all</b> " + "word " * 100, days=3)
    keep(member, "question", text="How long until sleep gets better?")
    keep(member, "something new", text="Of a form that has no name")
    keep(other, "story", text="Not for other eyes")
    response = writer.get("/me/drafts/")
    document = Document(response.content)
    html = response.content.decode()
    assert not document.errors
    assert html.index("Go on: Text") < html.index("Go on: Question") < html.index("Go on: Story")
    assert "First story &lt;b&gt;of all&lt;/b&gt;" in html
    assert "Not for other eyes" not in html
    assert html.count("word ") < 40


def deleted(member, *, hours=0, **more):
    """Return a draft that was deleted some hours ago."""
    draft = keep(member, **more)
    draft.refresh_from_db()
    actions.delete(draft=draft)
    Draft.objects.filter(pk=draft.pk).update(deleted_at=timezone.now() - timedelta(hours=hours))
    draft.refresh_from_db()
    return draft


def token_of(writer):
    return {"csrfmiddlewaretoken": fields_of(writer.get(JOURNAL))["csrfmiddlewaretoken"]}


def test_a_draft_can_be_deleted_and_the_deletion_taken_back(writer, member):
    draft = keep(member, "story")
    response = writer.post(f"/me/drafts/{draft.public_id}/delete/", token_of(writer), follow=True)
    assert response.redirect_chain == [("/me/drafts/", 302)]
    html = response.content.decode()
    assert "The draft is deleted." in html
    assert "Nothing waits here" in html
    assert "Deleted in the last 14 days" in html
    response = writer.post(f"/me/drafts/{draft.public_id}/back/", token_of(writer), follow=True)
    html = response.content.decode()
    assert "Your text is back." in html
    assert "Deleted in the last 14 days" not in html
    back = member.drafts.get()
    assert (back.fields, back.deleted_at) == ({"body": [TEXT]}, None)
    assert writer.post(f"/me/drafts/{draft.public_id}/back/", token_of(writer)).status_code == 404


def test_what_is_deleted_is_nowhere_but_in_its_list(writer, member):
    draft = deleted(member)
    assert not Draft.objects.visible_to(member.user).exists()
    assert fields_of(writer.get(JOURNAL))["body"] == ""
    assert "made it worse" not in writer.get("/me/").content.decode()
    assert writer.post(f"/me/drafts/{draft.public_id}/delete/", token_of(writer)).status_code == 404
    assert "made it worse" in writer.get("/me/drafts/").content.decode()


def test_a_newer_draft_and_the_older_one_are_both_left_and_named(writer, member):
    older = deleted(member)
    newer = keep(member, text="Something newer than that")
    response = writer.post(f"/me/drafts/{older.public_id}/back/", token_of(writer))
    html = response.content.decode()
    assert response.status_code == 422
    assert "There is a newer draft of the same text" in html
    assert html.count(f'href="{JOURNAL}"') == 2
    assert "Something newer than that" in html
    assert "made it worse" in html
    older.refresh_from_db()
    newer.refresh_from_db()
    assert older.deleted_at
    assert newer.deleted_at is None
    actions.drop(member=member, form="journal")  # the newer one was sent
    assert writer.post(f"/me/drafts/{older.public_id}/back/", token_of(writer)).status_code == 302


def test_a_form_may_have_many_deleted_drafts_and_one_that_lives(member):
    for _time in range(3):
        deleted(member)
    keep(member)
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.create(member=member, form="journal", address=JOURNAL)
    assert (member.drafts.count(), member.drafts.living().count()) == (4, 1)


@pytest.mark.parametrize("hours, there", [(14 * 24 - 1, True), (14 * 24 + 1, False)])
def test_a_deleted_draft_comes_back_for_fourteen_days(writer, member, hours, there):
    draft = deleted(member, hours=hours)
    assert ("made it worse" in writer.get("/me/drafts/").content.decode()) == there
    assert writer.post(f"/me/drafts/{draft.public_id}/back/", token_of(writer)).status_code == (302 if there else 404)
    assert bool(member.drafts.living()) == there


def test_the_job_lets_deleted_drafts_go_after_fourteen_days(member):
    deleted(member, hours=14 * 24 + 1, about="old")
    deleted(member, hours=14 * 24 - 1, about="young", days=KEPT_FOR.days + 5)
    keep(member, about="living")
    assert cleanup.forget_drafts() == "drafts: 0 deleted; deleted drafts: 1 deleted"
    assert set(member.drafts.values_list("about", flat=True)) == {"young", "living"}


def test_of_too_many_deleted_drafts_the_oldest_go(member, monkeypatch):
    monkeypatch.setattr(actions, "MOST_DRAFTS", 3)
    for number in range(5):
        deleted(member, hours=9 - number, about=str(number))
    assert set(member.drafts.values_list("about", flat=True)) == {"2", "3", "4"}
    keep(member, about="living")
    assert member.drafts.count() == 4


def test_another_members_deleted_draft_does_not_come_back(writer, other):
    draft = deleted(other)
    assert writer.post(f"/me/drafts/{draft.public_id}/back/", token_of(writer)).status_code == 404
    assert not other.drafts.living().exists()
    assert "made it worse" not in writer.get("/me/drafts/").content.decode()


def test_a_draft_of_somebody_else_is_not_there(writer, other):
    draft = keep(other)
    token = {"csrfmiddlewaretoken": fields_of(writer.get(JOURNAL))["csrfmiddlewaretoken"]}
    assert writer.post(f"/me/drafts/{draft.public_id}/delete/", token).status_code == 404
    assert writer.post("/me/drafts/nobodys-draft/delete/", token).status_code == 404
    assert other.drafts.exists()


@pytest.mark.parametrize("address", ["/me/drafts/"])
def test_a_visitor_is_sent_to_the_sign_in(client, address):
    assert client.get(address).url == f"/account/login/?next={address}"


def test_the_list_asks_the_same_for_one_and_for_many(writer, member, django_assert_max_num_queries):
    keep(member)
    deleted(member, about="gone")
    with django_assert_max_num_queries(8) as one:
        writer.get("/me/drafts/")
    for number in range(14):
        keep(member, about=str(number))
        deleted(member, about=str(number + 20))
    with django_assert_max_num_queries(8) as many:
        writer.get("/me/drafts/")
    assert len(one) == len(many)


def test_drafts_expire_half_a_year_after_the_last_change(member):
    keep(member, about="old", days=KEPT_FOR.days + 1)
    keep(member, about="young", days=KEPT_FOR.days - 1)
    assert [draft.about for draft in Draft.objects.expired()] == ["old"]


# What is kept


def test_the_oldest_of_too_many_go(member, other, monkeypatch):
    monkeypatch.setattr(actions, "MOST_DRAFTS", 3)
    keep(other, about="of another", days=99)
    for number in range(5):
        keep(member, about=str(number), days=9 - number)
    keep(member, about="4", text="changed")
    assert set(member.drafts.values_list("about", flat=True)) == {"2", "3", "4"}
    assert other.drafts.exists()


def test_a_flood_is_cut():
    fields = actions._within_limits({f"{number}": ["x" * 60_000, "y"] for number in range(60)})
    assert len(fields) == actions.MOST_FIELDS
    assert max(sum(len(value) for value in values) for values in fields.values()) == actions.LONGEST_FIELD
    assert sum(len(value) for values in fields.values() for value in values) == actions.LONGEST_DRAFT


@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300), name=st.text(min_size=1, max_size=150))
def test_whatever_is_typed_is_kept_and_shown(writer, member, text, name):
    text = text.encode("utf-8", "replace").decode()
    page = fields_of(writer.get(JOURNAL))
    member.drafts.all().delete()
    data = {**page, "body": text, name.encode("utf-8", "replace").decode(): "a second one"}
    if name in page or name in ("save_draft", "next"):
        return
    assert writer.post(SAVE, data).status_code in (200, 204)
    kept = member.drafts.first()
    if clean(text).strip():
        assert kept.fields["body"][0] == clean(text)
    assert writer.get("/me/drafts/").status_code == 200
    assert writer.get(JOURNAL).status_code == 200


def test_two_saves_at_once_leave_one_draft(member):
    first = actions.keep(member=member, form="journal", about="", address=JOURNAL, fields={"body": ["one"]})
    second = actions.keep(member=member, form="journal", about="", address=JOURNAL, fields={"body": ["two"]})
    assert first.pk == second.pk
    assert member.drafts.get().fields["body"] == ["two"]


def test_a_value_tells_nothing_but_what_the_form_is(member):
    place = signing.loads(value_of(member), salt="members.drafts")
    assert place == {"member": member.public_id, "form": "journal", "about": "", "address": JOURNAL}
    assert str(member.pk) not in place.values()


def test_a_draft_of_numbers_shows_only_words_of_its_writer():
    member = UserFactory().member
    kept = {"member": member, "form": "check-in", "address": "/soulmates/symptoms/"}
    only_numbers = Draft.objects.create(**kept, about="a", fields={"on": ["2026-11-30"], "s-12": ["3"]})
    with_note = Draft.objects.create(**kept, about="b", fields={"on": ["2026-11-30"], "note": ["A bad week"]})
    assert (only_numbers.first_words, with_note.first_words) == ("", "A bad week")
