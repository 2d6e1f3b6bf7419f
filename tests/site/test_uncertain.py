"""A doubtful source is said to be doubtful, on every page that cites it."""

import pytest
from django.test import Client
from django.urls import reverse

from conditions.models.library import Source
from conditions.models.revision import Revision
from tests.html import Document, text_of
from tests.site import samples

pytestmark = pytest.mark.once
SAID = "To be used with care."


def source_lines(html: bytes | str) -> list[str]:
    """Return the text of each source at the foot of a page."""
    document = Document(html)
    return [text_of(one) for listed in document.all("ol") if "sources" in listed.get("class", "").split() for one in listed.iter("li")]


def unlike(lines: list[str], doubtful: list[bool]) -> list[str]:
    """Return the lines that say "with care" where they should not, or do not where they should. doubtful: of each source, in order."""
    assert len(lines) == len(doubtful)
    return [line for line, doubt in zip(lines, doubtful, strict=True) if (SAID in line) != doubt]


@pytest.fixture(scope="module")
def readers_pages(reference):
    """Readers' texts that cite something: the revision, whether each of its sources is doubtful, and the page."""
    client, found = Client(), []
    for revision in Revision.objects.approved().for_page():
        doubtful = [citation.source.uncertain for citation in revision.citations.select_related("source").order_by("number")]
        if doubtful:
            found.append((revision.get_absolute_url(), doubtful, client.get(revision.get_absolute_url(), follow=True).content))
    return found


def test_every_page_that_cites_a_doubtful_source_says_so_beside_it(readers_pages):
    citing = [one for one in readers_pages if any(one[1])]
    assert len(citing) > 20
    assert {address: odd for address, doubtful, html in citing if (odd := unlike(source_lines(html), doubtful))} == {}


def test_a_page_that_cites_none_does_not_say_so(readers_pages):
    others = [one for one in readers_pages if not any(one[1])]
    assert len(others) > 20
    assert [address for address, _doubtful, html in others if SAID in html.decode()] == []


def test_the_page_follows_the_source(readers_pages):
    """Where the doubt about a source is taken back or raised, its pages say it anew: the checks above can fail."""
    address, doubtful, _html = next(one for one in readers_pages if any(one[1]))
    Source.objects.update(uncertain=False)
    client = Client()
    assert unlike(source_lines(client.get(address).content), [False] * len(doubtful)) == []
    assert unlike(source_lines(client.get(address).content), doubtful) != []
    Source.objects.update(uncertain=True)
    assert unlike(source_lines(client.get(address).content), [True] * len(doubtful)) == []


def test_the_list_of_sources_says_so_too():
    html = Document(Client().get(reverse("conditions:source_list", args=[samples.condition().slug])).content)
    lines = {one.get("id"): text_of(one) for one in html.all("li") if one.get("id")}
    assert {key for key, line in lines.items() if SAID in line} == set(Source.objects.filter(uncertain=True).values_list("key", flat=True))
