"""Questions and tags for the tests of who may do what."""

from conditions.models.condition import Condition
from conditions.models.pages import INDEX_TOPICS, OVERVIEW
from forum.actions import posting
from forum.models.question import Question
from forum.models.tag import Kind, Tag
from members.models.member import Member
from moderation import standing
from moderation.models.choices import Audience, Rule

RELATIONS = {"public": Audience.EVERYONE, "members only": Audience.MEMBERS, "hidden": Audience.EVERYONE}


def make(condition: Condition, asker: Member) -> None:
    """Let somebody ask a question of each relation, and give the first topic its tag; the second has none."""
    topic = _topics(condition)[0]
    Tag.objects.create(condition=condition, kind=Kind.TOPIC, slug=topic.slug, name="The first topic", topic=topic)
    for relation, audience in RELATIONS.items():
        question = posting.ask(by=asker, condition=condition, title=f"A question: {relation}?", audience=audience)
        if relation == "hidden":
            standing.hide(thing=question, by=None, rule=Rule.SPAM, reason="A test.")


def tags(condition: Condition) -> dict[str, tuple]:
    """Return the arguments of an address of a tag, for each relation."""
    first, second = _topics(condition)
    slugs = {"there": first.slug, "page alone": second.slug, "missing": "no-such-page"}
    return {relation: (Kind.TOPIC, condition.slug, slug) for relation, slug in slugs.items()}


def in_feeds() -> dict[str, tuple]:
    """Return the number of a question, for each relation."""
    numbers = {relation: Question.objects.get(title=f"A question: {relation}?").pk for relation in RELATIONS}
    return {**{relation: (number,) for relation, number in numbers.items()}, "missing": (0,)}


def _topics(condition: Condition) -> list:
    return list(condition.topics.filter(has_page=True).exclude(slug__in=(OVERVIEW, *INDEX_TOPICS))[:2])
