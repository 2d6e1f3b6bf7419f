"""A revision's Markdown to HTML: citations numbered by first use, links between pages, glossary terms at their first use.

Pure but for the words it is handed: no query, no request. Stored once at save; `conditions.actions.render` calls it.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import override

from conditions.marks import LINK, MARK, OURS, keys_of
from prose.markdown import plain_text, render

# Inside these, a glossary link would sit in a link, a heading or a table's head.
_CLOSED = ("a", "h2", "h3", "h4", "th", "code", "pre", "caption")


@dataclass(frozen=True)
class Surroundings:
    """What texts may point to.

    address: (kind, slug) to an address, or None where no page is written. glossary: words in lower case to the term's address.
    own_work: where the mark of our own conclusions leads.
    """

    address: Callable[[str, str], str | None]
    glossary: dict[str, str] = field(default_factory=dict)
    own_work: str = ""
    language: str = "en"


@dataclass
class Rendered:
    """The HTML of the parts by name, the sources in order of their numbers, the headings of the body as (id, words)."""

    parts: dict[str, str]
    sources: list[str]
    contents: list[list[str]]


def plain_words(safe: str) -> str:
    """Return the words of rendered HTML without its marks: for search, descriptions and feeds."""
    return plain_text(re.sub(r'<a class="cite[^>]*>.*?</a>', "", safe))


def render_parts(parts: dict[str, str], around: Surroundings, *, skip_terms: tuple[str, ...] = ()) -> Rendered:
    """Render the parts of one page, in reading order.

    parts: name to Markdown. around: what links and words lead to. skip_terms: glossary words not linked on this page (its own subject).
    The numbers of sources run through all parts; a glossary term is linked once a page, and not in the part "red_flags".
    """
    with override(around.language):
        writer = _Writer(around, skip_terms)
        rendered = {name: writer.part(name, text) for name, text in parts.items()}
    return Rendered(rendered, writer.sources, writer.contents)


class _Writer:
    """Remembers, while one page is rendered, what was numbered, linked and headed."""

    def __init__(self, around: Surroundings, skip_terms: tuple[str, ...]):
        self.around = around
        self.sources: list[str] = []
        self.contents: list[list[str]] = []
        self.linked = {around.glossary[term.lower()] for term in skip_terms if term.lower() in around.glossary}
        words = sorted(around.glossary, key=len, reverse=True)
        self.terms = re.compile(r"(?<![\w-])(%s)(?![\w-])" % "|".join(map(re.escape, words)), re.IGNORECASE) if words else None

    def part(self, name: str, text: str) -> str:
        """Render one part."""
        if not text.strip():
            return ""
        safe = render(LINK.sub(self._link, text), line_breaks=False).replace(' rel="nofollow ugc noopener"', "")
        safe = re.sub(r"<(h[2-4])>(.*?)</\1>", self._heading, safe)
        safe = re.sub(r"<table>.*?</table>", self._table, safe, flags=re.DOTALL)
        if name != "red_flags" and self.terms:
            safe = self._link_terms(self.terms, safe)
        return re.sub(r"\s*" + MARK.pattern, self._cite, safe)

    def _link(self, match: re.Match[str]) -> str:
        words, kind, slug = match.groups()
        address = self.around.address(kind, slug)
        return f"[{words}]({address})" if address else words

    def _cite(self, match: re.Match[str]) -> str:
        return "".join(self._mark(key) for key in keys_of(match.group(1)))

    def _mark(self, key: str) -> str:
        if key == OURS:
            # Translators: a small mark after a sentence that is the site's own conclusion, not a source's.
            word, name = _("ours"), _("ours: our own conclusion")
            return f'<a class="cite cite--ours" href="{html.escape(self.around.own_work)}" aria-label="{html.escape(name)}">{html.escape(word)}</a>'
        first = key not in self.sources
        if first:
            self.sources.append(key)
        number = self.sources.index(key) + 1
        name = html.escape(_("Source %(number)d") % {"number": number})
        anchor = f' id="c{number}"' if first else ""
        return f'<a class="cite"{anchor} href="#s{number}" aria-label="{name}">{number}</a>'

    def _heading(self, match: re.Match[str]) -> str:
        level, inner = match.groups()
        words = plain_text(MARK.sub("", inner))
        slug = base = re.sub(r"[^\w]+", "-", words.lower()).strip("-")[:40].strip("-") or "part"
        taken, count = {known for known, _words in self.contents}, 1
        while slug in taken:
            count += 1
            slug = f"{base}-{count}"
        if level == "h2":
            self.contents.append([slug, words])
            return f'<h2 id="{slug}">{inner}</h2>'
        return match.group()

    def _table(self, match: re.Match[str]) -> str:
        """Give a table a name, row heads, and labels for narrow screens."""
        table = match.group()
        heads = [plain_text(MARK.sub("", head)) for head in re.findall(r"<th(?:\s[^>]*)?>(.*?)</th>", table)]
        caption = self.contents[-1][1] if self.contents else (heads[0] if heads else "")
        table = re.sub(r"<th(?:\s[^>]*)?>", '<th scope="col">', table)

        def row(found: re.Match[str]) -> str:
            cells = re.findall(r"<td[^>]*>(.*?)</td>", found.group(1), flags=re.DOTALL)
            if not cells:
                return found.group()
            # With one column beside the row's head, a label would only repeat itself.
            names = [f' data-label="{html.escape(head)}"' if len(heads) > 2 else "" for head in heads[1:]]
            labelled = [f"<td{name}>{cell}</td>" for name, cell in zip(names, cells[1:], strict=False)]
            return f'<tr><th scope="row">{cells[0]}</th>{"".join(labelled)}</tr>'

        table = re.sub(r"<tr>(.*?)</tr>", row, table, flags=re.DOTALL)
        kind = "stacks" if len(heads) > 2 else "stacks stacks--pair"
        return table.replace("<table>", f'<table class="{kind}"><caption class="visually-hidden">{html.escape(caption)}</caption>', 1)

    def _link_terms(self, terms: re.Pattern[str], safe: str) -> str:
        """Link glossary words at their first use, outside of links, headings and code; a word that leads to a page needs no second link."""
        pieces: list[str] = []
        around: list[str] = []  # the elements that stand open, of those that a link may not stand in
        for piece in re.split(r"(<[^>]+>)", safe):
            if piece.startswith("<"):
                name = re.match(r"</?(\w+)", piece)
                if name and name.group(1) in _CLOSED:
                    around.pop() if piece.startswith("</") else around.append(name.group(1))
                pieces.append(piece)
            elif around:
                if "a" in around:
                    self.linked.update(self.around.glossary[word.lower()] for word in terms.findall(piece))
                pieces.append(piece)
            else:
                pieces.append(self._terms_in(terms, piece))
        return "".join(pieces)

    def _terms_in(self, terms: re.Pattern[str], words: str) -> str:
        def term(match: re.Match[str]) -> str:
            address = self.around.glossary[match.group().lower()]
            if address in self.linked:
                return match.group()
            self.linked.add(address)
            return f'<a class="term" href="{html.escape(address)}">{match.group()}</a>'

        # A mark holds keys, not words.
        return "".join(piece if piece.startswith("[@") else terms.sub(term, piece) for piece in re.split(r"(\[@[^\]]*\])", words))
