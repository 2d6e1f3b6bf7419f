"""What a page says has just happened looks, and is read out, as what it is."""

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string

from tests.html import Document, text_of

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "level, look, role",
    [
        (constants.INFO, "callout", "status"),
        (constants.SUCCESS, "callout callout--good", "status"),
        (constants.WARNING, "callout callout--warn", "status"),
        (constants.ERROR, "callout callout--urgent", "alert"),
    ],
)
def test_each_kind_of_message_has_its_look_and_its_voice(level, look, role):
    page = render_to_string("_parts/messages.html", {"messages": [Message(level, "It <happened>.")]})
    (box,) = (one for one in Document(f"<!doctype html><title>x</title>{page}").all("div") if one.get("role"))
    assert (box.get("class"), box.get("role"), text_of(box)) == (look, role, "It <happened>.")
