"""A text's way: proposed, compared, approved or declined, rendered, published."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from conditions.models.condition import Condition
from conditions.models.pages import ConditionSymptom, Page, Topic, Treatment
from conditions.models.revision import TARGETS, TEXT_FIELDS, Citation, EvidenceRow, FrequencyRow, Revision
from conditions.models.version import ReferenceVersion
from conditions.rendering import Surroundings, render_parts
from search import actions as search

ROW_FIELDS = {
    "evidence": (EvidenceRow, ("claim", "study", "people", "year", "source_id", "confidence")),
    "frequencies": (FrequencyRow, ("label", "count", "total", "source_id")),
}
RENDERED = ("short_answer", "red_flags", "body", "unknown")
MODELS: dict[str, type[Page]] = {"topic": Topic, "symptom": ConditionSymptom, "treatment": Treatment}


class NotAllowed(ValueError):
    """The step cannot be taken now; the message says why, for people."""


def digest_of(fields: dict[str, Any], rows: dict[str, list[dict]]) -> str:
    """Return a digest of a text: equal texts, equal digests, whoever wrote them."""
    content = {
        **{name: fields.get(name) or "" for name in TEXT_FIELDS},
        "dates": [str(fields["compiled_on"]), str(fields["review_due_on"])],
    }
    content["rows"] = {name: [[row.get(key) for key in ROW_FIELDS[name][1]] for row in rows.get(name, [])] for name in ROW_FIELDS}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def fields_of(revision: Revision) -> dict[str, Any]:
    """Return a text as `propose` takes it, without a note."""
    names = (*TEXT_FIELDS, "language", "compiled_on", "review_due_on")
    return {name: getattr(revision, name) for name in names}


def rows_of(revision: Revision) -> dict[str, list[dict]]:
    """Return the rows of numbers of a text as `propose` takes them. Two queries."""
    return {name: list(getattr(revision, name).values(*keys)) for name, (_model, keys) in ROW_FIELDS.items()}


@transaction.atomic
def propose(
    *,
    target: Page,
    by: Any,
    fields: dict[str, Any],
    rows: dict[str, list[dict]] | None = None,
    origin: str = Revision.Origin.EDITOR,
    instead_of: Revision | None = None,
) -> Revision:
    """Write down a proposed text and return it; readers keep what they have.

    fields: TEXT_FIELDS, compiled_on, review_due_on, language, note. rows: "evidence" and "frequencies" as lists of field values.
    instead_of: an earlier proposal of the same person; it goes, unless it was decided meanwhile. The same text twice is one proposal.
    """
    _lock_page(kind_of(target), target.pk)
    if instead_of is not None:
        Revision.objects.proposed().filter(pk=instead_of.pk, author=by).delete()
    sent_before = Revision.objects.proposed().filter(**{kind_of(target): target}, author=by, digest=digest_of(fields, rows or {})).first()
    if sent_before is not None:
        return sent_before
    revision = _new_revision(target, fields, rows or {}, author=by, origin=origin)
    render([revision], surroundings(target.condition))
    return revision


def _new_revision(target: Page, fields: dict[str, Any], rows: dict[str, list[dict]], *, author: Any, origin: str, **state: Any) -> Revision:
    kind = kind_of(target)
    revision = Revision.objects.create(**{kind: target}, author=author, origin=origin, digest=digest_of(fields, rows), **fields, **state)
    for name, (model, _keys) in ROW_FIELDS.items():
        model._default_manager.bulk_create(model(revision=revision, order=order, **row) for order, row in enumerate(rows.get(name, [])))
    return revision


def kind_of(target: Page) -> str:
    """Return "topic", "symptom" or "treatment"."""
    return next(kind for kind in TARGETS if isinstance(target, MODELS[kind]))


@transaction.atomic
def approve(*, revision: Revision, by: Any, note: str = "", compared_with: int | None = None) -> None:
    """Make a proposed text the one that readers see.

    compared_with: the id of readers' text that `by` saw beside it, 0 for none; None skips the check.
    Raises NotAllowed when it is decided already, when `by` wrote it, or when readers' text is another one by now.
    """
    _lock_condition(revision)
    revision = _locked(revision)
    _must_wait(revision)
    if revision.author_id is not None and revision.author_id == by.pk:
        raise NotAllowed(_("A second editor has to approve this text: you wrote it."))
    _publish(revision, by=by, note=note, compared_with=compared_with)


@transaction.atomic
def decline(*, revision: Revision, by: Any, note: str) -> None:
    """Put a proposed text aside. Raises NotAllowed without a reason, when it is decided already, or when `by` wrote it."""
    revision = _locked(revision)
    _must_wait(revision)
    if revision.author_id is not None and revision.author_id == by.pk:
        raise NotAllowed(_("You wrote this text: withdraw it instead."))
    if not note.strip():
        raise NotAllowed(_("Say why: the author has to learn what to change."))
    revision.state, revision.decided_by, revision.decided_at, revision.decision_note = Revision.State.DECLINED, by, timezone.now(), note
    revision.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])


@transaction.atomic
def withdraw(*, revision: Revision, by: Any) -> None:
    """Take back a proposal of one's own. Raises NotAllowed when it is decided already or somebody else's."""
    revision = _locked(revision)
    _must_wait(revision)
    if revision.author_id != by.pk:
        raise NotAllowed(_("Only who wrote a text can withdraw it."))
    revision.delete()


@transaction.atomic
def record_review(*, revision: Revision, reviewer_name: str, reviewer_role: str, reviewed_on: date | None, review_due_on: date) -> None:
    """Write down who reviewed readers' text, when, and when it is due again; no name takes a review back.

    Raises NotAllowed for a text that is not readers' own (any more), and for a day that is missing or still to come.
    """
    revision = _locked(revision)
    if revision.state != Revision.State.APPROVED:
        raise NotAllowed(_("Only the text that readers see can be reviewed: this is no longer the one."))
    reviewer_name = reviewer_name.strip()
    if reviewer_name and (reviewed_on is None or reviewed_on > timezone.localdate()):
        raise NotAllowed(_("A review needs its day, and that day cannot be in the future."))
    revision.reviewer_name = reviewer_name
    revision.reviewer_role = reviewer_role.strip() if reviewer_name else ""
    revision.reviewed_on = reviewed_on if reviewer_name else None
    revision.review_due_on = review_due_on
    revision.save(update_fields=["reviewer_name", "reviewer_role", "reviewed_on", "review_due_on"])
    ReferenceVersion.grow()


def _lock_page(kind: str, pk: int) -> Page:
    """Return the page, its row locked: whoever changes a page's texts takes this first, so that they follow one another."""
    return MODELS[kind]._default_manager.select_for_update(of=("self",), no_key=True).select_related("condition").get(pk=pk)


def _lock_condition(revision: Revision) -> None:
    """Lock the condition before a page that has no text yet: publishing it renders every other page too, so two such follow one another."""
    page = MODELS[revision.kind]._default_manager.filter(pk=getattr(revision, f"{revision.kind}_id"), has_page=False)
    list(Condition.objects.select_for_update(no_key=True).filter(pk__in=page.values("condition")))


def _locked(revision: Revision) -> Revision:
    """Return the revision as it is once everybody else is done with its page. Raises NotAllowed when it is gone."""
    _lock_page(revision.kind, getattr(revision, f"{revision.kind}_id"))
    found = Revision.objects.filter(pk=revision.pk).first()
    if found is None:
        raise NotAllowed(_("This text was withdrawn meanwhile."))
    return found


def _must_wait(revision: Revision) -> None:
    if revision.state != Revision.State.PROPOSED:
        raise NotAllowed(_("This text was decided already."))


def _publish(revision: Revision, *, by: Any, note: str, compared_with: int | None) -> None:
    kind, target = revision.kind, revision.target
    of_page = Revision.objects.approved().filter(**{kind: target})
    current = of_page.filter(language=revision.language).first()
    if compared_with is not None and compared_with != (current.pk if current else 0):
        raise NotAllowed(_("Readers' text is another one by now. Compare again before you decide."))
    if current:
        Revision.objects.filter(pk=current.pk).update(state=Revision.State.REPLACED)
    revision.state, revision.decided_by, revision.decided_at, revision.decision_note = Revision.State.APPROVED, by, timezone.now(), note
    revision.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    if target.has_page:
        render([revision], surroundings(target.condition))
    else:
        target.has_page = True
        target.save(update_fields=["has_page"])
        render_condition(target.condition)  # links to this page come alive elsewhere
    search.index(kind, of_page.for_page())


def adopt_file_text(*, target: Page, fields: dict[str, Any], rows: dict[str, list[dict]]) -> str:
    """Take a text from the files, not rendered yet; return what came of it: "new", "changed", "proposed" or "same".

    Where nobody has decided or reviewed, the file is readers' text. Where somebody has, a file that changed becomes a proposal, once.
    """
    kind = kind_of(target)
    _lock_page(kind, target.pk)
    same = {kind: target, "language": fields["language"]}
    digest = digest_of(fields, rows)
    of_files = Revision.objects.filter(**same, origin=Revision.Origin.FILE)
    of_files.proposed().exclude(digest=digest).delete()  # the files say something else by now
    current = Revision.objects.approved().filter(**same).first()
    if current and current.digest == digest:
        return "same"
    if current and (current.origin == Revision.Origin.EDITOR or current.decided_by_id or current.reviewed_on):
        latest = of_files.first()
        if latest and latest.digest == digest:
            return "same"  # an editor replaced or declined just this text, or it waits still
        _new_revision(target, {**fields, "note": _("The content files changed.")}, rows, author=None, origin=Revision.Origin.FILE)
        return "proposed"
    if current:
        Revision.objects.filter(pk=current.pk).update(state=Revision.State.REPLACED)
    state = {"state": Revision.State.APPROVED, "decided_at": timezone.now()}
    _new_revision(target, fields, rows, author=None, origin=Revision.Origin.FILE, **state)
    if not target.has_page:
        target.has_page = True
        target.save(update_fields=["has_page"])
    return "changed" if current else "new"


def surroundings(condition: Condition) -> Surroundings:
    """Return what a condition's texts may point to: its written pages and its glossary. Four queries."""
    written = {
        **{("topic", topic.slug): topic for topic in condition.topics.filter(has_page=True)},
        **{("symptom", page.symptom.slug): page for page in condition.conditionsymptoms.filter(has_page=True).select_related("symptom")},
        **{("treatment", treatment.slug): treatment for treatment in condition.treatments.filter(has_page=True)},
    }
    addresses = {}
    for key, page in written.items():
        page.condition = condition
        addresses[key] = page.get_absolute_url()
    addresses[("page", "help-now")] = "/help-now/"
    addresses[("page", "how-we-review")] = "/how-we-review/"
    glossary_address = reverse("conditions:glossary_list", args=[condition.slug])
    glossary = {word.lower(): f"{glossary_address}#{term.slug}" for term in condition.glossary.all() for word in (term.term, *term.also)}
    return Surroundings(
        address=lambda kind, slug: addresses.get((kind, slug)),
        glossary=glossary,
        own_work="/how-we-review/#ours",
        language=condition.language,
    )


def render(revisions: Iterable[Revision], around: Surroundings) -> None:
    """Render texts and write down what they cite. Raises ValueError for a mark that names no source."""
    revisions = list(revisions)
    if not revisions:
        return
    keys = dict(revisions[0].target.condition.sources.values_list("key", "pk"))
    citations = []
    for revision in revisions:
        own_words = (revision.title, *getattr(getattr(revision.symptom, "symptom", None), "synonyms", []))
        rendered = render_parts({name: getattr(revision, name) for name in RENDERED}, around, skip_terms=_subjects(own_words, around))
        for name, safe in rendered.parts.items():
            setattr(revision, f"{name}_html", safe)
        revision.contents = rendered.contents
        missing = [key for key in rendered.sources if key not in keys]
        if missing:
            raise ValueError(f"There is no source {', '.join(missing)}.")
        cited = [keys[key] for key in rendered.sources]
        rows = [row.source_id for name in ROW_FIELDS for row in getattr(revision, name).all()]
        if revision.symptom and revision.symptom.frequency and revision.symptom.condition.frequency_source_id:
            rows.insert(0, revision.symptom.condition.frequency_source_id)
        cited += [source for source in dict.fromkeys(rows) if source not in cited]
        citations += [Citation(revision=revision, source_id=source, number=number) for number, source in enumerate(cited, start=1)]
    Revision.objects.bulk_update(revisions, [*(f"{name}_html" for name in RENDERED), "contents"], batch_size=50)
    Citation.objects.filter(revision__in=revisions).delete()
    Citation.objects.bulk_create(citations, batch_size=500)
    ReferenceVersion.grow()


def _subjects(words: Iterable[str], around: Surroundings) -> tuple[str, ...]:
    """Return the glossary words that a page's own title holds: the page explains them itself."""
    text = " ".join(words).lower()
    return tuple(term for term in around.glossary if f" {term} " in f" {text.replace('(', ' ').replace(')', ' ')} ")


def render_condition(condition: Condition) -> int:
    """Render readers' and proposed texts of a condition anew; return how many."""
    wanted = Revision.objects.of_condition(condition).filter(state__in=(Revision.State.APPROVED, Revision.State.PROPOSED))
    revisions = list(wanted.for_page().prefetch_related("evidence", "frequencies"))
    render(revisions, surroundings(condition))
    return len(revisions)
