"""Which answer helped: said by who asked, changed, taken back; and what happens when it goes at the same moment."""

import pytest
from django.test import Client

from forum.actions import accepting
from forum.models.question import Question
from moderation import standing
from moderation.models.choices import Rule
from tests.forum import factories
from tests.forum.test_voting import at_once
from tests.rooms.world import sign_in


def signed_in(member):
    client = Client()
    sign_in(client, member.user)
    return client


def solved_by(question):
    question.refresh_from_db()
    return (question.accepted_id, question.is_solved)


@pytest.mark.django_db
def test_who_asked_says_what_helped_and_changes_and_takes_it_back():
    asker = factories.writer()
    asked = factories.question(by=asker)
    first, second = factories.answer(asked), factories.answer(asked)
    client = signed_in(asker)
    assert client.get(asked.get_absolute_url()).content.count(b">Helped me<") == 2
    client.post(f"/answers/{first.pk}/accept/", {"do": "give"})
    assert solved_by(asked) == (first.pk, True)
    client.post(f"/answers/{second.pk}/accept/", {"do": "give"})
    assert solved_by(asked) == (second.pk, True)
    client.post(f"/answers/{first.pk}/accept/", {"do": "take"})  # an old page: another answer stays
    assert solved_by(asked) == (second.pk, True)
    client.post(f"/answers/{second.pk}/accept/", {"do": "take"})
    assert solved_by(asked) == (None, False)


@pytest.mark.django_db
def test_nobody_else_says_what_helped():
    answer = factories.answer()
    other = factories.writer(is_moderator=True)
    assert b">Helped me<" not in signed_in(other).get(answer.question.get_absolute_url()).content
    for member in (other, answer.author):
        assert signed_in(member).post(f"/answers/{answer.pk}/accept/", {"do": "give"}).status_code in (302, 403)
        with pytest.raises(accepting.NotAskedError):
            accepting.accept(answer=answer, by=member)
    assert solved_by(answer.question) == (None, False)


@pytest.mark.django_db
def test_the_answer_that_helped_stands_first_and_is_marked():
    asked = factories.question()
    factories.answer(asked, body="First words.")
    second = factories.answer(asked, body="Second words.")
    accepting.accept(answer=second, by=asked.author)
    text = Client().get(asked.get_absolute_url()).content.decode()
    assert text.index("This helped who asked") < text.index("Second words.</p>") < text.index("<p>First words.")


@pytest.mark.django_db
def test_a_question_is_solved_only_while_the_answer_is_there_to_read():
    answer = factories.answer()
    accepting.accept(answer=answer, by=answer.question.author)
    standing.hide(thing=answer, by=None, rule=Rule.SPAM, reason="x")
    assert solved_by(answer.question) == (answer.pk, False)
    assert b"This helped who asked" not in Client().get(answer.question.get_absolute_url()).content
    standing.unhide(thing=answer, by=factories.writer(), reason="It was fine.")
    assert solved_by(answer.question) == (answer.pk, True)


@pytest.mark.django_db
def test_an_answer_that_is_gone_cannot_be_accepted():
    answer = factories.answer()
    standing.delete(thing=answer)
    with pytest.raises(accepting.GoneError):
        accepting.accept(answer=answer, by=answer.question.author)
    answer.delete()
    with pytest.raises(accepting.GoneError):
        accepting.accept(answer=answer, by=answer.question.author)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_turn", range(5))
def test_accept_during_delete_has_one_clear_result(_turn):
    answer = factories.answer()
    asker = answer.question.author
    gone = []

    def accept():
        try:
            accepting.accept(answer=answer, by=asker)
        except accepting.GoneError:
            gone.append(True)

    deeds = {"accept": accept, "delete": lambda: standing.delete(thing=answer)}
    assert at_once(lambda name: deeds[name](), *deeds) == []
    question = Question.objects.get(pk=answer.question_id)
    assert not question.is_solved  # whoever came first: there is nothing to read
    assert question.accepted_id == (None if gone else answer.pk)
    assert question.answer_count == 0
