"""What the pages of writing share: the limits of a visit, words about what happened, pages for what cannot be."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum import rendering
from forum.actions.taking import Taken
from forum.models.question import Question
from members.drafts import FormDraft
from moderation import submissions

read_or_send = require_http_methods(["GET", "HEAD", "POST"])

Crumbs = list[tuple[str, str]]


def wants(request: HttpRequest) -> str:
    """Return which button sent the form: "post" writes; "look" and "preview" show the form again; "" where it is only read."""
    return request.POST.get("go", "post") if request.method == "POST" else ""


def key_of(request: HttpRequest) -> str:
    """Return the key that a form carries on, or a new one."""
    return request.POST.get(submissions.FORM_KEY, "") or submissions.new_key()


def keep_only(form: Any, *names: str) -> bool:
    """Forget what a form finds wrong but in these fields: it is shown again, and not sent yet. Return whether nothing is left."""
    for name in list(form.errors):
        if name not in names:
            del form.errors[name]
    return not form.errors


def keep_text(draft: FormDraft, *texts: str) -> None:
    """Keep what was typed as a draft; a form without a word in it is none."""
    if any(text.strip() for text in texts):
        draft.keep()


def preview_of(request: HttpRequest, body: str) -> dict[str, Any]:
    """Return a text as others will see it: {"html", "is_medical"}. Two queries at most."""
    rendered = rendering.render(body, author=request.user.member, by_name=request.POST.get("by") != "member")
    return {"html": rendered.html, "is_medical": rendered.is_medical}


def questions_crumb() -> tuple[str, str]:
    """Return the way back to all questions."""
    return _("Questions"), reverse("forum:question_list")


def crumbs_to(question: Question) -> Crumbs:
    """Return the way back to a question."""
    title = question.gone_title if question.is_stub else format_html('<bdi lang="{}">{}</bdi>', question.language, question.title)
    return [questions_crumb(), (title, question.get_absolute_url())]


def sent_already(request: HttpRequest, address: str) -> HttpResponse:
    """Lead to what the same form, or the same text, has become."""
    messages.info(request, _("You have posted this already: here it is. It was not posted a second time."))
    return redirect(address)


def tell(request: HttpRequest, taken: Taken, done: str) -> None:
    """Say that a post stands, or why it waits; and where help is, to whoever may need it."""
    if taken.held:
        messages.warning(request, _("Your text is saved, and only you see it until a moderator has looked. You need not do anything."))
        for words in taken.held:
            messages.info(request, words)
    else:
        messages.success(request, done)
    if taken.crisis:
        words = _("You wrote of something very hard. You do not have to wait for an answer here: people are there for you now.")
        messages.warning(request, format_html('{} <a href="{}">{}</a>', words, reverse("help_now"), _("Get help now")))


def closed(request: HttpRequest, question: Question, draft: FormDraft | None = None) -> HttpResponse:
    """Answer 403: the question takes no more of this. What was typed is a draft."""
    context = {"question": question, "crumbs": crumbs_to(question), "text_kept": bool(draft and request.method == "POST")}
    return render(request, "forum/question_closed.html", context, status=403)
