"""What becomes of what somebody wrote: exported, kept without a name, or gone, and never another person's words."""

import json
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from forum import cleanup, counters, own_part
from forum.actions import posting
from forum.models.answer import Answer, Comment
from forum.models.extras import Edit, Mention, Picture
from forum.models.question import Offer, Question
from forum.models.vote import Vote, VoteKind
from members import consents, data_rights
from members.actions import leaving, people
from members.models.choices import OnsetAge, Role
from members.models.consent import Purpose
from members.models.member import Member
from moderation import standing
from moderation.models.choices import Audience, Rule
from search.models import Entry
from tests.forum import factories
from tests.rooms.world import sign_in

pytestmark = pytest.mark.django_db
CANARY = "canary-5e1f"


@pytest.fixture
def me():
    member = factories.writer()
    people.rename(member=member, to=f"{CANARY.title()} Mika")
    return member


@pytest.fixture
def written(me, settings, tmp_path):
    """Something of everything, by the member and around them."""
    settings.MEDIA_ROOT = tmp_path
    mine = factories.question(f"{CANARY} question?", by=me, body=f"{CANARY} body", tags=[factories.tag("Sleep")], about_role=Role.PARENT)
    lonely = factories.question(f"{CANARY} without replies?", by=me)
    theirs = factories.question("Theirs?", body="Words of somebody else.")
    answer = factories.answer(theirs, by=me, body=f"{CANARY} answer", about_onset=OnsetAge.INFANT)
    factories.comment(answer=answer, body="A comment of somebody else.")
    comment = factories.comment(theirs, by=me, body=f"{CANARY} comment")
    reply = factories.answer(mine, body="An answer of somebody else.")
    posting.edit(post=answer, version=1, body=f"{CANARY} answer, changed")
    Vote.objects.create(member=me, kind=VoteKind.HELPFUL, answer=reply)
    Mention.objects.create(member=me, answer=reply, name=me.pseudonym)
    Offer.objects.create(member=me, question=theirs)
    name = default_storage.save("pictures/one.webp", ContentFile(b"picture"))
    Picture.objects.create(answer=answer, file=name, alt=f"{CANARY} picture", width=1, height=1)
    counters.count(Question.objects.all())
    return {"mine": mine, "lonely": lonely, "theirs": theirs, "answer": answer, "comment": comment, "reply": reply, "file": name}


def _everything_in_the_database():
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("forum_", "search_")):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                yield from ((table, str(row)) for row in cursor.fetchall())


def left():
    """Return the tables that still hold the canary."""
    return {table for table, row in _everything_in_the_database() if CANARY in row.lower()}


def test_the_canary_is_found_while_the_member_is_there(written):
    assert {"forum_question", "forum_answer", "forum_comment", "forum_edit", "forum_mention", "search_entry"} <= left()


def test_an_export_holds_all_that_was_written_and_no_word_of_others(me, written):
    text = json.dumps(own_part.export(me), cls=DjangoJSONEncoder)
    for planted in ("question?", "body", "answer", "answer, changed", "comment", "picture"):
        assert f"{CANARY} {planted}" in text, planted
    assert "somebody else" not in text
    assert "Theirs?" not in text
    found = json.loads(text)
    assert found["votes"] == [{"kind": "helpful", "number": 1}]
    assert found["answers"][0]["earlier words"][0]["text"] == f"{CANARY} answer"
    assert (found["times I am named in posts"], found["questions offered to me"]) == (1, 1)
    named = [picture["file"] for post in (*found["questions"], *found["answers"]) for picture in post["pictures"]]
    files = own_part.files(me)
    assert named
    assert sorted(files) == sorted(named)
    assert all(file.name and file.name in {picture.file.name for picture in Picture.objects.all()} for file in files.values())


def test_what_is_held_is_counted_in_one_query(me, written, django_assert_num_queries):
    with django_assert_num_queries(1):
        lines = {str(line.what): line.number for line in own_part.held(me)}
    assert (lines["Questions you asked"], lines["Answers you wrote"], lines["Comments you wrote"]) == (2, 1, 1)


def test_kept_posts_stay_as_a_former_members_and_say_nothing_of_whom_they_are_about(me, written):
    own_part.erase(me)
    own_part.erase(me)  # safe to run twice
    mine, answer = Question.objects.get(pk=written["mine"].pk), Answer.objects.get(pk=written["answer"].pk)
    for post in (mine, answer, Comment.objects.get(pk=written["comment"].pk)):
        assert (post.author, post.by_name, post.byline, post.is_shown) == (None, True, "Former member", True)
    assert (mine.about_role, answer.about_onset, mine.body) == ("", "", f"{CANARY} body")
    assert Edit.objects.filter(answer=answer).exists()
    vote = Vote.objects.get()
    assert (vote.member, Answer.objects.get(pk=written["reply"].pk).helpful_count) == (None, 1)
    assert not Mention.objects.exists()
    assert not Offer.objects.exists()
    assert not counters.wrong_questions().exists()


@pytest.mark.parametrize("way", ["leaving", "suspended", "erased"])
def test_a_post_without_a_name_looks_the_same_after_its_author_went(me, client, way):
    """Else the named and the unnamed posts of one person would change in the same moment, and be known to belong together."""
    named, unnamed = factories.question("Named?", by=me), factories.question("Unnamed?", by=me, by_name=False)
    answer = factories.answer(factories.question("Theirs?"), by=me, by_name=False)
    if way == "erased":
        own_part.erase(me)
    else:
        Member.objects.filter(pk=me.pk).update(**{f"{way}_at": timezone.now()})
    assert Question.objects.select_related("author__user").get(pk=named.pk).byline == "Former member"
    for post in (unnamed, answer):
        found = type(post).objects.select_related("author__user").get(pk=post.pk)
        assert (found.byline, found.by_name, found.named_author) == ("A member", False, None)
    assert "Former member" not in client.get(unnamed.get_absolute_url()).content.decode()


def test_after_an_erase_with_all_posts_nothing_is_left_in_any_table(me, written, django_capture_on_commit_callbacks):
    Member.objects.filter(pk=me.pk).update(erase_posts=True)
    with django_capture_on_commit_callbacks(execute=True):
        own_part.erase(me)
        own_part.erase(me)
    assert left() == set()
    assert not default_storage.exists(written["file"])
    assert not Question.objects.filter(pk=written["lonely"].pk).exists()


def test_what_others_wrote_below_stays_under_a_stub_without_words(me, written):
    Member.objects.filter(pk=me.pk).update(erase_posts=True)
    own_part.erase(me)
    stub = Question.objects.get(pk=written["mine"].pk)
    assert (stub.title, stub.body, stub.author, stub.is_shown, stub.tag_list) == ("", "", None, False, [])
    assert Answer.objects.get(pk=written["reply"].pk).body == "An answer of somebody else."
    assert Comment.objects.filter(body="A comment of somebody else.").exists()
    theirs = Question.objects.get(pk=written["theirs"].pk)
    assert theirs.answer_count == 0
    assert not Entry.objects.filter(kind="question", object_id=stub.pk).exists()


def test_leaving_with_all_posts_takes_them_out_of_sight_at_once_and_coming_back_brings_them(me, written, client):
    leaving.leave(member=me, erase_posts=True)
    assert CANARY not in client.get("/questions/").content.decode().lower()
    assert not Question.objects.filter(author=me, is_shown=True).exists()
    assert Question.objects.get(pk=written["theirs"].pk).answer_count == 0
    assert not Entry.objects.filter(text__contains=CANARY).exists()
    leaving.come_back(member=Member.objects.get(pk=me.pk))
    assert Question.objects.filter(author=me, is_shown=True).count() == 2
    assert Question.objects.get(pk=written["theirs"].pk).answer_count == 1


def test_leaving_and_keeping_takes_the_name_away_at_once_and_leaves_the_words(me, written, client):
    leaving.leave(member=me)
    page = client.get("/questions/").content.decode()
    assert f"{CANARY} question?" in page
    assert me.pseudonym not in page
    assert "Former member" in page


def test_what_was_deleted_or_hidden_before_does_not_come_back_with_its_author(me, written):
    standing.delete(thing=written["lonely"])
    standing.hide(thing=written["mine"], by=None, rule=Rule.SPAM, reason="x")
    leaving.leave(member=me, erase_posts=True)
    leaving.come_back(member=Member.objects.get(pk=me.pk))
    assert not Question.objects.filter(author=me, is_shown=True).exists()


def test_the_choice_stands_on_the_page_and_counts(client, me):
    sign_in(client, me.user)
    page = client.get(reverse("members:erase")).content.decode()
    assert page.count('name="posts"') == 2
    assert client.post(reverse("members:erase"), {"posts": "perhaps"}).status_code == 422
    assert client.post(reverse("members:erase"), {"posts": "delete"}).status_code == 302
    me.refresh_from_db()
    assert me.erase_posts
    assert "your questions, answers and comments go, too" in client.get(reverse("members:erase_undo")).content.decode()


def test_the_whole_erase_works_with_either_choice(me, written, settings, tmp_path):
    settings.ERASURE_LEDGER = tmp_path / "ledger"
    leaving.erase(member=me)
    assert not Member.objects.filter(pk=me.pk).exists()
    assert Question.objects.get(pk=written["mine"].pk).author is None
    assert {table for table in left() if table not in ("forum_question", "forum_answer", "forum_comment", "forum_edit", "forum_picture")} <= {
        table for table in left() if table.startswith("search_")
    }
    assert f"{CANARY} mika" not in str([row for _table, row in _everything_in_the_database()]).lower()


def test_without_consent_to_health_data_nothing_says_whom_a_post_is_about(me, written):
    consents.give(member=me, purpose=Purpose.HEALTH, form="test")
    consents.withdraw(member=me, purpose=Purpose.HEALTH)
    assert not Question.objects.exclude(about_role="").exists()
    assert not Answer.objects.exclude(about_onset="").exists()
    assert not Offer.objects.exists()


def test_a_suspended_members_name_vanishes_everywhere_at_once(me, written, client):
    me.suspended_at = timezone.now()
    me.save()
    data_rights.standing_changed(me)
    assert me.pseudonym not in client.get("/questions/").content.decode()


# What goes by itself.


def deleted(post, days):
    standing.delete(thing=post)
    type(post).objects.filter(pk=post.pk).update(deleted_at=timezone.now() - timedelta(days=days))


def test_deleted_posts_go_after_fourteen_days_and_not_before(me, written):
    deleted(written["lonely"], 15)
    deleted(written["comment"], 13)
    cleanup.forget_deleted_posts()
    assert not Question.objects.filter(pk=written["lonely"].pk).exists()
    assert Comment.objects.filter(pk=written["comment"].pk).exists()


def test_a_deleted_question_with_replies_stays_as_a_stub_and_is_looked_at_once(me, written):
    deleted(written["mine"], 15)
    assert "deleted questions: 1 deleted" in cleanup.forget_deleted_posts()
    stub = Question.objects.get(pk=written["mine"].pk)
    assert (stub.title, stub.body, stub.author) == ("", "", None)
    assert Answer.objects.filter(pk=written["reply"].pk).exists()
    assert "deleted questions: 0 deleted" in cleanup.forget_deleted_posts()


def test_what_a_moderator_hid_waits_for_the_end_of_the_case(me, written):
    standing.hide(thing=written["lonely"], by=None, rule=Rule.SPAM, reason="x")
    deleted(written["lonely"], 15)
    cleanup.forget_deleted_posts()
    assert Question.objects.get(pk=written["lonely"].pk).title


def test_a_wrong_clock_does_not_empty_the_forum(me):
    condition = factories.condition()
    old = timezone.now() - timedelta(days=15)
    Question.objects.bulk_create(
        Question(author=me, condition=condition, title="x", audience=Audience.MEMBERS, is_shown=False, deleted_at=old) for _number in range(21)
    )
    assert "stopped" in cleanup.forget_deleted_posts()
    assert Question.objects.count() == 21


def test_old_offers_go(me, written):
    Offer.objects.update(at=timezone.now() - timedelta(days=91))
    assert "1 deleted" in cleanup.forget_offers()
