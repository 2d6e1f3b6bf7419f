"""Who hears of what is written: once, never by name, never across a block, and only while it is there to read."""

import pytest

from forum import telling
from forum.models.answer import Answer
from forum.models.extras import Mention
from letters import actions as letters
from letters.kinds import Kind
from letters.models import Notice
from members.actions import people
from moderation import standing
from moderation.models.choices import Rule
from tests.forum import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """Do something as if it were committed, and return who was told of what: {(member, kind)}."""

    def tell(act):
        Notice.objects.all().delete()
        with django_capture_on_commit_callbacks(execute=True):
            result = act()
        return {(notice.member, notice.kind) for notice in Notice.objects.all()}, result

    return tell


def test_an_answer_tells_who_asked_and_who_follows_and_not_its_author(told):
    question, follower, author = factories.question(), factories.writer(), factories.writer()
    letters.watch(member=follower, target=question)
    heard, _answer = told(lambda: factories.answer(question, by=author))
    assert heard == {(question.author, Kind.ANSWER), (follower, Kind.WATCHED)}
    assert {notice.target for notice in Notice.objects.all()} == {question}


def test_several_answers_are_one_notice_that_counts(told):
    question = factories.question()
    told(lambda: None)
    heard, _answers = told(lambda: [factories.answer(question) for _number in range(3)])
    notice = Notice.objects.get(member=question.author)
    assert notice.count == 3
    assert str(notice.words) == "Your question has 3 new answers"


def test_a_comment_tells_whose_post_it_is_on(told):
    answer = factories.answer()
    heard, comment = told(lambda: factories.comment(answer=answer))
    assert heard == {(answer.author, Kind.COMMENT)}
    heard, comment = told(lambda: factories.comment(answer.question))
    assert heard == {(answer.question.author, Kind.COMMENT)}


def test_a_question_tells_who_follows_one_of_its_tags_once(told):
    follower, tags = factories.writer(), [factories.tag("Sleep"), factories.tag("School")]
    letters.watch(member=follower, target=tags[0])
    heard, question = told(lambda: factories.question(tags=tags))
    assert heard == {(follower, Kind.TAG)}
    assert Notice.objects.get().target == question


def test_a_mention_tells_who_is_named_and_says_it_only_once(told):
    question = factories.question()
    answer = factories.answer(question)
    Answer.objects.update(told_at=None)
    Mention.objects.create(member=question.author, answer=answer, name="Somebody")
    heard, _done = told(lambda: telling.tell(Answer, answer.pk))
    assert heard == {(question.author, Kind.MENTION)}


def test_the_one_who_helped_hears_of_it(told):
    answer = factories.answer()
    heard, _done = told(lambda: telling.helped(answer))
    assert heard == {(answer.author, Kind.HELPED)}


@pytest.mark.parametrize("act", [people.block, people.mute])
def test_nobody_hears_of_whom_they_blocked_or_muted(told, act):
    question, author = factories.question(), factories.writer()
    act(member=question.author, other=author)
    heard, _answer = told(lambda: factories.answer(question, by=author))
    assert heard == set()


def test_a_missing_notice_does_not_tell_who_wrote_without_a_name(told):
    question, author = factories.question(), factories.writer()
    people.block(member=question.author, other=author)
    heard, _answer = told(lambda: factories.answer(question, by=author, by_name=False))
    assert heard == {(question.author, Kind.ANSWER)}
    assert Notice.objects.get().actor is None


def test_what_waits_for_a_look_is_told_of_when_it_is_let_through(told):
    question = factories.question()

    def held():
        answer = factories.answer(question)
        standing.hold(thing=answer, by=None, rule=Rule.SPAM, reason="A number.")
        return answer

    heard, answer = told(held)
    assert heard == set()
    heard, _decision = told(lambda: standing.release(thing=answer, by=factories.writer()))
    assert (question.author, Kind.ANSWER) in heard


def test_a_hidden_answer_takes_its_notices_along_and_is_not_told_of_again(told):
    question = factories.question()
    heard, answers = told(lambda: [factories.answer(question), factories.answer(question)])
    for left in (1, 0):
        standing.hide(thing=answers.pop(), by=None, rule=Rule.SPAM, reason="x")
        notices = Notice.objects.filter(member=question.author, kind=Kind.ANSWER)
        assert sum(notice.count for notice in notices) == left
    hidden = Answer.objects.order_by("pk").first()
    heard, _decision = told(lambda: standing.unhide(thing=hidden, by=factories.writer(), reason="It was fine."))
    assert (question.author, Kind.ANSWER) not in heard


def test_an_edit_tells_nobody_again(told):
    answer = factories.answer()
    told(lambda: telling.tell(Answer, answer.pk))
    answer.refresh_from_db()
    heard, _none = told(lambda: telling.follow(answer))
    assert heard == set()
