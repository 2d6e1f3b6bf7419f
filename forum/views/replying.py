"""Answering and commenting: pages of their own, which are also where the form on the question's page sends to."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from forum.actions import posting, taking
from forum.forms.writing import AnswerForm, CommentForm, first_values
from forum.models.answer import Answer
from forum.models.question import Question
from forum.views import writing
from members import drafts
from members.drafts import FormDraft
from moderation.submissions import AlreadySentError, new_key


def answer_form(request: HttpRequest, question: Question) -> dict[str, Any]:
    """Return the context of `forum/_answer_form.html` for the question's own page: without the choice whom it is about. One query.

    For whom `question.can_answer`. The form sends to the page of its own, which asks for the rest where it refuses, and for a preview.
    """
    draft = _answer_draft(request, question)
    form = AnswerForm(initial=draft.initial(**first_values(request.user.member)), member=request.user.member, short=True)
    return {"form": form, "draft": draft, "question": question, "form_key": new_key()}


@login_required
@writing.read_or_send
def answer_write(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a question."""
    member = request.user.member
    question = get_object_or_404(Question.objects.visible_to(request.user).select_related("author__user"), pk=pk)
    draft = _answer_draft(request, question)
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=draft.initial(**first_values(member)), member=member)
    return _write(
        request, question, form, draft, template="forum/answer_write.html", done=_("Your answer is posted. Thank you."), action=posting.answer
    )


@login_required
@writing.read_or_send
def question_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Comment on a question."""
    return _comment(request, get_object_or_404(Question.objects.visible_to(request.user).select_related("author__user"), pk=pk))


@login_required
@writing.read_or_send
def answer_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Comment on an answer."""
    answers = Answer.objects.visible_to(request.user).select_related("question__author__user", "author__user")
    answer = get_object_or_404(answers, pk=pk)
    return _comment(request, answer.question, answer)


def _comment(request: HttpRequest, question: Question, answer: Answer | None = None) -> HttpResponse:
    member = request.user.member
    draft = drafts.of(request, "comment", about=f"a{answer.pk}" if answer else f"q{question.pk}")
    form = CommentForm(request.POST if request.method == "POST" else None, initial=draft.initial(**first_values(member)), member=member)
    return _write(
        request, question, form, draft, template="forum/comment_write.html", done=_("Your comment is posted."), action=posting.comment, answer=answer
    )


def _write(request, question, form, draft: FormDraft, *, template: str, done: str, action: Any, **place: Any) -> HttpResponse:
    """Take a reply, or show the form with what is to be changed."""
    member, wants = request.user.member, writing.wants(request)
    answer = place.get("answer")
    if not question.can_answer(request.user) or (answer and not answer.is_shown):
        writing.keep_text(draft, request.POST.get("body", ""))
        return writing.closed(request, question, draft)
    if wants == "post" and form.is_valid():
        answers = form.answers()
        try:
            taken = taking.take(
                by=member,
                key=request.POST.get("form_key", ""),
                text=answers["body"],
                place=f"{question.pk}:{answer.pk if answer else ''}",
                reply=True,
                write=lambda: action(question=question, by=member, **place, **answers),
            )
        except AlreadySentError as before:
            draft.drop()
            return writing.sent_already(request, before.address)
        except posting.ClosedError:
            draft.keep()
            question.refresh_from_db()
            return writing.closed(request, question, draft)
        except taking.RefusedError as refusal:
            form.add_error("body", refusal.words)
        else:
            draft.keep() if taken.held else draft.drop()
            writing.tell(request, taken, done)
            return redirect(taken.post)
    if wants == "preview":
        writing.keep_only(form, "body")
    writing.keep_text(draft, request.POST.get("body", ""))
    context = {
        "form": form,
        "draft": draft,
        "form_key": writing.key_of(request),
        "question": question,
        "answer": answer,
        "preview": writing.preview_of(request, request.POST.get("body", "")) if wants == "preview" and not form.errors else None,
        "crumbs": writing.crumbs_to(question),
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _answer_draft(request: HttpRequest, question: Question) -> FormDraft:
    return drafts.of(request, "answer", about=str(question.pk), address=reverse("forum:answer_write", args=[question.pk]))
