"""Pages of the reference."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from conditions import reading, structured
from conditions.models.condition import Condition
from conditions.models.pages import OVERVIEW
from conditions.models.revision import Revision
from conditions.panels import numbers, panels, versions


def same_for_all_visitors(view):
    """Mark a view whose answer to a visitor follows from the address, the reader's settings, the day and the reference alone."""
    view.same_for_all_visitors = tuple
    return view


def same_under(version):
    """Mark a view whose answer to a visitor follows from all that and a version, such as that of what members report."""

    def mark(view):
        view.same_for_all_visitors = lambda: (version(),)
        return view

    return mark


def same_with_panels(place):
    """Mark a view whose answer to a visitor follows from all that and the versions of the panels at its place; without them it is made anew."""

    def mark(view):
        view.same_for_all_visitors = lambda: versions(place)
        return view

    return mark


@same_with_panels("overview")
@require_safe
def condition_detail(request, condition):
    """Show the overview: the answer in short, key facts, all topics by group."""
    revision = reading.revision_or_404(request.user, condition, topic__slug=OVERVIEW)
    groups = reading.topic_groups(revision.topic.condition, request.user)
    voices = numbers(revision.topic.condition, request.user)
    for topic in (topic for group in groups for topic in group["topics"]):
        topic.voices = voices.get(topic.topic_id, 0)
    context = {
        "groups": groups,
        "paths": reading.reading_paths(revision.topic.condition, groups),
        **reading.codes(revision.topic.condition),
        **_page_context(request, revision, place="overview"),
        "breadcrumb": [],
    }
    context["structured"] = structured.condition_overview(revision, context["codes"])
    return render(request, "conditions/condition_detail.html", context)


@same_with_panels("topic")
@require_safe
def topic_detail(request, condition, slug):
    """Show one question and its answer; some topics carry a list below it."""
    revision = reading.revision_or_404(request.user, condition, topic__slug=slug)
    if slug == OVERVIEW:
        return redirect(revision, permanent=True)
    template, extra = reading.EXTRAS.get(slug, (None, None))
    context = {
        "extra_template": template,
        **(extra(revision.topic.condition) if extra else {}),
        "related": reading.related_to(revision, request.user),
        **_page_context(request, revision, place="topic"),
    }
    return render(request, "conditions/topic_detail.html", context)


@same_with_panels("symptom")
@require_safe
def symptom_detail(request, condition, slug):
    """Show one symptom."""
    revision = reading.revision_or_404(request.user, condition, symptom__symptom__slug=slug)
    parent = reading.parent_link(revision.symptom.condition, "symptoms")
    context = {
        "frequencies": list(revision.frequencies.all()),
        "related": reading.related_to(revision, request.user),
        **_page_context(request, revision, place="symptom", parent=parent),
    }
    return render(request, "conditions/symptom_detail.html", context)


@same_with_panels("treatment")
@require_safe
def treatment_detail(request, condition, slug):
    """Show one treatment."""
    revision = reading.revision_or_404(request.user, condition, treatment__slug=slug)
    parent = reading.parent_link(revision.treatment.condition, "treatments")
    context = {
        "evidence": list(revision.evidence.all()),
        "related": reading.related_to(revision, request.user),
        **_page_context(request, revision, place="treatment", parent=parent),
    }
    return render(request, "conditions/treatment_detail.html", context)


@same_for_all_visitors
@require_safe
def source_list(request, condition):
    """Show every source with the pages that cite it."""
    condition = get_object_or_404(Condition, slug=condition)
    context = {
        "condition": condition,
        "sources": reading.sources_with_pages(condition, request.user),
        "breadcrumb": reading.breadcrumb(condition),
    }
    return render(request, "conditions/source_list.html", context)


@same_for_all_visitors
@require_safe
def glossary_list(request, condition):
    """Show every medical word of a condition's pages in plain words."""
    condition = get_object_or_404(Condition, slug=condition)
    context = {"condition": condition, "terms": list(condition.glossary.all()), "breadcrumb": reading.breadcrumb(condition)}
    return render(request, "conditions/glossary_list.html", context)


def _page_context(request, revision: Revision, *, place, parent=None) -> dict:
    """Return what every page of the reference shows around its text."""
    condition = revision.target.condition
    return {
        "condition": condition,
        "revision": revision,
        "thing": revision.target,
        "citations": reading.citations_of(revision),
        "breadcrumb": reading.breadcrumb(condition, parent),
        "structured": structured.page(revision, reading.breadcrumb(condition, parent)),
        **panels(place, revision.target, request.user),
    }
