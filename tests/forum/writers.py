"""Members past the first limits, their browsers, and what they would send."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from members.models.member import Member
from tests.html import Document, text_of
from tests.rooms.world import person, sign_in

ASK = "/questions/ask/"


def member(key: str = "me", name: str = "Quiet Otter", **fields) -> Member:
    """Return a member whom the limits of new members do not concern any more."""
    made = person(key, name)
    for field, value in {"joined_at": timezone.now() - timedelta(days=30), "kept_posts": 10, **fields}.items():
        setattr(made, field, value)
    made.save()
    return made


def browser(who: Member) -> Client:
    """Return a browser in which somebody is signed in."""
    client = Client()
    sign_in(client, who.user)
    return client


def question(**changes) -> dict:
    """Return what the form of a question sends."""
    first = {"title": "When did sleep come back?", "body": "He wakes every hour.", "audience": "members", "by": "name", "language": "en"}
    return {**first, "stage": "whole", "go": "post", "form_key": "key-of-a-question", **changes}


def reply(**changes) -> dict:
    """Return what the form of an answer or a comment sends."""
    return {"body": "After three months.", "by": "name", "language": "en", "go": "post", "form_key": "key-of-a-reply", **changes}


def main_of(response) -> str:
    """Return the words of a page's main part."""
    return text_of(Document(response.content).one("main"))
