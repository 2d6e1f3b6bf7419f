"""Structured data of a question's page for search engines (JSON-LD, schema.org): only what visitors read on the page itself."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from conditions.structured import absolute, breadcrumb_list
from forum.models.answer import Answer
from forum.reading import Page
from moderation.models.choices import Audience
from prose.markdown import plain_text


def qa_page(page: Page) -> list[dict[str, Any]]:
    """Return a QAPage and the way to it, or nothing: only a public question whose answer helped is told of, and nobody by name whom it hides."""
    question = page.question.post
    if question.audience != Audience.EVERYONE or not question.is_shown or page.accepted is None:
        return []
    shown = [thread.post for thread in page.answers if thread.post.is_shown]
    entity = {
        "@type": "Question",
        "name": question.title,
        "text": plain_text(question.body_html) or question.title,
        "url": absolute(question.get_absolute_url()),
        "dateCreated": question.created_at.isoformat(),
        **({"dateModified": question.edited_at.isoformat()} if question.edited_at else {}),
        "answerCount": question.answer_count,
        "upvoteCount": question.helpful_count,
        **_author(question),
        "acceptedAnswer": _answer(page.accepted),
        "suggestedAnswer": [_answer(answer) for answer in shown if answer.pk != page.accepted.pk],
    }
    crumbs = [(gettext("Questions"), reverse("forum:question_list")), (question.title, question.get_absolute_url())]
    language = {"inLanguage": question.language} if question.language else {}
    return [{"@context": "https://schema.org", "@type": "QAPage", **language, "mainEntity": entity}, breadcrumb_list(crumbs)]


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "@type": "Answer",
        "text": plain_text(answer.body_html),
        "url": absolute(answer.get_absolute_url()),
        "dateCreated": answer.created_at.isoformat(),
        **({"dateModified": answer.edited_at.isoformat()} if answer.edited_at else {}),
        "upvoteCount": answer.helpful_count,
        **_author(answer),
    }


def _author(post: Any) -> dict[str, Any]:
    """Return the author as the page names them; nothing where it names nobody."""
    return {"author": {"@type": "Person", "name": post.named_author.pseudonym}} if post.named_author else {}
