"""What is hidden, held or deleted changes no byte of any list, count, feed, panel, sitemap or search for those who may not see it."""

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from forum.models.tag import Kind, Tag
from letters import actions as letters
from letters.models import Notice
from members.data_rights import parts
from members.models.member import Member
from moderation import standing
from moderation.models.choices import Audience, Rule
from tests.factories import RevisionFactory
from tests.forum import factories
from tests.html import none_of

pytestmark = pytest.mark.django_db
PUBLIC = (
    *("/questions/", "/questions/unanswered/", "/questions/active/", "/questions/helpful/", "/questions/tags/"),
    *("/questions/topic/made/hereditary/", "/questions/tag/made/sleep/"),
    *("/made/hereditary/", "/made/", "/sitemap.xml", "/search/?q=canary", "/search/?q=sleep"),
    *("/feeds/questions.xml", "/feeds/questions/tag/made/sleep.xml"),
)
ACTS = {
    "hidden": lambda thing: standing.hide(thing=thing, by=None, rule=Rule.SPAM, reason="x"),
    "held": lambda thing: standing.hold(thing=thing, by=None, rule=Rule.SPAM, reason="x"),
    "deleted": lambda thing: standing.delete(thing=thing),
}


@pytest.fixture
def around(settings):
    """A topic with a question that stays, and somebody to look."""
    settings.KEEP_VISITOR_PAGES = True
    caches["visitor_pages"].clear()
    topic = RevisionFactory(topic__condition=factories.condition(), topic__slug="hereditary").topic
    RevisionFactory(topic__condition=topic.condition, topic__slug="overview")
    tags = [
        Tag.objects.create(condition=topic.condition, kind=Kind.TOPIC, slug="hereditary", name="Families", topic=topic),
        factories.tag("Sleep"),
    ]
    stays = factories.question("Does sleep come back?", tags=tags, by=factories.writer())
    yield {"tags": tags, "stays": stays, "viewer": factories.writer(), "author": factories.writer()}
    caches["visitor_pages"].clear()


def pages(viewer: Member | None, author: Member) -> dict[str, bytes]:
    """Return every page as somebody sees it, without tokens of forms."""
    client, addresses = Client(), list(PUBLIC)
    if viewer:
        client.force_login(viewer.user)
        by = f"/members/{author.public_id}/answers/"
        addresses += [by, by + "?show=questions", "/questions/for-me/", "/questions/mine/", "/notices/"]
    found = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        lines = [line for line in answer.content.split(b"\n") if b"csrfmiddlewaretoken" not in line]
        found[address] = b"\n".join(lines)
    return found


def differing(before, after):
    return [address for address in before if before[address] != after[address]]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("audience", [Audience.EVERYONE, Audience.MEMBERS])
def test_a_question_out_of_sight_leaves_no_trace(around, act, audience):
    before = {viewer: pages(viewer, around["author"]) for viewer in (None, around["viewer"])}
    question = factories.question("A canary that sleeps?", tags=around["tags"], by=around["author"], audience=audience, body="Canary.")
    factories.answer(question, by=around["author"], body="Canary, too.")
    assert differing(before[around["viewer"]], pages(around["viewer"], around["author"]))
    ACTS[act](question)
    if act == "deleted":  # its own answer would stand alone below it
        ACTS[act](question.answers.get())
    for viewer, pages_before in before.items():
        none_of(differing(pages_before, pages(viewer, around["author"])))


@pytest.mark.parametrize("act", ACTS)
def test_an_answer_out_of_sight_leaves_no_trace(around, act):
    before = {viewer: pages(viewer, around["author"]) for viewer in (None, around["viewer"])}
    answer = factories.answer(around["stays"], by=around["author"], body="A canary.")
    ACTS[act](answer)
    for viewer, pages_before in before.items():
        none_of(differing(pages_before, pages(viewer, around["author"])))


@pytest.mark.parametrize("act", ["hidden", "held"])
def test_comments_below_an_answer_out_of_sight_go_with_it(around, act, django_capture_on_commit_callbacks):
    """Also for somebody who heard of everything: they watch the question and its tags, and were named."""
    viewer, stays = around["viewer"], around["stays"]
    letters.watch(member=viewer, target=stays)
    before = {reader: pages(reader, around["author"]) for reader in (None, viewer)}
    with django_capture_on_commit_callbacks(execute=True):
        answer = factories.answer(stays, by=around["author"], body=f"A canary for @{viewer.pseudonym}.")
        comment = factories.comment(answer=answer, body=f"Canary, @{viewer.pseudonym}.")
    assert Notice.objects.filter(member=viewer).exists()
    with django_capture_on_commit_callbacks(execute=True):
        ACTS[act](answer)
    for reader, pages_before in before.items():
        none_of(differing(pages_before, pages(reader, around["author"])))
    client = Client()
    client.force_login(viewer.user)
    for address in (comment.get_absolute_url(), f"{comment.get_absolute_url()}history/", f"/report/comment/{comment.pk}/"):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("act", ACTS)
def test_a_question_out_of_sight_takes_its_notices_along(around, act, django_capture_on_commit_callbacks):
    viewer = around["viewer"]
    letters.watch(member=viewer, target=around["tags"][1])
    before = pages(viewer, around["author"])
    with django_capture_on_commit_callbacks(execute=True):
        question = factories.question("A canary that sleeps?", tags=around["tags"], by=around["author"], body="Canary.")
    assert Notice.objects.filter(member=viewer).exists()
    ACTS[act](question)
    none_of(differing(before, pages(viewer, around["author"])))


def test_what_members_write_for_members_leaves_no_trace_for_visitors(around):
    before = pages(None, around["author"])
    question = factories.question("A canary that sleeps?", tags=around["tags"], by=around["author"], audience=Audience.MEMBERS)
    factories.answer(question, body="Canary.")
    factories.comment(question, body="Canary.")
    none_of(differing(before, pages(None, around["author"])))


def test_a_member_who_leaves_with_all_they_wrote_leaves_no_trace(around):
    before = {viewer: pages(viewer, around["viewer"]) for viewer in (None, around["viewer"])}
    author = around["author"]
    factories.question("A canary that sleeps?", tags=around["tags"], by=author)
    factories.answer(around["stays"], by=author, body="Canary.")
    Member.objects.filter(pk=author.pk).update(leaving_at=timezone.now(), erase_posts=True)
    author.refresh_from_db()
    from_the_slot(author)
    for viewer, pages_before in before.items():
        none_of(differing(pages_before, pages(viewer, around["viewer"])))


def from_the_slot(member: Member) -> None:
    """Let every part follow a member's standing."""
    for part in parts():
        part.standing_changed(member)
