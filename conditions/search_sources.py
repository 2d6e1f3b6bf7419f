"""What the reference offers to the search: approved texts only, so that everybody may see every hit."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from conditions.models.library import GlossaryTerm, Organisation
from conditions.models.revision import Revision
from conditions.rendering import plain_words
from search.sources import Document, SearchSource, register


def _revision_document(kind: str, revision: Revision) -> Document:
    words = [revision.nav_title, *revision.search_words]
    if revision.symptom:
        symptom = revision.symptom.symptom
        words += [symptom.name, symptom.plain_name, symptom.hpo_id, *symptom.synonyms]
    if revision.treatment:
        words += [revision.treatment.name, revision.treatment.plain_name, *revision.treatment.also_called]
    parts = (revision.short_answer_html, revision.red_flags_html, revision.body_html, revision.unknown_html)
    text = " ".join(plain_words(part) for part in parts if part)
    return Document(
        kind=kind,
        object_id=revision.target.pk,
        language=revision.language,
        title=revision.title,
        text=text,
        address=revision.get_absolute_url(),
        words=" ".join(dict.fromkeys(words)),
    )


def _page_source(kind: str, label: Any, one: Any) -> SearchSource:
    def objects() -> Iterable[Revision]:
        return Revision.objects.approved().filter(**{f"{kind}__isnull": False}).for_page()

    return SearchSource(
        kind=kind,
        label=label,
        one=one,
        model=Revision,
        documents=lambda revisions: [_revision_document(kind, revision) for revision in revisions],
        objects=objects,
    )


def _glossary_documents(terms: Iterable[GlossaryTerm]) -> list[Document]:
    return [
        Document(
            kind="glossary",
            object_id=term.pk,
            language=term.condition.language,
            title=term.term,
            text=plain_words(term.text_html),
            address=f"{reverse('conditions:glossary_list', args=[term.condition.slug])}#{term.slug}",
            words=" ".join(term.also),
        )
        for term in terms
    ]


def _organisation_documents(organisations: Iterable[Organisation]) -> list[Document]:
    return [
        Document(
            kind="organisation",
            object_id=organisation.pk,
            language=organisation.condition.language,
            title=organisation.name,
            text=plain_words(organisation.offers_html),
            address=f"{reverse('conditions:topic_detail', args=[organisation.condition.slug, 'organisations'])}#organisation-{organisation.pk}",
            words=str(organisation.country.name) if organisation.country else "",
        )
        for organisation in organisations
    ]


def register_sources() -> None:
    """Fill the slot `search.sources` with topics, symptoms, treatments, the glossary and organisations: public, all of them."""
    register(_page_source("topic", _("Topics"), _("Topic")))
    register(_page_source("symptom", _("Symptoms"), _("Symptom")))
    register(_page_source("treatment", _("Treatments"), _("Treatment")))
    for kind, model, documents, label, one in (
        ("glossary", GlossaryTerm, _glossary_documents, _("Glossary"), _("Glossary")),
        ("organisation", Organisation, _organisation_documents, _("Organisations"), _("Organisation")),
    ):
        register(
            SearchSource(
                kind=kind,
                label=label,
                one=one,
                model=model,
                documents=documents,
                later=True,  # behind the pages that they explain or belong to
                objects=lambda model=model: model._default_manager.select_related("condition"),
            )
        )
