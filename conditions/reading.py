"""What pages of the reference show, fetched in a fixed number of queries."""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language, gettext

from conditions.models.condition import Condition
from conditions.models.library import Source
from conditions.models.pages import OVERVIEW, ConditionSymptom
from conditions.models.revision import Revision


def revision_or_404(user: Any, condition: str, **target: Any) -> Revision:
    """Return readers' text of a page in their language, else in the condition's own. One query. Raises Http404."""
    kind = next(iter(target)).split("__")[0]
    around = (f"{kind}__condition", *(("symptom__symptom",) if kind == "symptom" else ()))
    found = list(Revision.objects.visible_to(user).select_related(*around).filter(**target, **{f"{kind}__condition__slug": condition}))
    if not found:
        raise Http404
    language = get_language()
    return next((revision for revision in found if revision.language == language), found[0])


def citations_of(revision: Revision) -> list[Any]:
    """Return what a text cites, by number. One query."""
    return list(revision.citations.select_related("source"))


def related_to(revision: Revision, user: Any) -> list[Revision]:
    """Return the pages that a text names as related, in its order; those not written are left out. One query."""
    condition = revision.target.condition
    slugs: dict[str, list[str]] = {"topic": [], "symptom": [], "treatment": []}
    for reference in revision.related:
        kind, _colon, slug = reference.partition(":")
        slugs.get(kind, []).append(slug)
    if not any(slugs.values()):
        return []
    wanted = (
        Q(topic__slug__in=slugs["topic"], topic__condition=condition)
        | Q(symptom__symptom__slug__in=slugs["symptom"], symptom__condition=condition)
        | Q(treatment__slug__in=slugs["treatment"], treatment__condition=condition)
    )
    found = {
        f"{page.kind}:{page.target.slug}": page for page in Revision.objects.visible_to(user).for_list().filter(wanted, language=revision.language)
    }
    return [found[reference] for reference in revision.related if reference in found]


def topic_groups(condition: Condition, user: Any) -> list[dict[str, Any]]:
    """Return the groups of a condition that have written topics: {"title", "topics": [Revision]}. One query."""
    topics = Revision.objects.visible_to(user).for_list().filter(topic__condition=condition).order_by("topic__order", "topic__slug")
    by_group: dict[str, list[Revision]] = {}
    for revision in topics:
        if revision.topic.slug != OVERVIEW:
            by_group.setdefault(revision.topic.group, []).append(revision)
    return [{**group, "topics": by_group[group["key"]]} for group in condition.groups if group["key"] in by_group]


def reading_paths(condition: Condition, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the reading paths with their written topics, from groups already fetched; a path of fewer than two is left out."""
    written = {revision.topic.slug: revision for group in groups for revision in group["topics"]}
    paths = [{**path, "topics": [written[slug] for slug in path["topics"] if slug in written]} for path in condition.paths]
    return [path for path in paths if len(path["topics"]) > 1]


def symptom_groups(condition: Condition) -> dict[str, Any]:
    """Return the vocabulary by category, and the symptoms with a documented frequency class, most frequent first. One query."""
    symptoms = list(condition.conditionsymptoms.exclude(category="").select_related("symptom", "condition__frequency_source"))
    by_category: dict[str, list[ConditionSymptom]] = {}
    for page in symptoms:
        by_category.setdefault(page.category, []).append(page)
    source = symptoms[0].condition.frequency_source if symptoms else None
    key = source.key if source else ""
    documented = sorted((page for page in symptoms if page.range), key=lambda page: (-page.range[0], page.order))
    categories = [
        {**category, "symptoms": by_category[category["key"]]} for category in condition.symptom_categories if category["key"] in by_category
    ]
    return {"symptom_groups": categories, "documented": documented, "symptom_total": len(symptoms), "frequency_key": key}


def treatment_groups(condition: Condition) -> dict[str, Any]:
    """Return the treatments by kind. One query."""
    treatments = list(condition.treatments.all())
    for treatment in treatments:
        treatment.condition = condition
    by_kind = {kind: list(group) for kind, group in groupby(sorted(treatments, key=lambda one: (one.kind, one.order)), key=lambda one: one.kind)}
    return {"treatment_groups": [{**kind, "treatments": by_kind[kind["key"]]} for kind in condition.treatment_kinds if kind["key"] in by_kind]}


def organisations_by_country(condition: Condition) -> dict[str, Any]:
    """Return the organisations, those of one country together, in the order of the files. One query."""
    return {"organisations": list(condition.organisations.select_related("source"))}


def codes(condition: Condition) -> dict[str, Any]:
    """Return the codes of a condition. One query."""
    return {"codes": list(condition.codes.select_related("source"))}


def names(condition: Condition) -> dict[str, Any]:
    """Return the other names of a condition. One query."""
    return {"names": list(condition.names.select_related("source"))}


# What stands below the answer of some topics, by the topic's address: the part of a template, and what it needs.
EXTRAS = {
    "symptoms": ("conditions/_symptom_index.html", symptom_groups),
    "treatments": ("conditions/_treatment_index.html", treatment_groups),
    "organisations": ("conditions/_organisation_index.html", organisations_by_country),
    "icd-codes": ("conditions/_code_table.html", codes),
    "synonyms": ("conditions/_name_list.html", names),
}


def sources_with_pages(condition: Condition, user: Any) -> Iterable[Source]:
    """Return all sources, each with `pages`: the texts that cite it. Two queries."""
    cited: dict[int, list[Revision]] = {}
    revisions = Revision.objects.visible_to(user).of_condition(condition).for_list().prefetch_related("citations").order_by("title")
    for revision in revisions:
        for citation in revision.citations.all():
            cited.setdefault(citation.source_id, []).append(revision)
    sources = list(condition.sources.all())
    for source in sources:
        source.pages = cited.get(source.pk, [])
    return sources


def near_matches(path: str, *, limit: int = 3) -> list[Revision]:
    """Return pages whose address looks like the last part of an unknown one. Two queries."""
    wanted = [part for part in path.lower().split("/") if part][-1:]
    if not wanted:
        return []
    slugs = ("topic__slug", "symptom__symptom__slug", "treatment__slug")
    pages = {slug: row[0] for row in Revision.objects.approved().values_list("pk", *slugs) for slug in row[1:] if slug}
    near = [pages[slug] for slug in get_close_matches(wanted[0][:80], pages, n=limit, cutoff=0.68)]
    found = Revision.objects.approved().for_list().in_bulk(near) if near else {}
    return [found[pk] for pk in near]


def parent_link(condition: Condition, slug: str) -> tuple[str, str]:
    """Return (words, address) of the index that a symptom or treatment belongs to."""
    words = {"symptoms": gettext("Symptoms"), "treatments": gettext("Treatments")}[slug]
    return words, reverse("conditions:topic_detail", args=[condition.slug, slug])


def breadcrumb(condition: Condition, parent: tuple[str, str] | None = None) -> list[tuple[str, str]]:
    """Return the way back from a page, as (words, address)."""
    # Translators: %(name)s is a condition's short name.
    crumbs = [(gettext("About %(name)s") % {"name": condition.short_name}, condition.get_absolute_url())]
    return [*crumbs, parent] if parent else crumbs
