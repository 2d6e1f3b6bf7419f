"""Pages to look at: lists of questions, by date, wait, help, tag and member, full and empty."""

from datetime import timedelta

from django.utils import timezone

from conditions.models.condition import Condition
from forum import counters
from forum.actions import posting
from forum.models.question import Offer, Question, QuestionTag
from forum.models.tag import Kind, Tag
from members.actions import people
from members.models.member import Member
from moderation import standing
from moderation.models.choices import Audience, Rule
from tests.rooms.world import Visit, World, person

LONG = "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichenverordnung " * 2


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""
    members = world.members
    condition = Condition.objects.order_by("order", "slug").first()
    tag, empty = (
        Tag.objects.create(condition=condition, kind=Kind.WORD, slug=slug, name=name) for slug, name in (("nap", "Naps"), ("kite", "Kites"))
    )
    _questions(condition, tag, members["adult"], members["guardian"])
    _states(condition, tag, members["adult"], members["stranger"])
    people.mute(member=members["plain"], other=members["adult"])
    Offer.objects.create(question=Question.objects.shown().unanswered().exclude(author=members["guardian"]).first(), member=members["guardian"])
    members["lists keeper"] = person("lists-keeper", "Steady Elm")
    Member.objects.filter(pk=members["lists keeper"].pk).update(is_moderator=True)
    team = {"account_authentication_methods": [{"method": "mfa", "type": "totp", "at": timezone.now().timestamp()}]}
    author, nobody = members["adult"].public_id, members["plain"].public_id
    lists = {"newest": "", "unanswered": "unanswered/", "with news": "active/", "most helpful": "helpful/"}
    for_all = {f"questions: {name}": f"/questions/{end}" for name, end in lists.items()}
    newest = Question.objects.shown().order_by("-created_at")[20]
    for_all["questions: older"] = f"/questions/?after={_key(newest)}"
    for_all["questions: beyond the end"] = "/questions/?after=1-1"
    for_all["questions by tag"] = "/questions/tags/"
    for_all["questions of a tag"] = tag.get_absolute_url()
    for_all["questions of a tag without any"] = empty.get_absolute_url()
    return {
        **{f"{name}, to a visitor": Visit(address) for name, address in for_all.items()},
        **{name: Visit(address, "parent") for name, address in for_all.items()},
        "questions: unanswered, to a moderator": Visit("/questions/unanswered/", "lists keeper", session=team),
        "questions with somebody muted": Visit("/questions/", "plain"),
        "my questions": Visit("/questions/mine/", "adult"),
        "my questions, none": Visit("/questions/mine/", "plain"),
        "questions I could answer": Visit("/questions/for-me/", "guardian"),
        "questions I could answer, none": Visit("/questions/for-me/", "plain"),
        "answers by a member": Visit(f"/members/{members['guardian'].public_id}/answers/", "parent"),
        "questions by a member": Visit(f"/members/{author}/answers/?show=questions", "parent"),
        "answers by a member who wrote none": Visit(f"/members/{nobody}/answers/", "parent"),
        "no questions by a member": Visit(f"/members/{nobody}/answers/?show=questions", "parent"),
    }


def _key(question: Question) -> str:
    return f"{int(question.created_at.timestamp() * 10**6)}-{question.pk}"


def _questions(condition: Condition, tag: Tag, asker: Member, other: Member) -> None:
    """Ask more than a page of questions; some are answered, one of them helped."""
    for number in range(24):
        question = posting.ask(
            by=asker if number % 2 else other, condition=condition, title=f"How was week {number + 1} for you?", body="We count the days.",
            tags=[tag] if number % 3 else [], audience=Audience.EVERYONE if number % 4 else Audience.MEMBERS, by_name=number % 5 > 0, language="en",
        )  # fmt: skip
        at = timezone.now() - timedelta(days=number * number)
        Question.objects.filter(pk=question.pk).update(created_at=at, active_at=at, helpful_count=number % 7)
        QuestionTag.objects.filter(question=question).update(created_at=at)
        if number % 3 == 0:
            answer = posting.answer(question=question, by=other, body="It became easier.", language="en", by_name=number % 2 == 0)
            Question.objects.filter(pk=question.pk).update(accepted=answer if number % 6 == 0 else None)
            counters.count(Question.objects.filter(pk=question.pk))


def _states(condition: Condition, tag: Tag, asker: Member, stranger: Member) -> None:
    """Ask what is long, in another direction, hidden, held, deleted, closed."""
    posting.ask(by=stranger, condition=condition, title=LONG, body=LONG, tags=[tag], audience=Audience.EVERYONE)
    posting.ask(
        by=stranger,
        condition=condition,
        title="\u05de\u05ea\u05d9 \u05d7\u05d6\u05e8\u05d4 \u05d4\u05e9\u05d9\u05e0\u05d4?",
        audience=Audience.EVERYONE,
        language="he",
    )
    made = {}
    for state in ("hidden", "held", "deleted", "closed"):
        made[state] = posting.ask(by=asker, condition=condition, title=f"This one is {state}?", audience=Audience.EVERYONE, language="en")
    standing.hide(thing=made["hidden"], by=None, rule=Rule.SPAM, reason="A test.")
    standing.hold(thing=made["held"], by=None, rule=Rule.SPAM, reason="A test.")
    standing.delete(thing=made["deleted"])
    Question.objects.filter(pk=made["closed"].pk).update(locked_at=timezone.now())
