"""Tags: one for each page of the reference, and a small list of words for what it has no page for. Nobody makes up others."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as noop

from conditions.models.condition import Condition
from conditions.models.pages import INDEX_TOPICS, OVERVIEW, ConditionSymptom, Topic, Treatment
from conditions.models.revision import Revision
from forum.models.tag import Kind, Tag

# What families speak of that has no page of its own: daily life, never a medical claim. Address to name.
WORDS = {
    "school": noop("School and nursery"),
    "work": noop("Work"),
    "siblings": noop("Brothers and sisters"),
    "couple-and-family": noop("Couple and family"),
    "travel": noop("Travel"),
    "money-and-benefits": noop("Money and benefits"),
    "hospital-stays": noop("Stays in hospital"),
    "finding-a-doctor": noop("Finding a doctor"),
    "nights": noop("Nights"),
    "sports-and-play": noop("Sports and play"),
    "explaining-it": noop("Explaining it to others"),
    "growing-up": noop("Growing up"),
    "relapse-worries": noop("Worries about a relapse"),
    "feelings": noop("Feelings"),
    "first-weeks": noop("The first weeks"),
    "aids-and-tools": noop("Aids and tools"),
    "this-site": noop("About this site"),
}

# Stored with the condition, in its language: not a word of the page around it.
in_its_language = gettext


@transaction.atomic
def sync(condition: Condition) -> int:
    """Bring the tags of a condition up to date; return how many were made or renamed. Safe to run again, and by several at once.

    The tag of a page that was taken out stays for the questions that carry it, and is not offered any more (see `offered`).
    """
    changed = 0
    with override(condition.language):
        for slug, name in WORDS.items():
            changed += _keep(condition, Kind.WORD, slug, in_its_language(name))
    titles = _titles(condition)
    for topic in Topic.objects.filter(condition=condition, has_page=True).exclude(slug__in=(OVERVIEW, *INDEX_TOPICS)):
        changed += _keep(condition, Kind.TOPIC, topic.slug, titles.get(topic.pk, topic.slug), topic=topic)
    for symptom in ConditionSymptom.objects.filter(condition=condition, has_page=True).select_related("symptom"):
        changed += _keep(condition, Kind.SYMPTOM, symptom.slug, symptom.symptom.plain_name, symptom=symptom)
    for treatment in Treatment.objects.filter(condition=condition, has_page=True):
        changed += _keep(condition, Kind.TREATMENT, treatment.slug, treatment.plain_name, treatment=treatment)
    return changed


def sync_if_behind(condition: Condition) -> None:
    """Make the tags where there are fewer than there are pages: before the first question, or after pages came. Two queries else."""
    pages = (
        Topic.objects.filter(condition=condition, has_page=True).exclude(slug__in=(OVERVIEW, *INDEX_TOPICS)).count()
        + ConditionSymptom.objects.filter(condition=condition, has_page=True).count()
        + Treatment.objects.filter(condition=condition, has_page=True).count()
    )
    if offered(condition).count() < pages + len(WORDS):
        sync(condition)


def copy_of(tag: Tag) -> dict[str, Any]:
    """Return what a question keeps of a tag: {kind, condition, slug, name, page}. page: whether the page it stands for is there. Needs its page."""
    page = tag.topic or tag.symptom or tag.treatment
    return {"kind": tag.kind, "condition": tag.condition.slug, "slug": tag.slug, "name": tag.name, "page": bool(page and page.has_page)}


def offered(condition: Condition) -> QuerySet[Tag]:
    """Return the tags that a question of this condition may get: those that stand for a page that is there, and the words."""
    mine = Tag.objects.filter(condition=condition)
    words = mine.filter(kind=Kind.WORD, slug__in=WORDS)
    pages = mine.filter(topic__has_page=True) | mine.filter(symptom__has_page=True) | mine.filter(treatment__has_page=True)
    return (words | pages).select_related("condition", "topic", "symptom", "treatment").order_by("name", "pk")


def grouped(tags: Sequence[Tag]) -> list[tuple[str, list[Tag]]]:
    """Return tags by kind, in the order of Kind: [(label, tags)], without empty ones."""
    labels = {
        Kind.TOPIC: gettext("Topics"),
        Kind.SYMPTOM: gettext("Symptoms"),
        Kind.TREATMENT: gettext("Treatments"),
        Kind.WORD: gettext("Daily life"),
    }
    found = [(labels[kind], [tag for tag in tags if tag.kind == kind]) for kind in Kind]
    return [(label, some) for label, some in found if some]


def _titles(condition: Condition) -> dict[int, str]:
    """Return the short title of each topic in the condition's own language."""
    rows = Revision.objects.approved().filter(topic__condition=condition, language=condition.language)
    return {pk: nav or title for pk, nav, title in rows.values_list("topic", "nav_title", "title")}


def _keep(condition: Condition, kind: str, slug: str, name: str, **page: object) -> bool:
    """Make or rename one tag; return whether anything was to be done. A page that changed its address keeps its tag."""
    by_page = Tag.objects.filter(**page).first() if page else None
    values = {"slug": slug, "name": name[:200], **page}
    if by_page is None:
        tag, made = Tag.objects.get_or_create(values, condition=condition, kind=kind, slug=slug)
        if made:
            return True
    else:
        tag = by_page
    if all(getattr(tag, field) == value for field, value in values.items()):
        return False
    for field, value in values.items():
        setattr(tag, field, value)
    tag.save(update_fields=list(values))
    return True
