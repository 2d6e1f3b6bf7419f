"""What tests of the forum begin with: made by the site's own actions, so that counters and index stand as they would."""

from conditions.models.condition import Condition
from forum.actions import posting
from forum.models.answer import Answer, Comment
from forum.models.question import Question
from forum.models.tag import Kind, Tag
from members.models.member import Member
from moderation.models.choices import Audience
from tests.factories import UserFactory


def condition(slug: str = "made") -> Condition:
    """Return a condition without pages."""
    return Condition.objects.get_or_create(slug=slug, defaults={"name": "Made condition", "short_name": "Made", "order": 90})[0]


def writer(**fields) -> Member:
    """Return a member past the limits of new ones. fields: of the member."""
    member = UserFactory().member
    for name, value in {"kept_posts": 10, **fields}.items():
        setattr(member, name, value)
    member.save()
    return member


def tag(name: str = "Sleep", kind: str = Kind.WORD, **fields) -> Tag:
    """Return a tag."""
    slug = fields.pop("slug", "") or name.lower().replace(" ", "-")
    return Tag.objects.get_or_create(condition=condition(), kind=kind, slug=slug, defaults={"name": name, **fields})[0]


def question(title: str = "When did sleep come back?", *, by: Member | None = None, audience: str = Audience.EVERYONE, **fields) -> Question:
    """Return a question, for everyone unless said otherwise."""
    return posting.ask(by=by or writer(), condition=fields.pop("condition", None) or condition(), title=title, audience=audience, **fields)


def answer(to: Question | None = None, *, by: Member | None = None, body: str = "After three months.", **fields) -> Answer:
    """Return an answer."""
    return posting.answer(question=to or question(), by=by or writer(), body=body, **fields)


def comment(to: Question | None = None, *, by: Member | None = None, body: str = "Thank you.", **fields) -> Comment:
    """Return a comment, on the question or on the answer named."""
    on = fields.get("answer")
    return posting.comment(question=to or (on.question if on else question()), by=by or writer(), body=body, **fields)
