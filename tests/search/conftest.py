"""Two made kinds of things to find, so that the search is tested without what stands above it."""

from dataclasses import dataclass, field

import pytest

from search import actions, sources
from search.queries import search
from search.sources import Document, SearchSource


@dataclass
class Thing:
    """Something that can be found."""

    pk: int
    title: str
    text: str = ""
    words: str = ""
    language: str = "en"
    also: dict[str, str] = field(default_factory=dict)  # titles in other languages
    audience: str = "public"
    listed: bool = True


@dataclass
class Shelf:
    """The things of one kind, put into the index as they are added."""

    kind: str
    things: dict[int, Thing] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    asked: list = field(default_factory=list)

    def put(self, title, **values):
        """Add or change a thing and index it; return it."""
        thing = Thing(**{"pk": len(self.things) + 1, "title": title, **values})
        self.things[thing.pk] = thing
        actions.index(self.kind, [thing])
        return thing

    def documents(self, things):
        """Return what the index takes."""
        return [
            Document(
                kind=self.kind,
                object_id=thing.pk,
                language=language,
                title=title,
                text=thing.text,
                words=thing.words,
                address=f"/{self.kind}/{thing.pk}/",
                audience=thing.audience,
            )
            for thing in things
            if thing.listed
            for language, title in {thing.language: thing.title, **thing.also}.items()
        ]

    def visible_to(self, user, ids):
        """Return what is not hidden, and remember that it was asked."""
        self.asked.append((user, ids))
        return set(ids) - self.hidden


def _register(kind, label, one):
    shelf = Shelf(kind)
    sources.register(
        SearchSource(
            kind=kind,
            label=label,
            one=one,
            model=Thing,
            documents=shelf.documents,
            objects=lambda: list(shelf.things.values()),
            visible_to=shelf.visible_to,
            id_of=lambda thing: thing.pk,
        )
    )
    return shelf


@pytest.fixture
def only_ours(monkeypatch):
    """Leave the real sources out."""
    monkeypatch.setattr(sources, "_sources", {})


@pytest.fixture
def leaves(db, only_ours):
    """Things of a first kind."""
    return _register("leaf", "Leaves", "Leaf")


@pytest.fixture
def stones(db, only_ours, leaves):
    """Things of a second kind."""
    return _register("stone", "Stones", "Stone")


@pytest.fixture
def find():
    """Search as a visitor who reads English, unless told otherwise."""

    def search_as_a_visitor(text, **values):
        return search(text, **{"user": None, "languages": ("en",), **values})

    return search_as_a_visitor


@pytest.fixture
def titles(find):
    """The titles of what a visitor finds, best first."""
    return lambda text, **values: [row.title for row in find(text, **values).rows]
