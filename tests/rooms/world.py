"""A small made-up world: a parent with a child and a second guardian, an adult, and others; and a visit to a page as one of them."""

from dataclasses import dataclass, field

from django.test import Client
from django.utils import timezone

from conditions.models.condition import Condition
from members import consents
from members.actions import people
from members.actions.patients import accept, add_patient, invite
from members.models.choices import AgeBand, Level, Relation, Role
from members.models.consent import Purpose
from members.models.member import Member
from members.models.patient import Patient
from members.models.user import User
from tests.factories import ConditionFactory
from tests.soulmates.factories import check_in_of, with_symptoms

PASSWORD = "correct horse battery"


@dataclass
class Visit:
    """One page as one person. who: a key of World.members, or "" for a visitor. session: put into the session before. cookies: brought along.

    post: data to send instead of reading the page, for pages that show errors; status: what is expected.
    """

    address: str
    who: str = ""
    session: dict = field(default_factory=dict)
    post: dict | None = None
    status: int = 200
    cookies: dict[str, str] = field(default_factory=dict)


@dataclass
class World:
    """Who lives here: parent, guardian (of the same child), adult, plain (gave no consent), stranger, leaving, fresh (did not finish joining)."""

    members: dict[str, Member]
    child: Patient

    def client(self, visit: Visit) -> Client:
        """Return a browser in which this visit's person is signed in, just now."""
        client = Client(raise_request_exception=True)
        if visit.who:
            sign_in(client, self.members[visit.who].user)
        if visit.session:
            session = client.session
            session.update(visit.session)
            session.save()
            client.cookies["sessionid"] = session.session_key
        for name, value in visit.cookies.items():
            client.cookies[name] = value
        return client


def sign_in(client: Client, user: User, *methods: str) -> None:
    """Sign in as the library does: the session knows when and how. methods: "password" unless others are named."""
    client.force_login(user)
    session = client.session
    now = timezone.now().timestamp()
    session["account_authentication_methods"] = [{"method": method, "at": now} for method in methods or ("password",)]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def person(key: str, name: str, *, role: str = "", age_band: str = AgeBand.ADULT, joined: bool = True) -> Member:
    """Return a new member with a confirmed address."""
    user = User.objects.create_user(f"{key}@example.org", PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    member = user.member
    if joined:
        people.rename(member=member, to=name)
        member.joined_at, member.age_band, member.role = timezone.now(), age_band, role
        member.save()
    return member


def build() -> World:
    """Make the world; the first condition of the database, or a made one, is theirs."""
    condition = Condition.objects.order_by("order", "slug").first() or ConditionFactory()
    members = {
        "parent": person("parent", "Mika of the Hills", role=Role.PARENT),
        "guardian": person("guardian", "River", role=Role.PARENT),
        "adult": person("adult", "Quiet Otter", role=Role.PERSON),
        "plain": person("plain", "Plain Reader"),
        "stranger": person("stranger", "Sunny Day", role=Role.FAMILY),
        "leaving": person("leaving", "On The Way", role=Role.PARENT),
        "fresh": person("fresh", "", joined=False),
    }
    for key in ("parent", "guardian", "adult", "stranger"):
        consents.give(member=members[key], purpose=Purpose.HEALTH, form="test")
    for key in ("parent", "guardian"):
        consents.give(member=members[key], purpose=Purpose.CARER, form="test")
    child = add_patient(by=members["parent"], relation=Relation.PARENT, condition=condition, nickname="Bean", age_band="2-4", tumour="not-known")
    accept(code=invite(patient=child, by=members["parent"], level=Level.VIEW), by=members["guardian"])
    add_patient(by=members["adult"], relation=Relation.SELF, condition=condition, nickname="Me", age_band="30-49", course="relapsing")
    own = Patient.objects.get(guardians__member=members["adult"])
    _recorded(condition, child, own)
    Member.objects.filter(pk=members["leaving"].pk).update(leaving_at=timezone.now())
    members["leaving"].refresh_from_db()
    return World(members, child)


def _recorded(condition: Condition, child: Patient, own: Patient) -> None:
    """Let the parent have saved four check-ins of the child, the newest today, and the adult one; a condition without symptoms gets some."""
    if not condition.conditionsymptoms.exists():
        with_symptoms(condition)
    first, second, third, fourth = (row.symptom_id for row in condition.conditionsymptoms.filter(support__in=("core", "common"))[:4])
    check_in_of(child, {first: 4, second: 1, third: 2, fourth: 0}, days_ago=300)
    check_in_of(child, {first: 3, second: None, third: 2}, days_ago=120, note="A cold since Monday")
    check_in_of(child, {first: 1, second: 1, third: 1}, days_ago=40)
    check_in_of(child, {first: 1, second: 2, third: 0, fourth: 0}, note="Four whole nights")
    check_in_of(own, {first: 2, third: 3}, days_ago=5)
