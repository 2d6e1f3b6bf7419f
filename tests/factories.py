"""Minimal valid objects of every model that tests need."""

from datetime import date
from importlib import import_module

import factory
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from factory.django import DjangoModelFactory

from conditions.actions import texts
from conditions.marks import cited_keys
from conditions.models.condition import Condition
from conditions.models.library import GlossaryTerm, HelpNumber, Organisation, Source
from conditions.models.pages import ConditionSymptom, Topic, Treatment
from conditions.models.revision import TEXT_FIELDS, Revision
from conditions.models.vocabulary import Symptom
from members.actions.staff import mirror
from members.models import User
from members.models.choices import AgeBand

PASSWORD = "a-long-password-of-tests"
_EDITORS = import_module("conditions.migrations.0002_editors_group")


def editors_group():
    """Return the group that the migration makes; made again where a test with real transactions has emptied the tables."""
    group, made = Group.objects.get_or_create(name=_EDITORS.EDITORS)
    if made:
        for model, codenames in _EDITORS.PERMISSIONS.items():
            group.permissions.add(*Permission.objects.filter(content_type__app_label="conditions", content_type__model=model, codename__in=codenames))
    return group


class UserFactory(DjangoModelFactory):
    """An account whose Member has joined (joined=False: not yet); signs in with PASSWORD."""

    class Meta:
        model = User

    email = factory.Sequence(lambda number: f"person-{number}@example.org")
    password = PASSWORD

    @classmethod
    def _create(cls, model_class, *args, joined=True, **kwargs):
        user = model_class.objects.create_user(**kwargs)
        if joined:
            user.member.joined_at, user.member.age_band = timezone.now(), AgeBand.ADULT
            user.member.save(update_fields=["joined_at", "age_band"])
        return user


class EditorFactory(UserFactory):
    """A member of staff in the group of editors."""

    is_staff = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        user = super()._create(model_class, *args, **kwargs)
        user.groups.add(editors_group())
        mirror(user=user)
        return user


class ConditionFactory(DjangoModelFactory):
    """A condition with one group of topics, one category of symptoms and one kind of treatments."""

    class Meta:
        model = Condition

    slug = factory.Sequence(lambda number: f"condition-{number}")
    name = factory.LazyAttribute(lambda one: f"The {one.slug} syndrome")
    short_name = factory.LazyAttribute(lambda one: one.slug.upper().replace("CONDITION-", "C"))
    tagline = "You are not alone"
    intro = "A rare illness."
    description = "A rare illness in plain words."
    groups = factory.LazyFunction(lambda: [{"key": "basics", "title": "The basics"}])
    symptom_categories = factory.LazyFunction(lambda: [{"key": "movement", "title": "Movement"}])
    treatment_kinds = factory.LazyFunction(lambda: [{"key": "medicine", "title": "Medicines"}])


class SourceFactory(DjangoModelFactory):
    """A source; the same key in the same condition is the same source."""

    class Meta:
        model = Source
        django_get_or_create = ("condition", "key")

    condition = factory.SubFactory(ConditionFactory)
    key = factory.Sequence(lambda number: f"S{number + 100}")
    title = factory.LazyAttribute(lambda one: f"A study with the key {one.key}")
    kind = "study"
    year = 2020
    doi = factory.LazyAttribute(lambda one: f"10.1000/{one.key.lower()}")


class TopicFactory(DjangoModelFactory):
    """A topic without a text."""

    class Meta:
        model = Topic

    condition = factory.SubFactory(ConditionFactory)
    slug = factory.Sequence(lambda number: f"topic-{number}")
    group = "basics"
    order = factory.Sequence(lambda number: number)


class SymptomFactory(DjangoModelFactory):
    """A term of the vocabulary."""

    class Meta:
        model = Symptom

    hpo_id = factory.Sequence(lambda number: f"HP:{number + 9_000_000}")
    slug = factory.Sequence(lambda number: f"symptom-{number}")
    name = factory.LazyAttribute(lambda one: f"Medical {one.slug}")
    plain_name = factory.LazyAttribute(lambda one: f"Plain {one.slug}")
    is_a = factory.LazyFunction(lambda: ["HP:0000118"])
    ancestors = factory.LazyFunction(lambda: ["HP:0000118"])
    ic = 3.5
    n_diseases = 12


class ConditionSymptomFactory(DjangoModelFactory):
    """A symptom as it belongs to a condition, without a text."""

    class Meta:
        model = ConditionSymptom

    condition = factory.SubFactory(ConditionFactory)
    symptom = factory.SubFactory(SymptomFactory)
    category = "movement"
    frequency = ConditionSymptom.Frequency.FREQUENT
    support = ConditionSymptom.Support.COMMON
    order = factory.Sequence(lambda number: number)


class TreatmentFactory(DjangoModelFactory):
    """A treatment without a text."""

    class Meta:
        model = Treatment

    condition = factory.SubFactory(ConditionFactory)
    slug = factory.Sequence(lambda number: f"treatment-{number}")
    name = factory.LazyAttribute(lambda one: f"Medical {one.slug}")
    plain_name = factory.LazyAttribute(lambda one: f"Plain {one.slug}")
    kind = "medicine"
    used_for = "Calming the immune system"
    evidence_level = Treatment.Evidence.OBSERVATIONAL
    order = factory.Sequence(lambda number: number)


class RevisionFactory(DjangoModelFactory):
    """A text, rendered; readers' own unless `state` says otherwise. Of a topic unless `symptom` or `treatment` is given.

    evidence, frequencies: rows as dictionaries (`source` an object). Sources that the text cites are made. It is not put into the search.
    """

    class Meta:
        model = Revision

    class Params:
        elsewhere = factory.LazyAttribute(lambda one: one.symptom or one.treatment)

    symptom = None
    treatment = None
    topic = factory.Maybe("elsewhere", yes_declaration=None, no_declaration=factory.SubFactory(TopicFactory))
    language = "en"
    state = Revision.State.APPROVED
    origin = Revision.Origin.FILE
    title = factory.Sequence(lambda number: f"What is question {number}?")
    nav_title = factory.Sequence(lambda number: f"Question {number}")
    short_answer = "It is rare.[@S1]"
    body = "## How often?\n\nIn one study it was seen in 32 of 51 children.[@S2]"
    unknown = "Nobody has counted it in adults.[@us]"
    compiled_on = date(2026, 1, 15)
    review_due_on = factory.LazyFunction(lambda: timezone.localdate().replace(day=1, month=1, year=timezone.localdate().year + 2))
    decided_at = factory.LazyAttribute(lambda one: None if one.state == Revision.State.PROPOSED else timezone.now())

    @classmethod
    def _create(cls, model_class, *args, evidence=(), frequencies=(), **kwargs):
        rows = {"evidence": list(evidence), "frequencies": list(frequencies)}
        fields = {**dict.fromkeys(TEXT_FIELDS), **kwargs}
        plain = {name: [{**row, "source_id": row["source"].pk} for row in found] for name, found in rows.items()}
        revision = super()._create(model_class, *args, **{"digest": texts.digest_of(fields, plain), **kwargs})
        for name, found in rows.items():
            for order, row in enumerate(found):
                getattr(revision, name).create(order=order, **row)
        target = revision.target
        for key in cited_keys(revision.short_answer, revision.red_flags, revision.body, revision.unknown):
            SourceFactory(condition=target.condition, key=key)
        texts.render([revision], texts.surroundings(target.condition))
        if revision.state == Revision.State.APPROVED and not target.has_page:
            target.has_page = True
            target.save(update_fields=["has_page"])
        return revision


class GlossaryTermFactory(DjangoModelFactory):
    """A medical word in plain words."""

    class Meta:
        model = GlossaryTerm

    condition = factory.SubFactory(ConditionFactory)
    term = factory.Sequence(lambda number: f"word{number}")
    slug = factory.LazyAttribute(lambda one: one.term)
    text = "A word in plain words."
    text_html = "<p>A word in plain words.</p>"


class OrganisationFactory(DjangoModelFactory):
    """An organisation with its source."""

    class Meta:
        model = Organisation

    condition = factory.SubFactory(ConditionFactory)
    name = factory.Sequence(lambda number: f"Charity {number}")
    country = "GB"
    kind = "charity"
    offers = "Listens and informs."
    offers_html = "<p>Listens and informs.</p>"
    url = "https://charity.example/"
    source = factory.SubFactory(SourceFactory, condition=factory.SelfAttribute("..condition"))
    seen_on = date(2026, 1, 15)


class HelpNumberFactory(DjangoModelFactory):
    """A number to call, checked lately."""

    class Meta:
        model = HelpNumber

    country = "GB"
    kind = HelpNumber.Kind.CRISIS
    name = factory.Sequence(lambda number: f"Helpline {number}")
    number = "0800 000 000"
    url = "https://helpline.example/"
    seen_on = date(2026, 1, 15)
    review_due_on = factory.LazyFunction(lambda: timezone.localdate().replace(day=1, month=1, year=timezone.localdate().year + 2))
