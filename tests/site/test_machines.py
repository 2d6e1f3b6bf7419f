"""What machines ask for: feed, sitemap, robots.txt, security.txt, and whether the site is well."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import resolve
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from conditions.models.revision import Revision
from oms_community.models import JobRun
from tests.html import none_of

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def feed(client):
    """The feed of the reference, parsed."""
    response = client.get("/feeds/reference.xml")
    assert response["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)


def test_the_feed_is_atom_with_all_that_atom_needs(feed):
    assert feed.tag == f"{ATOM}feed"
    assert all(feed.find(f"{ATOM}{name}").text for name in ("title", "id", "updated", "subtitle"))
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 30
    for entry in entries:
        assert all(entry.find(f"{ATOM}{name}").text for name in ("title", "id", "updated", "summary"))
        datetime.fromisoformat(entry.find(f"{ATOM}updated").text)


def test_the_entries_of_the_feed_lead_to_pages_of_this_site(feed, site):
    links = [entry.find(f"{ATOM}link").get("href") for entry in feed.findall(f"{ATOM}entry")]
    ids = [entry.find(f"{ATOM}id").text for entry in feed.findall(f"{ATOM}entry")]
    assert all(link.startswith(settings.SITE_URL) and urlsplit(link).path in site.pages for link in links)
    assert len(set(ids)) == len(ids)


def test_the_feed_says_where_it_stands_itself(feed):
    own = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own == [f"{settings.SITE_URL}/feeds/reference.xml"]


def test_the_feed_names_no_other_host_than_ours(client):
    body = client.get("/feeds/reference.xml", headers={"host": "127.0.0.1"}).content.decode()
    none_of(re.findall(r"<[^>]*>[^<]*127\.0\.0\.1[^<]*<|<[^>]*127\.0\.0\.1[^>]*>", body))


def test_the_sitemap_lists_pages_that_answer(client, site):
    response = client.get("/sitemap.xml")
    assert response["Content-Type"] == "application/xml"
    urls = ElementTree.fromstring(response.content).findall(f"{SITEMAP}url")
    locations = [url.find(f"{SITEMAP}loc").text for url in urls]
    assert len(set(locations)) == len(locations) >= Revision.objects.approved().count()
    assert all(location.startswith(settings.SITE_URL) for location in locations)
    assert {site.pages[urlsplit(location).path].status for location in locations} == {200}


def test_robots_txt_opens_the_reference_and_names_the_sitemap(client):
    response = client.get("/robots.txt")
    lines = response.content.decode().splitlines()
    assert response["Content-Type"].startswith("text/plain")
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines
    closed = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow: ")]
    assert closed == ["/admin/", "/search/", "/settings/"]
    for address in closed:
        resolve(address)


def test_security_txt_is_missing_while_nobody_can_be_written_to(client, settings):
    settings.SECURITY_EMAIL = ""
    assert client.get("/.well-known/security.txt").status_code == 404


def test_security_txt_says_whom_to_write_to_and_until_when(client, settings):
    settings.SECURITY_EMAIL = "safety@example.org"
    response = client.get("/.well-known/security.txt")
    assert response["Content-Type"].startswith("text/plain")
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    assert fields["Contact"] == "mailto:safety@example.org"
    assert fields["Canonical"] == f"{settings.SITE_URL}/.well-known/security.txt"
    assert fields["Preferred-Languages"] == settings.LANGUAGE_CODE
    left = datetime.fromisoformat(fields["Expires"]) - timezone.now()
    assert timedelta(days=100) < left < timedelta(days=366)


def test_the_process_is_alive(client):
    response = client.get("/health/alive/")
    assert response.json() == {"status": "alive"}
    assert "no-store" in response["Cache-Control"]


def test_the_site_is_ready(client):
    response = client.get("/health/")
    assert response.status_code == 200
    checks = {"database": True, "migrations": True, "worker": True}
    assert response.json() == {"status": "ready", "checks": checks, "to look at": {"clean-ups": True}}


def test_a_clean_up_that_stopped_itself_is_seen_and_sends_nobody_away(client):
    JobRun.objects.create(name="forget_drafts", result="stopped: drafts: stopped before 21")
    response = client.get("/health/")
    assert response.status_code == 200
    assert response.json()["to look at"] == {"clean-ups": False}


def _task(age, **more):
    late = timezone.now() - timedelta(seconds=settings.TASK_LATE_SECONDS + age)
    task = DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}}, queue_name="default", task_path="tests.none", backend_name="default", priority=0, **more
    )
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=late)


def test_a_task_that_nobody_takes_says_that_no_worker_runs(client):
    _task(60)
    response = client.get("/health/")
    assert response.status_code == 503
    assert response.json()["status"] == "not ready"
    assert response.json()["checks"] == {"database": True, "migrations": True, "worker": False}


def test_a_task_that_has_just_come_is_no_reason_to_worry(client):
    _task(-60)
    assert client.get("/health/").status_code == 200


def test_a_task_that_is_put_off_until_later_is_no_reason_to_worry(client):
    _task(60, run_after=timezone.now() + timedelta(days=1))
    assert client.get("/health/").status_code == 200


def test_a_missing_migration_is_told(client, monkeypatch):
    monkeypatch.setattr("oms_community.health.MigrationExecutor.migration_plan", lambda *_: ["one"])
    response = client.get("/health/")
    assert (response.status_code, response.json()["checks"]["migrations"]) == (503, False)


def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
