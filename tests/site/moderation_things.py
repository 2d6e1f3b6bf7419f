"""Reports and decisions for the tests of who may do what: of each actor, of somebody else, and of a visitor."""

from typing import Any

from forum.models.question import Question
from members.models.member import Member
from moderation import standing
from moderation.models.choices import Act, Reason
from moderation.models.records import Decision, Report
from tests.site import writing_things


def make(members: list[Member], stranger: Member) -> None:
    """Let each have sent a report, and have a decision about what they wrote; a visitor sent a report, too. Nobody is told."""
    asked = Question.objects.filter(author=stranger).order_by("pk").first()
    for member in (*members, stranger):
        Report.objects.create(thing=asked, reporter=member, reason=Reason.SPAM)
        own = Question.objects.filter(author=member).order_by("pk").first()
        standing.write_down(thing=own, by=None, act=Act.LOCK, reason="A test.")
    Report.objects.create(thing=asked, reason=Reason.SPAM)


def reportable(world: Any, member: Member) -> dict[str, tuple]:
    """Return kind and number of a question for each relation."""
    found = writing_things.below("question")(world, member)
    return {relation: ("question", *args) for relation, args in found.items()}


def receipts(world: Any, member: Member) -> dict[str, tuple]:
    """Return the number of a report for each relation."""
    of = {"own": member, "another's": world.others["stranger"], "a visitor's": None}
    numbers = {relation: (Report.objects.filter(reporter=sender).latest("pk").public_id,) for relation, sender in of.items()}
    return {**numbers, "missing": ("zzzzzzzzzzzz",)}


def decisions(world: Any, member: Member) -> dict[str, tuple]:
    """Return the number of a decision for each relation."""
    of = {"own": member, "another's": world.others["stranger"]}
    numbers = {relation: (Decision.objects.filter(author=author).latest("pk").pk,) for relation, author in of.items()}
    return {**numbers, "missing": (0,)}
