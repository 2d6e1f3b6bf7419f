"""Limits: counted together where the cache is shared, more strictly where it is down, and told kindly."""

import threading
import time

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import path

from members import limits
from members.limits import Limit, LimitReached, counted_as, refund, spend
from oms_community import caching, urls
from oms_community.urls import handler400, handler403, handler404, handler500
from tests.factories import UserFactory
from tests.rooms.world import person

__all__ = ["handler400", "handler403", "handler404", "handler500"]
THREE = Limit("three", 3, 60)


def spending(request):
    """Count the one who asks."""
    spend(THREE, counted_as(request))
    return HttpResponse("done")


urlpatterns = [path("_/spend/", spending), *urls.urlpatterns]


@pytest.fixture
def clock(monkeypatch):
    """A clock that only a test moves."""
    real_time, real_monotonic, moved = time.time, time.monotonic, [0.0]
    monkeypatch.setattr(limits.time, "time", lambda: real_time() + moved[0])
    monkeypatch.setattr(limits.time, "monotonic", lambda: real_monotonic() + moved[0])

    def move(seconds):
        moved[0] += seconds

    return move


@pytest.fixture
def broken(monkeypatch, settings):
    """Let the shared cache be where nobody answers."""
    monkeypatch.setattr(caching._Down, "until", float("-inf"))
    monkeypatch.setattr(caching._Down, "logged_at", float("-inf"))
    settings.CACHES = {**settings.CACHES, "default": {"BACKEND": "oms_community.caching.SharedCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    caches["default"].own.clear()
    return caches["default"]


def times(limit, who, most=50):
    """Return how often one may until the limit."""
    for count in range(most):
        try:
            spend(limit, who)
        except LimitReached:
            return count
    return most


def test_so_often_and_no_more():
    assert times(THREE, 1) == 3
    with pytest.raises(LimitReached) as reached:
        spend(THREE, 1)
    assert 1 <= reached.value.retry_after <= 60


def test_each_is_counted_apart_and_each_limit_too():
    assert times(THREE, 1) == 3
    assert times(THREE, 2) == 3
    assert times(THREE, "192.0.2.1") == 3
    assert times(Limit("other", 3, 60), 1) == 3


@pytest.mark.django_db
def test_a_member_is_counted_by_number_whatever_the_name():
    member = UserFactory().member
    spend(THREE, member)
    member.pseudonym = "Another Name"
    assert times(THREE, member.pk) == 2


def test_the_window_begins_with_the_first_use_and_trying_on_does_not_make_it_longer(clock):
    once = Limit("once", 1, 3600)
    spend(once, 1)
    clock(3000)
    for _try in range(5):
        with pytest.raises(LimitReached) as reached:
            spend(once, 1)
    assert 590 <= reached.value.retry_after <= 600
    clock(601)
    spend(once, 1)
    with pytest.raises(LimitReached):
        spend(once, 1)


def test_a_count_that_has_lost_its_end_does_not_lock_anybody_out(clock):
    assert times(THREE, 1) == 3
    (key,) = (name for name in _keys() if not name.endswith(":end"))
    caches["default"].touch(key, None)  # as a count is that was raised in the moment it ended
    clock(61)
    assert times(THREE, 1) == 3


def test_what_was_given_back_may_be_used_again():
    assert times(THREE, 1) == 3
    refund(THREE, 1)
    refund(THREE, 2)  # never counted: nothing to give back
    # The refused try was counted too, so that one give-back is eaten by it.
    refund(THREE, 1)
    spend(THREE, 1)
    assert times(THREE, 2) == 3


def test_no_key_holds_a_number_or_an_address():
    spend(THREE, 4711)
    spend(THREE, "198.51.100.77")
    for key in _keys():
        assert "4711" not in key
        assert "198.51" not in key
        assert key.split(":")[0] == "limit"


def _keys():
    return [name.split(":", 2)[2] for name in caches["default"]._cache]


def test_without_the_key_of_the_site_nobody_can_say_whose_count_it_is(settings):
    before = limits._key(THREE, 1)
    settings.SECRET_KEY = "another"
    assert limits._key(THREE, 1) != before


def test_many_at_once_get_no_more_than_one():
    ten, got = Limit("ten", 10, 60), []

    def press():
        try:
            spend(ten, 1)
        except LimitReached:
            return
        got.append(1)

    threads = [threading.Thread(target=press) for _one in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) <= 10


def test_without_the_cache_half_is_allowed_and_never_none(broken):
    assert times(Limit("ten", 10, 60), 1) == 5
    assert times(Limit("once", 1, 60), 1) == 1
    with pytest.raises(LimitReached) as reached:
        spend(Limit("once", 1, 60), 1)
    assert 1 <= reached.value.retry_after <= 60


def test_without_the_cache_a_window_ends_too(broken, clock):
    once = Limit("once", 1, 60)
    spend(once, 1)
    clock(61)
    spend(once, 1)


def test_a_refund_without_the_cache_breaks_nothing(broken):
    refund(THREE, 1)


@pytest.mark.parametrize(
    ("address", "counted"),
    [("198.51.100.77", "198.51.100.77"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"), ("", "")],
)
def test_a_visitor_is_an_address_and_a_network_of_the_new_kind_is_one(address, counted):
    assert counted_as(RequestFactory().get("/", REMOTE_ADDR=address)) == counted


@pytest.mark.parametrize(("proxies", "counted"), [(0, "10.0.0.1"), (1, "198.51.100.7"), (2, "203.0.113.9"), (3, "10.0.0.1")])
def test_only_as_many_proxies_are_believed_as_there_are(proxies, counted, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": "203.0.113.9, 198.51.100.7"})
    assert counted_as(request) == counted


@pytest.mark.django_db
def test_a_member_is_counted_as_themselves_wherever_they_are(client, settings):
    settings.ROOT_URLCONF = __name__
    client.force_login(person("one", "Quiet Otter").user)
    for number in range(3):
        assert client.get("/_/spend/", REMOTE_ADDR=f"198.51.100.{number}").status_code == 200
    assert client.get("/_/spend/", REMOTE_ADDR="198.51.100.200").status_code == 429
    client.logout()
    assert client.get("/_/spend/", REMOTE_ADDR="198.51.100.200").status_code == 200


@pytest.mark.django_db
def test_over_a_limit_the_page_says_when_to_try_again_and_hands_the_text_back(client, settings):
    settings.ROOT_URLCONF = __name__
    for _time in range(3):
        client.post("/_/spend/")
    response = client.post("/_/spend/", {"body": "We sat up all night again."})
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 60
    html = response.content.decode()
    assert "We sat up all night again.</textarea>" in html
    assert "in 1 minute" in html


@pytest.mark.django_db
def test_thirty_searches_a_minute_and_the_empty_page_is_free(client):
    for _time in range(40):
        assert client.get("/search/").status_code == 200
    codes = [client.get("/search/?q=sleep").status_code for _time in range(31)]
    assert codes == [200] * 30 + [429]
    assert client.get("/search/").status_code == 200
    assert client.get("/search/?q=sleep", REMOTE_ADDR="198.51.100.77").status_code == 200


@pytest.mark.django_db
def test_counting_searches_leaves_no_session_and_asks_nothing(client, django_assert_num_queries):
    response = client.get("/search/?q=sleep")
    assert not response.cookies
    with django_assert_num_queries(_queries(client)):
        client.get("/search/?q=sleep")


def _queries(client):
    with CaptureQueriesContext(connection) as found:
        client.get("/search/?q=sleep")
    assert not [query for query in found if "django_session" in query["sql"] or "members_" in query["sql"].replace("members_audience", "")]
    return len(found)


@pytest.mark.django_db
def test_without_the_cache_pages_go_on(client, broken):
    assert [client.get("/search/?q=sleep").status_code for _time in range(16)] == [200] * 15 + [429]


@pytest.mark.django_db
def test_nobody_is_counted_where_no_address_is_known(client):
    assert {client.get("/search/?q=sleep", REMOTE_ADDR="").status_code for _time in range(35)} == {200}
