"""Markdown to safe HTML (pure): cmarkgfm renders, nh3 keeps an allow-list, nesting is cut first.

Rendered once, when a text is saved; the HTML is stored beside its source. Raw HTML in the source shows as text.
"""

import html
import re
import unicodedata

import cmarkgfm
import nh3
from cmarkgfm.cmark import Options

MAX_NESTING = 12  # deeper quotes and lists make sanitisers slow down with the square of the depth
TAGS = {
    *("p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}

_EXTENSIONS = ["table", "strikethrough", "autolink"]
_QUOTES = re.compile(r"^((?: {0,3}>){%d})[ >]*" % MAX_NESTING)
# Controls but tab and line feed; the bidirectional overrides that make text read as what it is not.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff\ufff9-\ufffb\ue000]")
_LESS_THAN = "\ue000"  # stands for "<" while the renderer works


def clean(text: str) -> str:
    """Return `text` in NFC, with line feeds only, without control characters and bidirectional overrides."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", unicodedata.normalize("NFC", text))


def cut_nesting(text: str) -> str:
    """Return `text` with quotes and lists nested at most MAX_NESTING deep."""
    lines = []
    for line in text.split("\n"):
        line = _QUOTES.sub(r"\1 ", line)
        indent = len(line) - len(line.lstrip(" \t"))
        if indent > 4 * MAX_NESTING:
            line = " " * (4 * MAX_NESTING) + line.lstrip(" \t")
        lines.append(_cut_markers(line))
    return "\n".join(lines)


def _cut_markers(line: str) -> str:
    """Cut a run of list markers on one line ("- - - - -"), each of which opens a list."""
    match = re.match(r"^\s*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+){%d}" % MAX_NESTING, line)
    if not match:
        return line
    rest = re.sub(r"^(?:(?:[-+*]|\d{1,9}[.)])(?:[ \t]+|$))+", "", line[match.end() :])
    return line[: match.end()] + rest


def render(text: str, *, line_breaks: bool = True) -> str:
    """Return safe HTML of Markdown.

    text: any string. line_breaks: a single line feed shows as one, as members expect of a plain text. Headings start at h2.
    Links outside carry rel "nofollow ugc noopener". Never raises for any text.
    """
    options = Options.CMARK_OPT_VALIDATE_UTF8
    if line_breaks:
        options |= Options.CMARK_OPT_HARDBREAKS
    source = cut_nesting(clean(text)).encode("utf-8", "replace").decode("utf-8")
    raw = cmarkgfm.markdown_to_html_with_extensions(_without_raw_html(source), options=options, extensions=_EXTENSIONS)
    raw = re.sub(r"<(/?)h1>", r"<\1h2>", raw).replace(_LESS_THAN, "&lt;")
    return nh3.clean(raw, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="nofollow ugc noopener").strip()


def _without_raw_html(text: str) -> str:
    """Hide every "<" from the renderer, except in autolinks: raw HTML shows as it was typed, in code too."""
    return re.sub(r"<(?!(?:https?://|mailto:)[^\s<>]+>)", _LESS_THAN, text)


def plain_text(safe_html: str) -> str:
    """Return the words of safe HTML, blocks parted by a space."""
    text = re.sub(r"<(?:br|/p|/li|/h\d|/t[dhr]|/blockquote|/pre|hr)[^>]*>", " ", safe_html)
    text = re.sub(r"<[^>]+>", "", text)
    return " ".join(html.unescape(text).split())


def excerpt(safe_html: str, length: int = 160) -> str:
    """Return the first words of safe HTML, at most `length` characters, with an ellipsis when cut."""
    text = plain_text(safe_html)
    if len(text) <= length:
        return text
    cut = text[: length - 1].rsplit(" ", 1)[0] or text[: length - 1]
    return cut.rstrip(" ,;:.") + "…"
