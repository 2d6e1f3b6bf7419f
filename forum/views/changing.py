"""Changing one's own words, what they were before, deleting, and bringing back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum import tags
from forum.actions import posting, taking
from forum.forms.writing import NOT_WIDER, EditQuestionForm, EditReplyForm
from forum.history import versions
from forum.models.answer import LONGEST_COMMENT, Answer, Comment
from forum.models.question import LONGEST_BODY, Question
from forum.views import writing
from members import drafts
from moderation import limits, rights, standing

MODELS = {"question": Question, "answer": Answer, "comment": Comment}


def _posts(kind: str, user: Any) -> QuerySet:
    around = ("author__user",) if kind == "question" else ("author__user", "question__author__user")
    return MODELS[kind].objects.visible_to(user).select_related(*around)


def _own(request: HttpRequest, kind: str, pk: int) -> Any:
    """Return a post of the one who asks. Raises Http404 for what they may not know, PermissionDenied for what is another's."""
    post = get_object_or_404(_posts(kind, request.user), pk=pk)
    if not post.is_by(request.user):
        raise PermissionDenied
    return post


def _question_of(post: Any) -> Question:
    return post if isinstance(post, Question) else post.question


@login_required
@writing.read_or_send
def post_edit(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Change the words of one's own post. Where somebody was faster, both stand side by side."""
    post = _own(request, kind, pk)
    draft = drafts.of(request, f"edit-{kind}", about=str(pk))
    if not post.can_edit(request.user):
        writing.keep_text(draft, request.POST.get("body", ""))
        return writing.closed(request, _question_of(post), draft)
    if writing.wants(request) == "theirs":
        draft.drop()
        messages.success(request, _("It stays as it is now."))
        return redirect(post)
    form = _edit_form(request, post, draft.initial(**_first(post)))
    conflict = None
    if writing.wants(request) == "post" and form.is_valid():
        given = dict(form.cleaned_data)
        limits.spend_edit(request.user.member)
        try:
            findings = taking.looked_at(f"{given.get('title', '')}\n{given['body']}", by=request.user.member)
            with transaction.atomic():
                changed = posting.edit(post=post, **given)
                taken = taking.settle(changed, findings)
        except taking.RefusedError as refusal:
            form.add_error("body", refusal.words)
        except posting.WiderError:  # somebody replied since the form was looked at
            form.add_error("audience", NOT_WIDER)
        except posting.EditedMeanwhileError as meanwhile:
            conflict = meanwhile.post
        except posting.ClosedError:
            draft.keep()
            post.refresh_from_db()
            return writing.closed(request, _question_of(post), draft)
        else:
            draft.drop()
            writing.tell(request, taken, _("Your changes are saved. What it said before stays in its history."))
            return redirect(changed)
    if writing.wants(request) == "preview":
        writing.keep_only(form, "title", "body")
    writing.keep_text(draft, request.POST.get("body", ""), request.POST.get("title", ""))
    context = {
        "kind": kind,
        "post": post,
        "question": _question_of(post),
        "form": form,
        "draft": draft,
        "conflict": conflict,
        "preview": writing.preview_of(request, request.POST.get("body", "")) if writing.wants(request) == "preview" and not form.errors else None,
        "crumbs": writing.crumbs_to(_question_of(post)),
    }
    return render(request, "forum/post_edit.html", context, status=422 if form.errors or conflict else 200)


def _first(post: Any) -> dict[str, Any]:
    """Return what the form holds before anything is changed."""
    first = {"version": post.version, "body": post.body}
    if isinstance(post, Question):
        first |= {"title": post.title, "audience": post.audience, "tags": list(post.tags.values_list("pk", flat=True))}
    return first


def _edit_form(request: HttpRequest, post: Any, initial: dict[str, Any]) -> Any:
    data = request.POST if request.method == "POST" else None
    if isinstance(post, Question):
        return EditQuestionForm(data, initial=initial, question=post, offered=(tags.offered(post.condition) | post.tags.all()).distinct())
    return EditReplyForm(data, initial=initial, longest=LONGEST_COMMENT if isinstance(post, Comment) else LONGEST_BODY)


@require_safe
def post_history(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """What a post said before, to whoever may read the post: each version with its date, and what changed in it."""
    post = get_object_or_404(_posts(kind, request.user), pk=pk)
    sees_all = post.is_by(request.user) or (request.user.is_authenticated and rights.may_moderate(request.user.member))
    found = versions(post, before=request.GET.get("before", ""), sees_all=sees_all)
    context = {
        "kind": kind,
        "post": post,
        "question": _question_of(post),
        "versions": found.rows,
        "older": found.older,
        "first_page": found.first_page,
        "withheld": found.withheld,
        "crumbs": writing.crumbs_to(_question_of(post)),
    }
    return render(request, "forum/post_history.html", context)


@login_required
@writing.read_or_send
def post_delete(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Delete one's own post: says what that means, then does it; the next page offers to undo it."""
    post = _own(request, kind, pk)
    if post.deleted_at is None and request.method == "POST":
        standing.delete(thing=post)
        messages.success(request, _("It is deleted. Nobody else can read it any more."))
    if post.deleted_at is not None:
        return redirect(f"forum:{kind}_restore", pk=pk)
    question = _question_of(post)
    context = {"kind": kind, "post": post, "question": question, "crumbs": writing.crumbs_to(question), "replies": _has_replies(post)}
    return render(request, "forum/post_delete.html", context)


@login_required
@writing.read_or_send
def post_restore(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Bring back what one has deleted, for 14 days."""
    post = _own(request, kind, pk)
    if post.deleted_at is None:
        return redirect(post)
    if post.back_until <= timezone.now():
        raise Http404
    if request.method == "POST":
        standing.bring_back(thing=post)
        messages.success(request, _("It is back, as it was."))
        return redirect(post)
    question = _question_of(post)
    return render(request, "forum/post_restore.html", {"kind": kind, "post": post, "question": question, "crumbs": [writing.questions_crumb()]})


def _has_replies(post: Any) -> bool:
    """Return whether others have written below a question: that stays."""
    if not isinstance(post, Question):
        return False
    return any(replies.shown().exclude(author=post.author).exists() for replies in (post.answers, post.comments))
