"""How well the reference is written: marks, sentence length, reading ease, repeated shapes. Pure; `make lint` prints it.

Reading ease is the Flesch-Kincaid grade, 0.39 words per sentence + 11.8 syllables per word - 15.59 (Kincaid and others, 1975).
Syllables are counted twice, by hyphenation and by groups of vowels, and the larger number is taken.
Medical names count as words of two syllables: a reader learns them as names, and a glossary explains them.
"""

import datetime
import re
import sys
from collections import defaultdict
from pathlib import Path

import pyphen

from conditions.loading.checks import texts_of
from conditions.loading.reader import ConditionFiles, PageFile, read_condition
from conditions.marks import LINK, MARK, OURS, blocks, cited_keys, keys_of, links_of, sentences, without_marks

CONTENT = Path(__file__).parent.parent.parent / "content" / "oms"
DOSE = re.compile(
    r"\d\s?(?:mg|mcg|µg|microgram|milligram|gram|g|ml|mL|IU|units?)\b(?:\s?(?:/|per\s)\s?(?:kg|m2|day|dose))?"
    r"|per kilogram|\b(?:once|twice|three times) (?:a|per) (?:day|week)\b"
)
TO_DO = re.compile(r"tell the team|what may help|what to do|what can|ask|first|call|everyday|help", re.IGNORECASE)
_SYLLABLES = pyphen.Pyphen(lang="en_GB")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SHARE = re.compile(r"\b(\d+) (?:in|of|out of)(?: every)? (\d+)\b(?![,.]\d)")
_WORD = re.compile(r"[A-Za-zÀ-ÿ’'-]+")


def page_sentences(page: PageFile) -> list[str]:
    """Return all sentences of a page."""
    return [sentence for _where, text in texts_of(page) for sentence in sentences(text)]


def words_of(text: str) -> list[str]:
    """Return the words of a text."""
    return [word for word in _WORD.findall(text) if re.search(r"[A-Za-zÀ-ÿ]", word)]


def average_length(page: PageFile) -> float:
    """Return the average number of words of a page's sentences."""
    counts = [len(re.findall(r"\S+", sentence)) for sentence in page_sentences(page)]
    return sum(counts) / max(len(counts), 1)


def medical_names(files: ConditionFiles) -> set[str]:
    """Return the words of glossary terms, HPO names and treatments, in lower case."""
    names = [word for entry in files.glossary for word in (entry.term, *entry.also)]
    names += [entry.name for entry in files.symptoms] + [name for entry in files.treatments for name in (entry.name, *entry.also_called)]
    names += [entry.name for entry in files.condition.names] + ["Orphanet", "immune", "vaccine", "medicine", "hospital", "emergency", "treatment"]
    return {word.lower() for name in names for word in words_of(name) if len(word) > 6}


def syllables(word: str, names: set[str]) -> int:
    """Return the syllables of a word; of a medical name, two."""
    low = word.lower().strip("’'-")
    if low in names or low.rstrip("s") in names:
        return 2
    spoken = re.sub(r"(?<=[^aeiouy])(?:e|es|ed)$", "", low) or low  # a last e is silent
    return max(1, len(_SYLLABLES.inserted(low).split("-")), len(re.findall(r"[aeiouyà-ÿ]+", spoken)))


def grade(found: list[str], names: set[str]) -> float:
    """Return the Flesch-Kincaid grade of sentences."""
    all_words = [word for sentence in found for word in words_of(sentence)]
    if not all_words:
        return 0.0
    return 0.39 * len(all_words) / len(found) + 11.8 * sum(syllables(word, names) for word in all_words) / len(all_words) - 15.59


def to_do_sentences(page: PageFile) -> list[str]:
    """Return the sentences of the parts that say what to do: red flags, and sections headed so."""
    found = sentences(page.head.red_flags.text) if page.head.red_flags else []
    for section in re.split(r"^(?=## )", page.body, flags=re.MULTILINE):
        heading = section.split("\n", 1)[0]
        if heading.startswith("## ") and TO_DO.search(heading):
            found += sentences(section)
    return found


def unmarked_blocks(page: PageFile) -> list[str]:
    """Return paragraphs, list items and table rows without a mark; a line that leads on (":") or only points to a page needs none."""
    found = []
    for _where, text in texts_of(page):
        for block in blocks(text):
            if MARK.search(block) or block.rstrip("* ").endswith(":"):
                continue
            if links_of(block) and len(words_of(without_marks(block))) <= 25 and not re.search(r"\d", block):
                continue
            found.append(block)
    return found


def shapes(page: PageFile, names: list[str]) -> list[str]:
    """Return the paragraphs of a page with names, numbers and marks taken out, those of eight words or more."""
    pattern = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if len(name) > 3), re.IGNORECASE)
    found = []
    for _where, text in texts_of(page):
        for block in blocks(text):
            plain = pattern.sub("NAME", re.sub(r"\d+", "0", without_marks(block)))
            plain = " ".join(re.sub(r"[^\w\s]", " ", plain).lower().split())
            if len(plain.split()) >= 8:
                found.append(plain)
    return found


def repeated_shapes(files: ConditionFiles) -> list[tuple[str, list[str]]]:
    """Return paragraphs whose shape stands on more than one page, with the pages."""
    names = [name for page in files.pages for name in (page.head.title, page.head.nav_title)]
    names += [name for entry in (*files.symptoms, *files.treatments) for name in (entry.name, entry.plain_name)]
    seen: dict[str, list[str]] = defaultdict(list)
    for page in files.pages:
        for shape in set(shapes(page, names)):
            seen[shape].append(page.document.file)
    return [(shape, pages) for shape, pages in sorted(seen.items()) if len(pages) > 1]


def doses(page: PageFile) -> list[str]:
    """Return what looks like a dose or its rhythm."""
    return [match.group() for _where, text in texts_of(page) for match in DOSE.finditer(without_marks(text))]


def segments(block: str) -> list[tuple[str, list[str]]]:
    """Return the pieces of a paragraph, item or row, each with the keys of the mark that ends it; words after the last mark belong to it."""
    found, start = [], 0
    for mark in MARK.finditer(block):
        found.append((block[start : mark.start()], keys_of(mark[1])))
        start = mark.end()
    return [*found, (block[start:], found[-1][1] if found else [])]


def uncited_numbers(page: PageFile, numbers: dict[str, set[str]]) -> list[str]:
    """Return numbers of texts that stand in no fact of the mark behind them.

    numbers: source key to the numbers of the fact sheet's lines that cite it (numbers.json). A share may be said as "3 in 10" or
    "60 of every 100" when the cited fact gives the percent within five points; "of every 100" is a way to say percent.
    What is marked as ours alone is our own arithmetic, and free.
    """
    pieces = [piece for _where, text in texts_of(page) for block in blocks(text) for piece in segments(block)]
    return [number for text, keys in pieces if keys != [OURS] for number in _missing(text, _numbers_of(keys, numbers))]


def uncited_row_numbers(page: PageFile, numbers: dict[str, set[str]]) -> list[str]:
    """Return numbers of the evidence and frequency rows that stand in no fact of the row's source; 0 and 1 may be a word there ("none", "a boy")."""
    found = []
    for row in getattr(page.head, "evidence", []):
        found += _missing(f"{row.claim} {row.study} {row.people}", _numbers_of([row.source], numbers) | {"0", "1"})
    for row in getattr(page.head, "frequencies", []):
        found += _missing(f"{row.label} {row.count} {row.total}", _numbers_of([row.source], numbers) | {"0", "1"})
    return found


def overdue(files: ConditionFiles, today: datetime.date) -> list[str]:
    """Return the pages whose next check should have been before today."""
    return [page.document.file for page in files.pages if page.head.review_due < today]


def _numbers_of(keys: list[str], numbers: dict[str, set[str]]) -> set[str]:
    return set().union(*(numbers.get(key, set()) for key in keys))


def _missing(text: str, cited: set[str]) -> list[str]:
    plain = re.sub(r"COVID-19|SARS-CoV-2", "", without_marks(text))
    for match in list(_SHARE.finditer(plain)):
        plain = plain.replace(match.group(), "", 1) if _is_share(match, cited) else plain
    return [number for number in _NUMBER.findall(plain) if number.replace(",", "") not in cited | {"100"}]


def _is_share(match: re.Match[str], cited: set[str]) -> bool:
    percent = 100 * int(match[1]) / int(match[2]) if int(match[2]) else -1
    return any(abs(percent - float(number)) <= 5 for number in cited if re.fullmatch(r"\d+(?:\.\d+)?", number))


def keys_and_rows(page: PageFile) -> list[str]:
    """Return every source key that a page uses, in texts and rows."""
    rows = [row.source for field in ("evidence", "frequencies") for row in getattr(page.head, field, [])]
    return list(dict.fromkeys([*cited_keys(*(text for _where, text in texts_of(page))), *rows]))


def link_targets(page: PageFile) -> set[str]:
    """Return the pages that a page leads to."""
    inline = {f"{kind}:{slug}" for _where, text in texts_of(page) for _words, kind, slug in LINK.findall(text) if kind != "page"}
    return inline | set(page.head.related)


def main(today: datetime.date | None = None) -> int:
    """Print a line for each page, and say what is above the marks we set ourselves, and what is due for a check."""
    files = read_condition(CONTENT)
    names = medical_names(files)
    high = 0
    print(f"{'page':58} words  sentence  grade  to do")
    for page in files.pages:
        found, todo = page_sentences(page), to_do_sentences(page)
        length, all_grade, todo_grade = average_length(page), grade(found, names), grade(todo, names)
        odd = " <" if all_grade > 10 or todo_grade > 8 or length > 20 else ""
        high += bool(odd)
        print(f"{page.document.file:58} {sum(len(words_of(one)) for one in found):5} {length:9.1f} {all_grade:6.1f} {todo_grade:6.1f}{odd}")
    print(f"{len(files.pages)} pages; {high} above grade 10 (8 where they say what to do) or 20 words a sentence.")
    late = overdue(files, today or datetime.date.today())
    print(f"Due for a check: {', '.join(late)}." if late else "No page is due for a check.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
