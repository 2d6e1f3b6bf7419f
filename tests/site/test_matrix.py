"""Every address, every actor, every method, every relation to the thing: each answer against the decision table in matrix.py."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from unittest import mock
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from conditions.models.condition import Condition
from letters import notice_mail
from letters.models import Kind, Notice
from members import consents
from members.actions import accounts, patients, people, staff
from members.drafts import FIELD, Place
from members.models import AccountChange, Consent, Draft, Export, Guardian, GuardianInvitation, Member, Patient, Purpose
from members.models.choices import Level, Relation, Role, Visibility
from soulmates.models.check_in import CheckIn, Observation
from soulmates.models.location import PublishedMap
from tests import gazetteer
from tests.factories import editors_group
from tests.members import passkeys
from tests.rooms.world import person
from tests.site import forum_things, matrix, moderation_things, writing_things
from tests.site.matrix import ACTORS, TABLE, Row
from tests.staff import sign_in_staff

NOTHING = ("erased", "missing", "unknown", "made up")  # relations to what is not there
NO_ID = "zzzzzzzzzzzz"
DIGEST = "1234567890abcdef" * 2
SESSIONS = ("django_session", "usersessions_usersession")  # kept beside every page, and no change of anybody's data
# GET and POST are tried by everybody. To stay quick, a few answer for others of their kind:
THREE = (matrix.VISITOR, matrix.NEW, matrix.STALE)  # the other methods, and POST where it is none of the page's own
EACH = (matrix.NEW, matrix.TRUSTED, matrix.MODERATOR, matrix.ADMIN)  # every relation to the thing
SHOWN = (matrix.VISITOR, matrix.NEW, matrix.ADMIN)  # the page itself
ON_SECOND = (matrix.VISITOR, matrix.TRUSTED, matrix.MODERATOR)  # on the second database: who may what was decided with the first


@dataclass
class World:
    """Who asks (no visitor), their browsers, and whom they meet."""

    members: dict[str, Member]
    clients: dict[str, Client]
    others: dict[str, Member]
    condition: Condition

    def things(self, row: Row, actor: str) -> dict[str, tuple]:
        """Return for each relation the arguments of the address; without a thing there is one, unnamed."""
        return THINGS[row.of](self, self.members.get(actor, self.members[matrix.NEW])) if row.of else {"": ()}


# The world.


@pytest.fixture(scope="module")
def world(reference):
    """Build everybody once; what a test changes is taken back after each request."""
    with transaction.atomic():
        yield _build()
        transaction.set_rollback(True)


def _build() -> World:
    condition = Condition.objects.order_by("order", "slug").first()
    others = {name: _other(name) for name in ("stranger", "blocker", "blocked", "muted", "suspended", "leaving", "inactive", "unseen", "faceless")}
    others["fresh"] = person("other-fresh", "", joined=False)
    now = timezone.now()
    Member.objects.filter(pk=others["suspended"].pk).update(suspended_at=now)
    Member.objects.filter(pk=others["leaving"].pk).update(leaving_at=now)
    Member.objects.filter(pk=others["unseen"].pk).update(picture_visibility=Visibility.NOBODY)
    others["inactive"].user.is_active = False
    others["inactive"].user.save()
    members = {actor: _actor(actor) for actor in ACTORS if actor != matrix.VISITOR}
    for actor, member in members.items():
        _surround(actor, member, others, condition)
    gazetteer.load()
    forum_things.make(condition, others["stranger"])
    writing_things.make(condition, [others["stranger"], *members.values()])
    moderation_things.make(list(members.values()), others["stranger"])
    PublishedMap.objects.create(condition=condition, digest=DIGEST, units='{"v":1,"k":11,"n":"","u":[]}')
    clients = {actor: _client(actor, member) for actor, member in members.items()}
    return World(members, clients, others, condition)


def _agreed(member: Member) -> Member:
    for purpose in (Purpose.HEALTH, Purpose.CARER):
        consents.give(member=member, purpose=purpose, form="test")
    return member


def _other(name: str) -> Member:
    member = _agreed(person(f"other-{name}", f"The {name.title()} One", role=Role.PARENT))
    if name != "faceless":
        _with_picture(member)
    return member


def _with_picture(member: Member) -> None:
    member.picture.save("any.webp", ContentFile(b"RIFF0000WEBP"))


def _actor(actor: str) -> Member:
    """Make a member of a standing; all but the newcomer have agreed, and have a picture."""
    member = person(actor, f"Asking {actor}", role=Role.PARENT, joined=actor != matrix.FRESH)
    if actor != matrix.FRESH:
        _agreed(member)
        _with_picture(member)
    now, user = timezone.now(), member.user
    if actor not in (matrix.FRESH, matrix.NEW):
        member.joined_at, member.kept_posts = now - timedelta(days=100), 30
    member.suspended_at = now if actor == matrix.SUSPENDED else None
    member.leaving_at = now if actor == matrix.LEAVING else None
    member.save()
    if actor in (*matrix.TEAM, matrix.BARE):
        user.is_staff, user.is_superuser = True, actor == matrix.ADMIN
        user.save()
        if actor == matrix.EDITOR:
            user.groups.add(editors_group())
        elif actor != matrix.ADMIN:
            user.groups.add(staff_group())
        passkeys.app(user)
        staff.mirror(user=user)
    return member


def staff_group():
    """Return the moderators' group."""
    return Group.objects.get_or_create(name=staff.MODERATORS)[0]


def _surround(actor: str, member: Member, others: dict[str, Member], condition: Condition) -> None:
    """Give an actor one of everything, and everybody a relation to them."""
    people.block(member=others["blocker"], other=member)
    people.block(member=member, other=others["blocked"])
    people.mute(member=member, other=others["muted"])
    for place, relation in enumerate(("owner", "edit", "view", "none", "blocked", "keeper suspended")):
        keeper = {"owner": member, "blocked": others["blocker"], "keeper suspended": others["suspended"]}.get(relation, others["stranger"])
        patient = Patient.objects.create(condition=condition, nickname="Bean", age_band="2-4", public_id=_id(actor, place))
        Guardian.objects.create(patient=patient, member=keeper, relation=Relation.PARENT, level=Level.OWNER)
        Guardian.objects.create(patient=patient, member=others["faceless"], relation=Relation.PARENT, level=Level.VIEW)
        if relation in ("edit", "view", "keeper suspended"):
            level = Level.VIEW if relation == "view" else Level.EDIT
            Guardian.objects.create(patient=patient, member=member, relation=Relation.PARENT, level=level)
        for kind, deleted_at in (("c", None), ("d", timezone.now())):
            check_in = CheckIn.objects.create(
                patient=patient, by=keeper, public_id=f"{kind}{_id(actor, place)[1:]}", on=timezone.localdate(), finished_at=timezone.now()
            )
            CheckIn.objects.filter(pk=check_in.pk).update(deleted_at=deleted_at)
            symptom = condition.conditionsymptoms.order_by("pk").first().symptom
            Observation.objects.create(check_in=check_in, symptom=symptom, severity=2)
        GuardianInvitation.objects.create(
            patient=patient,
            invited_by=keeper,
            digest=patients.digest(_id(actor, place)),
            level=Level.VIEW,
            expires_at=timezone.now() + timedelta(days=1),
        )
    now = timezone.now()
    for form, days in (("profile", None), ("question", 1), ("story", 15)):
        gone = None if days is None else now - timedelta(days=days)
        Draft.objects.create(member=member, form=form, address="/me/profile/", fields={"about": ["Words"]}, deleted_at=gone)
    for state, made, until in (("ready", now, now + timedelta(days=1)), ("old", now, now - timedelta(days=1)), ("waiting", None, None)):
        export = Export.objects.create(member=member, public_id=_id(actor, state), requested_at=now, ready_at=made, expires_at=until)
        if made:
            export.file.save("any.zip", ContentFile(b"PK"))
    consent = Consent.objects.create(member=member, purpose=Purpose.EMAILS, version=1, text_hash="x", language="en", form="test")
    Notice.objects.create(member=member, kind=Kind.CONSENT, target=consent)
    UserSession.objects.create(user=member.user, session_key=f"elsewhere-{actor}", ip="192.0.2.0", user_agent="Firefox on Linux")
    passkeys.passkey(member.user, name=actor)
    passkeys.codes(member.user)
    for state, days, undone in (("open", 1, None), ("old", -1, None), ("undone", 1, now)):
        AccountChange.objects.create(
            user=member.user, kind="password", digest=accounts.digest(f"{state}-{actor}"), expires_at=now + timedelta(days=days), undone_at=undone
        )


def _id(actor: str, what: object) -> str:
    """Return an id that is the same in every run: an actor's thing."""
    return f"{ACTORS.index(actor):02}{what}".replace(" ", "").ljust(12, "b")[:12]


def _client(actor: str, member: Member) -> Client:
    client = Client(raise_request_exception=False)
    hours = 24 if actor == matrix.STALE else 0
    sign_in_staff(client, member.user, factor="totp" if actor in matrix.TEAM else "", hours_ago=hours)
    UserSession.objects.create(user=member.user, session_key=client.session.session_key, ip="192.0.2.0", user_agent="This one")
    return client


# Things, each in every relation to a member.


def _pages(world: World, _member: Member) -> dict[str, tuple]:
    return {"there": (), "missing": ()}  # the address decides: see _address


def _profiles(world: World, member: Member) -> dict[str, tuple]:
    names = {"none": "stranger", "blocks me": "blocker", "blocked by me": "blocked", "not joined": "fresh"}
    names |= {name: name for name in ("muted", "suspended", "leaving", "inactive")}
    return {"own": (member.public_id,), **{relation: (world.others[name].public_id,) for relation, name in names.items()}, "erased": (NO_ID,)}


def _pictures(world: World, member: Member) -> dict[str, tuple]:
    hidden = {"without": (world.others["faceless"].public_id,), "shown to nobody": (world.others["unseen"].public_id,)}
    return {**_profiles(world, member), **hidden}


def _patients(world: World, member: Member) -> dict[str, tuple]:
    actor = next(name for name, one in world.members.items() if one == member)
    relations = ("owner", "edit", "view", "none", "blocked", "keeper suspended")
    return {**{relation: (_id(actor, place),) for place, relation in enumerate(relations)}, "erased": (NO_ID,)}


def _steps(world: World, member: Member) -> dict[str, tuple]:
    found = {relation: (*args, "course") for relation, args in _patients(world, member).items()}
    return {**found, "unknown step": (found["owner"][0], "no-such-step")}


def _check_ins(kind: str) -> Callable[[World, Member], dict[str, tuple]]:
    def found(world: World, member: Member) -> dict[str, tuple]:
        return {relation: (f"{kind}{args[0][1:]}" if args[0] != NO_ID else NO_ID,) for relation, args in _patients(world, member).items()}

    return found


def _symptom_steps(world: World, member: Member) -> dict[str, tuple]:
    category = world.condition.symptom_categories[0]["key"]
    found = {relation: (*args, category) for relation, args in _check_ins("c")(world, member).items()}
    return {**found, "unknown step": (found["owner"][0], "no-such-step")}


def _matches(world: World, member: Member) -> dict[str, tuple]:
    found = _patients(world, member)
    return {"not compared": (*found["owner"], *found["none"]), "none": (*found["none"], *found["owner"]), "erased": (*found["owner"], NO_ID)}


def _within(model: type, **of_whom) -> Callable[[World, Member], dict[str, tuple]]:
    def found(world: World, member: Member) -> dict[str, tuple]:
        keys = {row.patient.public_id: row.pk for row in model.objects.filter(**of_whom).select_related("patient")}
        answer = {relation: (args[0], keys.get(args[0], 0)) for relation, args in _patients(world, member).items()}
        own = answer["owner"][0]
        mine = Guardian.objects.get(patient__public_id=own, member=member)
        return {**answer, "of another record": (own, answer["none"][1]), "myself": (own, mine.pk if model is Guardian else 0)}

    return found


def _mine(field: str, of: Callable[[Member], object], none: object) -> Callable[[World, Member], dict[str, tuple]]:
    def found(world: World, member: Member) -> dict[str, tuple]:
        other = world.members[matrix.TRUSTED if member == world.members[matrix.NEW] else matrix.NEW]
        return {"own": (getattr(of(member), field),), "none": (getattr(of(other), field),), "erased": (none,)}

    return found


def _exports(world: World, member: Member) -> dict[str, tuple]:
    found = _mine("public_id", lambda one: one.exports.ready().get(), NO_ID)(world, member)
    actor = next(name for name, one in world.members.items() if one == member)
    return {**found, "too old": (_id(actor, "old"),), "not ready": (_id(actor, "waiting"),)}


def _gone_drafts(world: World, member: Member) -> dict[str, tuple]:
    found = _mine("public_id", lambda one: one.drafts.get(form="question"), NO_ID)(world, member)
    living, old = member.drafts.get(form="profile"), member.drafts.get(form="story")
    return {**found, "living": (living.public_id,), "too old": (old.public_id,)}


def _sessions(world: World, member: Member) -> dict[str, tuple]:
    found = _mine("pk", lambda one: one.user.usersession_set.get(session_key__startswith="elsewhere"), 0)(world, member)
    return {**found, "this one": (member.user.usersession_set.exclude(session_key__startswith="elsewhere").get().pk,)}


def _changes(world: World, member: Member) -> dict[str, tuple]:
    actor = next(name for name, one in world.members.items() if one == member)
    return {"open": (f"open-{actor}",), "undone": (f"undone-{actor}",), "too old": (f"old-{actor}",), "unknown": ("no-such-token",)}


def _mails(world: World, member: Member) -> dict[str, tuple]:
    found = _mine("pk", notice_mail.standing_consent, 0)(world, member)
    tokens = {relation: (notice_mail.token(Consent.objects.get(pk=found[relation][0])),) for relation in ("own", "none")}
    return {**tokens, "made up": ("made:up",)}


THINGS: dict[str, Callable[[World, Member], dict[str, tuple]]] = {
    matrix.PAGE: _pages,
    matrix.PROFILE: _profiles,
    matrix.FACE: _pictures,
    matrix.PATIENT: _patients,
    matrix.STEP: _steps,
    matrix.CHECK_IN: _check_ins("c"),
    matrix.DELETED: _check_ins("d"),
    matrix.SYMPTOM_STEP: _symptom_steps,
    matrix.MATCH: _matches,
    matrix.TOWN: lambda _world, _member: {"public": (gazetteer.LYON,), "small": (gazetteer.CREMIEU,), "missing": (1,)},
    matrix.TAG: lambda world, _member: forum_things.tags(world.condition),
    matrix.PUBLIC_QUESTION: lambda _world, _member: forum_things.in_feeds(),
    **{kind: writing_things.posts(name) for kind, name in matrix.MY_POSTS.items()},
    **{kind: writing_things.below(name) for kind, name in matrix.ANY_POSTS.items()},
    matrix.POST_PICTURE: writing_things.pictures,
    matrix.QUESTION_PAGE: lambda world, member: {name: (*args, "question") for name, args in writing_things.below("question")(world, member).items()},
    matrix.REPORTABLE: moderation_things.reportable,
    matrix.RECEIPT: moderation_things.receipts,
    matrix.DECISION: moderation_things.decisions,
    matrix.MAP_SET: lambda _world, _member: {"there": (DIGEST,), "missing": ("0" * 32,)},
    matrix.HELPER: _within(Guardian, member__user__email="other-faceless@example.org"),
    matrix.INVITATION: _within(GuardianInvitation),
    matrix.DRAFT: _mine("public_id", lambda member: member.drafts.living().get(), NO_ID),
    matrix.GONE_DRAFT: _gone_drafts,
    matrix.EXPORT: _exports,
    matrix.NOTICE: _mine("pk", lambda member: member.notices.get(), 0),
    matrix.SESSION: _sessions,
    matrix.KEY: _mine("pk", lambda member: member.user.authenticator_set.get(type=Authenticator.Type.WEBAUTHN), 0),
    matrix.PURPOSE: lambda _world, _member: {"known": ("health",), "unknown": ("world-peace",)},
    matrix.ABOUT: lambda _world, _member: {"known": ("child",), "unknown": ("a-dragon",)},
    matrix.CHANGE: _changes,
    matrix.PLACE: lambda _world, _member: {"own": (), "none": (), "made up": ()},
    matrix.MAIL: _mails,
}


def _address(world: World, name: str, relation: str, args: tuple) -> str:
    if TABLE[name].of != matrix.PAGE:
        return reverse(name, args=args)
    slug, there = world.condition.slug, relation == "there"
    kinds = {"topic": world.condition.topics, "symptom": world.condition.conditionsymptoms, "treatment": world.condition.treatments}
    kind = name.removeprefix("conditions:").removesuffix("_detail")
    if kind not in kinds:
        return reverse(name, args=[slug if there else "no-such-condition"])
    page = kinds[kind].filter(has_page=True).first()
    return reverse(name, args=[slug, (page.symptom.slug if kind == "symptom" else page.slug) if there else "no-such-page"])


def _sent(world: World, row: Row, actor: str, relation: str) -> dict[str, str]:
    if row.of != matrix.PLACE:
        return row.sends
    whose = world.members.get(actor if relation == "own" else matrix.STALE if actor != matrix.STALE else matrix.NEW)
    place = Place(whose.public_id if whose else "", "profile", "", "/me/profile/").sign()
    return {FIELD: place if relation != "made up" else "made:up", "about": "Words", "save_draft": "1"}


# Asking, and naming the answer.


def outcome_of(response: HttpResponse, row: Row, actor: str, client: Client) -> str:
    """Return which outcome of matrix.py an answer is."""
    if response.status_code in (200, 204, 304, 422):
        return matrix.OK
    if response.status_code not in (301, 302, 303):
        return str(response.status_code)
    path = urlsplit(response["Location"]).path
    if path == reverse("admin:login"):  # the admin's own step between
        return outcome_of(client.get(response["Location"]), row, actor, client)
    if path.startswith(reverse("members:join_start")) and actor in (matrix.VISITOR, matrix.FRESH):
        return matrix.JOIN
    if path == reverse("members:me") and matrix.AWAY in (*row.gate.values(), *row.leads.values()):
        return matrix.AWAY
    outcome, of_whom = LED_TO.get(path, (matrix.OK, ACTORS))
    if outcome == matrix.FACTOR and matrix.FACTOR not in row.gate.values():  # a page about the factors themselves
        return matrix.OK
    return outcome if actor in of_whom else matrix.OK


LED_TO = {
    reverse("account_login"): (matrix.SIGN_IN, ACTORS),
    reverse("account_reauthenticate"): (matrix.AGAIN, ACTORS),
    reverse("members:erase_undo"): (matrix.UNDO, (matrix.LEAVING,)),
    reverse("members:privacy"): (matrix.OWN_DATA, (matrix.SUSPENDED,)),
    **{reverse(name): (matrix.FACTOR, (matrix.BARE,)) for name in ("mfa_index", "mfa_reauthenticate", "mfa_reauthenticate_webauthn")},
}


@contextmanager
def taken_back() -> Iterator[list[str]]:
    """Give a list of the tables that are written to inside, and take everything back afterwards."""
    written: list[str] = []

    def note(execute, sql, params, many, context):
        words = sql.replace('"', " ").split()
        if words[0] in ("INSERT", "UPDATE", "DELETE"):
            written.append(words[1] if words[0] == "UPDATE" else words[2])
        return execute(sql, params, many, context)

    caches["default"].clear()  # limits are another matter
    with transaction.atomic():
        with connection.execute_wrapper(note):
            yield written
        transaction.set_rollback(True)


def ask(world: World, name: str, actor: str, method: str, relation: str, args: tuple, *, shown: bool) -> str:
    """Return the outcome of one request, and after it what was written though nothing should have been.

    shown: whether the page is rendered; what is decided is decided before, and pages in all their states have tests of their own.
    """
    row, client = TABLE[name], world.clients.get(actor) or Client(raise_request_exception=False)
    address = _address(world, name, relation, args)
    sent = _sent(world, row, actor, relation) if method == "POST" else {}
    cookies = deepcopy(client.cookies)
    with taken_back() as written, nullcontext() if shown else mock.patch.object(Template, "render", return_value=""):
        response = getattr(client, method.lower())(address, sent) if method == "POST" else getattr(client, method.lower())(address)
        found = outcome_of(response, row, actor, client)
        if response.streaming:  # a file is closed once it was read
            list(response)
    client.cookies = cookies  # whoever was signed out is back, and no message waits
    tables = set(written) - {*SESSIONS, *(row.writes if method in ("GET", "HEAD") else row.keeps)}
    if tables and (method in ("GET", "HEAD") or found != matrix.OK):
        return f"{found}, and wrote to {', '.join(sorted(tables))}"
    return found


def cases(world: World, name: str, actors: Sequence[str] = ACTORS) -> Iterator[tuple[str, str, str, tuple]]:
    """Give every actor, method and relation of an address, with its arguments. Whoever is stopped before the page is asked less."""
    row = TABLE[name]
    for actor in actors:
        things = world.things(row, actor)
        first = next(iter(things))
        stopped = actor in row.gate and actor not in row.gate_of_post
        for relation, args in things.items():
            nothing = relation in NOTHING and (not stopped or actor == matrix.VISITOR)
            if relation != first and not nothing and (stopped or actor not in (*EACH, *row.gate_of_post)):
                continue
            methods = ["GET", *(["POST"] if row.post != matrix.METHOD or actor in THREE else [])]
            if actor in THREE and relation == first:
                methods += ["HEAD", "PUT", "DELETE"]
            for method in methods:
                yield actor, method, relation, args


# The tests.


def routes(resolver: URLResolver, space: str = "", route: str = "") -> Iterator[tuple[str, str]]:
    """Give every address of the site as (name with name space, route)."""
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield (f"{space}:{pattern.name}" if space and pattern.name else pattern.name or ""), here
        else:
            yield from routes(pattern, ":".join(part for part in (space, pattern.namespace) if part), here)


def test_every_address_stands_in_the_table_and_every_row_has_an_address():
    found = [(name, route) for name, route in routes(get_resolver()) if not name.startswith("admin:") or name == "admin:index"]
    in_admin = [(name, route) for name, route in found if not name and route.startswith("admin/")]  # redirects within the admin
    named = {name for name, _route in found if name}
    assert sorted(named - set(TABLE)) == [], "decide who may do this, and write it into matrix.py"
    assert sorted(set(TABLE) - named) == [], "rows without an address"
    assert sorted(route for name, route in found if not name and (name, route) not in in_admin) == sorted(matrix.UNNAMED)


@pytest.fixture(autouse=True)
def named(settings):
    """Name somebody to write to about security: without, there is no file that says so."""
    settings.SECURITY_EMAIL = "security@example.org"


@pytest.mark.parametrize("name", TABLE)
def test_an_address_answers_as_the_table_says(world, name, request):
    actors = ON_SECOND if request.config.getoption("--second-database") else ACTORS
    row, wrong, asked, seen = TABLE[name], [], 0, set(ACTORS) - set(SHOWN)
    for actor, method, relation, args in cases(world, name, actors):
        wanted = row.outcome(actor, method, relation)
        got = ask(world, name, actor, method, relation, args, shown=method == "GET" and actor not in seen)
        asked += 1
        seen.add(actor)
        if got != wanted:
            wrong.append(f"{actor} {method} {relation or '-'}: {got}, not {wanted}")
    assert asked >= len(actors) + len(set(THREE) & set(actors)) * 4
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.once
def test_the_admin_lets_nobody_in_who_is_not_on_the_team(world):
    closed = {matrix.VISITOR: {matrix.SIGN_IN}, matrix.NEW: {matrix.FORBIDDEN, matrix.MISSING}, matrix.BARE: {matrix.FACTOR}}
    row, wrong = Row(matrix.TEAM_ONLY), []
    inside = {route for name, route in routes(get_resolver()) if route.startswith("admin/") and name not in ("admin:login", "admin:logout")}
    assert len(inside) > 50
    for route in sorted(inside):
        address = "/" + re.sub(r"<path:.+?>|<.+?>|\(\?P<.+?>.*?\)", "1", route).replace("\\Z", "").replace("$", "").replace("^", "").replace("?", "")
        for actor, outcomes in closed.items():
            client = world.clients.get(actor) or Client(raise_request_exception=False)
            with taken_back() as written, mock.patch.object(Template, "render", return_value=""):
                found = outcome_of(client.get(address), row, actor, client)
            if found not in outcomes or set(written) - set(SESSIONS):
                wrong.append(f"{actor} {address}: {found}")
    assert not wrong, "\n" + "\n".join(wrong)
