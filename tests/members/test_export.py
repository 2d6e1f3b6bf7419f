"""Exports: made in the background, one a day, one's own only, gone after two days, and nothing of anybody else in them."""

import io
import json
import zipfile
from datetime import timedelta
from itertools import pairwise
from urllib.parse import unquote

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone, translation

from members import limits, packing, readable
from members.actions import people
from members.actions.export import request_export
from members.models.choices import Level, Relation
from members.models.draft import Draft
from members.models.leaving import Export
from members.models.member import Member
from members.models.patient import Guardian
from tests.factories import RevisionFactory, UserFactory
from tests.html import Document, text_of
from tests.members.people import patient_of
from tests.rooms.world import sign_in

pytestmark = pytest.mark.django_db
LIST = "/me/export/"


@pytest.fixture
def member():
    member = UserFactory(email="mika@example.org").member
    people.rename(member=member, to="Mika of the Hills")
    return member


@pytest.fixture
def signed_in(client, member):
    sign_in(client, member.user)
    return client


def ready(member):
    export = Export.objects.create(member=member)
    assert packing.make(export.pk, "en") == "made"
    export.refresh_from_db()
    return export


def unpacked(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def body(response):
    return b"".join(response.streaming_content)


# --- asking ---


def test_an_export_is_made_once_the_wish_is_saved(signed_in, member, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as later:
        response = signed_in.post(LIST)
    assert response.status_code == 302
    assert member.exports.get().state == "waiting"
    for callback in later:
        callback()
    assert member.exports.get().state == "ready"


def test_one_a_day_and_the_page_says_from_when_the_next(signed_in, member, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        signed_in.post(LIST)
    response = signed_in.post(LIST)
    assert response.status_code == 429
    assert response["Retry-After"]
    assert member.exports.count() == 1
    page = signed_in.get(LIST).content.decode()
    assert "One export a day" in page
    assert "Pack my data" not in page


def test_a_second_press_while_it_is_being_packed_is_the_same_wish(signed_in, member):
    signed_in.post(LIST)
    assert signed_in.post(LIST).status_code == 302
    assert member.exports.count() == 1


def test_an_export_that_failed_does_not_use_up_the_day(signed_in, member, monkeypatch, caplog, django_capture_on_commit_callbacks):
    def fail(who):
        raise RuntimeError(f"something about {who.pseudonym}")

    with monkeypatch.context() as broken, django_capture_on_commit_callbacks(execute=True):
        broken.setattr(packing, "pack", fail)
        signed_in.post(LIST)
    assert member.exports.get().state == "failed"
    assert "Mika" not in caplog.text
    assert "Try again" in signed_in.get(LIST).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert signed_in.post(LIST).status_code == 302
    assert member.exports.first().state == "ready"
    with pytest.raises(limits.LimitReached):
        request_export(member=member)


def test_an_export_whose_worker_died_counts_as_failed_after_an_hour(member):
    export = Export.objects.create(member=member, requested_at=timezone.now() - timedelta(minutes=59))
    assert export.state == "waiting"
    export.requested_at -= timedelta(minutes=2)
    assert export.state == "failed"


def test_asking_needs_to_have_signed_in_lately(client, member):
    client.force_login(member.user)
    response = client.post(LIST)
    assert response.status_code == 302
    assert "reauthenticate" in response.url or "login" in response.url
    assert not member.exports.exists()
    assert client.get(LIST).status_code in (200, 302)


def test_a_visitor_is_sent_to_the_sign_in(client):
    for address in (LIST, "/me/export/23456789bcdf/"):
        response = client.get(address)
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


# --- the file ---


def test_the_zip_holds_data_a_page_and_the_picture(member):
    patient_of(member, tumour="found", tumour_kind="a kind")
    member.picture = default_storage.save("pictures/x.webp", ContentFile(b"picture"))
    member.save()
    files = unpacked(packing.pack(member))
    assert set(files) == {"data.json", "index.html", "picture.webp"}
    assert files["picture.webp"] == b"picture"
    data = json.loads(files["data.json"])["data"]
    assert data["members"]["patients"][0]["nickname"] == "Bean"
    assert {"members", "letters"} <= set(data)


def test_a_picture_whose_file_is_gone_spoils_nothing(member):
    Member.objects.filter(pk=member.pk).update(picture="pictures/gone.webp")
    member.refresh_from_db()
    files = unpacked(packing.pack(member))
    assert set(files) == {"data.json", "index.html"}
    assert b"<img" not in files["index.html"]


def test_free_text_of_a_shared_record_is_told_to_its_owner_alone(member):
    """Whoever else may change it did not have to write it."""
    patient = patient_of(UserFactory().member, tumour="found", tumour_kind="somebody else's words")
    Guardian.objects.create(patient=patient, member=member, relation=Relation.PARENT, level=Level.EDIT)
    content = b"".join(unpacked(packing.pack(member)).values()).decode("utf-8", "replace")
    assert "somebody else" not in content
    assert '"tumour": "found"' in content


def test_texts_of_the_reference_that_one_wrote_go_along(member):
    revision = RevisionFactory(author=member.user, body="What an editor wrote.", origin="editor")
    data = json.loads(unpacked(packing.pack(member))["data.json"])["data"]["members"]["account"]
    assert [row["body"] for row in data["texts of the reference proposed"]] == [revision.body]


def test_everything_in_the_data_stands_on_the_page_too(member):
    member.about = "We live by the sea"
    member.save()
    Draft.objects.create(member=member, form="story", address="/", fields={"body": ["half a story"]})
    page = unpacked(packing.pack(member))["index.html"].decode()
    for words in ("mika@example.org", "Mika of the Hills", "We live by the sea", "half a story"):
        assert words in page


def test_no_other_persons_name_or_words_are_in_it(member):
    other = UserFactory(email="somebody@example.org").member
    people.rename(member=other, to="Somebody Else")
    people.block(member=member, other=other)
    people.mute(member=member, other=other)
    content = b"".join(unpacked(packing.pack(member)).values()).decode("utf-8", "replace")
    assert "Somebody Else" not in content
    assert "somebody@example.org" not in content
    assert other.public_id not in content


def test_markup_that_somebody_typed_is_text_on_the_page_and_nothing_is_asked_of_the_network(member):
    member.about = '<script>alert(1)</script><img src="https://example.org/x.png">'
    member.save()
    Draft.objects.create(member=member, form="x", address="/", fields={"<b>key</b>": ["</span><iframe>"]})
    page = Document(unpacked(packing.pack(member))["index.html"])
    assert page.errors == []
    assert not page.all("script", "iframe", "img", "link", "b")
    assert "<script>alert(1)</script>" in text_of(page.one("body"))
    policy = next(meta for meta in page.all("meta") if "http-equiv" in meta.attrib)
    assert "default-src 'none'" in policy.get("content")


def test_the_page_stands_in_the_language_it_was_asked_for(member):
    with translation.override("ar"):
        page = readable.page(title="x", intro=[], made=timezone.now(), parts={})
    assert '<html lang="ar" dir="rtl">' in page


def test_the_page_shows_every_kind_of_value():
    values = {"none": None, "empty": "", "no": False, "zero": 0, "list": [1, {"deep_er": ["x"]}], "time": timezone.now(), "nothing": []}
    page = Document(readable.page(title="Title", intro=["Intro"], made=timezone.now(), parts={"part": values}))
    rows = list(page.one("body"))
    found = {name.text: text_of(value) for name, value in pairwise(rows) if name.tag == "h3"}
    assert found["None"] == found["Empty"] == found["Nothing"] == "nothing"
    assert (found["No"], found["Zero"]) == ("no", "0")
    assert "Deep er" in found["List"]


def test_values_within_values_without_end_are_cut_and_do_not_crash():
    deep = "x"
    for _level in range(200):
        deep = [deep]
    assert "x" in readable.page(title="x", intro=[], made=timezone.now(), parts={"part": deep})


def test_names_in_the_storage_and_of_the_download_say_nothing(signed_in, member):
    export = ready(member)
    assert "mika" not in export.file.name
    assert len(export.file.name) == len("exports/") + 32 + len(".zip")
    response = signed_in.get(reverse("members:export_download", args=[export.public_id]))
    assert response["Content-Disposition"] == 'attachment; filename="my-data.zip"'
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    assert "data.json" in unpacked(body(response))


# --- who gets it, and until when ---


def test_anybody_elses_export_is_not_there(client, member):
    export = ready(member)
    sign_in(client, UserFactory())
    assert client.get(reverse("members:export_download", args=[export.public_id])).status_code == 404


def test_a_download_needs_to_have_signed_in_lately(client, member):
    export = ready(member)
    client.force_login(member.user)
    response = client.get(reverse("members:export_download", args=[export.public_id]))
    assert response.status_code == 302
    assert f"/me/export/{export.public_id}/" in unquote(response.url)  # and then leads back


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"ready_at": None},
        {"file": ""},
        {"file": "exports/gone.zip"},
    ],
    ids=["run out", "not made", "without a file", "whose file is gone"],
)
def test_an_export_that_cannot_be_had_is_not_there(signed_in, member, change):
    export = ready(member)
    Export.objects.filter(pk=export.pk).update(**change)
    assert signed_in.get(reverse("members:export_download", args=[export.public_id])).status_code == 404


def test_a_file_that_is_gone_does_not_break_the_list(signed_in, member):
    export = ready(member)
    default_storage.delete(export.file.name)
    assert signed_in.get(LIST).status_code == 200


def test_it_waits_for_two_days(member):
    export = ready(member)
    assert export.expires_at - export.ready_at == timedelta(hours=48)


# --- the task ---


def test_packing_twice_makes_one_file(member):
    export = ready(member)
    before = set(default_storage.listdir("exports")[1])
    assert packing.make(export.pk, "en") == "not wanted"
    assert set(default_storage.listdir("exports")[1]) == before


def test_an_export_whose_member_left_meanwhile_leaves_no_file(member, monkeypatch):
    export = Export.objects.create(member=member)
    pack = packing.pack

    def pack_while_they_leave(who):
        content = pack(who)
        Export.objects.all().delete()
        return content

    monkeypatch.setattr(packing, "pack", pack_while_they_leave)
    before = set(default_storage.listdir("exports")[1]) if default_storage.exists("exports") else set()
    assert packing.make(export.pk, "en") == "not wanted"
    assert set(default_storage.listdir("exports")[1]) == before


def test_a_task_is_handed_numbers_only(settings, member, django_capture_on_commit_callbacks):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415 - the backend is chosen above

    with django_capture_on_commit_callbacks(execute=True):
        request_export(member=member)
    assert DBTaskResult.objects.get().args_kwargs["args"] == [member.exports.get().pk, "en"]


@pytest.mark.parametrize("rows", [1, 15])
def test_the_list_needs_the_same_queries_for_any_length(signed_in, member, rows, django_assert_num_queries):
    for _number in range(rows):
        ready(member)
    signed_in.get(LIST)
    with django_assert_num_queries(5):  # session, account, exports; notices and condition of the header
        signed_in.get(LIST)
