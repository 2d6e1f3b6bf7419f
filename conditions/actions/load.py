"""Write a condition's checked files into the database: all or nothing, and only what changed."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.urls import get_resolver, reverse
from django.utils import timezone

from conditions.actions.texts import MODELS, adopt_file_text, render_condition, surroundings
from conditions.loading.lines import ContentFaults
from conditions.loading.reader import ConditionFiles, PageFile, folder_digest, read_condition
from conditions.models.condition import Condition, ConditionCode, ConditionName
from conditions.models.library import GlossaryTerm, HelpNumber, Organisation, Source
from conditions.models.pages import ConditionSymptom, Page, Topic, Treatment
from conditions.models.revision import Revision
from conditions.models.vocabulary import AncestorTerm, Symptom
from conditions.rendering import render_parts
from search import actions as search

RESERVED_TOPICS = frozenset({"sources", "glossary", "members-report", "overview"})
# Words that later parts of the site put first in an address, and that no condition may take.
_PROMISED = {"questions", "stories", "soulmates", "map", "members", "me", "letters", "notices", "account", "report", "static", "media"}
_IN_NO_GROUP = {"symptom": {"category": "", "frequency": ""}, "treatment": {"kind": ""}}  # of a list: shown nowhere
_NAMED = 10  # pages that are due for a check, in one line
RENDER_VERSION = "5"  # raise it when conditions.rendering changes what it writes


def reserved_words() -> frozenset[str]:
    """Return the first parts of all addresses of the site."""
    found = set(_PROMISED)
    for pattern in get_resolver().url_patterns:
        first = str(pattern.pattern).lstrip("^").split("/")[0]
        if first and not first.startswith("<"):
            found.add(first.split(".")[0])
    return frozenset(found)


def load_condition(path: Path, *, force: bool = False, tell: Callable[[str], Any] = str) -> Counter[str]:
    """Load a folder and return counts of "new", "changed", "proposed", "same" and "withdrawn" texts; empty when the files are as last time.

    tell: called with one line for people on each thing that an editor has to look at; nothing is told where it is left out.
    Raises ContentFaults, with nothing written, when a file is not right.
    """
    digest = f"{RENDER_VERSION}-{folder_digest(path)}"[:64]
    loaded = None if force else Condition.objects.filter(files_digest=digest).first()
    if loaded:
        _tell_what_is_due(loaded, tell)
        return Counter()
    files = read_condition(path, reserved=reserved_words(), reserved_topics=RESERVED_TOPICS, today=timezone.localdate())
    with transaction.atomic():
        condition = _save_condition(files, digest)
        sources = _save_sources(condition, files)
        _save_names_and_codes(condition, files, sources)
        symptoms = _save_vocabulary(condition, files)
        treatments = _save_treatments(condition, files)
        topics = _save_topics(condition, files)
        pages: dict[str, dict[str, Any]] = {"topic": topics, "symptom": symptoms, "treatment": treatments}
        counts = Counter(_save_page(page, pages[page.kind][page.slug], condition, sources) for page in files.pages)
        withdrawn, kept = _withdraw_what_is_gone(condition, files)
        counts += Counter(withdrawn=withdrawn)
        _save_glossary_and_organisations(condition, files, sources)
        _seed_help_numbers(files)
        render_condition(condition)
        _render_library(condition)
        _forget_unused_sources(condition, files)
        for kind in pages:
            search.index(kind, Revision.objects.approved().of_condition(condition).filter(**{f"{kind}__isnull": False}).for_page())
        search.index("glossary", condition.glossary.select_related("condition"))
        search.index("organisation", condition.organisations.select_related("condition"))
    for page in kept:
        tell(f"{page.get_absolute_url()} is kept, for an editor decided on its text; it has left the files.")
    _tell_what_is_due(condition, tell)
    return counts


def _tell_what_is_due(condition: Condition, tell: Callable[[str], Any]) -> None:
    due = [revision.get_absolute_url() for revision in Revision.objects.overdue().of_condition(condition).for_list().order_by("review_due_on", "pk")]
    if due:
        more = f" and {len(due) - _NAMED} more" if len(due) > _NAMED else ""
        tell(f"{len(due)} {'page is' if len(due) == 1 else 'pages are'} due for a check: {', '.join(due[:_NAMED])}{more}.")


def _save_condition(files: ConditionFiles, digest: str) -> Condition:
    entry = files.condition
    values = {
        **entry.model_dump(include={"order", "language", "name", "short_name", "tagline", "intro", "description"}),
        "vocabulary_release": entry.hpo_release,
        "groups": [{"key": group.key, "title": group.title} for group in entry.groups],
        "paths": [path.model_dump() for path in entry.paths],
        "symptom_categories": [category.model_dump() for category in entry.symptom_categories],
        "treatment_kinds": [kind.model_dump() for kind in entry.treatment_kinds],
        "credits": [credit.model_dump() for credit in entry.credits],
        "files_digest": digest,
    }
    return Condition.objects.update_or_create(slug=entry.slug, defaults=values)[0]


def _upsert(model: type[models.Model], objects: list[Any], unique: list[str]) -> None:
    """Insert or update by a unique constraint, keeping the ids of what exists."""
    fields = [field.name for field in model._meta.concrete_fields if not field.primary_key and field.name not in (*unique, "has_page")]
    model._default_manager.bulk_create(objects, update_conflicts=True, unique_fields=unique, update_fields=fields, batch_size=100)


def _save_sources(condition: Condition, files: ConditionFiles) -> dict[str, int]:
    entries = [Source(condition=condition, order=order, **entry.model_dump()) for order, entry in enumerate(files.sources)]
    _upsert(Source, entries, ["condition", "key"])
    ids = dict(condition.sources.values_list("key", "pk"))
    condition.frequency_source_id = ids[files.condition.frequency_source]
    condition.save(update_fields=["frequency_source"])
    return ids


def _forget_unused_sources(condition: Condition, files: ConditionFiles) -> None:
    """Drop sources that the files no longer name, but for those that an older revision still cites."""
    gone = condition.sources.exclude(key__in=[entry.key for entry in files.sources])
    for source in gone:
        try:
            with transaction.atomic():
                source.delete()
        except models.ProtectedError:
            continue


def _save_names_and_codes(condition: Condition, files: ConditionFiles, sources: dict[str, int]) -> None:
    condition.names.all().delete()
    condition.codes.all().delete()
    ConditionName.objects.bulk_create(
        ConditionName(condition=condition, order=order, source_id=sources.get(entry.source or ""), **entry.model_dump(exclude={"source"}))
        for order, entry in enumerate(files.condition.names)
    )
    ConditionCode.objects.bulk_create(
        ConditionCode(condition=condition, order=order, source_id=sources[entry.source], **entry.model_dump(exclude={"source"}))
        for order, entry in enumerate(files.condition.codes)
    )


def _save_vocabulary(condition: Condition, files: ConditionFiles) -> dict[str, ConditionSymptom]:
    ancestors = [AncestorTerm(**entry.model_dump()) for entry in files.ancestors]
    AncestorTerm.objects.bulk_create(
        ancestors, update_conflicts=True, unique_fields=["hpo_id"], update_fields=["name", "ic", "n_diseases", "is_a"], batch_size=100
    )
    terms = {"slug", "hpo_id", "name", "plain_name", "synonyms", "is_a", "ancestors", "ic", "ic_imputed", "n_diseases"}
    _free_slugs(condition, files)
    _upsert(Symptom, [Symptom(**entry.model_dump(include=terms)) for entry in files.symptoms], ["hpo_id"])
    ids = dict(Symptom.objects.values_list("hpo_id", "pk"))
    entries = [
        ConditionSymptom(
            condition=condition,
            symptom_id=ids[entry.hpo_id],
            order=order,
            category=entry.category,
            frequency=entry.frequency or "",
            support=entry.support,
            source_keys=entry.sources,
            note=entry.note,
        )
        for order, entry in enumerate(files.symptoms)
    ]
    _upsert(ConditionSymptom, entries, ["condition", "symptom"])
    return {page.symptom.slug: page for page in condition.conditionsymptoms.select_related("symptom")}


def _free_slugs(condition: Condition, files: ConditionFiles) -> None:
    """Let symptoms whose slugs are to change go of them first, so that two can swap.

    Raises ContentFaults where the slug belongs to a symptom of another condition, or of a page that an editor keeps.
    """
    places = {entry.slug: (number, entry.hpo_id) for number, entry in enumerate(files.symptoms)}
    ids = {entry.hpo_id for entry in files.symptoms}
    faults = []
    for symptom in Symptom.objects.filter(slug__in=places):
        number, hpo_id = places[symptom.slug]
        if symptom.hpo_id == hpo_id:
            continue
        here = symptom.in_conditions.filter(condition=condition).first()
        if symptom.hpo_id not in ids and (symptom.in_conditions.exclude(condition=condition).exists() or (here and _is_decided(here, "symptom"))):
            message = f"“{symptom.slug}” is the address of {symptom.hpo_id} on the site: choose another."
            faults.append(files.documents["symptoms"].fault((number, "slug"), message))
        Symptom.objects.filter(pk=symptom.pk).update(slug=symptom.hpo_id.lower().replace(":", "-"))
    if faults:
        raise ContentFaults(faults)


def _save_treatments(condition: Condition, files: ConditionFiles) -> dict[str, Treatment]:
    entries = [
        Treatment(condition=condition, order=order, source_keys=entry.sources, **entry.model_dump(exclude={"sources"}))
        for order, entry in enumerate(files.treatments)
    ]
    _upsert(Treatment, entries, ["condition", "slug"])
    return {treatment.slug: treatment for treatment in condition.treatments.all()}


def _save_topics(condition: Condition, files: ConditionFiles) -> dict[str, Topic]:
    places = {slug: (group.key, order) for group in files.condition.groups for order, slug in enumerate(group.topics)}
    written = [page.slug for page in files.pages if page.kind == "topic"]
    entries = []
    for slug in written:
        group, order = places.get(slug, ("", 0))
        entries.append(Topic(condition=condition, slug=slug, group=group, order=order))
    _upsert(Topic, entries, ["condition", "slug"])
    return {topic.slug: topic for topic in condition.topics.all()}


def _save_page(page: PageFile, target: Page, condition: Condition, sources: dict[str, int]) -> str:
    head = page.head
    fields = {
        **head.model_dump(include={"title", "nav_title", "search_words", "questions", "related"}),
        "language": condition.language,
        "short_answer": head.short_answer.strip(),
        "red_flags_title": head.red_flags.title if head.red_flags else "",
        "red_flags": head.red_flags.text.strip() if head.red_flags else "",
        "body": page.body,
        "unknown": head.unknown.strip(),
        "compiled_on": head.compiled,
        "review_due_on": head.review_due,
    }
    rows = {
        name: [{**row.model_dump(exclude={"source"}), "source_id": sources[row.source]} for row in getattr(head, name, [])]
        for name in ("evidence", "frequencies")
    }
    return adopt_file_text(target=target, fields=fields, rows=rows)


def _is_decided(page: Page, kind: str) -> bool:
    """Return whether an editor wrote, approved or had reviewed what readers see of a page."""
    by_people = models.Q(origin=Revision.Origin.EDITOR) | models.Q(decided_by__isnull=False) | models.Q(reviewed_on__isnull=False)
    return Revision.objects.approved().filter(by_people, **{kind: page}).exists()


def _withdraw_what_is_gone(condition: Condition, files: ConditionFiles) -> tuple[int, list[Page]]:
    """Take back the texts whose file is gone, and return how many, with the pages that stay because an editor decided on their text.

    A symptom or treatment that left its list stands in no group any more; its row stays, for others may point to it.
    """
    written = {(page.kind, page.slug) for page in files.pages}
    listed = {"symptom": {entry.slug for entry in files.symptoms}, "treatment": {entry.slug for entry in files.treatments}}
    withdrawn, kept = 0, []
    for kind, model in MODELS.items():
        pages: models.QuerySet[Any] = model._default_manager.filter(condition=condition)
        pages = pages.select_related("condition", *(["symptom"] if kind == "symptom" else []))
        for page in pages.select_for_update(of=("self",), no_key=True):
            if (kind, page.slug) not in written:
                texts = Revision.objects.filter(**{kind: page})
                texts.proposed().filter(origin=Revision.Origin.FILE).delete()
                if _is_decided(page, kind):
                    kept.append(page)
                    continue
                taken = texts.approved().update(state=Revision.State.REPLACED)
                if taken:
                    model._default_manager.filter(pk=page.pk).update(has_page=False)
                    search.remove(kind, [page.pk])
                withdrawn += taken
            if kind in listed and page.slug not in listed[kind]:
                model._default_manager.filter(pk=page.pk).update(**_IN_NO_GROUP[kind])
    return withdrawn, kept


def _save_glossary_and_organisations(condition: Condition, files: ConditionFiles, sources: dict[str, int]) -> None:
    terms = [GlossaryTerm(condition=condition, **entry.model_dump()) for entry in files.glossary]
    _upsert(GlossaryTerm, terms, ["condition", "slug"])
    gone = condition.glossary.exclude(slug__in=[entry.slug for entry in files.glossary])
    search.remove("glossary", list(gone.values_list("pk", flat=True)))
    gone.delete()
    organisations = [
        Organisation(
            condition=condition, order=order, source_id=sources[entry.source], seen_on=entry.seen, **entry.model_dump(exclude={"source", "seen"})
        )
        for order, entry in enumerate(files.organisations)
    ]
    _upsert(Organisation, organisations, ["condition", "name"])
    gone_organisations = condition.organisations.exclude(name__in=[entry.name for entry in files.organisations])
    search.remove("organisation", list(gone_organisations.values_list("pk", flat=True)))
    gone_organisations.delete()


def _render_library(condition: Condition) -> None:
    """Render the short texts of lists: glossary, organisations, and the notes of names and codes."""
    around = surroundings(condition)
    sources = reverse("conditions:source_list", args=[condition.slug])
    terms = list(condition.glossary.all())
    for term in terms:
        term.text_html = render_library_text(term.text, around, sources)
    GlossaryTerm.objects.bulk_update(terms, ["text_html"], batch_size=100)
    organisations = list(condition.organisations.all())
    for organisation in organisations:
        organisation.offers_html = render_library_text(organisation.offers, around, sources)
    Organisation.objects.bulk_update(organisations, ["offers_html"], batch_size=100)
    names, codes = list(condition.names.all()), list(condition.codes.all())
    for name in names:
        name.note_html = render_library_text(name.note, around, sources)
    for code in codes:
        code.note_html = render_library_text(code.note, around, sources)
    ConditionName.objects.bulk_update(names, ["note_html"], batch_size=100)
    ConditionCode.objects.bulk_update(codes, ["note_html"], batch_size=100)


def render_library_text(text: str, around: Any, sources_address: str) -> str:
    """Render a text that stands on a list page, where numbers would clash: marks lead to the sources page."""
    rendered = render_parts({"text": text}, around, skip_terms=tuple(around.glossary))
    safe = rendered.parts["text"]
    for number, key in enumerate(rendered.sources, start=1):
        safe = safe.replace(f' id="c{number}"', "").replace(f'href="#s{number}"', f'href="{sources_address}#{key}"')
    return safe


def _seed_help_numbers(files: ConditionFiles) -> None:
    """Add numbers that are not there yet; editors keep those that are."""
    entries = [
        HelpNumber(
            seen_on=entry.seen, review_due_on=entry.seen + timedelta(days=182), text_number=entry.text, **entry.model_dump(exclude={"seen", "text"})
        )
        for entry in files.help_numbers
    ]
    HelpNumber.objects.bulk_create(entries, ignore_conflicts=True)
