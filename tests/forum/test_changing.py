"""Changing one's own words, what they were before, deleting, and bringing back."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from forum.actions import posting
from forum.models.answer import Answer, Comment
from forum.models.question import Question
from members.limits import Limit
from members.models.member import Member
from moderation import standing
from moderation.models.choices import Audience, Rule
from tests.forum import factories
from tests.forum.writers import browser, main_of, member
from tests.html import Document

pytestmark = pytest.mark.django_db
KINDS = ("question", "answer", "comment")


@pytest.fixture(autouse=True)
def no_counts():
    caches["default"].clear()


@pytest.fixture
def me():
    return member()


@pytest.fixture
def client(me):
    return browser(me)


@pytest.fixture
def other():
    return browser(member("other", "Sunny Day"))


def post_of(kind, me, **fields):
    if kind == "question":
        return factories.question(by=me, body="First words.", **fields)
    return getattr(factories, kind)(by=me, body="First words.", **fields)


def address(kind, post, deed):
    return f"/{kind}s/{post.pk}/{deed}/"


def sent(post, **changes):
    fields = {"body": "Second words.", "version": post.version, "go": "post"}
    if isinstance(post, Question):
        fields |= {"title": post.title, "audience": post.audience}
    return {**fields, **changes}


@pytest.mark.parametrize("kind", KINDS)
def test_words_are_changed_by_their_author_and_stay_in_the_history(client, other, me, kind):
    post = post_of(kind, me)
    assert "First words." in client.get(address(kind, post, "edit")).content.decode()
    client.post(address(kind, post, "edit"), sent(post))
    post.refresh_from_db()
    assert (post.body, post.version) == ("Second words.", 2)
    for reader in (Client(), other):
        history = main_of(reader.get(address(kind, post, "history")))
        assert "Version 1" in history
        assert "First words." in history
        assert "Second" in history


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("deed", ["edit", "delete", "restore"])
def test_nobody_does_this_for_another(other, me, kind, deed):
    post = post_of(kind, me)
    assert other.get(address(kind, post, deed)).status_code == 403
    assert other.post(address(kind, post, deed), sent(post)).status_code == 403
    post.refresh_from_db()
    assert (post.body, post.deleted_at) == ("First words.", None)


@pytest.mark.parametrize("kind", KINDS)
def test_two_edits_at_once_stand_side_by_side_and_either_may_be_kept(client, me, kind):
    post = post_of(kind, me)
    old = sent(post, body="From this window.")
    posting.edit(post=post, version=1, body="From the other window.")
    response = client.post(address(kind, post, "edit"), old)
    assert response.status_code == 422
    words = main_of(response)
    assert "From this window." in words
    assert "From the other window." in words
    form = Document(response.content)
    (version,) = [e.attrib["value"] for e in form.all("input") if e.attrib.get("name") == "version"]
    post.refresh_from_db()
    assert post.body == "From the other window."
    client.post(address(kind, post, "edit"), {**old, "go": "theirs"})
    post.refresh_from_db()
    assert post.body == "From the other window."
    client.post(address(kind, post, "edit"), {**old, "version": version})
    post.refresh_from_db()
    assert (post.body, post.version) == ("From this window.", 3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", ["", "0", "-1", "x", "99999999999999"])
def test_a_tampered_version_is_refused(client, me, kind, version):
    post = post_of(kind, me)
    assert client.post(address(kind, post, "edit"), sent(post, version=version)).status_code == 422
    post.refresh_from_db()
    assert post.body == "First words."


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_moderator_has_hidden_or_closed_is_not_changed(client, me, kind):
    post = post_of(kind, me)
    standing.hide(thing=post, by=None, rule=Rule.MEDICAL, reason="Doses.")
    assert client.post(address(kind, post, "edit"), sent(post)).status_code == 403
    post.refresh_from_db()
    assert post.body == "First words."


def test_an_audience_gets_narrower_always_and_wider_only_without_replies(client, me):
    asked = factories.question(by=me, audience=Audience.MEMBERS)
    client.post(address("question", asked, "edit"), sent(asked, audience="everyone"))
    asked.refresh_from_db()
    assert asked.audience == Audience.EVERYONE
    factories.answer(asked)
    client.post(address("question", asked, "edit"), sent(asked, audience="members", version=2))
    asked.refresh_from_db()
    assert asked.audience == asked.answers.get().audience == Audience.MEMBERS
    response = client.post(address("question", asked, "edit"), sent(asked, audience="everyone", version=3))
    assert response.status_code == 422
    assert "cannot become public any more" in main_of(response)
    with pytest.raises(posting.WiderError):
        posting.edit(post=asked, version=3, body="x", audience=Audience.EVERYONE)


def test_a_reply_that_arrives_while_a_question_becomes_public_keeps_it_as_it_was(client, me, monkeypatch):
    asked = factories.question(by=me, audience=Audience.MEMBERS)

    def replied_meanwhile(*_args, **_more):
        factories.answer(asked)
        return []

    monkeypatch.setattr("forum.views.changing.taking.looked_at", replied_meanwhile)
    response = client.post(address("question", asked, "edit"), sent(asked, body="My long text", audience="everyone"))
    assert response.status_code == 422
    assert "cannot become public any more" in main_of(response)
    assert "My long text" in main_of(response)
    asked.refresh_from_db()
    assert asked.audience == Audience.MEMBERS


def test_what_was_held_stays_with_its_author(client, me):
    """A telephone number that was taken out while the post waited is public nowhere once it is let through."""
    asked = factories.question(by=me, title="Does sleep come back?", body="Call 0123 456789, please.", audience=Audience.EVERYONE)
    standing.hold(thing=asked, by=None, rule=Rule.PRIVACY, reason="A number.")
    asked.refresh_from_db()
    client.post(address("question", asked, "edit"), sent(asked, body="He wakes every hour."))
    asked.refresh_from_db()
    moderator = factories.writer()
    standing.release(thing=asked, by=moderator, reason="Fine now.")
    asked.refresh_from_db()
    client.post(address("question", asked, "edit"), sent(asked, body="He wakes every two hours."))
    history = address("question", asked, "history")
    for reader, may in ((Client(), False), (browser(factories.writer()), False), (client, True)):
        page = reader.get(history).content.decode()
        assert ("0123" in page) == may
        assert ("is not shown here" in page) == (not may)
        assert "two hours" in page
        assert "Version 2" in page
        assert ("Version 1" in page) == may


def test_who_is_limited_changes_nothing_and_keeps_the_text(client, me):
    asked = factories.question(by=me)
    Member.objects.filter(pk=me.pk).update(limited_until=timezone.now() + timedelta(days=1))
    response = client.post(address("question", asked, "edit"), sent(asked, body="My long text"))
    assert response.status_code == 403
    assert "My long text" in response.content.decode()
    asked.refresh_from_db()
    assert asked.body != "My long text"


def test_so_many_changes_a_day_and_no_more(client, me, monkeypatch):
    monkeypatch.setattr("moderation.limits.EDITS", Limit("edits", 1, 60))
    asked = factories.question(by=me)
    assert client.post(address("question", asked, "edit"), sent(asked, body="Once changed")).status_code == 302
    response = client.post(address("question", asked, "edit"), sent(asked, body="My long text", version=2))
    assert response.status_code == 429
    assert "My long text" in response.content.decode()
    asked.refresh_from_db()
    assert asked.body == "Once changed"


def test_tags_are_changed_too(client, me):
    asked = factories.question(by=me)
    client.get(address("question", asked, "edit"))
    tag = factories.tag("School", slug="school")
    client.post(address("question", asked, "edit"), sent(asked, tags=[tag.pk]))
    asked.refresh_from_db()
    assert [one["slug"] for one in asked.tag_list] == ["school"]


def test_an_edit_is_looked_through_as_well(client, me):
    asked = factories.question(by=me)
    client.post(address("question", asked, "edit"), sent(asked, body="Call me: +44 20 7946 0958"))
    asked.refresh_from_db()
    assert asked.held_at is not None


@pytest.mark.parametrize("kind", KINDS)
def test_a_history_is_as_open_as_its_post(other, me, kind):
    post = post_of(kind, me)
    posting.edit(post=post, version=1, body="Second words.")
    assert Client().get(address(kind, post, "history")).status_code == 200
    standing.hide(thing=post, by=None, rule=Rule.MEDICAL, reason="Doses.")
    for reader in (Client(), other):
        assert reader.get(address(kind, post, "history")).status_code == 404


@pytest.mark.parametrize("before", ["", "0", "1", "-5", "x", "99999999999999999999", "2", "%00"])
def test_any_page_of_a_history_is_sensible(client, me, before):
    asked = factories.question(by=me, body="Words.")
    for number in range(1, 14):
        asked = posting.edit(post=asked, version=number, body=f"Words number {number}.")
    assert client.get(address("question", asked, "history"), {"before": before}).status_code == 200


def test_a_long_history_has_pages_and_ends_with_the_first_version(client, me):
    asked = factories.question(by=me, body="Words.")
    for number in range(1, 14):
        asked = posting.edit(post=asked, version=number, body=f"Words number {number}.")
    first = main_of(client.get(address("question", asked, "history")))
    assert "Version 14, as it is now" in first
    assert "Older" in first
    second = main_of(client.get(address("question", asked, "history"), {"before": "5"}))
    assert "Version 4" in second
    assert "Version 1" in second
    assert "Older" not in second


@pytest.mark.parametrize("edits", [1, 9])
def test_a_history_needs_the_same_queries_for_any_length(me, edits, django_assert_num_queries):
    asked = factories.question(by=me, body="Words.")
    for number in range(1, edits + 1):
        asked = posting.edit(post=asked, version=number, body=f"Words number {number}.")
    Client().get(address("question", asked, "history"))
    with django_assert_num_queries(3):  # the question, its edits, and which condition the site speaks of
        Client().get(address("question", asked, "history"))


# Deleting.


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_deleted_is_gone_for_others_and_comes_back(client, other, me, kind):
    post = post_of(kind, me)
    assert client.get(address(kind, post, "delete")).status_code == 200
    response = client.post(address(kind, post, "delete"), follow=True)
    assert response.redirect_chain[-1][0] == address(kind, post, "restore")
    assert "Undo" in main_of(response)
    assert other.get(address(kind, post, "history")).status_code == 404
    assert client.post(address(kind, post, "edit"), sent(post)).status_code == 403
    client.post(address(kind, post, "restore"))
    post.refresh_from_db()
    assert post.is_shown
    assert other.get(address(kind, post, "history")).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_after_14_days_nothing_comes_back(client, me, kind):
    post = post_of(kind, me)
    standing.delete(thing=post)
    type(post).objects.filter(pk=post.pk).update(deleted_at=timezone.now() - timedelta(days=14, minutes=1))
    assert client.get(address(kind, post, "restore")).status_code == 404
    assert client.post(address(kind, post, "restore")).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_deleting_twice_is_the_same_as_once(client, me, kind):
    post = post_of(kind, me)
    for _again in range(2):
        assert client.post(address(kind, post, "delete")).status_code == 302
    for _again in range(2):
        assert client.post(address(kind, post, "restore")).status_code == 302


def test_replies_of_others_outlive_a_deleted_question_and_show_no_word_of_it(client, other, me):
    asked = factories.question("A title that shall go?", by=me, body="Words that shall go.")
    answer = factories.answer(asked)
    factories.comment(asked)
    client.post(address("question", asked, "delete"))
    asked.refresh_from_db()
    for reader, user in ((Client(), "visitor"), (other, "member")):
        response = reader.get(asked.get_absolute_url())
        assert response.status_code == 200, user
        page = response.content.decode()
        assert "After three months." in page
        assert "shall go" not in page
        assert me.pseudonym not in page
        assert "shall-go" not in page
    assert Answer.objects.public().filter(pk=answer.pk).exists()
    assert Comment.objects.public().exists()
    assert not Question.objects.public().exists()
    assert other.get(f"/questions/{asked.pk}/answer/").status_code == 404


def test_a_deleted_question_without_replies_of_others_is_not_known(client, other, me):
    asked = factories.question(by=me)
    factories.answer(asked, by=me)
    client.post(address("question", asked, "delete"))
    for reader in (Client(), other):
        assert reader.get(asked.get_absolute_url()).status_code == 404


def test_a_hidden_question_takes_its_replies_along(other, me):
    asked = factories.question(by=me)
    answer = factories.answer(asked)
    standing.delete(thing=asked)
    standing.hide(thing=asked, by=None, rule=Rule.SPAM, reason="Spam.")
    assert other.get(asked.get_absolute_url()).status_code == 404
    assert other.get(answer.get_absolute_url()).status_code == 404
    assert not Answer.objects.shown().exists()
