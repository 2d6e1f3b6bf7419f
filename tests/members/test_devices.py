"""What is kept of a device: a name that a person knows, and a network, never an address."""

from ipaddress import ip_address, ip_network

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some

from members.accounts.devices import cut_address, device_name
from members.actions import accounts
from tests.factories import PASSWORD, UserFactory
from tests.rooms.world import sign_in

FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    "agent, name",
    [
        (FIREFOX, "Firefox on Android"),
        (CHROME, "Chrome on Windows"),
        (CHROME + " Edg/139.0.0.0", "Edge on Windows"),
        (CHROME.replace("Windows NT 10.0; Win64; x64", "X11; CrOS x86_64 14541.0.0"), "Chrome on ChromeOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) FxiOS/140.0 Mobile/15E148 Safari/605.1.15",
            "Firefox on iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15", "Safari on Mac"),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-S911B) SamsungBrowser/27.0 Chrome/125 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Something/1.0", "A browser on Linux"),
        ("curl/8.5.0", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_a_device_has_the_name_that_its_owner_would_give_it(agent, name):
    assert device_name(agent) == name


@given(some.text() | some.sampled_from([FIREFOX, CHROME, CHROME + " Edg/1", CHROME.replace("Windows NT 10.0", "CrOS")]))
def test_a_name_is_short_and_naming_it_again_changes_nothing(agent):
    name = device_name(agent)
    assert len(name) <= 60
    assert device_name(name) == name


@given(some.ip_addresses())
def test_an_address_is_cut_to_its_network_and_cutting_again_changes_nothing(address):
    cut = cut_address(str(address))
    assert cut_address(cut) == cut
    network = ip_address(cut)
    bits = {4: 24, 6: 48}[network.version]
    assert ip_network(f"{cut}/{bits}", strict=True).network_address == network


def test_two_neighbours_leave_the_same_trace():
    assert cut_address("192.0.2.7") == cut_address("192.0.2.200") == "192.0.2.0"
    assert cut_address("2001:db8:1:2::3") == cut_address("2001:db8:1:ffff::9") == "2001:db8:1::"
    assert cut_address("::ffff:192.0.2.7") == "192.0.2.0"


@pytest.mark.django_db
def test_a_sign_in_leaves_a_short_name_and_a_cut_address_and_nothing_else(client):
    user = UserFactory()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    headers = {"user-agent": FIREFOX}
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, headers=headers, REMOTE_ADDR="192.0.2.77")
    session = UserSession.objects.get(user=user)
    assert (session.user_agent, session.ip) == ("Firefox on Android", "192.0.2.0")
    assert user.security_events.get().device == "Firefox on Android"
    kept = str(Session.objects.get(session_key=session.session_key).get_decoded())
    assert "192.0.2.77" not in kept
    assert "Gecko" not in kept


@pytest.fixture
def elsewhere(client):
    """Return a member signed in here, and a client of theirs signed in on another device."""
    user = UserFactory()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    other = type(client)()
    for one in (client, other):
        one.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, headers={"user-agent": FIREFOX})
    return user, other


def _is_signed_in(client):
    return client.get(reverse("members:account_security")).status_code == 200


@pytest.mark.django_db
def test_a_session_is_ended_from_another_device(client, elsewhere):
    user, other = elsewhere
    assert _is_signed_in(other)
    theirs = UserSession.objects.get(session_key=other.session.session_key)
    response = client.post(reverse("members:session_end", args=[theirs.pk]))
    assert response.url == reverse("usersessions_list")
    assert not _is_signed_in(other)
    assert _is_signed_in(client)
    assert user.security_events.first().kind == "session-ended"


@pytest.mark.django_db
def test_all_other_sessions_end_with_one_press(client, elsewhere):
    user, other = elsewhere
    client.post(reverse("usersessions_list"))
    assert _is_signed_in(client)
    assert not _is_signed_in(other)


@pytest.mark.django_db
def test_nobody_ends_the_session_of_another_or_the_one_they_are_in(client, elsewhere):
    user, other = elsewhere
    stranger = type(client)()
    sign_in(stranger, UserFactory())
    theirs = UserSession.objects.get(session_key=client.session.session_key)
    assert stranger.post(reverse("members:session_end", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("members:session_end", args=[theirs.pk])).status_code == 404
    assert _is_signed_in(client)


@pytest.mark.django_db
def test_a_session_ends_by_post_only(client, elsewhere):
    user, other = elsewhere
    theirs = UserSession.objects.get(session_key=other.session.session_key)
    assert client.get(reverse("members:session_end", args=[theirs.pk])).status_code == 405
    assert _is_signed_in(other)


@pytest.mark.django_db
def test_sessions_that_ran_out_are_not_counted(client, elsewhere):
    user, other = elsewhere
    assert accounts.live_sessions(user).count() == 2
    Session.objects.filter(session_key=other.session.session_key).delete()
    assert accounts.live_sessions(user).count() == 1


@pytest.mark.django_db
def test_the_list_of_sessions_shows_devices_and_no_address(client, elsewhere):
    page = client.get(reverse("usersessions_list")).content.decode()
    assert page.count("Firefox on Android") >= 2
    assert "127.0.0" not in page
