"""Compare two Markdown texts for people (pure): word by word where they differ, unchanged stretches apart so that a page can fold them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_TOKEN = re.compile(r"\[@[^\]\n]*\]|\w+(?:[-'’]\w+)*|\s+|[^\w\s]")
_OWN_LINE = re.compile(r"#{1,6}\s|[-*+]\s|\d+[.)]\s|\||>")
_ALIKE = 0.4  # below this share of equal words, two readings apart are clearer than one mixed
_MOST_TOKENS = 1500  # in one stretch; the time grows with the square, so more are shown as two readings apart


@dataclass(frozen=True)
class Piece:
    """Some words: in both texts ("same"), only in the newer ("ins") or only in the older ("del")."""

    kind: Literal["same", "ins", "del"]
    text: str


@dataclass(frozen=True)
class Unchanged:
    """Units that stand in both texts."""

    units: tuple[str, ...]


@dataclass(frozen=True)
class Changed:
    """A place where the texts differ, as pieces in reading order."""

    pieces: tuple[Piece, ...]


def units_of(text: str) -> list[str]:
    """Return what a Markdown text is made of: paragraphs, headings, list items and table rows, soft line breaks undone."""
    found: list[str] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        parts: list[str] = []
        for line in block.split("\n"):
            words = line.strip()
            if parts and not _OWN_LINE.match(words) and not parts[-1].startswith(("#", "|")):
                parts[-1] = f"{parts[-1]} {words}".strip()
            elif words:
                indent = line[: len(line) - len(line.lstrip())]
                parts.append(f"{indent}{words}" if _OWN_LINE.match(words) else words)
        found += parts
    return found


def compare(old: Sequence[str], new: Sequence[str]) -> list[Unchanged | Changed]:
    """Compare two lists of units. The old one is all that is not "ins", the new one all that is not "del"; units part by line feeds."""
    stretches: list[Unchanged | Changed] = []
    for what, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            stretches.append(Unchanged(tuple(old[old_from:old_to])))
        elif old_to - old_from == new_to - new_from:
            pairs = zip(old[old_from:old_to], new[new_from:new_to], strict=True)
            stretches += [Changed(tuple(_words(before, after))) for before, after in pairs]
        else:
            stretches.append(Changed(tuple(_words("\n".join(old[old_from:old_to]), "\n".join(new[new_from:new_to])))))
    return stretches


def is_changed(stretches: list[Unchanged | Changed]) -> bool:
    """Return whether a comparison found any difference."""
    return any(isinstance(stretch, Changed) for stretch in stretches)


def _words(old: str, new: str) -> Iterator[Piece]:
    """Compare two stretches word by word."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if not before or not after or max(len(before), len(after)) > _MOST_TOKENS:
        yield from _apart(old, new)
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if _carries(before[block.a : block.a + block.size])]
    alike = sum(len(token) for block in blocks for token in before[block.a : block.a + block.size])
    if alike < _ALIKE * min(len(old), len(new)):
        yield from _apart(old, new)
        return
    old_at = new_at = 0
    for block in blocks:
        yield from _apart("".join(before[old_at : block.a]), "".join(after[new_at : block.b]))
        yield Piece("same", "".join(before[block.a : block.a + block.size]))
        old_at, new_at = block.a + block.size, block.b + block.size
    yield from _apart("".join(before[old_at:]), "".join(after[new_at:]))


def _carries(tokens: list[str]) -> bool:
    """Return whether equal tokens hold a word: a lone space or comma between two changes would only tear them apart."""
    return any(token[0].isalnum() or token.startswith("[@") for token in tokens)


def _apart(old: str, new: str) -> Iterator[Piece]:
    if old:
        yield Piece("del", old)
    if new:
        yield Piece("ins", new)
