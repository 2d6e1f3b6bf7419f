"""A question's page, votes, what helped, watching."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from conditions.views import same_under
from forum import reading, structured
from forum.actions import accepting, voting
from forum.models.answer import Answer, Comment
from forum.models.change import PublicChange
from forum.models.question import Question
from forum.models.vote import VoteKind
from forum.views.replying import answer_form
from letters import actions as letters
from moderation import limits, rights
from moderation.models.choices import Audience

OPEN = "open"  # in the query: the comments are not folded, since one of them was asked for


@same_under(PublicChange.objects.version)
@require_safe
def question_detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Show a question with its answers. Its words in the address are for people: others lead to the right ones."""
    question = get_object_or_404(reading.question_for(request.user, pk=pk))
    if question.merged_into_id:
        return _to_merged(request, question)
    if slug != question.slug:
        return redirect(question, permanent=True)
    look = reading.Look.of(request.GET)
    page = reading.page_of(question, request.user, look)
    is_bare = not look.query and OPEN not in request.GET
    data = structured.qa_page(page) if is_bare else []
    return render(request, "forum/question_detail.html", {**_shown(request, page), "structured": data})


@require_safe
def question_short(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from the address that is handed on to the question's page."""
    question = get_object_or_404(Question.objects.open_to(request.user).select_related("merged_into"), pk=pk)
    return _to_merged(request, question) if question.merged_into_id else redirect(question, permanent=True)


@require_safe
def answer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to an answer where it stands on its question's page."""
    answers = Answer.objects.open_to(request.user).filter(question__in=Question.objects.open_to(request.user))
    answer = get_object_or_404(answers.select_related("question"), pk=pk)
    return redirect(_place(answer, reading.look_at(answer, request.user).query, f"answer-{pk}"))


@require_safe
def comment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to a comment where it stands, unfolded."""
    comments = Comment.objects.visible_to(request.user).filter(question__in=Question.objects.open_to(request.user))
    comment = get_object_or_404(comments.select_related("question", "answer"), pk=pk)
    query = ""
    if comment.answer_id:
        answer = get_object_or_404(Answer.objects.open_to(request.user).select_related("question"), pk=comment.answer_id)
        query = reading.look_at(answer, request.user).query
    return redirect(_place(comment, f"{query}{'&' if query else '?'}{OPEN}=1", f"comment-{pk}"))


@login_required
@require_POST
def question_vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a question is helpful, or take it back."""
    return _vote(request, get_object_or_404(Question.objects.visible_to(request.user), pk=pk), VoteKind.HELPFUL)


@login_required
@require_POST
def question_same(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one has the same question, or take it back."""
    return _vote(request, get_object_or_404(Question.objects.visible_to(request.user), pk=pk), VoteKind.SAME)


@login_required
@require_POST
def answer_vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an answer is helpful, or take it back."""
    return _vote(request, get_object_or_404(Answer.objects.visible_to(request.user).select_related("question"), pk=pk), VoteKind.HELPFUL)


@login_required
@require_POST
def answer_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Say, as who asked, that an answer helped, or take it back."""
    answer = get_object_or_404(Answer.objects.visible_to(request.user).select_related("question"), pk=pk)
    try:
        if request.POST.get("do") == "take":
            accepting.take_back(answer=answer, by=request.user.member)
            messages.success(request, _("Taken back: no answer is marked now as the one that helped you."))
        else:
            accepting.accept(answer=answer, by=request.user.member)
            messages.success(request, _("Thank you: others will now find this answer first."))
    except accepting.NotAskedError:
        raise PermissionDenied from None
    except accepting.GoneError:
        messages.error(request, _("This answer is not there any more, so it cannot be marked."))
    return _back(request, answer)


@login_required
@require_POST
def question_watch(request: HttpRequest, pk: int) -> HttpResponse:
    """Hear of answers to a question, or no more."""
    question = get_object_or_404(Question.objects.open_to(request.user), pk=pk)
    if request.POST.get("do") == "take":
        letters.unwatch(member=request.user.member, target=question)
        messages.success(request, _("You will hear no more of this question."))
    else:
        letters.watch(member=request.user.member, target=question)
        messages.success(request, _("You will find a notice when somebody answers."))
    return _back(request, question)


def _shown(request: HttpRequest, page: reading.Page) -> dict[str, Any]:
    """Return the context of the page."""
    user, question = request.user, page.question.post
    acts = user.is_authenticated and user.member.is_present
    return {
        "page": page,
        "question": question,
        "condition": question.condition,
        "title": question.gone_title if page.question.without else question.title,
        "acts": acts,
        "may_vote": acts and question.is_shown,
        "may_answer": question.can_answer(user),
        "may_accept": question.can_accept(user),
        "answer": answer_form(request, question) if question.can_answer(user) else None,
        "may_keep": acts and rights.may_decide(user.member, question),
        "may_mend": acts and user.member.is_trusted and question.is_shown and question.is_open and not page.question.own,
        "sees_hidden": acts and user.member.is_moderator,
        "unfolded": OPEN in request.GET,
        "sorts": [
            (_("Most helpful"), reading.Look(reading.BEST)),
            (_("Newest"), reading.Look(reading.NEWEST)),
            (_("Oldest"), reading.Look(reading.OLDEST)),
        ],
        "pages_of_tags": [tag for tag in question.tag_list if tag.get("page")] if not page.question.without else [],
        "short_address": settings.SITE_URL + reverse("forum:question_short", args=[question.pk]),
        "is_public": question.audience == Audience.EVERYONE,
        "is_indexed": question.is_public and page.accepted is not None and not page.look.query,
        "crumbs": [(_("Questions"), reverse("forum:question_list"))],
        **({"unread_notices": question.unread} if user.is_authenticated else {}),
    }


def _to_merged(request: HttpRequest, question: Question) -> HttpResponse:
    """Lead to the question that this one was joined with. Whoever may not open that one learns nothing of it, not even its words."""
    if not Question.objects.open_to(request.user).filter(pk=question.merged_into_id).exists():
        raise Http404
    return redirect(question.merged_into, permanent=True)


def _vote(request: HttpRequest, post: Question | Answer, kind: str) -> HttpResponse:
    """Give a vote, or take it back: the button says which, so that a second press of the same one changes nothing."""
    member = request.user.member
    if post.is_by(request.user):
        raise PermissionDenied
    limits.spend_vote(member)
    try:
        if request.POST.get("do") == "take":
            voting.take_back(by=member, on=post, kind=kind)
            messages.success(request, _("Taken back."))
        else:
            voting.give(by=member, on=post, kind=kind)
            messages.success(request, _("Thank you. Press again to take it back."))
    except voting.OwnPostError:
        raise PermissionDenied from None
    except voting.GoneError:
        messages.error(request, _("This is not there any more, so nothing was counted."))
    return _back(request, post)


def _back(request: HttpRequest, post: Question | Answer) -> HttpResponse:
    """Lead back to the page that the button stood on, at the same place."""
    query = reading.Look.of(request.GET).query
    return redirect(_place(post, query, f"answer-{post.pk}") if isinstance(post, Answer) else f"{post.get_absolute_url()}{query}")


def _place(post: Answer | Comment, query: str, anchor: str) -> str:
    return f"{post.question.get_absolute_url()}{query}#{anchor}"
