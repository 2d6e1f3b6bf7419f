"""What moderators do with a question: lock, archive, join with another, mend. Trusted members mend title and tags, too.

A page of the site and not of the admin: it stands one link from the question, also for trusted members, who never enter the admin. Staff come
here with their second factor all the same (members.middleware).
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from forum import tags
from forum.actions import keeping, merging, posting
from forum.forms.keeping import CloseForm, MendForm, MergeForm, WhyForm
from forum.models.question import Question
from forum.views.writing import questions_crumb, read_or_send
from moderation import rights
from moderation.models.choices import Act
from moderation.standing import DecidedAlreadyError

CLOSE, OPEN, MERGE, UNMERGE, MEND = "close", "open", "merge", "unmerge", "mend"


@login_required
@read_or_send
def question_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what this person may do with a question, and do it when it is sent."""
    if not (request.user.member.is_trusted or rights.may_moderate(request.user.member)):
        raise PermissionDenied
    questions = Question.objects.visible_to(request.user).select_related("author__user", "condition", "merged_into")
    question = get_object_or_404(questions, pk=pk)
    forms = _forms(request, question)
    if not forms:
        raise PermissionDenied
    wanted = request.POST.get("do", "") if request.method == "POST" else ""
    form = forms.get(wanted)
    if form is not None and form.is_valid():
        done = _DEEDS[wanted](request, question, form)
        if done is not None:
            return done
    context = {
        "question": question,
        "condition": question.condition,
        "forms": forms,
        "sent": form if form is not None and form.errors else None,
        "preview": form.into if wanted == MERGE and form is not None and not form.errors else None,
        "others": list(question.merged.only("title", "language", "is_shown", "hidden_at", "held_at")) if MERGE in forms else [],
        "crumbs": [questions_crumb()],
    }
    return render(request, "forum/question_keep.html", context, status=422 if request.method == "POST" and context["preview"] is None else 200)


def _forms(request: HttpRequest, question: Question) -> dict[str, Any]:
    """Return the forms that this person may send now, by what they do."""
    member = request.user.member
    wanted = request.POST.get("do", "") if request.method == "POST" else ""

    def data(name: str) -> Any:
        return request.POST if wanted == name else None

    found: dict[str, Any] = {}
    if rights.may_decide(member, question):
        if question.merged_into_id:
            return {UNMERGE: WhyForm(data(UNMERGE), prefix=UNMERGE)}
        if question.is_open:
            found[CLOSE] = CloseForm(data(CLOSE), prefix=CLOSE)
        else:
            found[OPEN] = WhyForm(data(OPEN), prefix=OPEN)
        if question.is_shown:
            found[MERGE] = MergeForm(data(MERGE), prefix=MERGE, question=question, user=request.user)
    if member.is_trusted and member.is_present and question.is_shown and question.is_open:
        first = {"title": question.title, "tags": [link.tag_id for link in question.tag_links.all()], "version": question.version}
        found[MEND] = MendForm(data(MEND), offered=tags.offered(question.condition), initial=first)
    return found


def _close(request: HttpRequest, question: Question, form: CloseForm) -> HttpResponse | None:
    given = form.cleaned_data
    return _decided(
        request,
        question,
        lambda: keeping.close(question=question, by=request.user.member, act=given["act"], rule=given["rule"], why=given["why"]),
        _("The question is closed. It can be read, and takes no more posts."),
    )


def _open(request: HttpRequest, question: Question, form: WhyForm) -> HttpResponse | None:
    def act() -> None:
        for mark, deed in (("locked_at", Act.UNLOCK), ("archived_at", Act.UNARCHIVE)):
            if getattr(question, mark):
                keeping.reopen(question=question, by=request.user.member, act=deed, why=form.cleaned_data["why"])

    return _decided(request, question, act, _("The question is open again."))


def _merge(request: HttpRequest, question: Question, form: MergeForm) -> HttpResponse | None:
    if "yes" not in request.POST:  # shown first, and done once it is confirmed
        return None
    into: Any = form.into
    try:
        merging.merge(question=question, into=into, by=request.user.member, why=form.cleaned_data["why"])
    except merging.MergeRefusedError as refusal:
        form.add_error("other", refusal.words)
        return None
    messages.success(request, _("The two questions are one now. The old address leads here."))
    return redirect(into)


def _unmerge(request: HttpRequest, question: Question, form: WhyForm) -> HttpResponse | None:
    return _decided(
        request,
        question,
        lambda: merging.unmerge(question=question, by=request.user.member, why=form.cleaned_data["why"]),
        _("The two questions stand apart again."),
    )


def _mend(request: HttpRequest, question: Question, form: MendForm) -> HttpResponse | None:
    given = form.cleaned_data
    try:
        keeping.mend(question=question, by=request.user.member, version=given["version"], title=given["title"], tags=given["tags"], why=given["why"])
    except posting.EditedMeanwhileError as meanwhile:
        form.add_error("title", _("Somebody changed the question meanwhile. Its title is now: %(title)s") % {"title": meanwhile.post.title})
        return None
    except posting.ClosedError:
        form.add_error(None, _("The question was closed meanwhile."))
        return None
    messages.success(request, _("Title and tags are mended. The author can read why."))
    question.title = given["title"]
    return redirect(question)


def _decided(request: HttpRequest, question: Question, act: Any, done: str) -> HttpResponse:
    """Do it and say so; where somebody was quicker, say that."""
    try:
        act()
    except DecidedAlreadyError:
        messages.info(request, _("Somebody has decided this already, a moment ago."))
    else:
        messages.success(request, done)
    return redirect(question)


_DEEDS = {CLOSE: _close, OPEN: _open, MERGE: _merge, UNMERGE: _unmerge, MEND: _mend}
