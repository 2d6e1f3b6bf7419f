"""What a new member's post may not hold (B2): more than two links or mentions, and pictures."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from moderation.checks import LINKS, MENTIONS, PICTURES, Finding
from moderation.patterns.reading import WEB

MOST_LINKS = MOST_MENTIONS = 2  # in one post

WORDS = {
    LINKS: _("In your first days a post takes two links. Please leave the others out."),
    MENTIONS: _("In your first days a post takes two names with an @. Please leave the others out."),
    PICTURES: _("In your first days a post takes no pictures. Please leave them out, and add them later."),
}
MENTION = re.compile(r"(?<![\w@/.])@\w")
PICTURE = re.compile(r"!\[[^\]\n]{0,300}\][(\[]")


def find(text: str, *, by: Member) -> Iterator[Finding]:
    """Find each kind once; nothing for a member past the first limits. Links within the site count as none."""
    if not by.is_new:
        return
    own = re.compile(rf"{re.escape(settings.SITE_URL)}(?:[/?#]|$)", re.IGNORECASE)
    links = [address for address in WEB.findall(text) if not own.match(address)]
    found = {LINKS: len(links) > MOST_LINKS, MENTIONS: len(MENTION.findall(text)) > MOST_MENTIONS, PICTURES: bool(PICTURE.search(text))}
    for kind, refuses in found.items():
        if refuses:
            yield Finding(kind, WORDS[kind], holds=False)
