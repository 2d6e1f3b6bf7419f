"""Lists of questions: their order, what stands in them for whom, what a row says, and how often they ask the database."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from forum.models.answer import Answer
from forum.models.question import Offer, Question, QuestionTag
from forum.models.tag import Kind
from letters import actions as letters
from letters.models import Watch
from members.actions import people
from members.models.member import Member
from moderation import standing
from moderation.models.choices import Audience, Rule
from tests.factories import ConditionFactory, RevisionFactory, UserFactory
from tests.forum import factories
from tests.staff import sign_in_staff

pytestmark = pytest.mark.django_db
LISTS = ("question_list", "question_unanswered", "question_active", "question_helpful")
VISITOR, MEMBER = 3, 6  # queries at most


def titles(client, name, *args, query=""):
    """Return the titles of a list, in their order."""
    page = client.get(reverse(f"forum:{name}", args=args) + query)
    assert page.status_code == 200
    return [question.title for question in page.context["page"].rows]


def signed_in(client, member=None):
    """Sign somebody in; return the member."""
    member = member or factories.writer()
    (sign_in_staff if member.is_staff else Client.force_login)(client, member.user)
    return member


def asked(title, *, hours=0, **fields):
    """Return a question that was asked some hours ago."""
    question = factories.question(title, **{key: value for key, value in fields.items() if key in ("by", "audience", "tags", "by_name", "language")})
    at = timezone.now() - timedelta(hours=hours)
    Question.objects.filter(pk=question.pk).update(created_at=at, active_at=at)
    QuestionTag.objects.filter(question=question).update(created_at=at)
    question.refresh_from_db()
    return question


# Order.


def test_the_newest_stands_on_top(client):
    asked("Old?", hours=5)
    asked("New?", hours=1)
    assert titles(client, "question_list") == ["New?", "Old?"]


def test_unanswered_shows_who_waits_longest_and_nothing_that_was_answered_or_closed(client):
    asked("Waits?", hours=5)
    asked("Waits a little?", hours=1)
    factories.answer(asked("Answered?", hours=9))
    Question.objects.filter(pk=asked("Closed?", hours=9).pk).update(locked_at=timezone.now())
    assert titles(client, "question_unanswered") == ["Waits?", "Waits a little?"]


def test_an_answer_or_a_comment_brings_a_question_to_the_top_of_those_with_news(client):
    first, second = asked("First?", hours=9), asked("Second?", hours=8)
    asked("Third?", hours=7)
    factories.answer(first)
    factories.comment(second)
    assert titles(client, "question_active") == ["Second?", "First?", "Third?"]


def test_most_helpful_goes_by_what_people_said(client):
    Question.objects.filter(pk=asked("Helped?", hours=9).pk).update(helpful_count=3)
    asked("Nobody said so?")
    assert titles(client, "question_helpful") == ["Helped?", "Nobody said so?"]


def test_a_tag_lists_its_questions_the_newest_first(client):
    tag = factories.tag("Sleep")
    asked("Old?", hours=5, tags=[tag])
    asked("New?", tags=[tag])
    asked("Another thing?")
    assert titles(client, "tag_detail", "tag", "made", "sleep") == ["New?", "Old?"]


# Who finds what.


@pytest.mark.parametrize("name", LISTS)
def test_a_visitor_finds_only_what_everybody_may_read(client, name):
    asked("Public?")
    asked("Members?", audience=Audience.MEMBERS)
    assert titles(client, name) == ["Public?"]
    signed_in(client)
    assert set(titles(client, name)) == {"Public?", "Members?"}


@pytest.mark.parametrize("name", LISTS)
def test_what_is_out_of_sight_stands_in_no_list_for_its_author_or_a_moderator(client, name):
    author = factories.writer()
    standing.hide(thing=asked("Hidden?", by=author), by=None, rule=Rule.SPAM, reason="x")
    for member in (author, factories.writer(is_moderator=True)):
        signed_in(client, member)
        assert titles(client, name) == []


def test_what_was_joined_with_another_question_stands_in_no_list(client):
    whole = asked("Whole?")
    Question.objects.filter(pk=asked("Joined?").pk).update(merged_into=whole)
    assert titles(client, "question_list") == ["Whole?"]


def test_mine_shows_all_that_i_asked_and_what_became_of_it(client):
    me = signed_in(client)
    standing.hide(thing=asked("Hidden?", by=me), by=None, rule=Rule.SPAM, reason="x")
    standing.delete(thing=asked("Deleted?", by=me))
    asked("Somebody else's?")
    page = client.get(reverse("forum:question_mine"))
    assert {question.title for question in page.context["page"].rows} == {"Hidden?", "Deleted?"}
    assert "Hidden by a moderator" in page.content.decode()
    assert "Deleted by you" in page.content.decode()


def test_visitors_are_asked_to_sign_in_for_lists_of_their_own(client):
    for name in ("question_mine", "question_for_me"):
        assert client.get(reverse(f"forum:{name}")).status_code == 302


# Questions I could answer.


def test_for_me_shows_what_was_offered_what_i_follow_and_what_i_answered_before(client):
    me = signed_in(client)
    sleep, school, other = factories.tag("Sleep"), factories.tag("School"), factories.tag("Other")
    letters.watch(member=me, target=sleep)
    factories.answer(asked("Answered by me?", tags=[school]), by=me)
    Offer.objects.create(question=asked("Offered?", hours=3), member=me)
    asked("Followed?", hours=2, tags=[sleep])
    asked("As before?", hours=1, tags=[school])
    asked("Not mine to know?", tags=[other])
    factories.answer(asked("Answered already?", tags=[sleep]))
    asked("My own?", by=me, tags=[sleep])
    assert titles(client, "question_for_me") == ["Offered?", "Followed?", "As before?"]


def test_for_me_leaves_out_languages_that_i_do_not_speak_and_people_i_do_not_meet(client):
    me = signed_in(client, factories.writer(languages=["en"]))
    sleep = factories.tag("Sleep")
    letters.watch(member=me, target=sleep)
    blocked, muted, blocker = factories.writer(), factories.writer(), factories.writer()
    people.block(member=me, other=blocked)
    people.mute(member=me, other=muted)
    people.block(member=blocker, other=me)
    for number, by in enumerate((blocked, muted, blocker)):
        asked(f"Apart {number}?", by=by, tags=[sleep])
    asked("Quelle question ?", tags=[sleep], language="fr")
    asked("Nobody said in which language?", tags=[sleep], hours=2)
    asked("English?", tags=[sleep], language="en", hours=1)
    asked("Without a name, whoever it is?", by=blocked, by_name=False, tags=[sleep])
    assert titles(client, "question_for_me") == ["Nobody said in which language?", "English?", "Without a name, whoever it is?"]


# By member.


def test_by_member_shows_only_what_was_written_under_the_name(client):
    author = factories.writer()
    factories.answer(asked("Named?"), by=author, body="With my name.")
    factories.answer(asked("Nameless?"), by=author, body="Without it.", by_name=False)
    asked("Asked by name?", by=author)
    asked("Asked without?", by=author, by_name=False)
    signed_in(client)
    address = reverse("forum:by_member", args=[author.public_id])
    answers, questions = client.get(address).content.decode(), client.get(address + "?show=questions").content.decode()
    assert "With my name." in answers
    assert "Without it." not in answers
    assert "Asked by name?" in questions
    assert "Asked without?" not in questions


def test_by_member_is_missing_for_whom_the_profile_is_missing(client):
    author, viewer = factories.writer(), factories.writer()
    people.block(member=author, other=viewer)
    signed_in(client, viewer)
    assert client.get(reverse("forum:by_member", args=[author.public_id])).status_code == 404
    assert client.get(reverse("forum:by_member", args=["zzzzzzzzzzzz"])).status_code == 404


def test_by_member_is_no_page_for_visitors(client):
    assert client.get(reverse("forum:by_member", args=[factories.writer().public_id])).status_code == 302


# What a row says.


def test_a_row_says_what_a_reader_needs(client):
    question = asked("Does sleep come back?", hours=30, audience=Audience.MEMBERS, tags=[factories.tag("Sleep")])
    factories.answer(question)
    Question.objects.filter(pk=question.pk).update(is_solved=True, excerpt="Our son wakes every hour.")
    signed_in(client)
    text = " ".join(client.get("/questions/").content.decode().split())
    for words in (
        "Does sleep come back?",
        "Our son wakes every hour.",
        question.author.pseudonym,
        "Sleep",
        "<strong>1</strong> answer",
        "one helped",
        "Members only",
    ):
        assert words in text, words
    assert "yesterday" in text or "2 days ago" in text


def test_who_wrote_without_a_name_is_named_nowhere(client):
    question = asked("Who am I?", by_name=False)
    signed_in(client)
    page = client.get("/questions/").content.decode()
    assert question.author.pseudonym not in page
    assert question.author.public_id not in page
    assert "A member" in page


def test_visitors_get_a_name_without_a_way_to_the_profile(client):
    question = asked("By whom?")
    page = client.get("/questions/").content.decode()
    assert question.author.pseudonym in page
    assert question.author.public_id not in page


def test_whom_i_blocked_is_folded_and_whoever_wrote_without_a_name_is_not(client):
    me, other = factories.writer(), factories.writer()
    asked("Named?", by=other)
    asked("Nameless?", by=other, by_name=False)
    people.block(member=me, other=other)
    signed_in(client, me)
    rows = {question.title: question.folded for question in client.get("/questions/").context["page"].rows}
    assert rows == {"Named?": True, "Nameless?": False}
    assert client.get("/questions/").content.decode().count("Question by someone you blocked or muted") == 1


def test_whoever_left_is_a_former_member(client):
    question = asked("By whom?")
    Member.objects.filter(pk=question.author.pk).update(suspended_at=timezone.now())
    page = client.get("/questions/").content.decode()
    assert question.author.pseudonym not in page
    assert "Former member" in page


@pytest.mark.parametrize("name", [*LISTS, "tag_list"])
def test_an_empty_list_says_so_and_offers_to_ask(client, name):
    page = client.get(reverse(f"forum:{name}"))
    assert reverse("forum:question_ask") in page.content.decode()
    assert 'class="empty"' in page.content.decode()


# Tags.


def test_all_tags_stand_with_the_number_that_this_person_may_know_of(client):
    tag = factories.tag("Sleep")
    asked("Public?", tags=[tag])
    asked("Members?", tags=[tag], audience=Audience.MEMBERS)
    standing.hide(thing=asked("Hidden?", tags=[tag]), by=None, rule=Rule.SPAM, reason="x")

    def number():
        return client.get(reverse("forum:tag_list")).context["groups"][0][1][0].number

    assert number() == 1
    signed_in(client)
    assert number() == 2


def test_a_page_of_the_reference_without_questions_has_an_honest_list(client):
    revision = RevisionFactory(topic__condition=ConditionFactory(slug="made"), topic__slug="hereditary", title="Does it run in families?")
    page = client.get("/questions/topic/made/hereditary/")
    assert page.status_code == 200
    assert "Does it run in families?" in page.content.decode()
    assert revision.get_absolute_url() in page.content.decode()
    assert "noindex" in page.content.decode()
    assert client.get("/questions/topic/made/nothing/").status_code == 404
    assert client.get("/questions/tag/made/nothing/").status_code == 404
    assert client.get("/questions/nonsense/made/hereditary/").status_code == 404


def test_following_a_tag_is_one_press_and_ending_it_another(client):
    me, tag = signed_in(client), factories.tag("Sleep")
    address = reverse("forum:tag_watch", args=[Kind.WORD, "made", "sleep"])
    assert client.post(address, {"watch": "1"}).url == tag.get_absolute_url()
    client.post(address, {"watch": "1"})
    assert Watch.objects.filter(member=me).count() == 1
    assert "Follow no more" in client.get(tag.get_absolute_url()).content.decode()
    client.post(address, {"watch": "0"})
    assert not Watch.objects.exists()


def test_a_visitors_tag_page_holds_no_form_that_posts(client):
    factories.tag("Sleep")
    assert 'method="post"' not in client.get("/questions/tag/made/sleep/").content.decode()


# Pages.


def test_a_list_goes_on_by_its_last_row_and_its_top_has_one_address(client):
    for number in range(25):
        asked(f"Question {number}?", hours=number)
    first = client.get("/questions/").context["page"]
    second = client.get("/questions/" + first.older)
    assert len(second.context["page"].rows) == 5
    assert "noindex" in second.content.decode()
    back = client.get("/questions/" + second.context["page"].newer)
    assert (back.status_code, back.url) == (302, "/questions/")


# Queries.


def page_addresses(author):
    """Return the lists that visitors find, and those of members."""
    public = [*(reverse(f"forum:{name}") for name in LISTS), reverse("forum:tag_list"), "/questions/tag/made/sleep/"]
    by_member = reverse("forum:by_member", args=[author.public_id])
    return public, [*public, reverse("forum:question_mine"), reverse("forum:question_for_me"), by_member, by_member + "?show=questions"]


@pytest.mark.parametrize("rows", [1, 15])
def test_a_list_asks_the_database_as_often_for_any_number_of_rows_and_never_often(client, rows):
    ConditionFactory(slug="made")
    me, tags = factories.writer(), [factories.tag("Sleep"), factories.tag("School")]
    authors = [factories.writer() for _ in range(rows)]
    for author in authors:
        asked("Waits?", by=author, tags=tags)
        asked("Mine?", by=me, tags=tags)
        factories.answer(asked("Answered?", by=author, tags=tags), by=authors[0])
    letters.watch(member=me, target=tags[0])
    public, members = page_addresses(authors[0])
    assert {_queries(client, address) for address in public} <= {2, 3}
    client.force_login(me.user)
    counts = {address: _queries(client, address) for address in members}
    expected = {address: EXACT.get(address.partition("?")[0].rstrip("/").rpartition("/")[2], 5) for address in members}
    assert counts == expected
    assert max(counts.values()) <= MEMBER


EXACT = {"sleep": 6, "answers": 6}  # whether I follow the tag; whose list it is


def _queries(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_a_moderator_sees_how_long_questions_wait_and_nobody_else(client):
    question = asked("Answered?", hours=10)
    Answer.objects.filter(pk=factories.answer(question).pk).update(created_at=question.created_at + timedelta(hours=4))
    asked("Waits?", hours=7)
    signed_in(client)
    assert "Time to the first answer" not in client.get("/questions/unanswered/").content.decode()
    moderator = factories.writer(is_moderator=True)
    signed_in(client, moderator)
    numbers = client.get("/questions/unanswered/").context["numbers"]
    assert (numbers.asked, numbers.answered, numbers.half_within, numbers.longest) == (2, 1, 4, 7)


def test_lists_know_nothing_of_other_people_than_the_reader(client):
    """A visitor's page is the same bytes for everybody: no token, no session."""
    asked("Public?")
    UserFactory()
    first, second = client.get("/questions/"), client.get("/questions/")
    assert first.content == second.content
    assert not first.cookies
    assert b"csrf" not in first.content
