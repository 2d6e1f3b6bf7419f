"""Nothing that a person typed, and no address of theirs, is ever written into a log."""

import copy
import io
import logging
import logging.config

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import DataError
from django.test import Client, override_settings
from django.urls import path

from members import limits
from members.models.user import User
from oms_community.logs import LineFormatter
from tests.html import none_of
from tests.rooms import everything
from tests.rooms.world import build, person
from tests.site import urls
from tests.site.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]

EMAIL, OTHER_EMAIL = "canary.mail@birdcage.example", "canary.unknown@birdcage.example"
NAME, OTHER_NAME = "Canary Feather", "Canary Second Feather"
PASSWORD, WRONG = "canary-password-0123456789", "canary-wrong-password-98765"
TEXT = "canarytext: we sat up all night and cried"
QUERY, TOKEN, HOST = "canaryquery", "canarytoken0123456789", "canaryhost.example"
IP, IP6 = "203.0.113.219", "2001:db8:ca:4a47::17"
CANARIES = (
    *("birdcage", "canary.mail", "canary.unknown", NAME, OTHER_NAME, "Feather", PASSWORD, WRONG, "canary-password", "canarytext"),
    *(QUERY, TOKEN, HOST, "canaryhost", IP, IP6, "203.0.113", "2001:db8"),
)


def breaks(request, token):
    """Fail with what was typed in the words of the exception and of the one before it, as databases do."""
    try:
        raise DataError(f"Key (email)=({request.POST['email']}) already exists: {request.POST['body']}")
    except DataError as error:
        raise ArithmeticError(request.POST["body"]) from error


def too_often(request):
    """Meet a limit."""
    raise limits.LimitReached(60)


urlpatterns = [path("_/breaks/<str:token>/", breaks), path("_/often/", too_often), *urls.urlpatterns]


class Ears(logging.Handler):
    """Hears every record: as it is, and as it is written."""

    def __init__(self):
        super().__init__(logging.NOTSET)
        self.records, self.written = [], io.StringIO()
        self.setFormatter(LineFormatter(settings.LOGGING["formatters"]["line"]["format"]))

    def emit(self, record):
        """Keep it."""
        self.records.append(record)
        self.written.write(self.format(record) + "\n")

    def said(self):
        """Give what each record holds, the words of its arguments as well as the line."""
        for record in self.records:
            yield f"{record.name}: {record.getMessage()} {record.args!r}"
        yield from self.written.getvalue().splitlines()


@pytest.fixture
def ears():
    """Logging as it is set, everything that it lets through heard from DEBUG on."""
    chatty = copy.deepcopy(settings.LOGGING)
    chatty["root"] = {"handlers": [], "level": "DEBUG"}
    root, before = logging.getLogger(), logging.getLogger().level
    handlers = root.handlers[:]
    logging.config.dictConfig(chatty)
    heard = Ears()
    root.addHandler(heard)
    yield heard
    root.removeHandler(heard)
    logging.config.dictConfig(settings.LOGGING)
    root.handlers[:] = handlers
    root.setLevel(before)


@pytest.fixture
def here():
    """The addresses of tests."""
    with override_settings(ROOT_URLCONF=__name__):
        yield


def browser(address=IP, **more):
    """Return a browser that comes from an address, and is shown our page where we fail."""
    return Client(raise_request_exception=False, REMOTE_ADDR=address, headers={"user-agent": "canarytext browser"}, **more)


def leaks(ears):
    """Give each line that holds a canary."""
    for line in ears.said():
        yield from (f"{canary!r} in {line}" for canary in CANARIES if canary.lower() in line.lower())


def walk_of_a_newcomer(client):
    """Join, up to the letter with the code, and type it wrong."""
    for page, answer in {
        "age": {"age": "18+"},
        "name": {"name": OTHER_NAME},
        "health": {"without": "1"},
        "check": {},
    }.items():
        client.get(f"/account/join/{page}/")
        client.post(f"/account/join/{page}/", answer)
    client.post("/account/signup/", {"email": OTHER_EMAIL, "password1": PASSWORD, "body": TEXT})
    client.post("/account/confirm-email/", {"code": TOKEN})
    client.post("/account/signup/", {"email": "canary.mail@", "password1": "canary"})


def walk_of_a_guest(client):
    """Sign in wrongly, and by code; forget the password; follow old links."""
    client.post("/account/login/", {"login": EMAIL, "password": WRONG})
    client.post("/account/login/", {"login": OTHER_EMAIL, "password": WRONG})
    client.post("/account/password/reset/", {"email": EMAIL})
    client.post("/account/password/reset/", {"email": OTHER_EMAIL})
    client.post("/account/login/code/", {"email": EMAIL})
    client.get(f"/account/password/reset/key/{TOKEN}/")
    client.get(f"/account/undo/{TOKEN}/")


def walk_of_a_member(client, member):
    """Sign in, look round, change what can be changed."""
    client.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert SESSION_KEY in client.session
    for address in ("/me/", "/me/profile/", "/me/drafts/", f"/members/{member.public_id}/", "/account/security/", "/account/email/"):
        client.get(f"{address}?next={QUERY}")
    client.post("/me/profile/", {"about": TEXT, "about_visibility": "nobody"})
    client.post("/me/name/", {"pseudonym": OTHER_NAME})
    client.post("/account/email/", {"email": f"new.{EMAIL}", "action_add": ""})
    client.post("/account/password/change/", {"oldpassword": WRONG, "password1": PASSWORD})
    client.post("/me/patients/join/", {"code": TOKEN})


def walk_of_faults(client):
    """Meet each fault that a request can meet, with something of a person in its address, its query, its body, its headers."""
    client.get(f"/search/?q={QUERY}")
    client.get(f"/no/such/{TOKEN}/?q={QUERY}")
    client.post(f"/no/such/{TOKEN}/", {"body": TEXT})
    for fault in ("400", "403", "500", "503", "csrf", "429", "422"):
        client.get(f"/_/{fault}/?q={QUERY}")
    assert client.post(f"/_/breaks/{TOKEN}/", {"email": EMAIL, "body": TEXT}).status_code == 500
    assert client.post("/_/often/", {"body": TEXT}).status_code == 429
    client.get("/", headers={"host": HOST})
    client.get("/", headers={"x-forwarded-for": IP6, "referer": f"https://{HOST}/?q={QUERY}"})
    client.generic(f"{TOKEN.upper()}", "/", TEXT)
    client.post("/settings/", TEXT, content_type=f"multipart/form-data; boundary={TOKEN}")
    client.get("/help-now/?" + "&".join(f"{QUERY}{number}=1" for number in range(1100)))
    client.get(f"/oms/%00{QUERY}/")
    client.cookies["sessionid"] = TOKEN
    client.get("/me/")
    strict = browser(IP6, enforce_csrf_checks=True)
    strict.post("/settings/", {"body": TEXT, "csrfmiddlewaretoken": TOKEN})
    strict.post("/account/login/", {"login": EMAIL, "password": PASSWORD}, headers={"origin": f"https://{HOST}"})


@pytest.fixture
def walked(ears, here, django_capture_on_commit_callbacks):
    """Walk all ways, and hear what is said about them; the member who walked."""
    member = person("canary", NAME)
    User.objects.filter(pk=member.user.pk).update(email=EMAIL)
    member.user.emailaddress_set.update(email=EMAIL)
    member.user.set_password(PASSWORD)
    member.user.save(update_fields=["password"])
    with django_capture_on_commit_callbacks(execute=True):
        walk_of_a_newcomer(browser())
        walk_of_a_guest(browser())
        walk_of_a_member(browser(IP6), member)
        walk_of_faults(browser())
    return member


def test_no_line_holds_what_a_person_typed_or_where_they_are(walked, ears):
    assert len(ears.records) > 50
    none_of(leaks(ears))


def test_each_request_is_one_line_with_its_route_and_the_members_random_id(walked, ears):
    lines = [record.getMessage() for record in ears.records if record.name == "oms_community.requests"]
    assert [line for line in lines if "members:me 200" in line and line.endswith(walked.public_id)]
    assert [line for line in lines if "search:result_list" in line and line.endswith(" -")]
    assert not [line for line in lines if "/" in line or "?" in line.split()[2:]]


def test_a_fault_is_written_with_its_places_and_kinds(walked, ears):
    written = ears.written.getvalue()
    assert "ArithmeticError" in written
    assert "test_log_canaries.py" in written


@pytest.mark.once
def test_the_pages_of_all_rooms_say_nothing_either(ears):
    world = build()
    everything.answers(world)
    names = [member.pseudonym for member in world.members.values() if member.joined_at]
    addresses = [member.user.email for member in world.members.values()]
    assert ears.records
    none_of(line for line in ears.said() for word in (*names, *addresses, world.child.nickname, "127.0.0.1") if word in line)


def test_the_formatter_leaves_the_words_of_exceptions_out(settings):
    settings.DEBUG = False
    record = caught()
    text = LineFormatter("%(message)s").format(record)
    assert "canarytext" not in text
    assert text.index("KeyError") < text.index("ValueError")
    assert "test_log_canaries.py" in text


def test_with_debug_a_developer_reads_them(settings):
    settings.DEBUG = True
    assert "canarytext" in LineFormatter("%(message)s").format(caught())


def caught():
    """Return the record of an exception that followed another."""
    try:
        try:
            raise KeyError(TEXT)
        except KeyError as error:
            raise ValueError(TEXT) from error
    except ValueError as error:
        return logging.LogRecord("x", logging.ERROR, __file__, 1, "A job failed", (), (type(error), error, error.__traceback__))


def test_the_canaries_would_be_heard(ears):
    logging.getLogger("members.anything").debug("Welcome, %s", NAME)
    logging.getLogger("oms_community").error("typed: %s", {"body": TEXT})
    assert len(list(leaks(ears))) >= 4


def test_no_request_is_mailed_to_anybody_when_something_fails():
    kinds = [type(handler).__name__ for name in ("", "django", "django.request") for handler in logging.getLogger(name).handlers]
    assert "AdminEmailHandler" not in kinds
