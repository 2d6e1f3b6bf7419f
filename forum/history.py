"""What a post said before: its versions, each with what changed since the one before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conditions.diffing import Changed, Unchanged, compare, is_changed, units_of
from forum.models.extras import Edit

PER_PAGE = 10


@dataclass(frozen=True)
class Version:
    """One version. number: from 1. at: since when it was there. title, body: what changed, as conditions.diffing says; all of it for the first."""

    number: int
    at: datetime
    title: Sequence[Unchanged | Changed]
    body: Sequence[Unchanged | Changed]
    is_first: bool
    is_now: bool

    @property
    def title_changed(self) -> bool:
        """Return whether the title is another than before."""
        return is_changed(list(self.title))

    @property
    def body_changed(self) -> bool:
        """Return whether the text is another than before."""
        return is_changed(list(self.body))


@dataclass(frozen=True)
class Page:
    """Versions, the newest first. older: the number to go on with, 0 where this is all."""

    rows: list[Version]
    older: int
    first_page: bool


def versions(post: Any, *, before: str = "") -> Page:
    """Return a page of a post's versions. before: only older ones; what is no number is as none. One query."""
    limit = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else 0
    limit = limit if 1 < limit <= post.version else post.version + 1
    earlier = Edit.objects.filter(**{post._meta.model_name: post}, version__lt=limit).order_by("-version")[: PER_PAGE + 2]
    found = [(edit.version, edit.title, edit.body, edit.until) for edit in earlier]
    if limit > post.version:
        found.insert(0, (post.version, getattr(post, "title", ""), post.body, None))
    rows = []
    for place, (number, title, body, _until) in enumerate(found[:PER_PAGE]):
        is_first = place + 1 == len(found)
        _number, old_title, old_body, began = found[place + 1] if not is_first else (0, "", "", None)
        rows.append(
            Version(
                number=number,
                at=began or post.created_at,
                title=compare(_line(old_title), _line(title)) if not is_first else [Unchanged((title,))] if title else [],
                body=compare(units_of(old_body), units_of(body)) if not is_first else [Unchanged(tuple(units_of(body)))],
                is_first=is_first,
                is_now=number == post.version,
            )
        )
    return Page(rows, rows[-1].number if len(found) > PER_PAGE else 0, limit > post.version)


def _line(title: str) -> list[str]:
    return [title] if title else []
