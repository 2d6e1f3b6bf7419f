"""What of this app can be found: questions, each with the words of its answers."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from forum.models.answer import Answer
from forum.models.question import Question
from moderation.models.choices import Audience
from prose.markdown import plain_text
from search import sources
from search.sources import MEMBERS, PUBLIC, Document, SearchSource


def register() -> None:
    """Fill the slot of the search."""
    sources.register(
        SearchSource(
            kind="question",
            label=_("Questions"),
            one=_("Question"),
            model=Question,
            documents=documents,
            objects=lambda: Question.objects.shown().standing().order_by("pk"),
            visible_to=visible_to,
            id_of=lambda question: question.pk,
        )
    )


def documents(questions: Iterable[Question]) -> list[Document]:
    """Return one document for each question that is shown; its answers' words are part of it. One query."""
    shown = [question for question in questions if question.is_shown and question.merged_into_id is None]
    answers: dict[int, list[str]] = {}
    texts = Answer.objects.filter(question__in=[question.pk for question in shown], is_shown=True).order_by("-helpful_count", "created_at")
    for pk, html in texts.values_list("question", "body_html"):
        answers.setdefault(pk, []).append(plain_text(html))
    return [
        Document(
            kind="question",
            object_id=question.pk,
            language=question.language,
            title=question.title,
            text=" ".join([plain_text(question.body_html), *answers.get(question.pk, ())]),
            words=" ".join(tag["name"] for tag in question.tag_list),
            address=question.get_absolute_url(),
            audience=PUBLIC if question.audience == Audience.EVERYONE else MEMBERS,
        )
        for question in shown
    ]


def visible_to(user: Any, ids: list[int]) -> set[int]:
    """Return which of these questions this person finds. One query."""
    return set(Question.objects.listed_for(user).filter(pk__in=ids).values_list("pk", flat=True))
