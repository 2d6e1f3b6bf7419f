"""Every page in a made-up language, so that words outside of gettext show.

Each translation comes wrapped in ⟦ ⟧. What a reader sees outside of them has to be the site's own data: text in an element that says
its own language, a name from the settings, or no words at all.
"""

import re

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import override_settings
from django.utils import translation

from forum import tags
from forum.templatetags import ago
from tests.html import Document, none_of
from tests.rooms import everything
from tests.rooms.world import build
from tests.site import samples
from tests.site.crawl import fetch

pytestmark = pytest.mark.once
OPEN, CLOSE = "⟦", "⟧"
SPOKEN = ("alt", "aria-label", "placeholder", "title", "data-label", "aria-description", "aria-roledescription", "label")
HEAD = ("description", "og:title", "og:description", "og:image:alt")
OPERATOR = {
    "OPERATOR_NAME": "Example Association",
    "OPERATOR_ADDRESS": "1 Example Road\nExampletown",
    "OPERATOR_EMAIL": "hello@example.org",
    "SECURITY_EMAIL": "safety@example.org",
}


@pytest.fixture
def pseudo(monkeypatch):
    """Wrap everything that gettext and its kin return, lazily asked or not."""
    real = translation._trans  # its functions are looked up there at each call

    def wrap(name):
        function = getattr(real, name)

        def wrapped(*arguments):
            words = function(*arguments)
            return f"{OPEN}{words}{CLOSE}" if words else words

        monkeypatch.setattr(real, name, wrapped, raising=False)

    for name in ("gettext", "ngettext", "pgettext", "npgettext"):
        wrap(name)
    monkeypatch.setattr(tags, "in_its_language", str)  # names of tags are stored, in the language of their condition
    ago._element.cache_clear()  # it keeps words for each language, and this one has no name of its own
    caches["template_fragments"].clear()  # so does the menu
    yield
    ago._element.cache_clear()
    caches["template_fragments"].clear()


def outside(text: str, depth: int) -> tuple[str, int]:
    """Return what of a text stands outside of the brackets, and how many are open at its end."""
    left = []
    for sign in text:
        if sign == OPEN:
            depth += 1
        elif sign == CLOSE:
            depth -= 1
        elif depth == 0:
            left.append(sign)
    return "".join(left), depth


def has_words(text: str) -> bool:
    """Return whether there is any letter, the site's own name left out."""
    return bool(re.search(r"[^\W\d_]", text.replace(settings.SITE_NAME, "").replace(settings.SITE_URL, "")))


def untranslated(document: Document):
    """Give every piece of text that no translator ever sees."""
    depth = 0
    for words in document.words():
        left, depth = outside(words.text, depth)
        if has_words(left) and not words.has_language_of_its_own():
            yield f"<{words.path[-1].tag}> {left.strip()[:90]!r}"
        if OPEN in words.text and words.has_language_of_its_own():
            yield f"<{words.path[-1].tag}> {words.text.strip()[:90]!r} is translated, but stands in an element of another language"
    if depth:
        yield "brackets that do not close: a translation was cut or escaped"
    for element in document.elements:
        for name in SPOKEN:
            spoken = outside(element.get(name, ""), 0)[0]
            if has_words(spoken) and not any("lang" in one.attrib for one in document.path_of(element) if one.tag != "html"):
                yield f"<{element.tag}> {name}={spoken!r}"
        if element.tag == "input" and element.get("type") in ("submit", "button", "reset") and has_words(outside(element.get("value", ""), 0)[0]):
            yield f"<input> value={element.get('value')!r}"
    yield from _head(document)


def _head(document: Document):
    """Give what the head says untranslated; a page whose heading says its own language is the site's data, and so are its title and description."""
    if "lang" in document.one("h1").attrib:
        return
    for name, text in (("title", document.title), *((name, document.meta(name) or "") for name in HEAD)):
        left = outside(text, 0)[0]
        if has_words(left):
            yield f"{name}: {left.strip()!r}"


def read_all(client):
    """Return what is untranslated on all samples, as lines."""
    client.raise_request_exception = False
    wanted = {**samples.mark_states(), **samples.samples()}
    wanted.pop("patterns")  # no reader's page: English, for those who build the site
    return [f"{name} ({address}): {fault}" for name, address in wanted.items() for fault in untranslated(fetch(client, address).document)]


@override_settings(ROOT_URLCONF="tests.site.urls")
def test_no_word_stands_outside_of_gettext(client, pseudo):
    none_of(read_all(client))


@override_settings(ROOT_URLCONF="tests.site.urls", **OPERATOR)
def test_no_word_stands_outside_of_gettext_where_an_operator_is_named(client, pseudo):
    none_of(read_all(client))


def test_no_word_stands_outside_of_gettext_behind_the_door(client, pseudo):
    answers = everything.answers(build())
    none_of(f"{name}: {fault}" for name, response in answers.items() for fault in untranslated(Document(response.content)))


@override_settings(ROOT_URLCONF="tests.site.urls")
def test_no_word_of_a_refused_form_stands_outside_of_gettext(client, pseudo):
    response = client.post("/settings/", {"text": "gigantic", "theme": "neon", "spacing": "none", "underline": "some"})
    assert response.status_code == 422
    none_of(untranslated(Document(response.content)))


def test_the_check_sees_what_is_not_wrapped():
    page = (
        '<!doctype html><html lang="en"><head><title>⟦Page⟧</title></head><body><h1>⟦Page⟧</h1><p lang="">data</p>'
        '<p>⟦A <b>whole</b> sentence⟧ 12, 13.</p><p>bare</p><button aria-label="bare too">⟦x⟧</button></body></html>'
    )
    assert list(untranslated(Document(page))) == ["<p> 'bare'", "<button> aria-label='bare too'"]
