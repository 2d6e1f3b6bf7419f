"""Texts and queries as words. Pure: no database, no request."""

import re
import unicodedata
from collections.abc import Iterable

QUERY_LENGTH = 200  # characters of a query that are read
QUERY_WORDS = 16
TEXT_LENGTH = 100_000  # characters of a text that are indexed; PostgreSQL refuses a vector of over 1 MB
WORD_LENGTH = 40

_ENGLISH = """
a about after all also am an and any are as at be because been before being but by can could d did do does doing don for from had has
have having he her here hers him his how i if in into is it its just ll m may me might more most must my no nor not of on only or our
ours out over own re s shall she should so some such t than that the their theirs them then there these they this those through to too
under until up us ve very was we were what when where which while who whom whose why will with would you your yours
"""
# Words that are in nearly every text and tell nothing; by language. A language without a list keeps all its words.
STOP_WORDS = {"en": frozenset(_ENGLISH.split())}

_BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
_LETTERS = re.compile(r"[^\W\d_]{3,}")


def clean(text: str) -> str:
    """Return the text on one line: composed letters, single spaces, no control character (null bytes and surrogates included)."""
    kept = "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in str(text))
    return " ".join(unicodedata.normalize("NFC", kept).split())


def clean_query(text: str) -> str:
    """Return what a reader typed, fit to be shown again: at most 200 characters, nothing that turns the direction of writing."""
    return clean(str(text)[: QUERY_LENGTH * 10].translate(_BIDI_CONTROLS))[:QUERY_LENGTH].strip()


def query_words(text: str, languages: Iterable[str]) -> list[str]:
    """Return the words to look for, in lower case: no stop words, no marks at their ends, none twice, at most 16.

    A word of several parts ("G25.3", "anti-Hu") stays whole; an apostrophe parts ("l'eau", "child's").
    """
    lists = [STOP_WORDS[base(language)] for language in languages if base(language) in STOP_WORDS]
    stop = frozenset.intersection(*lists) if lists else frozenset()  # "die" is no stop word where German is read too
    found: dict[str, None] = {}
    for piece in re.split(r"[\s'\u2019\u02bc]+", text.lower()):
        word = _bare(piece)
        if word and word not in stop:
            found[word] = None
    return list(found)[:QUERY_WORDS]


def parts(word: str) -> list[str]:
    """Return the runs of letters and digits in a word: "g25.3" gives "g25" and "3"."""
    return "".join(letter if _belongs(letter) else " " for letter in word).split()


def text_words(*texts: str) -> set[str]:
    """Return the different words of some texts that are worth offering to somebody who mistyped: three letters and more, in lower case."""
    found = {word for text in texts for word in _LETTERS.findall(text.lower()) if len(word) <= WORD_LENGTH}
    return found - STOP_WORDS["en"]


def fold(word: str) -> str:
    """Return a word without case and accents, to compare."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(letter))


def base(language: str) -> str:
    """Return the language without its region: "pt-br" gives "pt"."""
    return language.lower().partition("-")[0]


def _belongs(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter).startswith("M")


def _bare(piece: str) -> str:
    """Return a piece of a query without what is no letter or digit at its ends; "" when nothing is left."""
    kept = [place for place, letter in enumerate(piece) if letter.isalnum()]
    if not kept:
        return ""
    end = kept[-1] + 1
    while end < len(piece) and _belongs(piece[end]):  # vowel signs of Indic scripts stand after their letter
        end += 1
    return piece[kept[0] : end]
