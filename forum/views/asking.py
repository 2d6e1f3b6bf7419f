"""Asking, with what is there already below the first field, and seeing a text as others will."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from conditions.models.condition import Condition
from forum import tags
from forum.actions import posting, taking
from forum.forms.writing import AskForm, first_values
from forum.models.question import LONGEST_BODY, LONGEST_TITLE, Question
from forum.similar import similar
from forum.views import writing
from members import drafts
from moderation.models.choices import Audience
from moderation.submissions import AlreadySentError
from prose.markdown import clean


@login_required
@writing.read_or_send
def question_ask(request: HttpRequest) -> HttpResponse:
    """One field first; then what is there already, and below it the rest of the form."""
    member, condition = request.user.member, _condition(request)
    tags.sync_if_behind(condition)
    draft = drafts.of(request, "question")
    first = {**first_values(member), "audience": _last_audience(request), "tags": _asked_tags(request, condition)}
    sent = _sent(request, first)
    form = AskForm(sent, initial=draft.initial(**first), member=member, offered=tags.offered(condition))
    wants = writing.wants(request)
    if wants == "post" and form.is_valid():
        answers = form.answers()
        try:
            taken = taking.take(
                by=member,
                key=request.POST.get("form_key", ""),
                text=f"{answers['title']}\n{answers['body']}",
                reply=False,
                write=lambda: posting.ask(by=member, condition=condition, **answers),
            )
        except AlreadySentError as before:
            draft.drop()
            return writing.sent_already(request, before.address)
        except taking.RefusedError as refusal:
            form.add_error("body" if answers["body"] else "title", refusal.words)
        else:
            draft.keep() if taken.held else draft.drop()
            writing.tell(request, taken, _("Your question is posted. You will be told about answers."))
            return redirect(taken.post)
    if wants in ("look", "preview"):
        writing.keep_only(form, "title", *(["body"] if wants == "preview" else []))
    if sent is not None:
        writing.keep_text(draft, sent.get("title", ""), sent.get("body", ""))
    title = str(form["title"].value() or "")
    context = {
        "form": form,
        "draft": draft,
        "form_key": writing.key_of(request),
        "condition": condition,
        "whole": "stage" in request.POST or (bool(title.strip()) and "title" not in form.errors),
        "similar": similar(title[:LONGEST_TITLE], user=request.user),
        "looked": bool(title.strip()),
        "preview": writing.preview_of(request, sent["body"]) if wants == "preview" and sent and not form.errors else None,
        "crumbs": [writing.questions_crumb()],
    }
    return render(request, "forum/question_ask.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def question_similar(request: HttpRequest) -> HttpResponse:
    """Give what is like a question that is being typed, as a part of the page."""
    title = request.GET.get("q", "")[:LONGEST_TITLE]
    return render(request, "forum/_similar.html", {"similar": similar(title, user=request.user), "looked": bool(title.strip())})


@login_required
@require_POST
def post_preview(request: HttpRequest) -> HttpResponse:
    """Give a text as others will see it, as a part of the page. Nothing is kept of it."""
    body = request.POST.get("body", "")[:LONGEST_BODY]
    return render(request, "forum/_preview.html", {"preview": writing.preview_of(request, body)})


def _condition(request: HttpRequest) -> Condition:
    """Return the condition that is asked about: the one named, else the one that the site speaks of."""
    named = request.POST.get("condition") or request.GET.get("condition")
    if named:
        return get_object_or_404(Condition, slug=named[:60])
    first = Condition.objects.first()
    if first is None:
        raise Http404
    return first


def _last_audience(request: HttpRequest) -> str:
    """Return the audience of the member's last question: members only for the first."""
    mine = Question.objects.filter(author=request.user.member).order_by("-created_at", "-pk")
    return mine.values_list("audience", flat=True).first() or Audience.MEMBERS


def _asked_tags(request: HttpRequest, condition: Condition) -> list[int]:
    """Return the tag that a link brought along, such as `?tag=symptom:sleep`; none for what is no tag."""
    kind, _colon, slug = clean(request.GET.get("tag", "")).partition(":")
    return list(tags.offered(condition).filter(kind=kind[:10], slug=slug[:80]).values_list("pk", flat=True)) if slug else []


def _sent(request: HttpRequest, first: dict) -> object:
    """Return what was sent. The first step sends one field only: the others begin as they would have."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if "stage" not in data:
        for name, value in first.items():
            if name not in data:
                data.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value)])
    return data
