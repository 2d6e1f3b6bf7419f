"""Markdown to safe HTML (pure): cmarkgfm renders, nh3 keeps an allow-list, nesting is cut first.

Rendered once, when a text is saved; the HTML is stored beside its source. Raw HTML in the source shows as text.
"""

import html
import re
import unicodedata

import cmarkgfm
import nh3
from cmarkgfm.cmark import Options

MOST_COLUMNS = 12
MOST_GROWTH = 20  # times the length of the source; a text that grows more is shown as it was typed
MAX_NESTING = 12  # deeper quotes and lists make sanitisers slow down with the square of the depth
TAGS = {
    *("p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}

_EXTENSIONS = ["table", "strikethrough", "autolink"]
_PREFIX = re.compile(r"[ \t]*(?:(?:>|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$))[ \t]*)*")
_OPENER = re.compile(r"(>|[-+*]|\d{1,9}[.)]|(?=[ \t]))([ \t]*)")
_RULE = re.compile(r"[\s|:>-]+")
# Controls but tab and line feed; the bidirectional overrides that make text read as what it is not.
# And what is no character at all (surrogates, noncharacters): no XML may hold U+FFFE or U+FFFF, so that one of them breaks a whole feed.
_NO_CHARACTERS = "\ud800-\udfff\ufdd0-\ufdef" + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
_CONTROLS = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff\ufff9-\ufffb\ue000{_NO_CHARACTERS}]")
_LESS_THAN = "\ue000"  # stands for "<" while the renderer works


def clean(text: str) -> str:
    """Return `text` in NFC, with line feeds only, without control characters and bidirectional overrides."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", unicodedata.normalize("NFC", text))


def cut_nesting(text: str) -> str:
    """Return `text` with quotes and lists nested at most MAX_NESTING deep, whatever signs, spaces or tabs open them."""
    return "\n".join(_cut_line(line) for line in text.split("\n"))


def _cut_line(line: str) -> str:
    """Cut what opens quotes and lists on one line: each sign is a level, and so are two columns of indent beyond a sign's own space."""
    found = _PREFIX.match(line)  # it matches every line, at worst with nothing
    prefix = found.group() if found else ""
    if len(prefix) < MAX_NESTING and "\t" not in prefix:
        return line
    kept, depth = "", 0
    for sign, indent in _OPENER.findall(prefix):
        depth += bool(sign) + max(len(indent.expandtabs(4)) - bool(sign), 0) // 2
        if depth > MAX_NESTING:
            break
        kept += sign + " " * len(indent.expandtabs(4))
    return kept + line[len(prefix) :]


def _cut_tables(text: str) -> str:
    """Make a table of very many columns plain text: short rows are filled up, so that it would grow a hundredfold."""
    wide = [line for line in text.split("\n") if line.count("|") > MOST_COLUMNS and _RULE.fullmatch(line)]
    for line in dict.fromkeys(wide):
        text = text.replace(line, line.replace("|", "\\|"))
    return text


def render(text: str, *, line_breaks: bool = True) -> str:
    """Return safe HTML of Markdown.

    text: any string. line_breaks: a single line feed shows as one, as members expect of a plain text. Headings start at h2.
    Links outside carry rel "nofollow ugc noopener". Never raises for any text.
    """
    options = Options.CMARK_OPT_VALIDATE_UTF8
    if line_breaks:
        options |= Options.CMARK_OPT_HARDBREAKS
    source = _cut_tables(cut_nesting(clean(text))).encode("utf-8", "replace").decode("utf-8")
    raw = cmarkgfm.markdown_to_html_with_extensions(_without_raw_html(source), options=options, extensions=_EXTENSIONS)
    raw = re.sub(r"<(/?)h1>", r"<\1h2>", raw).replace(_LESS_THAN, "&lt;")
    if len(raw) > MOST_GROWTH * len(source) + 1000:
        return "<p>" + html.escape(source).replace("\n", "<br>\n") + "</p>"
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
