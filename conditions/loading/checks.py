"""Cross-references between a condition's files: keys, slugs, ancestors, marks and links."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from conditions.loading.lines import Document, Fault, Where
from conditions.marks import LINK_KINDS, MARK, OURS, PAGES, keys_of, links_of

if TYPE_CHECKING:
    from conditions.loading.reader import ConditionFiles, PageFile

ROOT_TERM = "HP:0000118"  # Phenotypic abnormality, the top of the vocabulary


def check_references(files: ConditionFiles, *, reserved: frozenset[str], reserved_topics: frozenset[str]) -> list[Fault]:
    """Return every fault that needs more than one field to be seen."""
    return [
        *_check_names(files, reserved, reserved_topics),
        *_check_doubles(files),
        *_check_vocabulary(files),
        *_check_keys(files),
        *_check_pages(files),
    ]


def _check_names(files: ConditionFiles, reserved: frozenset[str], reserved_topics: frozenset[str]) -> Iterable[Fault]:
    document = files.documents["condition"]
    if files.condition.slug in reserved:
        yield document.fault(("slug",), f"“{files.condition.slug}” is an address of the site itself: choose another.")
    planned = [slug for group in files.condition.groups for slug in group.topics]
    for number, group in enumerate(files.condition.groups):
        for place, slug in enumerate(group.topics):
            if slug in reserved_topics:
                yield document.fault(("groups", number, "topics", place), f"“{slug}” is an address of the site itself: choose another.")
            if planned.count(slug) > 1:
                yield document.fault(("groups", number, "topics", place), f"The topic “{slug}” stands in the groups twice.")
    for number, path in enumerate(files.condition.paths):
        for place, slug in enumerate(path.topics):
            if slug not in planned:
                yield document.fault(("paths", number, "topics", place), f"There is no topic “{slug}” in the groups.")
    for page in files.pages:
        if page.kind == "topic" and page.slug != "overview" and page.slug not in planned:
            yield page.document.fault((), "This topic stands in no group of condition.yaml.")
    for kind, known in (("symptom", files.symptoms), ("treatment", files.treatments)):
        slugs = {entry.slug for entry in known}
        for page in files.pages:
            if page.kind == kind and page.slug not in slugs:
                yield page.document.fault((), f"There is no {kind} “{page.slug}” in {kind}s.yaml.")
    for name, field, keys in (
        ("symptoms", "category", {entry.key for entry in files.condition.symptom_categories}),
        ("treatments", "kind", {entry.key for entry in files.condition.treatment_kinds}),
    ):
        for number, entry in enumerate(getattr(files, name)):
            if getattr(entry, field) not in keys:
                yield files.documents[name].fault((number, field), f"“{getattr(entry, field)}” is not listed in condition.yaml.")


def _check_doubles(files: ConditionFiles) -> Iterable[Fault]:
    for name, field in (
        ("sources", "key"),
        ("symptoms", "hpo_id"),
        ("symptoms", "slug"),
        ("ancestors", "hpo_id"),
        ("treatments", "slug"),
        ("organisations", "name"),
        ("glossary", "slug"),
    ):
        seen = set()
        for number, entry in enumerate(getattr(files, name)):
            value = getattr(entry, field)
            if value in seen:
                yield files.documents[name].fault((number, field), f"“{value}” stands here twice.")
            seen.add(value)
    words: dict[str, str] = {}
    for number, entry in enumerate(files.glossary):
        for word in (entry.term, *entry.also):
            if words.setdefault(word.lower(), entry.slug) != entry.slug:
                yield files.documents["glossary"].fault((number, "also"), f"“{word}” belongs to another term too.")


def _check_vocabulary(files: ConditionFiles) -> Iterable[Fault]:
    parents = {entry.hpo_id: entry.is_a for entry in files.ancestors} | {entry.hpo_id: entry.is_a for entry in files.symptoms}
    unknown = False
    for name in ("ancestors", "symptoms"):
        for number, entry in enumerate(getattr(files, name)):
            for place, parent in enumerate(entry.is_a):
                if parent not in parents:
                    unknown = True
                    yield files.documents[name].fault((number, "is_a", place), f"The HPO id {parent} is not known here.")
    if unknown:
        return
    cycle = find_cycle(parents)
    if cycle:
        for name in ("ancestors", "symptoms"):
            for number, entry in enumerate(getattr(files, name)):
                if entry.hpo_id == cycle[0]:
                    yield files.documents[name].fault((number, "is_a"), f"The ancestors run in a circle: {' > '.join(cycle)}.")
        return
    for number, entry in enumerate(files.symptoms):
        closure = ancestors_of(entry.hpo_id, parents)
        if set(entry.ancestors) != closure:
            odd = ", ".join(sorted(closure ^ set(entry.ancestors)))
            yield files.documents["symptoms"].fault((number, "ancestors"), f"The ancestors are not those that is_a gives; they differ in {odd}.")
        if ROOT_TERM not in closure:
            yield files.documents["symptoms"].fault((number, "is_a"), f"The term does not lie under {ROOT_TERM}.")


def find_cycle(parents: dict[str, list[str]]) -> list[str]:
    """Return one circle of ids, its first id repeated at the end, or an empty list."""
    done: set[str] = set()
    for start in parents:
        path: list[str] = []
        stack = [(start, iter(parents.get(start, ())))]
        path.append(start)
        while stack:
            node, rest = stack[-1]
            following = next((parent for parent in rest if parent not in done), None)
            if following is None:
                done.add(node)
                stack.pop()
                path.pop()
            elif following in path:
                return [*path[path.index(following) :], following]
            else:
                path.append(following)
                stack.append((following, iter(parents.get(following, ()))))
    return []


def ancestors_of(term: str, parents: dict[str, list[str]]) -> set[str]:
    """Return every id above a term. The parents must hold no circle."""
    found: set[str] = set()
    waiting = list(parents.get(term, ()))
    while waiting:
        parent = waiting.pop()
        if parent not in found:
            found.add(parent)
            waiting += parents.get(parent, ())
    return found


def _check_keys(files: ConditionFiles) -> Iterable[Fault]:
    keys = {entry.key for entry in files.sources}

    def unknown(document: Document, where: Where, key: str | None) -> Iterable[Fault]:
        if key and key not in keys:
            yield document.fault(where, f"There is no source {key} in sources.yaml.")

    yield from unknown(files.documents["condition"], ("frequency_source",), files.condition.frequency_source)
    for field in ("names", "codes"):
        for number, entry in enumerate(getattr(files.condition, field)):
            yield from unknown(files.documents["condition"], (field, number, "source"), entry.source)
    for name in ("symptoms", "treatments"):
        for number, entry in enumerate(getattr(files, name)):
            for place, key in enumerate(entry.sources):
                yield from unknown(files.documents[name], (number, "sources", place), key)
    for number, entry in enumerate(files.organisations):
        yield from unknown(files.documents["organisations"], (number, "source"), entry.source)
        yield from _check_marks(files.documents["organisations"], (number, "offers"), entry.offers, keys)
    for number, entry in enumerate(files.symptoms):
        yield from _check_marks(files.documents["symptoms"], (number, "note"), entry.note, keys)
    for number, entry in enumerate(files.glossary):
        yield from _check_marks(files.documents["glossary"], (number, "text"), entry.text, keys)
    for page in files.pages:
        for where, text in texts_of(page):
            yield from _check_marks(page.document, where, text, keys)
        for field in ("frequencies", "evidence"):
            for number, entry in enumerate(getattr(page.head, field, [])):
                yield from unknown(page.document, (field, number, "source"), entry.source)


def texts_of(page: PageFile) -> list[tuple[Where, str]]:
    """Return the Markdown texts of a page with where each stands, in reading order."""
    texts: list[tuple[Where, str]] = [(("short_answer",), page.head.short_answer)]
    if page.head.red_flags:
        texts.append((("red_flags", "text"), page.head.red_flags.text))
    return [*texts, (("body",), page.body), (("unknown",), page.head.unknown)]


def _check_marks(document: Document, where: Where, text: str, keys: set[str]) -> Iterable[Fault]:
    for mark in MARK.findall(text):
        for key in keys_of(mark):
            if key != OURS and key not in keys:
                yield document.fault(where, f"There is no source {key} in sources.yaml.", within=f"[@{mark}]")
    for broken in re.findall(r"\[@[^\]\n]{0,20}(?:\n|$)|\[S\d+\w?\]", text):
        yield document.fault(where, f"“{broken.strip()}” is no mark: write [@S1].", within=broken)


def _check_pages(files: ConditionFiles) -> Iterable[Fault]:
    known = {
        "topic": {slug for group in files.condition.groups for slug in group.topics},
        "symptom": {entry.slug for entry in files.symptoms},
        "treatment": {entry.slug for entry in files.treatments},
        "page": set(PAGES),
    }
    for page in files.pages:
        for where, text in texts_of(page):
            for kind, slug in links_of(text):
                if slug not in known[kind]:
                    yield page.document.fault(where, f"The link {kind}:{slug} leads nowhere.", within=f"{kind}:{slug}")
            for odd in re.findall(r"\]\((?!(?:%s):|https?://)([^)]*)\)" % "|".join(LINK_KINDS), text):
                yield page.document.fault(where, f"The link ({odd}) is none we know: write topic:, symptom:, treatment: or page:.", within=odd)
            if re.search(r"^# ", text, flags=re.MULTILINE):
                yield page.document.fault(where, "Headings begin at ##: the title is the page's only #.", within="# ")
        for number, reference in enumerate(page.head.related):
            kind, slug = reference.split(":")
            if slug not in known[kind]:
                yield page.document.fault(("related", number), f"{reference} leads nowhere.")
            elif (kind, slug) == (page.kind, page.slug):
                yield page.document.fault(("related", number), "A page is not related to itself.")
    if not any(page.slug == "overview" and page.kind == "topic" for page in files.pages):
        yield Fault("overview.md", 1, "", "The file is missing.")
