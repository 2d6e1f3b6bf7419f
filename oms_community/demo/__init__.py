"""The demonstration: a made-up community, the same at every loading. Never in production.

Each part of the site adds a module of its own (people, symptoms, places; later questions, stories), which `load_demo` calls in order.
"""

from datetime import date
from random import Random

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from conditions.models.condition import Condition
from forum.models.answer import Answer, Comment
from forum.models.question import Question
from members.actions import staff
from members.models.consent import Consent
from members.models.ids import random_public_id
from members.models.member import Member
from members.models.patient import Guardian, Patient
from members.models.user import User
from members.names import skeleton
from oms_community.demo import people, places, questions, symptoms
from oms_community.demo import sign_ins as signing_in
from oms_community.demo.names import Namer
from search import actions as search
from soulmates.actions import profiles, publish, report
from soulmates.models.check_in import CheckIn
from soulmates.models.location import MemberLocation, PublishedMap
from soulmates.models.place import Place
from soulmates.models.report import ReportSnapshot

PASSWORD = "demonstration-only"  # noqa: S105 - printed at every start, and refused when DEBUG is off
GROUPS = {"moderator": staff.MODERATORS, "editor": staff.EDITORS}


class DemoRefused(RuntimeError):
    """The demonstration does not belong here."""


@transaction.atomic
def load_demo(*, again: bool = False) -> int:
    """Make what is not there yet; return how many accounts. again: forget the old demonstration first.

    Who can be signed in as comes back when missing; the crowd is made once. Patients have a condition, so whoever has one waits
    until the reference is loaded. Raises DemoRefused when DEBUG is off.
    """
    if not settings.DEBUG:
        raise DemoRefused("The demonstration is only loaded with DEBUG on.")
    if again:
        _forget()
    condition = Condition.objects.order_by("order", "slug").first()
    today = timezone.localdate()
    present = set(User.objects.filter(email__iendswith=f"@{people.DOMAIN}").values_list("email", flat=True))
    taken = set(Member.objects.values_list("pseudonym_skeleton", flat=True))
    ours = signing_in.persons(today)
    missing = [person for person in ours if person.email not in present and (condition or person.team)]
    for person in missing:
        _fit_in(person, present, taken)
    crowd = []
    if condition and not User.objects.filter(is_demo=True).exclude(email__in=signing_in.WORDS).exists():
        names = taken | {skeleton(person.name) for person in ours}
        crowd = people.plan(Random("people"), today, number=people.MEMBERS, taken=names)  # noqa: S311
    with profiles.later():  # some 1,100 changes: each patient is compared anew once, at the end
        people.write([*missing, *crowd], condition, Random("dates"), PASSWORD)  # noqa: S311
        for person in missing:
            if person.team:
                _put_on_the_team(User.objects.get(email=person.email), person.team)
        if crowd:
            people.between(Random("between"))  # noqa: S311
        if condition:
            _live_together(condition, ours, today)
    return len(missing) + len(crowd)


def _live_together(condition: Condition, ours: list[people.Person], today: date) -> None:
    """Let them record symptoms and appear on the map, each once: whoever tries out hiding or deleting stays so at the next start."""
    if not CheckIn.objects.filter(patient__guardians__member__user__is_demo=True).exists():
        symptoms.write(condition, Random("symptoms"))  # noqa: S311
    if Place.objects.exists() and not MemberLocation.objects.filter(member__user__is_demo=True).exists():
        everybody = [*ours, *people.plan(Random("people"), today, number=people.MEMBERS, taken={skeleton(person.name) for person in ours})]  # noqa: S311
        places.write(everybody, Random("places"))  # noqa: S311
    if not Question.objects.filter(author__user__is_demo=True).exists():
        questions.write(condition, Random("questions"))  # noqa: S311
    _publish(condition)


def _publish(condition: Condition) -> None:
    """Let visitors see at once what a site shows after two weeks: an area is named when it was large enough in two builds."""
    if not PublishedMap.objects.filter(condition=condition).exists():
        now = timezone.now()
        for when in (now - 2 * publish.APART, now):
            publish.publish(condition, when)
    if ReportSnapshot.objects.newest(condition) is None:
        report.build(condition=condition)


def sign_ins() -> list[str]:
    """Return a line for each account of the demonstration that is meant to be signed in as."""
    return [f"{words}: {email}" for email, words in signing_in.WORDS.items()]


def _fit_in(person: people.Person, present: set[str], taken: set[str]) -> None:
    """Change what is in use already: somebody may have tried out names, erasing or handing over."""
    if skeleton(person.name) in taken:
        person.name = Namer(Random(person.email), taken).new("en")  # noqa: S311
    if Member.objects.filter(public_id=person.public_id).exists():
        person.public_id = random_public_id()
    if Patient.objects.filter(public_id=person.patient.get("public_id")).exists():
        person.patient["public_id"] = random_public_id()
    if person.second_to and person.second_to[0] in present:
        person.second_to = None  # a parent who is here already invites for themselves


def _put_on_the_team(user: User, team: str) -> None:
    user.is_staff, user.is_superuser = True, team == "administrator"
    user.save(update_fields=["is_staff", "is_superuser"])
    if team in GROUPS:
        user.groups.add(Group.objects.get_or_create(name=GROUPS[team])[0])
    staff.mirror(user=user)


def _forget() -> None:
    ours = Member.objects.filter(user__is_demo=True)
    Patient.objects.filter(pk__in=Guardian.objects.filter(member__in=ours, level="owner").values("patient")).delete()
    Consent.objects.filter(member__in=ours).delete()
    asked = Question.objects.filter(author__in=ours)
    search.remove("question", asked.values_list("pk", flat=True))
    Answer.objects.filter(question__in=asked).delete()
    Comment.objects.filter(question__in=asked).delete()
    asked.delete()
    for model in (Answer, Comment):
        model.objects.filter(author__in=ours).delete()
    User.objects.filter(is_demo=True).delete()
