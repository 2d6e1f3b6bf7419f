"""What is stored beside the words of a post: safe HTML with its mentions, an excerpt, whether it speaks of doses. Rendered once, at save."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from forum import medical, mentions
from members.models.member import Member
from prose import markdown

EXCERPT = 200  # characters


@dataclass(frozen=True)
class Rendered:
    """A text as it is stored. mentions: {name as written: member}."""

    html: str
    excerpt: str
    is_medical: bool
    mentions: dict[str, Member] = field(default_factory=dict)


def render(body: str, *, author: Member | None = None, by_name: bool = True, known: Mapping[str, Member] | None = None, title: str = "") -> Rendered:
    """Return what is stored beside a text. One query at most, none without an @ or without an author.

    author: may name whom they may meet, or everybody where they write without their own name (by_name: no); None, once they are gone, names
    nobody new. known: who was named before, by the names that were written. title: read along for what speaks of doses.
    """
    html = markdown.render(body) if body.strip() else ""
    words = markdown.plain_text(html)
    named = mentions.find(html, author=author, known=known or {}, by_name=by_name) if author else dict(known or {})
    html = mentions.linked(html, named) if named else html
    return Rendered(
        html=html,
        excerpt=markdown.excerpt(html, EXCERPT),
        is_medical=medical.speaks_of_medicine(f"{title}. {words}"),
        mentions=named,
    )
