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
    """Versions, the newest first. older: the number to go on with, 0 where this is all. withheld: whether some are not for this reader."""

    rows: list[Version]
    older: int
    first_page: bool
    withheld: bool


@dataclass(frozen=True)
class _Words:
    """A version as it is stored."""

    number: int
    title: str
    body: str
    until: datetime | None = None
    open: bool = True


def versions(post: Any, *, before: str = "", sees_all: bool = False) -> Page:
    """Return a page of a post's versions. before: only older ones; what is no number is as none. One query.

    sees_all: for its author and moderators, who saw also what was there while the post was held.
    """
    limit = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else 0
    limit = limit if 1 < limit <= post.version else post.version + 1
    earlier = Edit.objects.filter(**{post._meta.model_name: post}, version__lt=limit).order_by("-version")[: PER_PAGE + 2]
    found = [_Words(edit.version, edit.title, edit.body, edit.until, open=sees_all or not edit.withheld) for edit in earlier]
    if limit > post.version:
        found.insert(0, _Words(post.version, getattr(post, "title", ""), post.body))
    rows = []
    for place, words in enumerate(found[:PER_PAGE]):
        if not words.open:
            continue
        # Compared with the last words that the reader may see: those between would show as struck out.
        old = next((one for one in found[place + 1 :] if one.open), None)
        rows.append(
            Version(
                number=words.number,
                at=(found[place + 1].until if place + 1 < len(found) else None) or post.created_at,
                title=compare(_line(old.title), _line(words.title)) if old else [Unchanged((words.title,))] if words.title else [],
                body=compare(units_of(old.body), units_of(words.body)) if old else [Unchanged(tuple(units_of(words.body)))],
                is_first=old is None,
                is_now=words.number == post.version,
            )
        )
    older = found[PER_PAGE - 1].number if len(found) > PER_PAGE else 0
    return Page(rows, older, limit > post.version, not all(words.open for words in found[:PER_PAGE]))


def _line(title: str) -> list[str]:
    return [title] if title else []
