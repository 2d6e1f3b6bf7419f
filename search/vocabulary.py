"""The words that entries contain, each with a witness, and the nearest of them to a word that was mistyped."""

from collections.abc import Collection, Iterable
from difflib import SequenceMatcher

from search.engines import engine
from search.engines.query import Query
from search.models import Entry, Word
from search.words import WORD_LENGTH, fold, text_words

_MANY = 300  # witnesses to look for one by one; above that the vocabulary is made anew
_CANDIDATES = 50  # entries asked whether they contain a word as it is written
_BATCH = 500
_ALIKE = 0.7  # of 1; "sleap" and "sleep" have 0.8, "ataksia" and "ataxia" 0.77
_CLOSE = 0.1
_SHORTEST = 4  # letters; below that nearly every word is near another
_MOST = 4  # words of one query that are looked up


def add(entries: Iterable[Entry], known: set[tuple[str, str]] | None = None) -> None:
    """Take up the words of saved entries. known: (audience, word) that are there already; the new ones are put into it."""
    known = set() if known is None else known
    new: dict[tuple[str, str], int] = {}
    for entry in entries:
        for word in text_words(entry.title, entry.words, entry.text):
            if (entry.audience, word) not in known:
                new.setdefault((entry.audience, word), entry.pk)
    known.update(new)
    # Sorted: two writers with the same new words wait for each other in the same order.
    rows = [Word(audience=audience, word=word, entry_id=pk) for (audience, word), pk in sorted(new.items())]
    Word.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_BATCH)


def settle(entry_ids: Collection[int]) -> None:
    """Give the words of entries that went or changed another witness, or let the words go."""
    if len(entry_ids) > _MANY:
        rebuild()
        return
    still = {entry.pk: entry for entry in Entry.objects.filter(pk__in=entry_ids)}
    said = {pk: text_words(entry.title, entry.words, entry.text) for pk, entry in still.items()}
    lost = [
        word
        for word in Word.objects.filter(entry_id__in=entry_ids)
        if word.word not in said.get(word.entry_id, ()) or still[word.entry_id].audience != word.audience
    ]
    if len(lost) > _MANY:
        rebuild()
        return
    for word in lost:
        witness = _witness(word)
        if witness is None:
            word.delete()
        else:
            word.entry = witness
            word.save(update_fields=["entry"])


def rebuild() -> None:
    """Make the vocabulary anew from the entries."""
    Word.objects.all().delete()
    known: set[tuple[str, str]] = set()
    batch: list[Entry] = []
    for entry in Entry.objects.order_by("pk").iterator(chunk_size=_BATCH):
        batch.append(entry)
        if len(batch) == _BATCH:
            add(batch, known)
            batch = []
    add(batch, known)


def alternative(words: Collection[str], audiences: Collection[str]) -> list[str]:
    """Return, for words that nothing contains, the words that were probably meant; without those that resemble none. At most one query."""
    doubtful = [word for word in words if _SHORTEST <= len(word) <= WORD_LENGTH and word.isalpha()][:_MOST]
    if not doubtful:
        return []
    found = engine().nearest(doubtful, audiences)
    best = [_most_alike(word, found[word]) for word in doubtful]
    return [word for word in best if word]


def _witness(word: Word) -> Entry | None:
    """Return an entry that contains the word as it is written: an engine also finds its other forms."""
    query = Query(words=(word.word,), audiences=(word.audience,), prefix=False)
    found = [hit.entry_id for hit in engine().match(query, _CANDIDATES)]
    for entry in Entry.objects.filter(pk__in=found):
        if word.word in text_words(entry.title, entry.words, entry.text):
            return entry
    return None


def _most_alike(word: str, candidates: dict[str, int]) -> str:
    """Return the candidate most like the word, or "" when none is like it. candidates: each with its witness."""
    wanted = fold(word)
    ratios = {other: SequenceMatcher(None, wanted, fold(other), autojunk=False).ratio() for other in candidates if other != word}
    best = max(ratios.values(), default=0.0)
    if best < _ALIKE:
        return ""
    # The ratio finds "slept" as like "sleap" as "sleep" is; of those so close, the one with the fewest slips was meant. Where that is
    # undecided, the one with the earliest witness: common words are met early.
    close = [other for other, ratio in ratios.items() if ratio >= best - _CLOSE]
    return min(close, key=lambda other: (_slips(wanted, fold(other)), fold(other)[:1] != wanted[:1], candidates[other], other))


def _slips(typed: str, meant: str) -> int:
    """Return how many letters were left out, added, changed, or swapped with their neighbour.

    Source: optimal string alignment, after Damerau, Communications of the ACM 7 (1964) 171-176.
    """
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(typed, start=1):
        before, last, row = row, before, [i]
        for j, other in enumerate(meant, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == other:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]
