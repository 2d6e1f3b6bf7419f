"""The page of a question, as a visitor, a member, its author, a moderator."""

import gzip
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum import reading
from forum.actions import accepting, posting, voting
from forum.models.answer import Answer
from forum.models.extras import Picture
from forum.models.question import Question
from letters import actions as letters
from members.actions import people
from members.models.choices import OnsetAge, Role
from members.models.member import Member
from moderation import standing
from moderation.models.choices import Audience, Rule
from tests.forum import factories
from tests.forum.test_keeping import moderator
from tests.forum.test_keeping import signed_in as staff_signed_in
from tests.html import Document, text_of
from tests.rooms.world import person, sign_in

pytestmark = pytest.mark.django_db

VISITOR, MEMBER = 5, 8  # queries at most


def signed_in(member):
    client = Client()
    sign_in(client, member.user)
    return client


def words_of(client, question, query=""):
    """Return what the page's main part reads."""
    return text_of(Document(client.get(question.get_absolute_url() + query).content).one("main"))


def order_of(client, question, query=""):
    """Return the numbers of the answers in the order of the page."""
    ids = Document(client.get(question.get_absolute_url() + query).content).ids
    return [int(one.removeprefix("answer-")) for one in ids if one.startswith("answer-")]


# What it shows


def test_a_visitor_reads_a_public_question_and_is_led_to_sign_in(client):
    asked = factories.question(body="He wakes *every* hour.", tags=[factories.tag("Sleep")])
    answer = factories.answer(asked, body="After three months.")
    factories.comment(asked, answer=answer, body="Here, too.")
    response = client.get(asked.get_absolute_url())
    document = Document(response.content)
    assert not document.errors
    assert text_of(document.one("h1")) == asked.title
    for part in (
        "every hour",
        "After three months.",
        "Here, too.",
        "Sleep",
        "1 answer",
        "Written by members, not reviewed.",
        "Everyone can read this",
    ):
        assert part in text_of(document.one("main"))
    assert [one.get("action") for one in document.all("form")] == ["/search/"]  # nothing that posts, no token
    assert f"/account/login/?next={asked.get_absolute_url()}" in response.content.decode()
    assert asked.author.get_absolute_url() not in response.content.decode()
    assert b"csrf" not in response.content


def test_a_question_for_members_is_missing_for_visitors_and_says_so_to_members(client):
    asked = factories.question(audience=Audience.MEMBERS)
    for address in (asked.get_absolute_url(), f"/questions/{asked.pk}/", f"/questions/{asked.pk}/wrong/"):
        assert client.get(address).status_code == 404
    response = signed_in(factories.writer()).get(asked.get_absolute_url())
    assert "Members only" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_other_words_in_the_address_lead_to_the_right_ones(client):
    asked = factories.question("When did sleep come back?")
    for address in (f"/questions/{asked.pk}/", f"/questions/{asked.pk}/Anything-%E2%82%AC/"):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (301, f"/questions/{asked.pk}/when-did-sleep-come-back/")


def test_the_byline_says_who_and_for_whom_as_far_as_the_author_lets_it():
    asker = factories.writer(role=Role.PERSON)
    asked = factories.question(by=asker, about_role=Role.PARENT, about_onset=OnsetAge.TODDLER)
    hidden = factories.question(by=asker, by_name=False)
    client = signed_in(factories.writer())
    assert f"{asker.pseudonym} · parent or carer, signs began at 2 to 4 years" in words_of(client, asked)
    page = client.get(hidden.get_absolute_url()).content.decode()
    assert "A member" in page
    assert asker.pseudonym not in page
    assert asker.public_id not in page


def test_somebody_who_is_gone_is_named_to_nobody(client):
    answer = factories.answer()
    name = answer.author.pseudonym
    Member.objects.filter(pk=answer.author_id).update(suspended_at=timezone.now())
    words = words_of(client, answer.question)
    assert "Former member" in words
    assert name not in words


def test_a_name_in_a_text_leads_members_to_the_profile_and_visitors_nowhere(client):
    named = person("named", "Quiet Otter")
    asked = factories.question(body=f"Thank you, @{named.pseudonym}.")
    factories.comment(asked, body=f"Thank you, @{named.pseudonym}.")
    assert signed_in(factories.writer()).get(asked.get_absolute_url()).content.decode().count(named.get_absolute_url()) == 2
    page = client.get(asked.get_absolute_url()).content.decode()
    assert named.public_id not in page
    assert page.count(f"@{named.pseudonym}") >= 2


def test_medical_words_bring_the_callout(client):
    asked = factories.question()
    answer = factories.answer(asked)
    assert "This text speaks of medicines" not in words_of(client, asked)
    Answer.objects.filter(pk=answer.pk).update(is_medical=True)
    assert "This text speaks of medicines" in words_of(client, asked)


def test_comments_fold_after_three_and_one_that_is_asked_for_is_unfolded(client):
    answer = factories.answer()
    comments = [factories.comment(answer=answer, body=f"Comment {number}") for number in range(5)]
    document = Document(client.get(answer.question.get_absolute_url()).content)
    (details,) = document.all("details")
    assert text_of(details).startswith("2 more comments")
    assert "Comment 3" in text_of(details)
    leads = client.get(f"/comments/{comments[4].pk}/")["Location"]
    assert leads.endswith(f"?open=1#comment-{comments[4].pk}")
    assert Document(client.get(leads.partition("#")[0]).content).all("details")[0].get("open") is not None


def test_pictures_stand_with_what_they_show(client):
    asked = factories.question()
    for post in ({"question": asked}, {"answer": factories.answer(asked)}):
        Picture.objects.create(file="x.webp", alt="A night light", width=40, height=30, **post)
    images = Document(client.get(asked.get_absolute_url()).content).within("main")
    shown = [one for one in images if one.tag == "img"]
    assert [(one.get("alt"), one.get("width")) for one in shown] == [("A night light", "40")] * 2


def test_an_edited_post_says_so_and_leads_to_its_history(client):
    answer = factories.answer()
    posting.edit(post=answer, version=1, body="After four months.")
    page = client.get(answer.question.get_absolute_url()).content.decode()
    assert f'href="/answers/{answer.pk}/history/"' in page


def test_the_author_can_edit_and_delete_and_others_report():
    answer = factories.answer()
    own = signed_in(answer.author).get(answer.question.get_absolute_url()).content.decode()
    other = signed_in(factories.writer()).get(answer.question.get_absolute_url()).content.decode()
    for deed in ("edit", "delete"):
        assert f"/answers/{answer.pk}/{deed}/" in own
        assert f"/answers/{answer.pk}/{deed}/" not in other
    report = reverse("moderation:report_add", args=["answer", answer.pk])
    assert report in other
    assert report not in own


def test_posts_of_somebody_blocked_or_muted_fold_and_those_without_a_name_do_not():
    author, reader = factories.writer(), factories.writer()
    asked = factories.question(by=author)
    factories.answer(asked, by=author, by_name=False)
    factories.comment(asked, by=author)
    people.block(member=reader, other=author)
    page = signed_in(reader).get(asked.get_absolute_url()).content
    assert page.count(b'<details class="fold">') == 2
    people.unblock(member=reader, other=author)
    people.mute(member=reader, other=author)
    assert signed_in(reader).get(asked.get_absolute_url()).content.count(b'<details class="fold">') == 2
    assert b'<details class="fold">' not in signed_in(author).get(asked.get_absolute_url()).content


def test_similar_questions_share_tags_and_are_listed_for_the_reader(client):
    sleep, school = factories.tag("Sleep"), factories.tag("School")
    asked = factories.question(tags=[sleep, school])
    factories.question("About sleep alone?", tags=[sleep])
    factories.question("About both?", tags=[school, sleep])
    factories.question("For members?", tags=[sleep], audience=Audience.MEMBERS)
    factories.question("About neither?")
    names = [one.title for one in reading.related_to(asked, factories.writer().user)]
    assert names == ["About both?", "For members?", "About sleep alone?"]
    words = words_of(client, asked)
    assert "About both?" in words
    assert "For members?" not in words


# What is not shown to everybody


@pytest.mark.parametrize("how", ["hide", "hold", "delete"])
def test_the_author_of_a_hidden_post_sees_why_nobody_else_does(client, how):
    asked = factories.question()
    answer = factories.answer(asked, body="These words.")
    deeds = {
        "hide": lambda: standing.hide(thing=answer, by=None, rule=Rule.SPAM, reason="x"),
        "hold": lambda: standing.hold(thing=answer, rule=Rule.SPAM, reason="x"),
        "delete": lambda: standing.delete(thing=answer),
    }
    deeds[how]()
    assert "Only you and moderators see it." in words_of(signed_in(answer.author), asked)
    assert "Only its author and moderators see it." in words_of(staff_signed_in(moderator()), asked)
    for reader in (client, signed_in(factories.writer()), signed_in(asked.author)):
        words = words_of(reader, asked)
        assert "These words." not in words
        assert "0 answers" in words


def test_what_was_deleted_above_the_words_of_others_keeps_its_place_and_no_word(client):
    asked = factories.question("The words of the title?", body="The words of the body.")
    answer = factories.answer(asked, body="The words of the answer.")
    factories.comment(asked, answer=answer, body="A comment of somebody else.")
    for thing in (answer, asked):
        standing.delete(thing=thing)
    for reader in (client, signed_in(factories.writer())):
        response = reader.get(f"/questions/{asked.pk}/", follow=True)
        page = response.content.decode()
        assert "The words of" not in page
        assert "words-of" not in page
        for words in ("A question that its author deleted", "An answer that its author deleted", "A comment of somebody else."):
            assert words in page
    assert "The words of the body." in words_of(signed_in(asked.author), Question.objects.get(pk=asked.pk))


def test_the_author_brings_back_what_they_deleted_from_the_page():
    answer = factories.answer()
    standing.delete(thing=answer)
    client = signed_in(answer.author)
    (button,) = [one for one in Document(client.get(answer.question.get_absolute_url()).content).all("button") if text_of(one) == "Bring it back"]
    client.post(button.get("formaction"))
    answer.refresh_from_db()
    assert answer.is_shown


# Order and pages


def test_answers_are_ordered_by_help_or_by_time(client):
    asked = factories.question()
    first, second, third = (factories.answer(asked) for _number in range(3))
    voting.give(by=factories.writer(), on=third)
    assert order_of(client, asked) == [third.pk, first.pk, second.pk]
    accepting.accept(answer=second, by=asked.author)
    assert order_of(client, asked) == [second.pk, third.pk, first.pk]
    assert order_of(client, asked, "?sort=newest") == [third.pk, second.pk, first.pk]
    assert order_of(client, asked, "?sort=oldest") == [first.pk, second.pk, third.pk]


def many(number):
    """Return a question with many answers: times and votes differ, some are the same; one is accepted."""
    asked, by, now = factories.question(), factories.writer(), timezone.now()
    made = Answer.objects.bulk_create(
        Answer(question=asked, author=by, audience=asked.audience, body="x", body_html="<p>x</p>", helpful_count=place % 4,
               created_at=now - timedelta(minutes=place % 7))
        for place in range(number)
    )  # fmt: skip
    Question.objects.filter(pk=asked.pk).update(accepted=made[number // 2], answer_count=number, is_solved=True)
    asked.refresh_from_db()
    return asked


@pytest.mark.parametrize("sort", reading.ORDERS)
def test_all_pages_together_hold_each_answer_once_and_every_permanent_address_finds_its_own(client, sort):
    asked, seen = many(47), []
    query = "" if sort == reading.BEST else f"?sort={sort}"
    for _page in range(3):
        document = Document(client.get(asked.get_absolute_url() + query).content)
        seen += [int(one.removeprefix("answer-")) for one in document.ids if one.startswith("answer-")]
        following = [one.get("href") for one in document.all("a") if one.get("rel") == "next"]
        query = following[0].partition("#")[0].removeprefix(asked.get_absolute_url()) if following else None
    assert query is None
    assert len(seen) == 47
    assert set(seen) == set(asked.answers.values_list("pk", flat=True))
    for pk in (seen[0], seen[19], seen[20], seen[39], seen[40], seen[46]):
        leads = client.get(f"/answers/{pk}/")["Location"]
        assert f'id="answer-{pk}"'.encode() in client.get(leads.partition("#")[0]).content
        assert leads.endswith(f"#answer-{pk}")


@pytest.mark.parametrize(
    "query", ["?after=1", "?after=1-2-3-4", "?after=-1-1-1", f"?after=1-{10**18}-1", f"?after=1-1-{10**18 * 9}", f"?after={'9' * 19}-1-1",
              "?after=٣-1-1", "?sort=worst", "?sort=newest&after=1-1-1", f"?sort=oldest&after={10**17 * 3}-1", "?after=%00", "?after=0-0-0",
              "?sort=best&sort=newest"]
)  # fmt: skip
def test_an_odd_key_gives_a_sensible_page(client, query):
    answer = factories.answer()
    response = client.get(answer.question.get_absolute_url() + query)
    assert response.status_code == 200
    assert answer.question.title in response.content.decode()


def test_nothing_is_told_of_answers_and_comments_that_are_not_there(client):
    answer = factories.answer()
    comment = factories.comment(answer=answer)
    standing.hide(thing=answer.question, by=None, rule=Rule.SPAM, reason="x")
    for address in (f"/answers/{answer.pk}/", f"/comments/{comment.pk}/", "/answers/0/", "/comments/99999999/", "/questions/99999999/"):
        assert client.get(address).status_code == 404


# Watching


def test_somebody_watches_and_stops():
    asked, me = factories.question(), factories.writer()
    client = signed_in(me)
    client.post(f"/questions/{asked.pk}/watch/", {"do": "give"})
    assert letters.is_watching(member=me, target=asked)
    assert "Stop watching" in words_of(client, asked)
    client.post(f"/questions/{asked.pk}/watch/", {"do": "take"})
    assert not letters.is_watching(member=me, target=asked)


# Cost


def filled(rows):
    """Return a question with answers, each with comments and pictures, of as many people, and as many questions like it."""
    tag = factories.tag("Sleep")
    asked = factories.question(tags=[tag], body="Words.")
    Picture.objects.create(question=asked, file="x.webp", alt="x", width=1, height=1)
    for number in range(rows):
        answer = factories.answer(asked, about_role=Role.PARENT)
        Picture.objects.create(answer=answer, file="x.webp", alt="x", width=1, height=1)
        factories.comment(asked, answer=answer)
        factories.comment(asked)
        factories.question(f"Another one, {number}?", tags=[tag])
    return asked


@pytest.mark.parametrize("rows", [1, 15])
def test_a_visitors_page_needs_five_queries_for_any_length(client, rows, django_assert_num_queries):
    asked = filled(rows)
    with django_assert_num_queries(VISITOR):
        client.get(asked.get_absolute_url())


@pytest.mark.parametrize("rows", [1, 15])
@pytest.mark.parametrize("who", ["reader", "asker", "moderator"])
def test_a_members_page_needs_eight_queries_for_any_length(rows, who, django_assert_num_queries):
    asked = filled(rows)
    client = staff_signed_in(moderator()) if who == "moderator" else signed_in(asked.author if who == "asker" else factories.writer())
    client.get(asked.get_absolute_url())
    with django_assert_num_queries(MEMBER):
        client.get(asked.get_absolute_url())


def test_a_page_with_ten_answers_is_at_most_12_kb_compressed(client):
    asked = factories.question(body="We would like to know. " * 20, tags=[factories.tag("Sleep"), factories.tag("School")])
    for number in range(10):
        answer = factories.answer(asked, body=f"{number}: it was like this with us, and slowly it went better. " * 12)
        factories.comment(asked, answer=answer, body=f"Thank you for {number}.")
    accepting.accept(answer=answer, by=asked.author)
    for reader in (client, signed_in(factories.writer())):
        assert len(gzip.compress(reader.get(asked.get_absolute_url()).content, 6)) <= 12_000


# Kept for visitors


@pytest.fixture
def kept(settings):
    """Keep visitors' pages, as production does."""
    settings.KEEP_VISITOR_PAGES = True
    caches["visitor_pages"].clear()
    yield
    caches["visitor_pages"].clear()


@pytest.mark.usefixtures("kept")
def test_a_kept_page_needs_two_queries_and_follows_every_change(client, django_assert_num_queries):
    asked = factories.question()
    answer = factories.answer(asked)
    address = asked.get_absolute_url()
    client.get(address)
    with django_assert_num_queries(2):
        client.get(address)
    voter = factories.writer()
    changes = {
        "Helpful to 1 member": lambda: voting.give(by=voter, on=answer),
        "1 member has this question, too": lambda: voting.give(by=voter, on=asked, kind="same"),
        "This helped who asked": lambda: accepting.accept(answer=answer, by=asked.author),
        "Words of a comment.": lambda: factories.comment(asked, body="Words of a comment."),
        "Other words.": lambda: posting.edit(post=answer, version=1, body="Other words."),
        "0 answers": lambda: standing.hide(thing=answer, by=None, rule=Rule.SPAM, reason="x"),
    }
    for words, change in changes.items():
        assert words not in words_of(client, asked)
        change()
        assert words in words_of(client, asked)
    standing.hide(thing=asked, by=None, rule=Rule.SPAM, reason="x")
    assert client.get(address).status_code == 404
