"""Hostile words through every place that shows them: a parser of its own finds no node that we did not write."""

import re

import pytest
from django.core.cache import caches
from django.test import Client

from forum import rendering
from forum.actions import pictures, posting
from forum.models.answer import Answer
from forum.models.question import LONGEST_TITLE, Question
from forum.models.tag import Tag
from moderation.models.choices import Audience
from prose.markdown import ATTRIBUTES, TAGS
from tests.factories import ConditionFactory
from tests.forum import factories
from tests.forum.payloads import PAYLOADS
from tests.forum.writers import ASK, browser, member, question, reply
from tests.html import Document

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LINK = {"class", "href", "rel"}
EVERYWHERE = {"title", "lang"}  # words and no more: the sanitiser lets them be on any element
HARMLESS = {"", "http", "https", "mailto"}
RUNS = {"iframe", "object", "embed", "base", "frame", "applet", "style", "marquee", "template", "noscript", "audio", "video", "isindex", "math"}


@pytest.fixture(autouse=True)
def no_counts():
    caches["default"].clear()


def test_there_are_enough_of_them():
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_stored_holds_only_what_we_allow(payload):
    author = member()
    member("otter", "Quiet Owl")
    html = rendering.render(f"Before {payload}\n\n{payload}\n\n- {payload}\n\n@Quiet Owl {payload}", author=author).html
    for element in list(Document(f"<!doctype html><title>x</title><main>{html}</main>").one("main").iter())[1:]:
        assert element.tag in TAGS | {"span"}, html
        allowed = ATTRIBUTES.get(element.tag, set()) | (LINK if element.tag == "a" else {"class"} if element.tag == "span" else set())
        assert set(element.attrib) <= allowed | EVERYWHERE, html
        assert scheme(element.attrib.get("href", "")) in HARMLESS, html
        assert element.attrib.get("class", "mention") == "mention", html


def scheme(address: str) -> str:
    """Return the scheme of an address as browsers read it: they drop tabs, line ends and what stands before it; "" for a relative one."""
    found = re.match(r"[\x00-\x20]*([a-z][a-z0-9+.-]*):", re.sub(r"[\t\r\n]", "", address), re.IGNORECASE)
    return found[1].lower() if found else ""


def odd(page: bytes, scripts: set[str]) -> list[str]:
    """Return what stands in a page that we did not write. scripts: addresses of ours."""
    found = []
    for element in Document(page).elements:
        names = set(element.attrib)
        if element.tag in RUNS or any(name.startswith("on") or name in ("style", "formtarget", "srcdoc", "http-equiv") for name in names):
            found.append(f"{element.tag} {element.attrib}")
        if element.tag == "script" and element.attrib.get("type") != "application/ld+json" and element.attrib.get("src", "") not in scripts:
            found.append(f"script {element.attrib}")
        if element.tag == "link" and not element.attrib["href"].startswith(
            ("/", "http://testserver/", "http://localhost", "https://community.example", "http://127.0.0.1")
        ):
            found.append(f"link {element.attrib}")
        for name in ("href", "src", "action", "formaction"):
            value = element.attrib.get(name, "/")
            if scheme(value) not in HARMLESS:
                found.append(f"{element.tag} {name}={value}")
        if element.tag == "img" and not element.attrib.get("src", "").startswith("/questions/pictures/"):
            found.append(f"img {element.attrib}")
    return found


def scripts_of(*pages: bytes) -> set[str]:
    return {element.attrib.get("src", "") for page in pages for element in Document(page).all("script")} - {""}


@pytest.fixture
def me():
    return member()


STORED = [payload.replace("\x00", "") for payload in PAYLOADS]  # no form lets the sign through, and PostgreSQL keeps none


@pytest.fixture
def full(me):
    """A question with every payload: in titles, texts, tags, descriptions of pictures, earlier versions."""
    ConditionFactory(order=0)
    asked = []
    for number, payload in enumerate(STORED):
        fields = {"title": f"{number} {payload}"[:LONGEST_TITLE], "body": payload}
        asked.append(posting.ask(by=me, condition=factories.condition(), audience=Audience.EVERYONE, **fields))
    tag = factories.tag("Odd", slug="odd")
    Tag.objects.filter(pk=tag.pk).update(name='"><img src=x onerror=alert(1)><script>alert(1)</script>')
    tag.refresh_from_db()
    thread = asked[0]
    posting.set_tags(thread, [tag])
    for payload in STORED[:10]:
        posting.answer(question=thread, by=me, body=payload)
        posting.comment(question=thread, by=me, body=payload)
    thread = posting.edit(post=thread, version=1, body="\n\n".join(STORED), title=STORED[0][:LONGEST_TITLE])
    pictures.add(post=thread, content=b"RIFF", width=64, height=64, alt="\"><script>alert(1)</script>' onerror='alert(1)")
    return thread


def test_no_page_of_a_question_shows_more_than_words(me, full):
    client = browser(me)
    plain = factories.question("A plain question here?")
    ours = scripts_of(
        client.get(plain.get_absolute_url()).content,
        client.post(ASK, question(go="look", body="x")).content,
        client.get("/questions/").content,
    )
    answer = Answer.objects.filter(question=full).first()
    places = [
        full.get_absolute_url(), "/questions/", "/questions/?after=", "/questions/tags/", "/questions/mine/", f"/questions/{full.pk}/edit/",
        f"/questions/{full.pk}/history/", f"/questions/{full.pk}/delete/", f"/questions/{full.pk}/pictures/", f"/questions/{full.pk}/answer/",
        f"/questions/{full.pk}/comment/", f"/answers/{answer.pk}/comment/", f"/answers/{answer.pk}/edit/", f"/answers/{answer.pk}/history/",
        f"/members/{me.public_id}/answers/?show=questions", "/search/?q=script+alert",
    ]  # fmt: skip
    for place in places:
        response = client.get(place)
        assert response.status_code == 200, place
        assert odd(response.content, ours) == [], place
    for place in (full.get_absolute_url(), "/questions/", f"/questions/{full.pk}/history/", "/questions/tags/"):
        assert odd(Client().get(place).content, ours) == [], place


def test_every_title_is_only_words_on_its_own_page(me, full):
    client = browser(me)
    ours = scripts_of(client.get(factories.question("A plain question here?").get_absolute_url()).content)
    for asked in Question.objects.exclude(pk=full.pk)[:90]:
        page = client.get(asked.get_absolute_url()).content
        assert odd(page, ours) == [], asked.title


def test_what_is_typed_again_after_a_refusal_is_only_words(me):
    ConditionFactory(order=0)
    asked = factories.question()
    client = browser(me)
    ours = scripts_of(client.post(ASK, question(go="look", body="x")).content)
    for payload in PAYLOADS[::4]:
        for address, data in (
            (ASK, question(title=payload, body=payload, audience="x")),
            (ASK, question(title=f"{payload} and more words"[:LONGEST_TITLE], body=payload, go="preview")),
            (f"/questions/{asked.pk}/answer/", reply(body=payload, by="x")),
        ):
            assert odd(client.post(address, data).content, ours) == [], payload
        for part in (client.get("/questions/ask/similar/", {"q": payload}), client.post("/questions/preview/", {"body": payload})):
            assert odd(b"<!doctype html><title>x</title><main>" + part.content + b"</main>", set()) == [], payload
