"""A page asks the database as often for fifteen rows as for one, and never often."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conditions.models.condition import Condition
from tests import factories
from tests.html import none_of

REFERENCE, SEARCH = 8, 6  # queries at most; of the reference's up to three are members' counts and voices


def test_no_page_of_the_whole_reference_needs_more_than_its_share(site):
    assert site.pages["/"].queries > 0
    none_of(f"{page.address}: {page.queries}" for page in site.pages.values() if page.queries > REFERENCE)


@pytest.mark.parametrize("query", ["sleep", "shaking eyes", "sleep&after=20", "sleep&kind=glossary", "opsoclnous", "xxyyzzqq", "the of", ""])
def test_no_search_needs_more_than_its_share(client, query):
    assert _queries(client, f"/search/?q={query}") <= SEARCH


@pytest.mark.parametrize("country", ["", "DE", "-"])
def test_help_needs_no_more_for_a_country(client, country):
    assert _queries(client, f"/help-now/?country={country}") <= REFERENCE


def test_a_page_that_is_missing_needs_few(client):
    assert _queries(client, "/oms/heridatary/") <= REFERENCE
    assert _queries(client, "/nothing/like/this/") <= REFERENCE


@pytest.fixture
def made():
    """Make a small condition of its own in the place of the loaded one, every list of it `rows` long, and return what its pages need."""

    def make(rows):
        Condition.objects.update(order=2)
        condition = factories.ConditionFactory(order=1, paths=[])
        sources = [factories.SourceFactory(condition=condition) for _ in range(rows)]
        text = "\n\n".join(f"A sentence about it.[@{source.key}]" for source in sources)
        topics = [factories.RevisionFactory(topic__condition=condition) for _ in range(rows)]
        related = [f"topic:{one.topic.slug}" for one in topics]
        symptoms = [factories.RevisionFactory(symptom=factories.ConditionSymptomFactory(condition=condition)) for _ in range(rows)]
        treatments = [factories.RevisionFactory(treatment=factories.TreatmentFactory(condition=condition)) for _ in range(rows)]
        for country in ("AT", "GB", "FR")[: 1 + rows // 7]:
            factories.HelpNumberFactory.create_batch(rows, country=country, kind="emergency")
        factories.OrganisationFactory.create_batch(rows, condition=condition, source=sources[0])
        factories.GlossaryTermFactory.create_batch(rows, condition=condition)
        for slug in ("overview", "symptoms", "treatments", "organisations", "icd-codes", "synonyms"):
            factories.RevisionFactory(topic__condition=condition, topic__slug=slug, body=text, related=related)
        for number, source in enumerate(sources):
            condition.codes.create(system=f"System {number}", code=f"C{number}", source=source)
            condition.names.create(name=f"Name {number}", source=source)
        evidence = [{"claim": "It may help.", "study": "cases", "people": 9, "year": 2020, "source": one, "confidence": "low"} for one in sources]
        counts = [{"label": "A study", "count": 3, "total": 9, "source": one} for one in sources]
        long_symptom = factories.RevisionFactory(
            symptom=factories.ConditionSymptomFactory(condition=condition),
            body=text,
            frequencies=counts,
            related=[f"symptom:{one.symptom.slug}" for one in symptoms],
        )
        long_treatment = factories.RevisionFactory(
            treatment=factories.TreatmentFactory(condition=condition),
            body=text,
            evidence=evidence,
            related=[f"treatment:{one.treatment.slug}" for one in treatments],
        )
        slug = condition.slug
        return {
            "home": "/",
            "help": "/help-now/",
            "overview": f"/{slug}/",
            **{name: f"/{slug}/{name}/" for name in ("symptoms", "treatments", "organisations", "icd-codes", "synonyms", "sources", "glossary")},
            "symptom": long_symptom.get_absolute_url(),
            "treatment": long_treatment.get_absolute_url(),
            "feed": reverse("reference_feed"),
        }

    return make


def test_pages_need_the_same_queries_for_one_row_and_for_fifteen(client, made):
    few = {name: _queries(client, address) for name, address in made(1).items()}
    many = {name: _queries(client, address) for name, address in made(15).items()}
    assert few == many
    assert max(many.values()) <= REFERENCE


def _queries(client, address):
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)
