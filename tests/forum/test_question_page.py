"""The page of a question, as a visitor, a member, its author, a moderator."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.forum import factories
from tests.html import Document, text_of
from tests.rooms.world import sign_in

pytestmark = pytest.mark.django_db


def signed_in(member):
    client = Client()
    sign_in(client, member.user)
    return client


def test_a_visitor_reads_a_public_question_with_its_answers(client):
    asked = factories.question(body="He wakes *every* hour.", tags=[factories.tag("Sleep")])
    answer = factories.answer(asked, body="After three months.")
    factories.comment(asked, answer=answer, body="Here, too.")
    response = client.get(asked.get_absolute_url())
    document = Document(response.content)
    assert text_of(document.one("h1")) == asked.title
    words = text_of(document.one("main"))
    for part in ("every hour", "After three months.", "Here, too.", "Sleep", "1 answer", "Written by members, not reviewed."):
        assert part in words
    assert not document.errors
    assert b"csrf" not in response.content
