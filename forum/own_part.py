"""What the forum answers for in the slot of members: what somebody wrote, how they voted, where they are named.

Whoever leaves chooses: their questions, answers and comments stay without a name, or go. What others wrote below them stays either way.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.files import FieldFile
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum import counters, removal
from forum.actions import rerender
from forum.models.answer import Answer, Comment
from forum.models.change import PublicChange
from forum.models.extras import Edit, Mention, Picture
from forum.models.question import Offer, Question, QuestionTag
from forum.models.vote import Vote
from members.data_rights import Held, Part
from members.models.consent import Purpose
from members.models.member import Member
from moderation import standing
from moderation.models.choices import Audience

POSTS = (Comment, Answer, Question)  # in this order they may go: what hangs on something goes before it


def held(member: Member) -> list[Held]:
    """Return what is kept about a member, counted. One query."""
    count = Member.objects.filter(pk=member.pk).values(
        asked=_number(Question, "author"),
        answered=_number(Answer, "author"),
        commented=_number(Comment, "author"),
        voted=_number(Vote, "member"),
        named=_number(Mention, "member"),
        offered=_number(Offer, "member"),
    )[0]
    mine, by_me = reverse("forum:question_mine"), reverse("forum:by_member", args=[member.public_id])
    return [
        Held(_("Questions you asked"), count["asked"], mine),
        Held(_("Answers you wrote"), count["answered"], by_me),
        Held(_("Comments you wrote"), count["commented"]),
        Held(_("Times you said that something helped, or that you have the same question"), count["voted"]),
        Held(_("Posts in which you are named"), count["named"]),
        Held(_("Questions we offered to you"), count["offered"], reverse("forum:question_for_me")),
    ]


def _number(model: type[Model], whose: str) -> Coalesce:
    rows = model._default_manager.filter(**{whose: OuterRef("pk")}).order_by().values(whose)
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


def export(member: Member) -> dict[str, Any]:
    """Return what a member wrote here, with dates and earlier words; of other people no word, and votes as numbers."""
    questions = Question.objects.filter(author=member).prefetch_related("edits", "pictures").order_by("created_at", "pk")
    answers = Answer.objects.filter(author=member).prefetch_related("edits", "pictures").order_by("created_at", "pk")
    comments = Comment.objects.filter(author=member).prefetch_related("edits").order_by("created_at", "pk")
    return {
        "questions": [{"title": post.title, **_post(post), "tags": [tag["name"] for tag in post.tag_list], **_about(post)} for post in questions],
        "answers": [{"to": post.question_id, **_post(post), **_about(post)} for post in answers],
        "comments": [{"to": post.question_id, **_post(post)} for post in comments],
        "votes": list(Vote.objects.filter(member=member).order_by().values("kind").annotate(number=Count("pk")).order_by("kind")),
        "times I am named in posts": Mention.objects.filter(member=member).count(),
        "questions offered to me": Offer.objects.filter(member=member).count(),
    }


def _post(post: Any) -> dict[str, Any]:
    return {
        "number": post.pk,
        "text": post.body,
        "language": post.language,
        "written": post.created_at,
        "edited": post.edited_at,
        "under my name": post.by_name,
        "who may read it": post.audience,
        "hidden": post.hidden_at,
        "waits for a look since": post.held_at,
        "deleted": post.deleted_at,
        "earlier words": [{"title": edit.title, "text": edit.body, "until": edit.until} for edit in post.edits.all()],
    }


def _about(post: Any) -> dict[str, Any]:
    return {
        "about my patient": post.patient_id is not None,
        "shown of whom it is about": [value for value in (post.about_role, post.about_onset) if value],
        "helped": post.helpful_count,
        "pictures": [{"shows": picture.alt, "added": picture.created_at, "file": _name_of(picture)} for picture in post.pictures.all()],
    }


def files(member: Member) -> dict[str, FieldFile]:
    """Return the pictures in what a member wrote, by the names under which the export speaks of them."""
    theirs = Picture.objects.filter(Q(question__author=member) | Q(answer__author=member)).order_by("pk")
    return {_name_of(picture): picture.file for picture in theirs}


def _name_of(picture: Picture) -> str:
    return f"post-picture-{picture.pk}{PurePosixPath(picture.file.name).suffix}"


def erase(member: Member) -> None:
    """Let what a member wrote stay without a name, or go, as they chose; unlink their votes, and take their name out of others' posts.

    Safe to run twice. What they had deleted themselves goes in any case.
    """
    # A row of our own: refreshing the caller's would take the account from it, which they need after it is gone.
    row = Member.objects.filter(pk=member.pk).first()
    if row is None:
        return
    rerender.forget(member)
    touched = set(_public_questions(member))
    for model in POSTS:
        theirs = model.objects.filter(author=member)
        removal.remove(theirs if row.erase_posts else theirs.filter(deleted_at__isnull=False))
    for model in POSTS:
        _keep_without_a_name(model.objects.filter(author=member))
    Vote.objects.filter(member=member).update(member=None)
    Offer.objects.filter(member=member).delete()
    counters.count(Question.objects.filter(pk__in=touched))
    PublicChange.objects.note()


def _keep_without_a_name(posts: QuerySet) -> None:
    """Take off who wrote it, and whom it is about. by_name stays: "a member" that turned into a former one would point to who left just then."""
    values: dict[str, Any] = {"author": None}
    if posts.model is not Comment:
        values |= {"patient": None, "about_role": "", "about_onset": ""}
    posts.update(**values)


def _public_questions(member: Member) -> Iterable[int]:
    """Return the questions of which something may be counted otherwise afterwards."""
    for model in (Answer, Comment):
        yield from model.objects.filter(author=member).values_list("question", flat=True)


def standing_changed(member: Member) -> None:
    """Take what goes with a leaving member out of sight at once, and bring it back with them; write their name anew where they are named."""
    away = timezone.now() if member.leaving_at and member.erase_posts else None
    for model in (Question, Answer, Comment):
        for post in model.objects.filter(author=member, away_at__isnull=bool(away)).order_by("pk"):
            standing.set_mark(post, "away_at", away)
    rerender.posts_naming(member)
    if any(model.objects.filter(author=member, audience=Audience.EVERYONE).exists() for model in POSTS):
        PublicChange.objects.note()  # the name beside it


def consent_changed(member: Member, purpose: str, *, given: bool) -> None:
    """Without consent to keep health data, say nothing any more of whom a post is about; what was offered for what somebody knows goes, too."""
    if given or purpose != Purpose.HEALTH:
        return
    for model in (Question, Answer):
        model.objects.filter(author=member).update(patient=None, about_role="", about_onset="")
    Offer.objects.filter(member=member).delete()
    PublicChange.objects.note()


PART = Part(
    name="forum",
    models=frozenset(
        f"forum.{model.__name__}"  # each has a path to a member
        for model in (Question, QuestionTag, Answer, Comment, Vote, Mention, Edit, Picture, Offer)
    ),
    goes=(
        _("Questions, answers and comments, if you choose so below; else they stay without your name."),
        _("What your questions and answers say of whom they are about, and your name where others wrote it."),
    ),
    # Edit, Picture and QuestionTag hang on a post and go with it.
    kept={
        "forum.Question": _(
            "Questions and answers that you do not take along, as “Former member”. What others wrote below yours stays in any case: "
            "it belongs to them. Where your question goes, “deleted by its author” stands above it."
        ),
        "forum.Vote": _("That something helped somebody, as a number. Nobody can tell any more that it was you."),
    },
    held=held,
    export=export,
    files=files,
    erase=erase,
    standing_changed=standing_changed,
    consent_changed=consent_changed,
)
