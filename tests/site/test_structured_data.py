"""What pages tell search engines is shaped as schema.org says, and true."""

import json
from datetime import date

import pytest
from django.conf import settings

from conditions.models.condition import Condition
from conditions.models.revision import Revision
from tests.html import Document, text_of
from tests.site import samples

pytestmark = pytest.mark.once
CONTEXT = "https://schema.org"
NEEDED = {
    "MedicalWebPage": {"url", "name", "description", "inLanguage", "dateModified", "about", "audience", "publisher"},
    "BreadcrumbList": {"itemListElement"},
    "MedicalCondition": {"url", "name", "alternateName", "description", "code"},
}


def blocks_of(document: Document) -> list[dict]:
    """Return every block of structured data of a page."""
    return [json.loads("".join(one.itertext())) for one in document.all("script") if one.get("type") == "application/ld+json"]


@pytest.fixture
def blocks(site):
    """The blocks of every page that has any, by address."""
    return {page.address: found for page in site.html() if (found := blocks_of(page.document))}


def test_every_text_of_the_reference_has_structured_data(blocks):
    assert {revision.get_absolute_url() for revision in Revision.objects.approved().for_list()} == set(blocks)


def test_every_block_has_its_type_and_what_the_type_needs(blocks):
    for address, found in blocks.items():
        for block in found:
            assert block["@context"] == CONTEXT, address
            assert NEEDED[block["@type"]] <= set(block), address
            assert all(block[name] not in ("", None, [], {}) for name in NEEDED[block["@type"]]), address


def test_a_page_says_once_what_it_is(blocks):
    for address, found in blocks.items():
        kinds = sorted(block["@type"] for block in found)
        overview = address == Condition.objects.first().get_absolute_url()
        assert kinds == ["BreadcrumbList", *(["MedicalCondition"] if overview else []), "MedicalWebPage"], address


def test_the_page_says_what_the_reader_sees(blocks, site):
    for address, found in blocks.items():
        (page,) = (block for block in found if block["@type"] == "MedicalWebPage")
        document = site.pages[address].document
        assert page["url"] == settings.SITE_URL + address
        assert page["name"] == text_of(document.one("h1"))
        assert page["inLanguage"] == document.one("h1").get("lang")
        assert date.fromisoformat(page["dateModified"]) <= date.today()
        assert page["about"]["@type"] == "MedicalCondition"
        assert page["audience"] == {"@type": "MedicalAudience", "audienceType": "Patient"}


def test_no_page_claims_a_review_that_nobody_made(blocks):
    for address, found in blocks.items():
        for block in found:
            assert not {"lastReviewed", "reviewedBy"} & set(block), address


def test_a_real_review_is_told(client):
    address = samples.mark_states()["reviewed page"]
    (page,) = (block for block in blocks_of(Document(client.get(address).content)) if block["@type"] == "MedicalWebPage")
    assert page["reviewedBy"] == {"@type": "Person", "name": "Ada Example", "jobTitle": "paediatric neurologist, Example Hospital"}
    assert date.fromisoformat(page["lastReviewed"]) < date.today()


def test_the_way_back_counts_from_one_and_ends_at_the_page(blocks, site):
    for address, found in blocks.items():
        (crumbs,) = (block["itemListElement"] for block in found if block["@type"] == "BreadcrumbList")
        assert [crumb["position"] for crumb in crumbs] == list(range(1, len(crumbs) + 1))
        assert {crumb["@type"] for crumb in crumbs} == {"ListItem"}
        assert crumbs[0]["item"] == settings.SITE_URL + "/"
        assert crumbs[-1]["item"] == settings.SITE_URL + address
        shown = [link.get("href") for nav in site.pages[address].document.all("nav") if nav.get("class") == "breadcrumb" for link in nav.iter("a")]
        assert [crumb["item"] for crumb in crumbs[:-1]] == [settings.SITE_URL + link for link in shown], address


def test_the_condition_has_its_certain_codes_and_no_other(blocks):
    condition = Condition.objects.first()
    (about,) = (block for block in blocks[condition.get_absolute_url()] if block["@type"] == "MedicalCondition")
    certain = [(code.system, code.code) for code in condition.codes.all() if not code.doubtful and code.code != "none"]
    assert certain
    assert [(code["codingSystem"], code["codeValue"]) for code in about["code"]] == certain
    assert {code["@type"] for code in about["code"]} == {"MedicalCode"}
    assert (about["name"], about["alternateName"]) == (condition.name, condition.short_name)
