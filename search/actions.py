"""Keep the index in step. Called by the actions that write what can be found, in their transaction."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from django.db import transaction

from search import vocabulary
from search.engines import engine
from search.models import Entry, Word
from search.sources import Document, SearchSource, sources
from search.words import TEXT_LENGTH, clean

_BATCH = 500


@transaction.atomic
def index(kind: str, objects: Iterable[Any]) -> None:
    """Index these objects again. Where the source has an `id_of`, an object without a document (hidden, say) leaves the index."""
    source = _source(kind)
    for batch in _batches(objects):
        _replace(source, batch, _entries(source, batch))


@transaction.atomic
def remove(kind: str, ids: Iterable[int]) -> None:
    """Take these objects out of the index."""
    for batch in _batches(ids):
        _drop(list(Entry.objects.filter(kind=kind, object_id__in=batch).values_list("pk", flat=True)))


@transaction.atomic
def clear(kind: str) -> None:
    """Take a whole kind out of the index."""
    _drop(list(Entry.objects.filter(kind=kind).values_list("pk", flat=True)))


@transaction.atomic
def rebuild(progress: Callable[[str, int], None] | None = None) -> int:
    """Make the whole index anew and return its number of entries. progress: called with the kind and the number so far."""
    engine().lock()
    engine().clear()
    Word.objects.all().delete()
    Entry.objects.all().delete()
    known: set[tuple[str, str]] = set()
    total = 0
    for source in sources().values():
        for batch in _batches(source.objects()):
            entries = Entry.objects.bulk_create(_entries(source, batch))
            engine().store([entry.pk for entry in entries])
            vocabulary.add(entries, known)
            total += len(entries)
            if progress:
                progress(source.kind, total)
    engine().tidy()
    return total


def _source(kind: str) -> SearchSource:
    try:
        return sources()[kind]
    except KeyError:
        raise ValueError(f"The search has no source of the kind {kind!r}.") from None


def _entries(source: SearchSource, objects: list[Any]) -> list[Entry]:
    """Return unsaved entries for these objects."""
    return [_entry(source, document) for document in source.documents(objects)]


def _entry(source: SearchSource, document: Document) -> Entry:
    if document.kind != source.kind:
        raise ValueError(f"The source {source.kind!r} gave a document of the kind {document.kind!r}.")
    return Entry(
        kind=document.kind,
        object_id=document.object_id,
        language=document.language,
        audience=document.audience,
        title=clean(document.title),
        words=clean(document.words)[:TEXT_LENGTH],
        text=clean(document.text)[:TEXT_LENGTH],
        address=document.address,
    )


_CONTENT = ("audience", "title", "words", "text", "address")


def _replace(source: SearchSource, objects: list[Any], entries: list[Entry]) -> None:
    """Put these entries in the place of what the objects have; what did not change is not written."""
    new = {(entry.object_id, entry.language): entry for entry in entries}
    ids = {entry.object_id for entry in entries} | ({source.id_of(thing) for thing in objects} if source.id_of else set())
    # Locked, so that two who save the same object at the same time follow one another.
    gone = []
    for row in Entry.objects.select_for_update(no_key=True).filter(kind=source.kind, object_id__in=ids):
        entry = new.get((row.object_id, row.language))
        if entry is None and source.id_of is None:
            continue  # another part of the same object
        if entry is not None and all(getattr(row, name) == getattr(entry, name) for name in _CONTENT):
            del new[row.object_id, row.language]
            continue
        if entry is not None:
            entry.pk = row.pk  # an edit makes nothing newer than it is
        gone.append(row.pk)
    if not gone and not new:
        return
    engine().forget(gone)
    Entry.objects.filter(pk__in=gone).delete()
    Entry.objects.bulk_create(new.values())
    engine().store([entry.pk for entry in new.values()])
    vocabulary.add(new.values())
    vocabulary.settle(gone)


def _drop(entry_ids: Collection[int]) -> None:
    """Take entries out, with the words that only they had."""
    engine().forget(entry_ids)
    for batch in _batches(entry_ids):
        Entry.objects.filter(pk__in=batch).delete()
    vocabulary.settle(entry_ids)


def _batches(things: Iterable[Any]) -> Iterator[list[Any]]:
    """Give the things in lists of at most 500, without holding all of a query's rows at once."""
    rows = things.iterator(chunk_size=_BATCH) if hasattr(things, "iterator") else things
    batch = []
    for thing in rows:
        batch.append(thing)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
