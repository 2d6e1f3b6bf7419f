"""What questions keep of their tags, brought in line when the reference renames a page, moves it or takes it out."""

from django.db import transaction

from conditions.models.condition import Condition
from forum import counters, tags
from forum.models.question import Question, QuestionTag
from forum.models.tag import Tag


def sync_all() -> str:
    """Bring the tags of all conditions up to date, and then what questions keep of them: the daily job. Return a line for its record."""
    changed = copied = 0
    for condition in Condition.objects.all():
        changed += tags.sync(condition)
        copied += copy(condition)
    return f"{changed} tags made or renamed, {copied} questions followed"


def copy(condition: Condition) -> int:
    """Write anew what questions keep of the tags of a condition, where it is not what the tags say; return how many were changed.

    Two queries, and a few for each that is changed: it is put into the search again, and its pages are no longer kept.
    """
    rows = Tag.objects.filter(condition=condition).select_related("condition", "topic", "symptom", "treatment")
    copies = {tag.pk: tags.copy_of(tag) for tag in rows}
    wanted: dict[int, list] = {}
    there = {}
    links = QuestionTag.objects.filter(tag__condition=condition).order_by("question", "order")
    for question, tag, kept in links.values_list("question", "tag", "question__tag_list").iterator(2000):
        wanted.setdefault(question, []).append(copies[tag])
        there[question] = kept
    wrong = [question for question, kept in there.items() if kept != wanted[question]]
    return sum(_write(question, wanted[question]) for question in wrong)


@transaction.atomic
def _write(pk: int, kept: list) -> bool:
    question = Question.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if question is None or not question.tag_list:  # gone meanwhile, or emptied when its author took it away
        return False
    question.tag_list = kept
    question.save(update_fields=["tag_list"])
    counters.follow(question)
    return True
