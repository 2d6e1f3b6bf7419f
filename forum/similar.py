"""What is there already for somebody who begins to ask: questions like theirs, and the pages of the reference that speak of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from search.queries import Row, search

SHORTEST = 4  # characters; less says nothing
MOST_QUESTIONS, MOST_PAGES = 5, 3
REFERENCE = ("topic", "symptom", "treatment")
_LOOKED_AT = 30  # results of all kinds; what matters stands far before


@dataclass(frozen=True)
class Similar:
    """Questions and pages, best first."""

    questions: Sequence[Row] = field(default_factory=list)
    pages: Sequence[Row] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Return whether there is anything."""
        return bool(self.questions or self.pages)


def similar(text: str, *, user: Any) -> Similar:
    """Return what is like a text, of what this person finds in lists. A fixed number of queries; none for a text that says nothing."""
    if len(text.strip()) < SHORTEST:
        return Similar()
    languages = tuple(dict.fromkeys([get_language() or settings.LANGUAGE_CODE, *(code for code, _name in settings.LANGUAGES)]))
    questions = search(text, user=user, languages=languages, kind="question", limit=MOST_QUESTIONS).rows
    rows = search(text, user=user, languages=languages, limit=_LOOKED_AT).rows
    return Similar(
        questions=[row for row in questions if row.kind == "question"][:MOST_QUESTIONS],
        pages=[row for row in rows if row.kind in REFERENCE][:MOST_PAGES],
    )
