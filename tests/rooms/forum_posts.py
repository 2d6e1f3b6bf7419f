"""Pages to look at: questions with answers and comments in every state, as visitor, member, author and moderator, and the page that keeps order."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from conditions.models.condition import Condition
from conditions.models.pages import ConditionSymptom
from forum.actions import accepting, keeping, merging, pictures, posting, voting
from forum.models.answer import Answer
from forum.models.question import Question
from forum.models.tag import Kind, Tag
from forum.models.vote import VoteKind
from members.actions import people
from members.models.choices import OnsetAge, Role
from members.models.member import Member
from members.pictures import whole
from moderation import standing
from moderation.models.choices import Act, Audience, Rule
from tests.rooms.profiles import picture
from tests.rooms.world import Visit, World, person

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenständerverkäufer"
ARABIC = "كم من الوقت استمرت مشاكل النوم؟"
BODY = "Our son wakes every hour.\n\n> The team says to give it time.\n\n1. weeks\n2. months\n\nhttps://example.org/ and `code`"


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""
    condition = Condition.objects.order_by("order", "slug").first()
    _people(world)
    full, other, solo = _full(world, condition), *_others(world, condition)
    hidden, held, deleted = _hidden(world, condition)
    trusted, gone, many = "trusted writer", _gone(world, condition), _many(world, condition)
    closed, archived = _closed(world, condition, Act.LOCK), _closed(world, condition, Act.ARCHIVE)
    merged = _merged(world, condition, other)
    team = {"account_authentication_methods": [{"method": "mfa", "type": "totp", "at": timezone.now().timestamp()}]}
    here, keep = full.get_absolute_url(), reverse("forum:question_keep", args=[full.pk])
    return {
        "a question": Visit(here),
        "a question, newest answers": Visit(f"{here}?sort=newest"),
        "a question, comments open": Visit(f"{here}?open=1", "parent"),
        "a question, to a member": Visit(here, "parent"),
        "a question, to who asked": Visit(here, "adult"),
        "a question, to who blocked its authors": Visit(here, "apart"),
        "a question, to a trusted member": Visit(here, trusted),
        "a question, to somebody on the way out": Visit(here, "leaving"),
        "a question without an answer": Visit(solo.get_absolute_url()),
        "a question without an answer, to who asked": Visit(solo.get_absolute_url(), "guardian"),
        "a question in another script": Visit(other.get_absolute_url(), "parent"),
        "my hidden posts": Visit(hidden.get_absolute_url(), "guardian"),
        "my held question": Visit(held.get_absolute_url(), "guardian"),
        "my deleted question": Visit(deleted.get_absolute_url(), "guardian"),
        "a deleted question with answers": Visit(gone.get_absolute_url()),
        "a deleted question with answers, to a member": Visit(gone.get_absolute_url(), "parent"),
        "a locked question": Visit(closed.get_absolute_url()),
        "a locked question, to a member": Visit(closed.get_absolute_url(), "parent"),
        "an archived question": Visit(archived.get_absolute_url(), "parent"),
        "a question of many answers": Visit(many.get_absolute_url()),
        "a question of many answers, the next page": Visit(f"{many.get_absolute_url()}?after=0-{10**15}-1"),
        "a question of many answers, behind the last": Visit(f"{many.get_absolute_url()}?sort=newest&after=1-1"),
        "a hidden question, to others": Visit(f"/questions/{held.pk}/", "parent", status=404),
        "mend a question": Visit(keep, trusted),
        "mend a question refused": Visit(keep, trusted, post={"do": "mend", "title": "x", "version": "1"}, status=422),
        "keep a question": Visit(keep, "keeper", session=team),
        "keep a question, nothing chosen": Visit(keep, "keeper", session=team, post={"do": "close"}, status=422),
        "join two questions, wrongly": Visit(keep, "keeper", session=team, post={"do": "merge", "merge-other": "here", "merge-why": "x"}, status=422),
        "join two questions, looked at first": Visit(
            keep, "keeper", session=team, post={"do": "merge", "merge-other": str(solo.pk), "merge-why": "The same."}
        ),
        "keep a locked question": Visit(reverse("forum:question_keep", args=[closed.pk]), "keeper", session=team),
        "keep a question with others joined": Visit(reverse("forum:question_keep", args=[other.pk]), "keeper", session=team),
        "take two questions apart": Visit(reverse("forum:question_keep", args=[merged.pk]), "keeper", session=team),
        "keep order, as a member": Visit(keep, "parent", status=403),
    }


def _people(world: World) -> None:
    """Let those move in whom this room needs."""
    world.members["keeper"] = person("posts-keeper", "Steady Oak")
    world.members["trusted writer"] = person("posts-trusted", "Long Here", role=Role.PARENT)
    world.members["apart"] = person("posts-apart", "Far Shore")
    Member.objects.filter(pk=world.members["keeper"].pk).update(is_moderator=True)
    since = timezone.now() - timedelta(days=90)
    Member.objects.filter(pk=world.members["trusted writer"].pk).update(joined_at=since, kept_posts=30)
    people.block(member=world.members["apart"], other=world.members["adult"])
    people.mute(member=world.members["apart"], other=world.members["stranger"])


def _ask(condition: Condition, by: Member, title: str, **more) -> Question:
    return posting.ask(by=by, condition=condition, title=title, **{"audience": Audience.EVERYONE, "language": "en", **more})


def _full(world: World, condition: Condition) -> Question:
    """Return a question with everything on it."""
    adult, stranger, guardian, parent = (world.members[name] for name in ("adult", "stranger", "guardian", "parent"))
    asked = _ask(
        condition,
        adult,
        f"How long did it last after {LONG}?",
        body=BODY,
        tags=_tags(condition),
        about_role=Role.PARENT,
        about_onset=OnsetAge.TODDLER,
    )
    first = posting.answer(question=asked, by=stranger, body="About four months.", about_role=Role.FAMILY, language="en")
    second = posting.answer(
        question=asked, by=guardian, body="They gave 5 mg for a while, and we stopped it later.", by_name=False, about_onset=OnsetAge.ADULT
    )
    Answer.objects.filter(pk=second.pk).update(is_medical=True)
    third = posting.answer(question=asked, by=adult, body=ARABIC, language="ar")
    posting.edit(post=third, version=1, body=f"{ARABIC} {ARABIC}")
    for number in range(5):
        posting.comment(question=asked, answer=first, by=(adult, parent)[number % 2], body=f"Comment {number}: thank you.", by_name=number != 2)
    posting.comment(question=asked, by=stranger, body=LONG * 3, language="de")
    content, width, height = whole(SimpleUploadedFile("a", picture()))
    pictures.add(post=first, content=content, width=width, height=height, alt="A night light")
    Member.objects.filter(pk=stranger.pk).update(verified_as="Paediatric nurse")
    for voter in (parent, guardian):
        voting.give(by=voter, on=first)
        voting.give(by=voter, on=asked, kind=VoteKind.SAME)
    accepting.accept(answer=first, by=adult)
    return asked


def _tags(condition: Condition) -> list[Tag]:
    """Return a word, and a symptom whose page is there, if one is."""
    word = Tag.objects.get_or_create(condition=condition, kind=Kind.WORD, slug="nights", defaults={"name": "Nights"})[0]
    page = ConditionSymptom.objects.filter(condition=condition, has_page=True).select_related("symptom").first()
    if page is None:
        return [word]
    values = {"slug": page.symptom.slug, "name": page.symptom.plain_name}
    return [word, Tag.objects.get_or_create(values, condition=condition, kind=Kind.SYMPTOM, symptom=page)[0]]


def _others(world: World, condition: Condition) -> tuple[Question, Question]:
    guardian = world.members["guardian"]
    other = _ask(condition, world.members["stranger"], ARABIC, language="ar", audience=Audience.MEMBERS, tags=_tags(condition), by_name=False)
    return other, _ask(condition, guardian, "Does a later bedtime help?", tags=_tags(condition))


def _hidden(world: World, condition: Condition) -> tuple[Question, Question, Question]:
    """Return questions of one author: with replies in each state; held; deleted."""
    guardian = world.members["guardian"]
    below = _ask(condition, world.members["adult"], "What do others see of this?")
    answer = posting.answer(question=below, by=guardian, body="This was hidden.")
    gone = posting.answer(question=below, by=guardian, body="This was deleted.")
    comment = posting.comment(question=below, by=guardian, body="This waits.")
    standing.hide(thing=answer, by=None, rule=Rule.MEDICAL, reason="x")
    standing.hold(thing=comment, rule=Rule.PRIVACY, reason="x")
    standing.delete(thing=gone)
    held, deleted = _ask(condition, guardian, "This one waits?"), _ask(condition, guardian, "This one is deleted?")
    standing.hold(thing=held, rule=Rule.PRIVACY, reason="x")
    standing.delete(thing=deleted)
    deleted.refresh_from_db()
    return below, held, deleted


def _gone(world: World, condition: Condition) -> Question:
    """Return a question that its author deleted, and an answer there, both above words of others."""
    asked = _ask(condition, world.members["guardian"], "This title is gone?")
    answer = posting.answer(question=asked, by=world.members["guardian"], body="Gone.")
    posting.comment(question=asked, answer=answer, by=world.members["adult"], body="This comment stays.")
    standing.delete(thing=answer)
    standing.delete(thing=asked)
    asked.refresh_from_db()
    return asked


def _closed(world: World, condition: Condition, act: str) -> Question:
    asked = _ask(condition, world.members["stranger"], f"Is this one closed ({act})?")
    posting.answer(question=asked, by=world.members["adult"], body="Yes.")
    keeping.close(question=asked, by=world.members["keeper"], act=act, rule=Rule.NONE, why="Everything is said.")
    return asked


def _merged(world: World, condition: Condition, into: Question) -> Question:
    asked = _ask(condition, world.members["adult"], "The same once more?", audience=Audience.MEMBERS)
    posting.answer(question=asked, by=world.members["guardian"], body="It goes along.")
    merging.merge(question=asked, into=into, by=world.members["keeper"], why="The same.")
    asked.refresh_from_db()
    return asked


def _many(world: World, condition: Condition) -> Question:
    asked, now = _ask(condition, world.members["adult"], "Who has been through this?"), timezone.now()
    Answer.objects.bulk_create(
        Answer(question=asked, author=world.members["stranger"], audience=asked.audience, body="x", body_html=f"<p>Number {number}.</p>",
               created_at=now - timedelta(minutes=number))
        for number in range(25)
    )  # fmt: skip
    Question.objects.filter(pk=asked.pk).update(answer_count=25)
    return asked
