"""Cross-references between a condition's files: keys, slugs, ancestors, marks and links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from conditions.loading.lines import Document, Fault, Where
from conditions.marks import PAGES
from conditions.text_rules import faults_of

if TYPE_CHECKING:
    from conditions.loading.reader import ConditionFiles, PageFile

ROOT_TERM = "HP:0000118"  # Phenotypic abnormality, the top of the vocabulary


def check_references(files: ConditionFiles, *, reserved: frozenset[str], reserved_topics: frozenset[str], today: date) -> list[Fault]:
    """Return every fault that needs more than one field to be seen, or the day."""
    return [
        *_check_names(files, reserved, reserved_topics),
        *_check_doubles(files),
        *_check_vocabulary(files),
        *_check_keys(files),
        *_check_texts(files),
        *_check_days(files, today),
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
        if page.kind == "topic" and page.slug == "overview":
            if page.document.file != "overview.md":
                yield page.document.fault((), "The overview is the file overview.md.")
        elif page.kind == "topic" and page.slug not in planned:
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
    condition = files.condition
    for name in ("groups", "paths", "symptom_categories", "treatment_kinds"):
        yield from _doubles(files.documents["condition"], (name,), [(entry.key,) for entry in getattr(condition, name)], "key")
    yield from _doubles(files.documents["condition"], ("names",), [(entry.name,) for entry in condition.names], "name")
    yield from _doubles(files.documents["condition"], ("codes",), [(entry.system, entry.code) for entry in condition.codes], "code")
    numbers = [(entry.country, entry.kind, entry.name) for entry in files.help_numbers]
    yield from _doubles(files.documents["help_numbers"], (), numbers, "name")
    words: dict[str, str] = {}
    for number, entry in enumerate(files.glossary):
        for word in (entry.term, *entry.also):
            if words.setdefault(word.lower(), entry.slug) != entry.slug:
                yield files.documents["glossary"].fault((number, "also"), f"“{word}” belongs to another term too.")


def _doubles(document: Document, where: Where, values: Sequence[tuple[str, ...]], field: str) -> Iterable[Fault]:
    for number, value in enumerate(values):
        if value in values[:number]:
            yield document.fault((*where, number, field), f"“{', '.join(value)}” stands here twice.")


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
    for page in files.pages:
        for field in ("frequencies", "evidence"):
            for number, entry in enumerate(getattr(page.head, field, [])):
                yield from unknown(page.document, (field, number, "source"), entry.source)


def texts_of(page: PageFile) -> list[tuple[Where, str]]:
    """Return the Markdown texts of a page with where each stands, in reading order."""
    texts: list[tuple[Where, str]] = [(("short_answer",), page.head.short_answer)]
    if page.head.red_flags:
        texts.append((("red_flags", "text"), page.head.red_flags.text))
    return [*texts, (("body",), page.body), (("unknown",), page.head.unknown)]


def _known(files: ConditionFiles) -> set[tuple[str, str]]:
    """Return what a text may link to, as (kind, slug): planned topics too."""
    return {
        *(("topic", slug) for group in files.condition.groups for slug in group.topics),
        *(("symptom", entry.slug) for entry in files.symptoms),
        *(("treatment", entry.slug) for entry in files.treatments),
        *(("page", slug) for slug in PAGES),
    }


def _check_texts(files: ConditionFiles) -> Iterable[Fault]:
    keys, known = {entry.key for entry in files.sources}, _known(files)
    for page in files.pages:
        for where, text in texts_of(page):
            for message, piece in faults_of(text, keys, known):
                yield page.document.fault(where, message, within=piece)
    short: list[tuple[str, Where, str]] = [  # their marks are read, but not every sentence needs one
        *(
            ("condition", (name, number, "note"), entry.note)
            for name in ("names", "codes")
            for number, entry in enumerate(getattr(files.condition, name))
        ),
        *(("organisations", (number, "offers"), entry.offers) for number, entry in enumerate(files.organisations)),
        *(("symptoms", (number, "note"), entry.note) for number, entry in enumerate(files.symptoms)),
        *(("glossary", (number, "text"), entry.text) for number, entry in enumerate(files.glossary)),
    ]
    for name, where, text in short:
        for message, piece in faults_of(text, keys, known, every_block=False):
            yield files.documents[name].fault(where, message, within=piece)


def _check_days(files: ConditionFiles, today: date) -> Iterable[Fault]:
    for page in files.pages:
        if page.head.compiled > today:
            yield page.document.fault(("compiled",), f"This day is still to come: today is {today}.")
    for name in ("organisations", "help_numbers"):
        for number, entry in enumerate(getattr(files, name)):
            if entry.seen > today:
                yield files.documents[name].fault((number, "seen"), f"This day is still to come: today is {today}.")


def _check_pages(files: ConditionFiles) -> Iterable[Fault]:
    known = _known(files)
    for page in files.pages:
        for number, reference in enumerate(page.head.related):
            kind, slug = reference.split(":")
            if (kind, slug) not in known:
                yield page.document.fault(("related", number), f"{reference} leads nowhere.")
            elif (kind, slug) == (page.kind, page.slug):
                yield page.document.fault(("related", number), "A page is not related to itself.")
    if not any(page.slug == "overview" and page.kind == "topic" for page in files.pages):
        yield Fault("overview.md", 1, "", "The file is missing.")
