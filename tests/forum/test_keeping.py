"""Moderators lock, archive, join and take apart; trusted members mend title and tags. Everything is written down."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from forum.actions import accepting, keeping, merging, posting, voting
from forum.models.question import Question
from forum.models.vote import Vote, VoteKind
from letters import actions as letters
from letters.kinds import Kind
from letters.models import Notice, Watch
from members import data_rights
from members.actions import leaving, staff
from moderation import standing
from moderation.models.choices import Act, Audience, Rule
from moderation.models.records import Decision
from search.models import Entry
from tests.forum import factories
from tests.members import passkeys
from tests.site.test_matrix import staff_group
from tests.staff import sign_in_staff

pytestmark = pytest.mark.django_db


def keep(question):
    return f"/questions/{question.pk}/keep/"


def moderator():
    member = factories.writer()
    user = member.user
    user.is_staff = True
    user.save()
    user.groups.add(staff_group())
    passkeys.app(user)
    staff.mirror(user=user)
    member.refresh_from_db()
    return member


def trusted():
    return factories.writer(joined_at=timezone.now() - timedelta(days=100), kept_posts=30)


def signed_in(member):
    client = Client()
    sign_in_staff(client, member.user, factor="totp" if member.is_moderator else "")
    return client


@pytest.fixture
def client(db):
    """A moderator's browser."""
    return signed_in(moderator())


def acts_on(question):
    return list(Decision.objects.about(question).order_by("pk").values_list("act", flat=True))


# Closing


@pytest.mark.parametrize("act", [Act.LOCK, Act.ARCHIVE])
def test_a_closed_question_says_why_takes_no_posts_and_is_opened_again(client, act):
    asked = factories.question()
    client.post(keep(asked), {"do": "close", "close-act": act, "close-rule": Rule.RESPECT, "close-why": "It went round in circles."})
    page = Client().get(asked.get_absolute_url()).content
    assert b"It went round in circles." in page
    assert b"takes no more answers or comments" in page
    with pytest.raises(posting.ClosedError):
        factories.answer(asked)
    client.post(keep(asked), {"do": "open", "open-why": "Calm again."})
    assert b"It went round in circles." not in Client().get(asked.get_absolute_url()).content
    factories.answer(asked)
    assert acts_on(asked) == [act, {Act.LOCK: Act.UNLOCK, Act.ARCHIVE: Act.UNARCHIVE}[act]]


@pytest.mark.parametrize("act", [*Act])
def test_who_asked_hears_what_was_done_and_reads_why(act):
    """The forms promise it. Nobody hears that what they wrote was kept: that would tell them of a report."""
    asked, by = factories.question(), moderator()
    standing.write_down(thing=asked, by=by, act=act, reason="Said twice already.")
    notices = Notice.objects.filter(member=asked.author, kind=Kind.DECISION)
    if act == Act.KEEP:
        assert not notices.exists()
        return
    page = signed_in(asked.author).get(notices.get().target.get_absolute_url()).content.decode()
    assert "Said twice already." in page
    assert "A decision about what you wrote" not in page, "words of its own"
    assert "what broke the rule" not in page


def test_nobody_is_told_of_what_they_did_themselves():
    asked = factories.question()
    standing.write_down(thing=asked, by=asked.author, act=Act.RETAG, reason="A better title.")
    assert not Notice.objects.filter(kind=Kind.DECISION).exists()


def test_what_is_asked_without_a_reason_is_refused_and_nothing_happens(client):
    asked = factories.question()
    for sent in ({"do": "close"}, {"do": "merge"}, {"do": "mend", "title": "x"}, {"do": "destroy"}, {}):
        assert client.post(keep(asked), sent).status_code == 422
    assert not Decision.objects.exists()


def test_the_second_of_two_moderators_is_told():
    asked, by = factories.question(), moderator()
    keeping.close(question=asked, by=by, act=Act.LOCK, why="Once.")
    with pytest.raises(standing.DecidedAlreadyError):
        keeping.close(question=asked, by=by, act=Act.LOCK, why="Twice.")
    assert acts_on(asked) == [Act.LOCK]


# Who may


def test_members_keep_nothing_and_trusted_members_only_mend():
    asked = factories.question()
    assert signed_in(factories.writer()).get(keep(asked)).status_code == 403
    page = signed_in(trusted()).get(keep(asked)).content
    assert b"Mend title and tags" in page
    assert b"Close the question" not in page
    assert signed_in(trusted()).post(keep(asked), {"do": "close", "close-act": Act.LOCK, "close-rule": "none", "close-why": "x"}).status_code == 422
    assert not Decision.objects.exists()


def test_nobody_keeps_their_own_question_or_one_of_the_team():
    by = moderator()
    own, theirs = factories.question(by=by), factories.question(by=moderator(), by_name=False)
    for asked in (own, theirs):
        assert b"Close the question" not in signed_in(by).get(keep(asked)).content


def test_a_hidden_question_is_missing_for_trusted_members_and_open_to_moderators(client):
    asked = factories.question()
    standing.hide(thing=asked, by=None, rule=Rule.SPAM, reason="x")
    assert signed_in(trusted()).get(keep(asked)).status_code == 404
    assert client.get(keep(asked)).status_code == 200


# Mending


def test_a_trusted_member_mends_title_and_tags_and_it_is_written_down():
    asked, tag = factories.question("Slep???"), factories.tag("Nights")
    sent = {"do": "mend", "title": "When does sleep come back?", "tags": [tag.pk], "why": "Spelling.", "version": 1}
    client = signed_in(trusted())
    assert client.post(keep(asked), sent).status_code == 302
    asked.refresh_from_db()
    assert (asked.title, [one["name"] for one in asked.tag_list], asked.version) == ("When does sleep come back?", ["Nights"], 2)
    assert asked.edits.get().title == "Slep???"
    assert (acts_on(asked), Decision.objects.get().reason) == ([Act.RETAG], "Spelling.")
    assert "Nights" in Entry.objects.get(kind="question").words
    assert client.post(keep(asked), {**sent, "title": "Another one, then?"}).status_code == 422  # an old form


# Joining


@pytest.fixture
def pair(db):
    """Two questions; the first has two answers, comments, votes and watches of its own, one person does the same on both."""
    one, other = factories.question("How long?"), factories.question("How long does it take?")
    both, only = factories.writer(), factories.writer()
    first, second = factories.answer(one, body="Four months."), factories.answer(one, by=only)
    factories.answer(other, body="A year.")
    factories.comment(one, answer=first)
    factories.comment(one, body="On the question.")
    for question in (one, other):
        voting.give(by=both, on=question, kind=VoteKind.SAME)
        letters.watch(member=both, target=question)
    voting.give(by=only, on=one, kind=VoteKind.SAME)
    voting.give(by=other.author, on=one)
    voting.give(by=both, on=first)
    accepting.accept(answer=second, by=one.author)
    one.refresh_from_db()
    other.refresh_from_db()
    return one, other


def state(question):
    """Return all that a merge changes."""
    question.refresh_from_db()
    return {
        "answers": sorted(question.answers.values_list("pk", "audience", "helpful_count", "merged_from")),
        "comments": sorted(question.comments.values_list("pk", "audience", "merged_from")),
        "votes": sorted(question.votes.values_list("pk", flat=True)),
        "watches": sorted(Watch.objects.filter(content_type__model="question", object_id=question.pk).values_list("member", flat=True)),
        "numbers": (question.answer_count, question.same_count, question.helpful_count, question.is_solved, question.accepted_id),
        "found": Entry.objects.filter(kind="question", object_id=question.pk).count(),
    }


def test_joining_shows_first_what_will_happen_and_then_moves_everything(client, pair):
    one, other = pair
    sent = {"do": "merge", "merge-other": f"http://testserver{other.get_absolute_url()}", "merge-why": "The same."}
    preview = client.post(keep(one), sent)
    assert (preview.status_code, Decision.objects.count()) == (200, 0)
    assert b"2 answers move there." in preview.content
    assert client.post(keep(one), {**sent, "yes": "1"})["Location"] == other.get_absolute_url()
    page = Client().get(other.get_absolute_url()).content
    for words in (b"Four months.", b"A year.", b"On the question.", b"3 answers"):
        assert words in page
    other.refresh_from_db()
    assert (other.answer_count, other.same_count, other.helpful_count, other.is_solved) == (3, 2, 0, False)  # nobody twice, nor on their own
    assert Watch.objects.filter(object_id=other.pk, content_type__model="question").values("member").distinct().count() == 6
    assert Watch.objects.filter(object_id=other.pk, content_type__model="question").count() == 6
    assert {answer.merged_from_id for answer in other.answers.all()} == {one.pk, None}
    assert not Entry.objects.filter(kind="question", object_id=one.pk).exists()


def test_the_old_address_leads_to_the_other_question_for_everybody(client, pair):
    one, other = pair
    merging.merge(question=one, into=other, by=moderator(), why="The same.")
    for reader in (Client(), client, signed_in(one.author)):
        for address in (one.get_absolute_url(), f"/questions/{one.pk}/", f"/questions/{one.pk}/any-words/"):
            response = reader.get(address)
            assert (response.status_code, response["Location"]) == (301, other.get_absolute_url())


@pytest.mark.parametrize("how", ["deleted", "leaving", "erased"])
def test_the_old_address_leads_there_also_when_who_asked_is_gone(client, pair, how):
    one, other = pair
    merging.merge(question=one, into=other, by=moderator(), why="The same.")
    asker = one.author
    if how == "deleted":
        standing.delete(thing=Question.objects.get(pk=one.pk))
    else:
        asker.leaving_at, asker.erase_posts = timezone.now(), True
        asker.save()
        data_rights.standing_changed(asker)
    if how == "erased":
        leaving.erase(member=asker)
    for reader in (Client(), client):
        response = reader.get(one.get_absolute_url())
        assert (response.status_code, response["Location"]) == (301, other.get_absolute_url())
    left = Question.objects.get(pk=one.pk)
    assert (left.author is None, left.title == "") == (how == "erased",) * 2


def test_what_was_joined_is_taken_apart_as_it_was(client, pair):
    one, other = pair
    before = [state(question) for question in pair]
    merging.merge(question=one, into=other, by=moderator(), why="The same.")
    assert [state(question) for question in pair] != before
    assert client.post(keep(one), {"do": "unmerge", "unmerge-why": "Not the same."}).status_code == 302
    assert [state(question) for question in pair] == before
    assert acts_on(one) == [Act.MERGE, Act.UNMERGE]
    assert Client().get(one.get_absolute_url()).status_code == 200


def test_what_was_written_meanwhile_stays_where_it_belongs(pair):
    one, other = pair
    merging.merge(question=one, into=other, by=moderator(), why="The same.")
    moved = other.answers.filter(merged_from=one).first()
    late, below = factories.answer(other), factories.comment(other, answer=moved)
    merging.unmerge(question=one, by=moderator(), why="No.")
    assert late in other.answers.all()
    assert below in one.comments.all()


def test_joined_with_a_question_for_members_everything_becomes_and_stays_theirs(pair):
    one, _other = pair
    private = factories.question("For members?", audience=Audience.MEMBERS)
    merging.merge(question=one, into=private, by=moderator(), why="The same.")
    assert set(private.answers.values_list("audience", flat=True)) == {Audience.MEMBERS}
    for address in (one.get_absolute_url(), f"/questions/{one.pk}/", f"/answers/{private.answers.first().pk}/"):
        response = Client().get(address)
        assert (response.status_code, "for-members" in response.get("Location", "")) == (404, False)
    merging.unmerge(question=one, by=moderator(), why="No.")
    one.refresh_from_db()
    assert {one.audience, *one.answers.values_list("audience", flat=True), *one.comments.values_list("audience", flat=True)} == {Audience.MEMBERS}


def test_what_cannot_be_joined_says_why(client, pair):
    one, other = pair
    private, elsewhere = factories.question(audience=Audience.MEMBERS), factories.question(condition=factories.condition("elsewhere"))
    factories.answer(private)
    hidden, merged = factories.question(), factories.question()
    standing.hide(thing=hidden, by=None, rule=Rule.SPAM, reason="x")
    merging.merge(question=merged, into=other, by=moderator(), why="The same.")
    for question, into in (
        (one, one.pk), (one, "no number"), (one, 10**17), (one, elsewhere.pk), (one, hidden.pk), (one, merged.pk), (other, one.pk), (private, one.pk)
    ):  # fmt: skip
        response = client.post(keep(question), {"do": "merge", "merge-other": str(into), "merge-why": "The same.", "yes": "1"})
        assert response.status_code == 422, into
        assert b"There is a problem" in response.content
    assert Question.objects.filter(merged_into__isnull=False).get() == merged
    with pytest.raises(merging.MergeRefusedError):
        merging.merge(question=private, into=one, by=moderator(), why="x")


def test_a_joined_question_takes_no_post_and_no_vote(pair):
    one, other = pair
    merging.merge(question=one, into=other, by=moderator(), why="The same.")
    with pytest.raises(posting.ClosedError):
        factories.answer(one)
    with pytest.raises(voting.GoneError):
        voting.give(by=factories.writer(), on=one)
    assert Vote.objects.filter(question=one).count() == 2  # what doubled, and the other asker's own
