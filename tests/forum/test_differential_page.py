"""What is hidden or held changes no byte of any page for those who may not see it, tokens and keys of forms apart."""

import re

import pytest
from django.test import Client

from forum.actions import accepting, voting
from moderation import standing
from moderation.models.choices import Audience, Rule
from tests.forum import factories
from tests.rooms.world import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # pages are compared with themselves, whatever the database

# Made anew for each answer: the token, the key that a form is sent with, the signed place of a draft.
OF_THE_MOMENT = re.compile(rb'name="(?:csrfmiddlewaretoken|form_key|draft)" value="[^"]*"')


@pytest.fixture
def readers():
    """A visitor, somebody who wrote nothing here, and who asked."""
    asker, stranger = factories.writer(), factories.writer()
    found = {"asker": asker, "visitor": None, "stranger": stranger}
    clients = {name: Client() for name in found}
    for name, member in found.items():
        if member:
            sign_in(clients[name], member.user)
    return asker, clients


def seen(clients, addresses):
    """Return everything that readers get at these addresses, without what is made anew each time."""
    found = {}
    for name, client in clients.items():
        for address in addresses:
            response = client.get(address)
            found[name, address] = (
                response.status_code,
                response.get("Location"),
                OF_THE_MOMENT.sub(b"", response.content.replace(_id(response), b"")),
            )
    return found


def pages(asked, other):
    return [f"{asked.get_absolute_url()}{query}" for query in ("", "?sort=newest", "?sort=oldest", "?open=1")] + [
        f"/questions/{asked.pk}/",
        other.get_absolute_url(),
    ]


@pytest.mark.parametrize("how", ["hide", "hold"])
@pytest.mark.parametrize("audience", Audience.values)
@pytest.mark.parametrize("what", ["answer", "accepted answer", "comment on an answer", "comment", "similar question"])
def test_a_hidden_post_changes_no_byte(readers, how, audience, what):
    asker, clients = readers
    tag = factories.tag("Sleep")
    asked = factories.question(by=asker, audience=audience, tags=[tag])
    kept = factories.answer(asked)
    other = factories.question("Another one?", audience=audience, tags=[tag])
    addresses = pages(asked, other)
    before = seen(clients, addresses)

    if what == "similar question":
        thing = factories.question("One that goes?", audience=audience, tags=[tag])
    elif what.startswith("comment"):
        thing = factories.comment(asked, answer=kept if "answer" in what else None, body="Words that go.")
    else:
        thing = factories.answer(asked, body="Words that go.")
        voting.give(by=factories.writer(), on=thing)
        factories.comment(asked, answer=thing)
    if what == "accepted answer":
        accepting.accept(answer=thing, by=asker)
    assert seen(clients, addresses) != before or audience == Audience.MEMBERS
    deed = standing.hide if how == "hide" else standing.hold
    deed(thing=thing, by=None, rule=Rule.SPAM, reason="x")
    assert seen(clients, addresses) == before
    for name, client in clients.items():
        assert client.get(thing.get_absolute_url()).status_code == 404, name


@pytest.mark.parametrize("how", ["hide", "hold"])
def test_a_hidden_question_answers_as_a_missing_one_with_all_below_it(readers, how):
    _asker, clients = readers
    asked = factories.question("Words of the title?")
    answer = factories.answer(asked)
    comment = factories.comment(asked, answer=answer)
    deed = standing.hide if how == "hide" else standing.hold
    deed(thing=asked, by=None, rule=Rule.SPAM, reason="x")
    there = (f"/questions/{asked.pk}/", f"/questions/{asked.pk}/question/", f"/answers/{answer.pk}/", f"/comments/{comment.pk}/")
    gone = ("/questions/9999/", "/questions/9999/question/", "/answers/9999/", "/comments/9999/")
    for client in clients.values():
        for address, missing in zip(there, gone, strict=True):
            response, other = client.get(address), client.get(missing)
            assert response.status_code == other.status_code == 404
            assert response.content.replace(address.encode(), b"").replace(_id(response), b"") == (
                other.content.replace(missing.encode(), b"").replace(_id(other), b"")
            )


def _id(response) -> bytes:
    return response["X-Request-Id"].encode()
