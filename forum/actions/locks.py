"""In which order rows are locked: what stands below a question before the question itself. Hiding and deleting a reply do it so, too."""

from forum.models.answer import Answer, Comment
from forum.models.question import Question


def replies_of(question: Question) -> list[int]:
    """Lock the answers and comments of a question until the end of the transaction; return the answers' numbers. Before the question is locked.

    Whoever replies meanwhile waits for nobody here: their reply is a row that nobody else has locked.
    """
    locked = {
        model: list(model.objects.select_for_update(of=("self",), no_key=True).filter(question=question).order_by("pk").values_list("pk", flat=True))
        for model in (Answer, Comment)
    }
    return locked[Answer]
