"""Visitors' pages are kept, and never a moment too long."""

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.core.cache import caches
from django.db import OperationalError, connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conditions import panels
from conditions.actions import texts
from conditions.models.pages import Topic
from oms_community.comfort import COOKIE
from soulmates.models.report import ReportSnapshot
from tests.factories import EditorFactory, UserFactory
from tests.html import Document
from tests.site import samples

pytestmark = pytest.mark.usefixtures("kept")
KEPT = 3  # queries for a kept topic: the version of the reference, and those of its panels


@pytest.fixture
def kept(settings):
    """Keep pages, as production does; nothing is kept yet."""
    settings.KEEP_VISITOR_PAGES = True
    caches["visitor_pages"].clear()
    yield
    caches["visitor_pages"].clear()


@pytest.fixture
def topic():
    """The longest topic."""
    return samples.by_length("topic")[0]


def ask(client, address, **more):
    """Return an answer and how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, **more)
    return response, len(queries)


REPORT = "/oms/members-report/"


@pytest.mark.parametrize(
    ("name", "versions"),
    [
        *((name, 3) for name in ("overview", "symptoms", "topic", "symptom")),  # the reference, what members report, what they write
        *((name, 2) for name in (REPORT, "treatment", "/questions/")),
        *((name, 1) for name in ("home", "sources", "glossary", "help now", "about", "how we review")),
    ],
)
def test_the_second_reader_gets_the_same_bytes_for_one_query_a_version(client, name, versions):
    address = samples.samples().get(name, name)
    first, many = ask(client, address)
    second, one = ask(client, address)
    assert second.content == first.content
    assert {name: value for name, value in second.items() if name != "X-Request-Id"} == {
        name: value for name, value in first.items() if name != "X-Request-Id"
    }
    assert many > one == versions


def test_the_kept_page_is_the_page_that_would_be_made(client, topic):
    address = topic.get_absolute_url()
    client.get(address)
    kept = client.get(address).content
    with override_settings(KEEP_VISITOR_PAGES=False):
        assert client.get(address).content == kept


def test_an_approved_text_is_there_at_once(client, topic):
    address = topic.get_absolute_url()
    client.get(address)
    fields = {**texts.fields_of(topic), "title": "Entirely new words?", "note": "A test."}
    proposed = texts.propose(target=topic.target, by=EditorFactory(), fields=fields, rows=texts.rows_of(topic))
    assert b"Entirely new words?" not in client.get(address).content
    texts.approve(revision=proposed, by=EditorFactory())
    assert b"Entirely new words?" in client.get(address).content


def test_a_review_is_there_at_once(client, topic):
    address = topic.get_absolute_url()
    assert b"Ada Example" not in client.get(address).content
    day = date.today()
    texts.record_review(revision=topic, reviewer_name="Ada Example", reviewer_role="doctor", reviewed_on=day, review_due_on=day + timedelta(days=300))
    assert b"Ada Example" in client.get(address).content


def test_a_change_elsewhere_reaches_the_lists(client):
    sources = samples.samples()["sources"]
    client.get(sources)
    symptom = samples.by_length("symptom")[0]
    fields = {**texts.fields_of(symptom), "nav_title": "Other short words", "note": "A test."}
    texts.approve(revision=texts.propose(target=symptom.target, by=EditorFactory(), fields=fields, rows=texts.rows_of(symptom)), by=EditorFactory())
    assert b"Other short words" in client.get(sources).content


def test_a_page_that_comes_overdue_says_so_the_next_day(client, topic, monkeypatch):
    address = topic.get_absolute_url()
    assert b"due for a check" not in client.get(address).content
    tomorrow = topic.review_due_on + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *arguments: tomorrow)
    assert b"due for a check" in client.get(address).content


def test_a_readers_settings_have_a_copy_of_their_own(client, topic):
    address = topic.get_absolute_url()
    plain = client.get(address).content
    client.cookies[COOKIE] = "theme:dark"
    dark, made = ask(client, address)
    assert b'data-theme="dark"' in dark.content
    assert dark.content != plain
    again, queries = ask(client, address)
    assert (again.content, queries) == (dark.content, KEPT)
    assert made > KEPT
    client.cookies.clear()
    assert client.get(address).content == plain


def test_a_made_up_cookie_gets_the_plain_copy(client, topic):
    plain = client.get(topic.get_absolute_url()).content
    client.cookies[COOKIE] = "theme:neon|evil:1"
    response, queries = ask(client, topic.get_absolute_url())
    assert (response.content, queries) == (plain, KEPT)


def test_whoever_has_a_session_gets_pages_made_anew(client, topic):
    address = topic.get_absolute_url()
    client.get(address)
    client.force_login(UserFactory())
    response, queries = ask(client, address)
    assert queries > KEPT
    assert response["Cache-Control"] == "private, no-store"
    client.logout()
    assert ask(client, address)[1] == KEPT


def test_an_address_with_a_query_is_made_anew(client, topic):
    address = topic.get_absolute_url()
    client.get(address)
    response, queries = ask(client, f"{address}?saved=1")
    assert queries > KEPT
    assert b'role="status"' in response.content
    assert b'role="status"' not in client.get(address).content


def test_a_help_page_without_its_numbers_is_not_kept(client, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("oms_community.pages._numbers_by_country", _lost)
        assert b'href="tel:' not in client.get("/help-now/").content
    assert b'href="tel:' in client.get("/help-now/").content


def test_a_page_without_its_menu_is_not_kept(client, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("oms_community.context.first_condition", _lost)
        assert b">Symptoms</a>" not in client.get("/about/").content
    assert b">Symptoms</a>" in client.get("/about/").content


def test_without_a_database_help_answers_and_the_reference_says_what_is_wrong(client, topic, monkeypatch):
    for lost in ("oms_community.middleware.ReferenceVersion.current", "oms_community.pages.first_condition", "oms_community.context.first_condition"):
        monkeypatch.setattr(lost, _lost)
    monkeypatch.setattr("conditions.reading.revision_or_404", _lost)
    assert client.get("/help-now/").status_code == 200
    assert client.get(topic.get_absolute_url()).status_code == 503


def _lost(*arguments, **more):
    raise OperationalError("the database went away")


def test_a_missing_page_is_not_kept(client, topic):
    address = "/oms/not-written-yet/"
    assert client.get(address).status_code == 404
    assert not caches["visitor_pages"]._cache
    new = Topic.objects.create(condition=topic.target.condition, slug="not-written-yet", group="basics")
    fields = {**texts.fields_of(topic), "title": "Now it is written?", "note": ""}
    texts.approve(revision=texts.propose(target=new, by=None, fields=fields, rows={}), by=EditorFactory())
    assert b"Now it is written?" in client.get(address).content


@pytest.mark.parametrize("address", ["/help-now/?country=DE", "/search/", "/search/?q=sleep", "/settings/", "/sitemap.xml", "/health/"])
def test_what_depends_on_more_than_the_reference_is_not_kept(client, address):
    client.get(address)
    assert not caches["visitor_pages"]._cache


def test_a_head_request_keeps_nothing_that_a_reader_would_miss(client, topic):
    client.head(topic.get_absolute_url())
    assert client.get(topic.get_absolute_url()).content


def test_a_browser_that_has_the_kept_page_gets_304(client, topic):
    address = topic.get_absolute_url()
    client.get(address)
    again, queries = ask(client, address, headers={"if-none-match": client.get(address)["ETag"]})
    assert (again.status_code, queries) == (304, KEPT)


# --- panels ---


@pytest.fixture
def filled(monkeypatch):
    """Empty the slot, and return a function that fills it: (fill, version) for counts of topics."""

    def fill(*fillings):
        monkeypatch.setattr("conditions.panels._filled", {("topic", "counts"): [panels.Filling(*one) for one in fillings]})

    return fill


def nothing(thing, user):
    return None


def test_a_page_with_a_panel_that_has_no_version_is_not_kept(client, topic, filled):
    filled((nothing, lambda: "1"), (nothing, None))
    client.get(topic.get_absolute_url())
    assert not caches["visitor_pages"]._cache


def test_a_page_follows_the_version_of_its_panel(client, topic, filled):
    now = {"words": "first", "version": "1"}
    filled((lambda thing, user: ("soulmates/_panel_tag.html", {}) if now["words"] == "second" else None, lambda: now["version"]))
    before = client.get(topic.get_absolute_url()).content
    now["words"] = "second"
    assert client.get(topic.get_absolute_url()).content == before  # the version is what it is kept by
    now["version"] = "2"
    assert client.get(topic.get_absolute_url()).content != before


def test_a_version_that_two_panels_share_is_asked_once(filled):
    asked = []

    def version():
        asked.append(1)
        return "1"

    filled((nothing, version), (nothing, version))
    assert panels.versions("topic") == ("1",)
    assert len(asked) == 1


def test_a_panel_of_another_place_leaves_a_page_alone(client, filled):
    filled((nothing, None))
    address = samples.samples()["symptom"]
    client.get(address)
    assert ask(client, address)[1] == 1


def test_without_a_version_that_can_be_asked_for_the_page_says_what_is_wrong(client, topic, filled):
    filled((nothing, _lost))
    assert client.get(topic.get_absolute_url()).status_code == 200  # the panel itself is there
    assert not caches["visitor_pages"]._cache


def snapshot_of(condition, patients, table):
    """Return a new snapshot, as a build writes it."""
    return ReportSnapshot.objects.create(condition=condition, patients=patients, table=table)


def test_a_new_count_is_there_at_once_and_so_is_its_end(client):
    page = samples.by_length("symptom")[0]
    address, condition, term = page.get_absolute_url(), page.target.condition, page.symptom.symptom.hpo_id
    assert b"Nothing to show yet" in client.get(address).content
    snapshot_of(condition, 123, {term: {"reports": 77}})
    assert b"<strong>77</strong> of 123" in client.get(address).content
    assert b"<strong>77</strong> of 123" in client.get(REPORT).content
    snapshot_of(condition, 124, {term: {"reports": 78}})
    assert b"<strong>78</strong> of 124" in client.get(address).content
    snapshot_of(condition, 124, {})
    for one in (address, REPORT):
        page = client.get(one).content
        assert b"Nothing to show yet" in page
        assert b"of 124" not in page


def test_a_member_sees_of_the_counts_what_a_visitor_sees(client):
    page = samples.by_length("symptom")[0]
    snapshot_of(page.target.condition, 123, {page.symptom.symptom.hpo_id: {"reports": 77}})

    def main(address):
        return ElementTree.tostring(Document(client.get(address).content).one("main"))

    addresses = [page.get_absolute_url(), REPORT]
    before = [main(address) for address in addresses]
    client.force_login(UserFactory())
    assert [main(address) for address in addresses] == before
