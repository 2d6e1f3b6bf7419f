"""How a text is read before patterns look at it."""

import re
import unicodedata
from collections.abc import Iterable

WEB = re.compile(r"\b(?:https?://|www\.)[^\s<>()\]]+", re.IGNORECASE)


def plain(text: str) -> str:
    """Return a text without the tricks that keep a pattern from seeing it: odd digits, invisible letters, other hyphens, many spaces."""
    if not text.isascii():
        text = "".join(_plain_sign(sign) for sign in unicodedata.normalize("NFKC", text))
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"[^\S\n]+", " ", text))


def _plain_sign(sign: str) -> str:
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    if "\u2010" <= sign <= "\u2015" or sign == "\u2212":
        return "-"
    if sign == "\u2019":
        return "'"
    return "" if unicodedata.category(sign) == "Cf" else sign


def without_links(text: str) -> str:
    """Return a plain text with a space for each address of the web."""
    return WEB.sub(" ", text)


def phrases(*alternatives: str) -> re.Pattern[str]:
    """Return a pattern for whole words, whatever their case. alternatives: pieces of patterns."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)", re.IGNORECASE)


def any_in(patterns: Iterable[re.Pattern[str]], text: str) -> bool:
    """Return whether one of the patterns is found."""
    return any(pattern.search(text) for pattern in patterns)
