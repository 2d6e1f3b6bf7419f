"""The slot: what stands above says here what can be found, and who may see it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

PUBLIC = "public"  # everybody, visitors included
MEMBERS = "members"  # whoever signed in


@dataclass(frozen=True)
class Document:
    """One object in one language, as plain text.

    words: what people type for it and the title does not say (synonyms, medical names); weighs between title and text.
    language: of the text, "" where nobody knows. address: of the page, without the site's name.
    """

    kind: str
    object_id: int
    language: str
    title: str
    text: str
    address: str
    words: str = ""
    audience: str = PUBLIC


def everyone(user: Any, ids: list[int]) -> set[int]:
    """Return all of the ids: right for a kind whose every indexed row is open to its whole audience. Costs no query."""
    return set(ids)


@dataclass(frozen=True)
class SearchSource:
    """One kind of things that can be found.

    kind: its name in addresses. label: plural, for the choice of kinds. one: for a single result. documents: of some objects, one for
    each language; none for what must not be found. objects: all that belong in the index. visible_to: which of the ids this person may see;
    it costs a page one query for each kind found, so what is open to its whole audience keeps `everyone`.
    later: shown behind the other kinds, such as a word list beside the pages it explains.
    id_of: an object's id in the index. With it, indexing an object again also takes out what it gives no document for any more. Without it
    (the objects are parts of what is found, such as a text in one language) a document only replaces the one of its id and language, and
    `search.actions.remove` takes out.
    """

    kind: str
    label: Any
    one: Any
    model: type
    documents: Callable[[Iterable[Any]], list[Document]]
    objects: Callable[[], Iterable[Any]]
    visible_to: Callable[[Any, list[int]], set[int]] = everyone
    id_of: Callable[[Any], int] | None = None
    later: bool = False


_sources: dict[str, SearchSource] = {}


def register(source: SearchSource) -> None:
    """Add a kind to the search; an app calls this in its `ready()`. Raises ValueError for a kind that is there already."""
    if source.kind in _sources:
        raise ValueError(f"The search has a source of the kind {source.kind!r} already.")
    _sources[source.kind] = source


def sources() -> dict[str, SearchSource]:
    """Return the sources by kind, in the order in which they were registered."""
    return dict(_sources)
