"""Find what a reader asks for, and nothing that this reader may not see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from search import vocabulary
from search.engines import engine
from search.engines.query import START, STOP, Hit, Query
from search.sources import MEMBERS, PUBLIC, sources
from search.words import clean_query, query_words

LIMIT = 1_000  # matches that are ranked and counted
PAGE = 20
FEW = 5  # fewer with all words are followed by those with some: a whole sentence rarely stands in one text


@dataclass(frozen=True)
class Row:
    """One result. label: what kind of thing it is. snippet: pieces of its text, each with whether it matched."""

    kind: str
    label: Any
    title: str
    address: str
    language: str
    snippet: list[tuple[str, bool]]


@dataclass(frozen=True)
class KindCount:
    """How many results there are of a kind. label: plural."""

    kind: str
    label: Any
    count: int


@dataclass
class Results:
    """One page of results.

    text: the query as it was read. kind: the only kind shown, or "". total: of that kind, at most 1,000; capped: there are more.
    counts: of every kind that has any; everything: their sum; sampled: both hold for the newest 1,000 matches only.
    every: all words were found together in each; else, in those behind the first `together`, some of them.
    too_common: only words that tell nothing. suggestion: what was probably meant, where nothing was found; it leads to something.
    after, previous, following: where this page, the one before and the next one start; None where there is none.
    """

    text: str = ""
    kind: str = ""
    rows: list[Row] = field(default_factory=list)
    total: int = 0
    capped: bool = False
    counts: list[KindCount] = field(default_factory=list)
    everything: int = 0
    sampled: bool = False
    every: bool = True
    together: int = 0
    too_common: bool = False
    suggestion: str = ""
    after: int = 0
    previous: int | None = None
    following: int | None = None


def search(text: str, *, user: Any, languages: Sequence[str], kind: str | None = None, after: int | str | None = 0, limit: int = PAGE) -> Results:
    """Return what was found for a text, best first. It may be anything that a person can send.

    languages: of the texts to show, the reader's own first; a text whose language nobody knows is always shown.
    kind: only this one; an unknown one is as none. after: results to skip; what is no number is as 0.
    """
    results = Results(text=clean_query(text or ""), kind=kind if kind in sources() else "")
    words = query_words(results.text, languages)
    results.too_common = bool(results.text) and not words
    if not words:
        return results
    query = Query(tuple(words), audiences=_audiences(user), languages=(*languages, ""), kinds=tuple(sources()))
    found, results.capped = _find(query, user)
    results.together = len(found)
    if len(found) < FEW and len(words) > 1:
        query = replace(query, every=False)
        some, results.capped = _find(query, user)
        known = {(hit.kind, hit.object_id) for hit in found}
        found += [hit for hit in some if (hit.kind, hit.object_id) not in known]
        results.every = len(found) == results.together
    if not found:
        results.suggestion = _suggestion(query, user)
        return results
    _count(results, found)
    results.sampled = results.capped
    if results.kind:
        if results.capped:  # the newest 1,000 of all kinds may hold few of this one
            found, results.capped = _find(replace(query, kinds=(results.kind,)), user)
        found = [hit for hit in found if hit.kind == results.kind]
    results.total = len(found)
    _turn_to(results, after, limit)
    results.rows = _rows(query, found[results.after : results.after + limit])
    return results


def _audiences(user: Any) -> tuple[str, ...]:
    """Return the audiences that a person belongs to. None is a visitor."""
    return (PUBLIC, MEMBERS) if getattr(user, "is_authenticated", False) else (PUBLIC,)


def _find(query: Query, user: Any) -> tuple[list[Hit], bool]:
    """Return what this person may see, best first, each object once, and whether there is more than was looked at."""
    hits = engine().match(query, LIMIT + 1)
    visible = _visible(hits, user)
    rank = {language: place for place, language in enumerate(query.languages or ())}
    found: dict[tuple[str, int], Hit] = {}
    for hit in hits[:LIMIT]:
        key = hit.kind, hit.object_id
        if hit.object_id not in visible[hit.kind]:
            continue
        if key not in found or rank.get(hit.language, 0) < rank.get(found[key].language, 0):
            found[key] = hit  # at the best place of its languages, in the one the reader likes best
    ranked = sorted(found.values(), key=lambda hit: sources()[hit.kind].later)  # stable: the engine's order stays within both
    return ranked, len(hits) > LIMIT


def _visible(hits: Iterable[Hit], user: Any) -> dict[str, set[int]]:
    """Return, by kind, the ids among these hits that the person may see."""
    return {kind: sources()[kind].visible_to(user, sorted(ids)) for kind, ids in _by_kind(hits).items()}


def _by_kind(hits: Iterable[Hit]) -> dict[str, set[int]]:
    """Return the objects' ids by kind, the kind of the best hit first."""
    ids: dict[str, set[int]] = {}
    for hit in hits:
        ids.setdefault(hit.kind, set()).add(hit.object_id)
    return ids


def _suggestion(query: Query, user: Any) -> str:
    """Return words that look like those asked for and lead this person to something; "" without such."""
    words = vocabulary.alternative(query.words, query.audiences)
    if not words:
        return ""
    hits = engine().match(replace(query, words=tuple(words), every=False, prefix=False), LIMIT)
    # Lazily: the first kind that has something for this person is enough.
    leads_somewhere = any(sources()[kind].visible_to(user, sorted(ids)) for kind, ids in _by_kind(hits).items())
    return " ".join(words) if leads_somewhere else ""


def _count(results: Results, found: list[Hit]) -> None:
    """Fill in the counts, kinds in the order in which they were registered."""
    counts: dict[str, int] = {}
    for hit in found:
        counts[hit.kind] = counts.get(hit.kind, 0) + 1
    results.counts = [KindCount(kind, source.label, counts[kind]) for kind, source in sources().items() if kind in counts]
    results.everything = len(found)


def _turn_to(results: Results, after: int | str | None, limit: int) -> None:
    """Fill in where the page starts, and its neighbours. Behind the end stands the first page."""
    text = str(after)[:6]
    start = int(text) if text.isascii() and text.isdigit() else 0
    results.after = start if start < results.total else 0
    if results.after:
        results.previous = max(0, results.after - limit)
    if results.after + limit < results.total:
        results.following = results.after + limit


def _rows(query: Query, hits: Sequence[Hit]) -> list[Row]:
    """Return the rows of one page. One query."""
    if not hits:
        return []
    shown = engine().show(query, [hit.entry_id for hit in hits])
    rows = []
    for hit in hits:
        entry = shown.get(hit.entry_id)
        if entry is not None:  # else it went since the first query
            rows.append(Row(hit.kind, sources()[hit.kind].one, entry.title, entry.address, entry.language, _pieces(entry.snippet)))
    return rows


def _pieces(snippet: str) -> list[tuple[str, bool]]:
    """Return a snippet cut at its marks, as (text, matched)."""
    pieces = []
    for number, piece in enumerate(snippet.split(START)):
        inside, _stop, outside = piece.partition(STOP) if number else ("", "", piece)
        pieces += [(text, matched) for text, matched in ((inside, True), (outside, False)) if text]
    return pieces
