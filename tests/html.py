"""A page as an independent parser (html5lib) reads it, and a walk over the words that a reader meets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as MESSAGES

UNSEEN = {"script", "style", "template", "noscript"}
# What html5lib calls an error although the standard of today allows it: none so far.
FORGIVEN: set[str] = set()


@dataclass(frozen=True)
class Words:
    """A piece of text: where it stands, innermost element last."""

    text: str
    path: tuple[Element, ...]

    def has_language_of_its_own(self) -> bool:
        """Return whether an element around it, other than html, says its language."""
        return any("lang" in element.attrib for element in self.path if element.tag != "html")


class Document:
    """A parsed page. Elements of HTML carry their plain names; those of SVG keep their namespace."""

    def __init__(self, markup: bytes | str):
        """Parse; what a strict parser would stop at is kept in `errors`."""
        parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
        self.root = parser.parse(markup, **({"transport_encoding": "utf-8"} if isinstance(markup, bytes) else {}))
        lines = (markup.decode() if isinstance(markup, bytes) else markup).splitlines()
        self.errors = [
            f"line {line}: {MESSAGES.get(code, code) % data}: {lines[line - 1].strip()[:160] if line <= len(lines) else ''}"
            for (line, _column), code, data in parser.errors
            if code not in FORGIVEN
        ]

    @cached_property
    def elements(self) -> list[Element]:
        """All elements in document order."""
        return [element for element in self.root.iter() if isinstance(element.tag, str)]

    @cached_property
    def parents(self) -> dict[Element, Element]:
        """Each element's parent."""
        return {child: parent for parent in self.root.iter() for child in parent}

    @cached_property
    def ids(self) -> list[str]:
        """Every id, in document order."""
        return [element.attrib["id"] for element in self.elements if "id" in element.attrib]

    def all(self, *tags: str) -> list[Element]:
        """Return the elements of these names."""
        return [element for element in self.elements if element.tag in tags]

    def one(self, tag: str) -> Element:
        """Return the only element of a name. Raises ValueError for none or several."""
        (found,) = self.all(tag)
        return found

    def within(self, tag: str) -> list[Element]:
        """Return the elements inside the first element of a name."""
        return [element for element in self.all(tag)[0].iter() if isinstance(element.tag, str)]

    def path_of(self, element: Element) -> tuple[Element, ...]:
        """Return the element and all around it, outermost first."""
        path = [element]
        while path[-1] in self.parents:
            path.append(self.parents[path[-1]])
        return tuple(reversed(path))

    def words(self) -> Iterator[Words]:
        """Give every piece of text of the body, in document order."""
        yield from _words(self.one("body"), (self.root,))

    @property
    def title(self) -> str:
        """The page's title, blanks as a browser shows them."""
        return text_of(self.one("title"))

    def meta(self, name: str) -> str | None:
        """Return what a meta element says, by its name or property."""
        return next((one.get("content") for one in self.all("meta") if name in (one.get("name"), one.get("property"))), None)


def _words(element: Element, around: tuple[Element, ...]) -> Iterator[Words]:
    path = (*around, element)
    if not isinstance(element.tag, str) or element.tag in UNSEEN:
        return
    if element.text and element.text.strip():
        yield Words(element.text, path)
    for child in element:
        yield from _words(child, path)
        if child.tail and child.tail.strip():
            yield Words(child.tail, path)


def text_of(element: Element) -> str:
    """Return what an element reads, blanks as a browser shows them."""
    return " ".join("".join(words.text + " " if words.path[-1].tag in ("li", "td", "p") else words.text for words in _words(element, ())).split())


def none_of(found: Iterable, *, most: int = 25) -> None:
    """Fail when there is anything, and name the first of it: one a line, uncut."""
    found = [str(one) for one in found]
    if found:
        raise AssertionError("\n".join([f"{len(found)} found:", *found[:most], *(["..."] if len(found) > most else [])]))
