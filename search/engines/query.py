"""What an engine is asked, and what it answers."""

from dataclasses import dataclass

START, STOP = "\x02", "\x03"  # around a match in a snippet; texts in the index hold no control character


@dataclass(frozen=True)
class Query:
    """Words to look for, already cleaned, and where.

    every: all words, or any. prefix: the last word may go on. languages: of the entries, in the reader's order; None for all.
    kinds: None for all.
    """

    words: tuple[str, ...]
    audiences: tuple[str, ...]
    languages: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    every: bool = True
    prefix: bool = True

    def goes_on(self, word: str) -> bool:
        """Return whether this word may be the beginning of a longer one: the last, of one part, and longer than "die" ("diet")."""
        return self.prefix and word == self.words[-1] and len(word) >= 4 and word.isalnum()


@dataclass(frozen=True)
class Hit:
    """An entry that matched."""

    entry_id: int
    kind: str
    object_id: int
    language: str


@dataclass(frozen=True)
class Shown:
    """An entry as a result shows it. snippet: the best part of the text, matches between START and STOP."""

    title: str
    address: str
    language: str
    snippet: str
