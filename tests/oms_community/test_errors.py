"""Error pages: what happened, what is safe, what to do; no database where none can be relied on; text handed back."""

import errno

import html5lib
import pytest
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from oms_community import errors
from oms_community.middleware import ServiceUnavailableMiddleware
from tests.factories import ConditionFactory, RevisionFactory, TopicFactory, UserFactory

TEXT = "We slept two hours again.\nIs it the <b>steroid</b>?"


@pytest.fixture
def request_(rf):
    """Return a request as the middleware numbers it, without a session or a person."""
    request = rf.post("/somewhere/", {"body": TEXT, "size": "large", "password": "two words", "csrfmiddlewaretoken": "a b"})
    request.request_id = "a1b2c3"
    request.resolver_match = None
    return request


def answers(request):
    """Return the answer of every handler by its status, and the one for a form without its token."""
    return {
        "400": errors.bad_request(request),
        "403": errors.permission_denied(request),
        "404": errors.not_found(request),
        "422": errors.unprocessable(request),
        "429": errors.too_many_requests(request, 61),
        "500": errors.server_error(request),
        "503": errors.service_unavailable(request),
        "csrf": errors.csrf_failure(request, "no cookie"),
    }


@pytest.mark.django_db
def test_each_page_says_what_happened_and_where_to_go(request_):
    for name, response in answers(request_).items():
        html = response.content.decode()
        assert response.status_code == (403 if name == "csrf" else int(name))
        html5lib.HTMLParser(strict=True).parse(html)
        assert html.count("<h1>") == 1
        assert "a1b2c3" in html, name
        assert reverse("help_now") in html
        assert reverse("home") in html
        assert 'name="robots" content="noindex"' in html
        assert "canonical" not in html
        assert "<script>" not in html
        assert " style=" not in html


def test_pages_for_a_lost_database_ask_it_nothing(request_):
    """No mark `django_db`: a query would fail this test."""
    for response in (errors.bad_request(request_), errors.server_error(request_), errors.service_unavailable(request_)):
        assert b"<h1>" in response.content


def test_a_broken_error_page_still_answers(request_, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("even this")

    monkeypatch.setattr(errors, "render_to_string", broken)
    response = errors.server_error(request_)
    assert response.status_code == 500
    assert "call your local emergency number" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["422", "429", "503", "csrf"])
def test_typed_text_is_handed_back_and_nothing_secret(request_, name):
    html = answers(request_)[name].content.decode()
    assert "Is it the &lt;b&gt;steroid&lt;/b&gt;?</textarea>" in html
    assert "two words" not in html
    assert "large</textarea>" not in html
    assert ">a b<" not in html


@pytest.mark.parametrize(
    ("sent", "kept"),
    [({}, []), ({"a": "yes"}, []), ({"a": "two words"}, ["two words"]), ({"a": "x" * 40}, ["x" * 40]), ({"new_password1": "my long words"}, [])],
)
def test_what_counts_as_text(rf, sent, kept):
    assert errors.posted_texts(rf.post("/", sent)) == kept


def test_a_flood_of_text_is_cut(rf):
    texts = errors.posted_texts(rf.post("/", {f"f{number}": "word " * 20_000 for number in range(12)}))
    assert len(texts) == errors.MOST_TEXTS
    assert all(len(text) <= errors.LONGEST_TEXT for text in texts)


def test_a_body_that_cannot_be_read_gives_no_text(rf):
    request = rf.post("/", data=b"--x\r\nbroken", content_type="multipart/form-data")
    assert errors.posted_texts(request) == []


@pytest.mark.parametrize(("seconds", "header", "words"), [(1, "1", "in 1 minute."), (61, "61", "in 2 minutes."), (0.2, "1", "in 1 minute.")])
@pytest.mark.django_db
def test_a_limit_says_when_to_try_again(request_, seconds, header, words):
    response = errors.too_many_requests(request_, seconds)
    assert response["Retry-After"] == header
    assert words in response.content.decode()


@pytest.mark.django_db
def test_an_unknown_address_offers_what_it_may_have_meant(client):
    condition = ConditionFactory()
    RevisionFactory(topic=TopicFactory(condition=condition, slug="hereditary"), title="Is it hereditary?")
    response = client.get(f"/{condition.slug}/hereditery/")
    html = response.content.decode()
    assert response.status_code == 404
    assert f'<a href="/{condition.slug}/hereditary/">Is it hereditary?</a>' in html
    assert "aria-current" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nothing/", "/%F0%9F%99%82/", "/a/" * 50, "/x" * 900, "/%00/", "/../../etc/"])
def test_any_unknown_address_is_a_calm_404(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "We cannot find this page" in response.content.decode()


@pytest.mark.django_db
def test_an_unknown_address_needs_no_near_matches(client, monkeypatch):
    def down(path):
        raise DatabaseError("gone")

    monkeypatch.setattr(errors, "near_matches", down)
    assert client.get("/nothing/").status_code == 404


@pytest.mark.django_db
def test_a_form_without_its_token_comes_back_with_its_text():
    response = Client(enforce_csrf_checks=True).post(reverse("settings"), {"body": TEXT})
    assert response.status_code == 403
    assert "Is it the" in response.content.decode()


@pytest.mark.django_db
def test_a_query_of_too_many_parts_is_a_400(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    query = "&".join(f"a{number}=1" for number in range(50))
    response = client.get(f"{reverse('help_now')}?{query}")
    assert response.status_code == 400
    assert b"<h1>" in response.content


def test_our_mistake_is_logged_without_what_the_data_were(request_, caplog):
    secret = "of a person"
    try:
        raise ValueError(f"secret {secret}")
    except ValueError:
        errors.server_error(request_)
    assert "ValueError" in caplog.text
    assert "a1b2c3" in caplog.text
    assert "test_errors.py" in caplog.text
    assert "secret of a person" not in caplog.text


def test_errors_need_no_number_of_the_request():
    request = RequestFactory().get("/")
    request.resolver_match = None
    assert "name the reference" not in errors.server_error(request).content.decode()


# Nothing can be stored


def caused(error, cause):
    error.__cause__ = cause
    return error


class ReadOnlySqlTransaction(Exception):
    """As psycopg says it."""

    sqlstate = "25006"


UNAVAILABLE = {
    "no database": OperationalError("gone"),
    "a lost connection": InterfaceError("closed"),
    "a database that takes no writes": caused(InternalError("read-only"), ReadOnlySqlTransaction()),
    "a full disk": OSError(errno.ENOSPC, "no space"),
    "a full share of the disk": OSError(errno.EDQUOT, "quota"),
    "a disk that is not written to": OSError(errno.EROFS, "read-only"),
}
OTHER = {
    "a transaction that failed before": caused(InternalError("aborted"), None),
    "a file that is not there": FileNotFoundError(errno.ENOENT, "no such file"),
    "a file that is not ours": PermissionError(errno.EACCES, "denied"),
    "a fault of ours": ArithmeticError(),
}


@pytest.mark.parametrize("kind", UNAVAILABLE)
def test_where_nothing_can_be_stored_the_text_is_handed_back(request_, kind):
    response = ServiceUnavailableMiddleware(lambda request: None).process_exception(request_, UNAVAILABLE[kind])
    assert (response.status_code, response["Retry-After"]) == (503, "120")
    assert "Is it the &lt;b&gt;steroid&lt;/b&gt;?</textarea>" in response.content.decode()


@pytest.mark.parametrize("kind", OTHER)
def test_what_waiting_does_not_mend_goes_its_way(request_, kind):
    assert ServiceUnavailableMiddleware(lambda request: None).process_exception(request_, OTHER[kind]) is None


@pytest.mark.django_db
@pytest.mark.parametrize("kind", UNAVAILABLE)
def test_a_session_that_cannot_be_stored_gives_the_text_back_too(client, monkeypatch, kind):
    def fail(*args, **kwargs):
        raise UNAVAILABLE[kind]

    client.force_login(UserFactory())  # long ago: the page asks again, and the session notes what for
    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", fail)
    response = client.post(reverse("members:erase"), {"note": TEXT, "password": "two words"})
    html = response.content.decode()
    assert response.status_code == 503
    assert "Is it the &lt;b&gt;steroid&lt;/b&gt;?</textarea>" in html
    assert "two words" not in html
