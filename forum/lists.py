"""What the lists of questions hold, and what stands around them. Each list is one query, and says nothing of what is hidden."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from conditions.models.pages import ConditionSymptom, Page, Topic, Treatment
from conditions.models.revision import Revision
from forum.models.answer import Answer
from forum.models.question import Offer, Question, QuestionTag
from forum.models.tag import Kind, Tag
from forum.paging import Order
from letters.models import Watch
from members.models.member import Member
from members.models.relations import Block, Mute
from moderation.models.choices import Audience

NEWER, OLDER = _("Newer"), _("Older")


@dataclass(frozen=True)
class Listing:
    """One list. name: of its address. chip: its name among the others. up, down: the words that lead to its pages, and back to its top."""

    name: str
    title: Any
    chip: Any
    order: Order
    up: Any = NEWER
    down: Any = OLDER
    top: Any = _("Newest")
    lead: Any = ""
    empty: Any = field(default=_("Nobody has asked anything yet. The first question is the hardest, and somebody will be glad that you asked it."))


NEWEST = Listing("question_list", _("Questions"), _("Newest"), Order("created_at"))
UNANSWERED = Listing(
    "question_unanswered",
    _("Questions without an answer"),
    _("No answer yet"),
    Order("created_at", descending=False),
    up=_("Waiting longer"),
    down=_("Waiting less long"),
    top=_("Waiting longest"),
    lead=_("Who has waited longest stands on top. Even “we went through that, too” is an answer."),
    empty=_("Every question has an answer. That is rare, and it is thanks to those who write here."),
)
ACTIVE = Listing("question_active", _("Questions with news"), _("With news"), Order("active_at"), top=_("Newest news"))
HELPFUL = Listing(
    "question_helpful",
    _("Most helpful questions"),
    _("Most helpful"),
    Order("helpful_count", is_time=False),
    up=_("More helpful"),
    down=_("Less helpful"),
    top=_("Most helpful"),
)
LISTINGS = (NEWEST, UNANSWERED, ACTIVE, HELPFUL)
FOR_ME = Listing(
    "question_for_me",
    _("Questions you could answer"),
    _("You could answer"),
    Order("created_at", descending=False),
    up=_("Waiting longer"),
    down=_("Waiting less long"),
    top=_("Waiting longest"),
    lead=_("They have no answer yet, and they are about something you know. Nobody sees that they stand here, and you need not answer any."),
    empty=_("No question waits for you at the moment. Follow a tag or answer a question: then we know better what to show you here."),
)
MINE = Listing("question_mine", _("My questions"), _("Mine"), Order("created_at"), empty=_("You have not asked anything yet."))


def of(listing: Listing, user: Any) -> QuerySet[Question]:
    """Return what stands in one of LISTINGS for somebody, in no order."""
    questions = Question.objects.listed_for(user).standing()
    if listing is UNANSWERED:
        questions = questions.unanswered()
    return questions.for_list().with_folds(user)


def with_tag(tag: Tag, user: Any) -> QuerySet[Question]:
    """Return what carries a tag. `tagged_at` is a copy of when the question was asked: the tag's own index is read by it."""
    questions = Question.objects.listed_for(user).standing().about(tag)
    return questions.alias(tagged_at=F("tag_links__created_at")).for_list().with_folds(user)


TAGGED = Listing(
    "tag_detail", "", "", Order("tagged_at", of="created_at"), empty=_("Nobody has asked about this yet. Your question would be the first.")
)


def for_member(me: Member) -> QuerySet[Question]:
    """Return what still waits for an answer and fits a member: offered to them, or of a tag they follow or answered before, in their languages.

    Whom they blocked or muted is not among the askers, nor who blocked them.
    """
    links = QuestionTag.objects.filter(question=OuterRef("pk"))
    followed = Watch.objects.filter(member=me, content_type__app_label="forum", content_type__model="tag").values("object_id")
    answered = QuestionTag.objects.filter(question__answers__author=me, question__answers__is_shown=True).values("tag")
    fits = (
        Q(Exists(Offer.objects.filter(question=OuterRef("pk"), member=me)))
        | Q(Exists(links.filter(tag__in=followed)))
        | Q(Exists(links.filter(tag__in=answered)))
    )
    apart = Exists(Block.objects.filter(Q(blocker=me, blocked=OuterRef("author")) | Q(blocker=OuterRef("author"), blocked=me))) | Exists(
        Mute.objects.filter(muter=me, muted=OuterRef("author"))
    )
    spoken = Q(language__in=["", *me.languages]) if me.languages else Q()
    waiting = Question.objects.shown().unanswered().filter(fits, spoken, ~Q(by_name=True) | ~Q(apart))
    return waiting.filter(Q(author=None) | ~Q(author=me)).for_list().with_folds(me.user)


def own(me: Member) -> QuerySet[Question]:
    """Return what a member asked, also what nobody else sees: each row says so."""
    return Question.objects.filter(author=me).for_list().with_folds(me.user)


def asked_by(member: Member, user: Any) -> QuerySet[Question]:
    """Return the questions that a member asked under their name."""
    return Question.objects.listed_for(user).standing().written_by(member).for_list().with_folds(user)


def answers_by(member: Member, user: Any) -> QuerySet[Answer]:
    """Return the answers that a member wrote under their name, with the questions they answer."""
    return Answer.objects.listed_for(user).filter(question__is_shown=True).written_by(member).select_related("question")


def tags_with_numbers(user: Any) -> list[Tag]:
    """Return the tags that questions carry, each with the `number` of those that are listed for somebody. One query."""
    listed = Q(links__question__is_shown=True, links__question__merged_into=None)
    if not user.is_authenticated:
        listed &= Q(links__question__audience=Audience.EVERYONE)
    return list(Tag.objects.select_related("condition").annotate(number=Count("links", filter=listed)).filter(number__gt=0).order_by("name", "pk"))


def tag_of(kind: Kind, condition: str, slug: str) -> Tag | None:
    """Return a tag with its page of the reference; for a page that has no tag yet, one that is not saved. None where there is neither.

    One query for a tag that is there.
    """
    tags = Tag.objects.select_related("condition", "topic", "symptom__symptom", "treatment")
    tag = tags.filter(kind=kind, condition__slug=condition, slug=slug).first()
    return tag or _of_page(kind, condition, slug)


def page_of(tag: Tag) -> Page | None:
    """Return the page of the reference that a tag of `tag_of` stands for, if it has a text."""
    page = tag.topic or tag.symptom or tag.treatment
    if page is None or not page.has_page:
        return None
    page.condition = tag.condition
    return page


def _of_page(kind: Kind, condition: str, slug: str) -> Tag | None:
    models: dict[str, tuple[type[Page], str]] = {
        Kind.TOPIC: (Topic, "slug"),
        Kind.SYMPTOM: (ConditionSymptom, "symptom__slug"),
        Kind.TREATMENT: (Treatment, "slug"),
    }
    if kind not in models:
        return None
    model, field_name = models[kind]
    page = model.objects.filter(has_page=True, condition__slug=condition, **{field_name: slug}).select_related("condition").first()
    if page is None:
        return None
    revision = Revision.objects.approved().filter(**{kind: page}).first()
    return Tag(condition=page.condition, kind=kind, slug=slug, name=str(revision or page)[:200], **{kind: page})


def address_of(listing: Listing) -> str:
    """Return where a list stands."""
    return reverse(f"forum:{listing.name}")
