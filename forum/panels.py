"""What this app adds to pages of the reference: members' answers to a topic's question, and the questions about a symptom or a treatment.

Visitors see what is public, and the pages are kept for them until something public changes: docs/decisions/0009.
"""

from typing import Any

from django.db.models import Count

from conditions import panels
from conditions.models.pages import INDEX_TOPICS, OVERVIEW, ConditionSymptom, Topic, Treatment
from forum.models.answer import Answer
from forum.models.change import PublicChange
from forum.models.question import Question, QuestionTag
from forum.models.tag import Kind, Tag
from forum.rendering import EXCERPT
from prose import markdown

MOST = 5  # answers of a topic, questions of a page


def register() -> None:
    """Fill the slot of the reference."""
    version = PublicChange.objects.version
    panels.register("topic", "voices", of_topic, version=version)
    panels.register("symptom", "voices", of_symptom, version=version)
    panels.register("treatment", "voices", of_treatment, version=version)
    panels.register_numbers(answers_by_topic, version=version)


def of_topic(topic: Topic, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the best answers of members to a topic's question, and what is asked about it. Two queries; none for a topic that is a list."""
    if topic.slug in (OVERVIEW, *INDEX_TOPICS):
        return None
    of_topic = {"question__tag_links__tag__topic": topic, "question__merged_into": None, "question__is_shown": True}
    answers = Answer.objects.listed_for(user).with_folds(user).filter(folded=False, **of_topic).select_related("author__user", "question")
    answers = answers.defer("body", "question__body", "question__body_html")
    best = list(answers.order_by("-helpful_count", "-created_at", "-pk")[:MOST])
    for answer in best:
        answer.words = markdown.excerpt(answer.body_html, EXCERPT)
    context = _about(Tag(kind=Kind.TOPIC, condition=topic.condition, slug=topic.slug), user, topic=topic)
    return "forum/_panel_answers.html", {**context, "answers": best, "user": user}


def of_symptom(page: ConditionSymptom, user: Any) -> tuple[str, dict[str, Any]]:
    """Return what is asked about a symptom. One query."""
    return "forum/_panel_questions.html", _about(Tag(kind=Kind.SYMPTOM, condition=page.condition, slug=page.slug), user, symptom=page)


def of_treatment(page: Treatment, user: Any) -> tuple[str, dict[str, Any]]:
    """Return what is asked about a treatment. One query."""
    return "forum/_panel_questions.html", _about(Tag(kind=Kind.TREATMENT, condition=page.condition, slug=page.slug), user, treatment=page)


def answers_by_topic(condition: Any, user: Any) -> dict[int, int]:
    """Return how many answers of members the questions of each topic have: {topic's number: answers}. One query."""
    answers = Answer.objects.listed_for(user).filter(question__merged_into=None, question__is_shown=True)
    links = QuestionTag.objects.filter(tag__topic__condition=condition, question__answers__in=answers)
    return dict(
        links.order_by().values_list("tag__topic").annotate(number=Count("question__answers", distinct=True)).values_list("tag__topic", "number")
    )


def _about(tag: Tag, user: Any, **page: Any) -> dict[str, Any]:
    """Return the questions of a page that most people answered, where all of them stand, and where one asks another. tag: not saved; it only
    gives the addresses.
    """
    links = {f"tag_links__tag__{kind}": value for kind, value in page.items()}
    questions = Question.objects.listed_for(user).standing().with_folds(user).filter(folded=False, **links).for_list()
    found = list(questions.order_by("-answer_count", "-created_at", "-pk")[: MOST + 1])
    return {"questions": found[:MOST], "more": len(found) > MOST, "address": tag.get_absolute_url(), "ask": tag.get_ask_url()}
