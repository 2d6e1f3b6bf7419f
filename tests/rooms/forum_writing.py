"""Pages to look at: asking, answering, commenting, changing, deleting, pictures; each refused as well."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from conditions.models.condition import Condition
from forum.actions import pictures, posting
from forum.models.question import Question
from members.actions import drafts
from members.models.member import Member
from members.pictures import whole
from moderation import standing
from moderation.models.choices import Audience
from tests.rooms.profiles import picture
from tests.rooms.world import Visit, World

BODY = "He wakes **every hour**.\n\n- We sing.\n- We wait.\n\nAsk @River about it, or see https://example.org/nights."
LONG = "Wakefulness" * 30


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""
    members = world.members
    asker, helper = members["adult"], members["guardian"]
    Member.objects.filter(pk=helper.pk).update(kept_posts=30, joined_at=timezone.now() - timezone.timedelta(days=90))
    condition = Condition.objects.order_by("order", "slug").first()
    asked = posting.ask(by=asker, condition=condition, title="What did your nights look like?", body=BODY, audience=Audience.EVERYONE, language="en")
    answer = posting.answer(question=asked, by=helper, body="It took *four months*.", language="en")
    comment = posting.comment(question=asked, by=helper, answer=answer, body="Five, looking back.", language="en")
    for version in range(1, 13):
        asked = posting.edit(post=asked, version=version, body=f"{BODY}\n\nNight {version}: {'quiet' if version % 2 else 'loud'}. {LONG}")
    answer = posting.edit(post=answer, version=1, body="It took *five months*, and then three more.")
    gone = posting.ask(by=asker, condition=condition, title="Shall this one go?", body=BODY, audience=Audience.EVERYONE, language="en")
    lonely = posting.answer(question=asked, by=helper, body="This one goes.", language="en")
    closed = posting.ask(by=helper, condition=condition, title="Does this one take more?", audience=Audience.MEMBERS, language="en")
    Question.objects.filter(pk=closed.pk).update(locked_at=timezone.now(), closed_reason="It went in circles.")
    standing.delete(thing=gone)
    standing.delete(thing=lonely)
    content, width, height = whole(SimpleUploadedFile("a", picture()))
    for number in range(pictures.MOST):
        last = pictures.add(post=answer, content=content, width=width, height=height, alt=f"Plan number {number}")
    full = posting.answer(question=asked, by=helper, body="One with a picture.", language="en")
    pictures.add(post=full, content=content, width=width, height=height, alt="A plan on a fridge")
    drafts.keep(member=members["parent"], form="question", about="", address="/questions/ask/", fields={"title": ["How do you nap?"], "body": [BODY]})
    q, a, c = f"/questions/{asked.pk}", f"/answers/{answer.pk}", f"/comments/{comment.pk}"
    whole_form = {"title": "How long until sleep gets better?", "body": BODY, "audience": "members", "by": "name", "language": "en", "stage": "whole"}
    reply = {"body": BODY, "by": "name", "language": "en"}
    return {
        **_asking(whole_form),
        "answer": Visit(f"{q}/answer/", "parent"),
        "answer, by somebody with records": Visit(f"{q}/answer/", "guardian"),
        "answer refused": Visit(f"{q}/answer/", "parent", post={"body": "", "by": "x", "language": "xx"}, status=422),
        "answer with preview": Visit(f"{q}/answer/", "parent", post={**reply, "go": "preview"}),
        "answer a closed question": Visit(f"/questions/{closed.pk}/answer/", "parent", status=403),
        "answer sent to a closed question": Visit(f"/questions/{closed.pk}/answer/", "parent", post=reply, status=403),
        "comment on a question": Visit(f"{q}/comment/", "parent"),
        "comment on an answer": Visit(f"{a}/comment/", "parent"),
        "comment refused": Visit(f"{a}/comment/", "parent", post={"body": "x" * 2001, "by": "name", "language": "en"}, status=422),
        "change a question": Visit(f"{q}/edit/", "adult"),
        "change a question refused": Visit(f"{q}/edit/", "adult", post={"title": "x", "body": "x" * 20_001, "version": asked.version}, status=422),
        "change a question, wider": Visit(
            f"/questions/{closed.pk}/edit/", "guardian", post={"title": "Is this wider?", "audience": "everyone", "version": 1}, status=403
        ),
        "change an answer": Visit(f"{a}/edit/", "guardian"),
        "change an answer that was changed meanwhile": Visit(f"{a}/edit/", "guardian", post={"body": "It took a year.", "version": 1}, status=422),
        "change a comment": Visit(f"{c}/edit/", "guardian"),
        "history of a question": Visit(f"{q}/history/", "parent"),
        "history of a question, to a visitor": Visit(f"{q}/history/"),
        "history of a question, older": Visit(f"{q}/history/?before=4"),
        "history of an answer": Visit(f"{a}/history/"),
        "history of a comment": Visit(f"{c}/history/", "adult"),
        "delete a question": Visit(f"{q}/delete/", "adult"),
        "delete an answer": Visit(f"{a}/delete/", "guardian"),
        "delete a comment": Visit(f"{c}/delete/", "guardian"),
        "bring a question back": Visit(f"/questions/{gone.pk}/restore/", "adult"),
        "bring an answer back": Visit(f"/answers/{lonely.pk}/restore/", "guardian"),
        "pictures, for a new member": Visit(f"{q}/pictures/", "adult"),
        "pictures, no room": Visit(f"{a}/pictures/", "guardian"),
        "pictures": Visit(f"/answers/{full.pk}/pictures/", "guardian"),
        "picture of a post refused": Visit(f"/answers/{full.pk}/pictures/", "guardian", post={"alt": ""}, status=422),
        "take a picture away": Visit(f"/questions/pictures/{last.public_id}/remove/", "guardian"),
    }


def _asking(whole_form: dict) -> dict[str, Visit]:
    ask = "/questions/ask/"
    return {
        "ask": Visit(ask, "adult"),
        "ask, with a draft": Visit(ask, "parent"),
        "ask, nothing written": Visit(ask, "adult", post={"title": "", "go": "look"}, status=422),
        "ask, the rest": Visit(ask, "adult", post={"title": whole_form["title"], "go": "look"}),
        "ask, the rest, without records": Visit(ask, "plain", post={"title": whole_form["title"], "go": "look"}),
        "ask, nothing like it": Visit(ask, "adult", post={"title": "Xylophone quux zzyzx?", "go": "look"}),
        "ask, preview": Visit(ask, "adult", post={**whole_form, "body": f"{BODY} 5 mg/kg", "go": "preview"}),
        "ask, empty preview": Visit(ask, "adult", post={**whole_form, "body": "", "go": "preview"}),
        "ask refused": Visit(
            ask, "adult", post={**whole_form, "title": "Hm", "audience": "x", "by": "", "language": "xx", "tags": ["0"]}, status=422
        ),
    }
