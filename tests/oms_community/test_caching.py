"""The shared cache: its absence is borne, told once a minute, and over as soon as it is back."""

import logging

import pytest
from allauth.account import app_settings as account
from allauth.core.internal.ratelimit import parse_rates
from allauth.mfa import app_settings as mfa
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCacheClient
from django.test import Client
from django.urls import reverse

from oms_community import caching
from tests.factories import PASSWORD, UserFactory


@pytest.fixture
def cache(settings, monkeypatch):
    """A shared cache where nobody answers."""
    monkeypatch.setattr(caching._Down, "until", float("-inf"))
    monkeypatch.setattr(caching._Down, "logged_at", float("-inf"))
    settings.CACHES = {**settings.CACHES, "default": {"BACKEND": "oms_community.caching.SharedCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    caches["default"].own.clear()
    return caches["default"]


@pytest.fixture
def clock(monkeypatch):
    """A clock that only a test moves."""
    real, moved = caching.time.monotonic, [0.0]
    monkeypatch.setattr(caching.time, "monotonic", lambda: real() + moved[0])

    def move(seconds):
        moved[0] += seconds

    return move


@pytest.fixture
def tried(monkeypatch):
    """How often the cache was really asked."""
    asked = []

    def get(self, key, default):
        asked.append(key)
        raise ConnectionError("redis://of-somebody:secret@host")

    monkeypatch.setattr(RedisCacheClient, "get", get)
    return asked


def test_everything_goes_on_in_the_process(cache):
    cache.set("one", 1)
    assert cache.is_down
    assert cache.get("one") == 1
    assert cache.incr("one") == 2
    assert cache.decr("one") == 1
    assert not cache.add("one", 5)
    assert cache.add("two", 2)
    assert cache.get_many(["one", "two", "three"]) == {"one": 1, "two": 2}
    assert cache.get_or_set("three", lambda: 3) == 3
    assert "three" in cache
    assert cache.touch("three", 5)
    cache.set_many({"four": 4})
    cache.delete_many(["one", "two"])
    assert cache.get("one", "gone") == "gone"
    cache.delete("four")
    cache.clear()
    assert cache.get("three") is None


def test_every_operation_of_the_backend_is_covered():
    own = {name for name in vars(caching.RedisCache) if not name.startswith("_") and name != "get_backend_timeout"}
    assert own == set(caching.OPERATIONS)


def test_a_key_that_is_missing_is_an_answer_and_no_fault(cache, monkeypatch):
    def missing(self, key, delta):
        raise ValueError("no such key")

    monkeypatch.setattr(RedisCacheClient, "incr", missing)
    with pytest.raises(ValueError):
        cache.incr("one")
    assert not cache.is_down


def test_it_is_left_alone_for_a_while_and_then_asked_again(cache, clock, tried):
    for _time in range(20):
        cache.get("one")
    assert len(tried) == 1
    clock(caching.REST + 1)
    cache.get("one")
    assert len(tried) == 2


def test_as_soon_as_it_is_back_it_is_used(cache, clock, monkeypatch):
    assert cache.get("one") is None
    monkeypatch.setattr(RedisCacheClient, "get", lambda self, key, default: "shared")
    assert cache.get("one") is None
    clock(caching.REST + 1)
    assert cache.get("one") == "shared"
    assert not cache.is_down


def test_it_is_told_once_a_minute_without_its_address(cache, clock, tried, caplog):
    for _time in range(3):
        cache.get("one")
        clock(caching.REST + 1)
    assert len(tried) == 3
    (line,) = (record.getMessage() for record in caplog.records if record.levelno == logging.ERROR)
    assert "ConnectionError" in line
    assert "secret" not in caplog.text
    clock(caching.LOG_EVERY)
    cache.get("one")
    assert len(caplog.records) == 2


@pytest.mark.django_db
def test_people_sign_in_while_it_is_down_and_guesses_are_still_counted(cache):
    user = UserFactory()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    address, client = reverse("account_login"), Client()
    answers = [client.post(address, {"login": user.email, "password": "wrong"}).status_code for _time in range(3)]
    assert answers == [200, 200, 429]  # with the shared cache it is the sixth that is refused
    other = UserFactory()
    other.emailaddress_set.create(email=other.email, verified=True, primary=True)
    assert client.post(address, {"login": other.email, "password": PASSWORD}).status_code == 302
    assert cache.is_down


@pytest.mark.parametrize("library", [account, mfa])
def test_every_limit_of_the_sign_in_library_is_halved_while_it_is_down_and_whole_again_afterwards(cache, clock, monkeypatch, library):
    down = dict(library.RATE_LIMITS)
    assert cache.is_down
    monkeypatch.setattr(RedisCacheClient, "has_key", lambda self, key: False)
    clock(caching.REST + 1)
    up = dict(library.RATE_LIMITS)
    for name in {**settings.ACCOUNT_RATE_LIMITS, **settings.MFA_RATE_LIMITS}.keys() & up.keys():
        for now, then in zip(parse_rates(up[name]), parse_rates(down[name]), strict=True):
            assert (then.duration, then.per) == (now.duration, now.per)
            assert then.amount == now.amount // 2, name


def test_every_limit_that_the_sign_in_library_counts_here_is_one_of_ours():
    """A further one of the library would not be halved. Telephone numbers are not used; a code by mail is sent once in ten seconds, and no less."""
    unused = {"change_phone", "verify_phone", "confirm_email"}
    assert set(account.RATE_LIMITS) - unused == set(settings.ACCOUNT_RATE_LIMITS)
    assert set(mfa.RATE_LIMITS) == set(settings.MFA_RATE_LIMITS)
