"""Posts for the tests of who may do what: of each actor, and of somebody else, all of them public."""

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from conditions.models.condition import Condition
from forum.actions import posting
from forum.models.answer import Answer, Comment
from forum.models.extras import Picture
from forum.models.question import Question
from members.models.member import Member
from moderation import standing
from moderation.models.choices import Audience

MODELS = {"question": Question, "answer": Answer, "comment": Comment}


def make(condition: Condition, writers: list[Member]) -> None:
    """Let each of them have a question, an answer below it with a picture, and a comment; and one more of each that they deleted."""
    for writer in writers:
        for deleted in (False, True):
            question = posting.ask(by=writer, condition=condition, title=_title(writer), audience=Audience.EVERYONE)
            answer = posting.answer(question=question, by=writer, body="An answer.")
            comment = posting.comment(question=question, by=writer, body="A comment.")
            if deleted:
                standing.delete(thing=answer)
                standing.delete(thing=comment)
                gone = posting.ask(by=writer, condition=condition, title=_title(writer), audience=Audience.EVERYONE)
                standing.delete(thing=gone)
            else:
                for post in (question, answer):
                    name = f"{post._meta.model_name}{writer.pk}".ljust(12, "b")[:12]
                    picture = Picture(public_id=name, alt="A plan", width=64, height=64, **{post._meta.model_name: post})
                    picture.file.save("any.webp", ContentFile(b"RIFF0000WEBP"), save=True)


def posts(kind: str) -> Callable[[Any, Member], dict[str, tuple]]:
    """Return what gives the number of a post of this kind for each relation."""

    def found(world: Any, member: Member) -> dict[str, tuple]:
        mine, theirs = (MODELS[kind].objects.filter(author=one).order_by("pk") for one in (member, world.others["stranger"]))
        return {
            "own": (mine.filter(deleted_at=None).first().pk,),
            "another's": (theirs.filter(deleted_at=None).first().pk,),
            "deleted": (mine.exclude(deleted_at=None).first().pk,),
            "missing": (0,),
        }

    return found


def below(kind: str) -> Callable[[Any, Member], dict[str, tuple]]:
    """Return the same without what was deleted: for addresses that visitors read too, and for what is written below."""
    return lambda world, member: {relation: args for relation, args in posts(kind)(world, member).items() if relation != "deleted"}


def pictures(world: Any, member: Member) -> dict[str, tuple]:
    """Return the id of a picture for each relation."""
    mine, theirs = (Picture.objects.filter(question__author=one).first() for one in (member, world.others["stranger"]))
    return {"own": (mine.public_id,), "another's": (theirs.public_id,), "missing": ("zzzzzzzzzzzz",)}


def _title(writer: Member) -> str:
    return f"A question of {writer.public_id}?"
