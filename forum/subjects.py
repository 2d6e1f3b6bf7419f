"""What of this app can be reported and moderated."""

from django.utils.translation import gettext_lazy as _

from forum import counters
from forum.models.answer import Answer, Comment
from forum.models.question import Question
from moderation import subjects
from moderation.subjects import Subject


def register() -> None:
    """Fill the slot of moderation."""
    subjects.register(Subject("question", _("Question"), Question, "admin/forum/_question.html", _load(Question), counters.follow))
    subjects.register(Subject("answer", _("Answer"), Answer, "admin/forum/_reply.html", _load(Answer, "question"), counters.follow))
    subjects.register(Subject("comment", _("Comment"), Comment, "admin/forum/_reply.html", _load(Comment, "question"), counters.follow))


def _load(model, *related):
    return lambda pk: model.objects.select_related("author__user", *related).filter(pk=pk).first()
