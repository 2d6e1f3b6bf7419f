"""A mistyped address gets help, and paper gets the text alone."""

import re

import pytest
from django.conf import settings

from tests.html import Document, text_of


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/oms/heridatary/", "/oms/hereditary/"),
        ("/oms/life-expectency/", "/oms/life-expectancy/"),
        ("/oms/symptoms/opsoclonos/", "/oms/symptoms/opsoclonus/"),
        ("/oms/treatments/rituximap/", "/oms/treatments/rituximab/"),
        ("/oms/rituximab/", "/oms/treatments/rituximab/"),
        ("/opsoclonus/", "/oms/symptoms/opsoclonus/"),
        ("/oms/Relapse/", "/oms/relapse/"),
    ],
)
def test_a_mistyped_address_offers_the_page_that_was_meant(client, typed, meant):
    response = client.get(typed)
    document = Document(response.content)
    assert response.status_code == 404
    assert meant in [link.get("href") for link in document.within("main") if link.tag == "a"]
    assert "noindex" in document.meta("robots")


def test_nothing_is_offered_where_nothing_is_near(client):
    document = Document(client.get("/qqqq/zzzzzz/").content)
    assert [text_of(heading) for heading in document.within("main") if heading.tag == "h2"] == []
    assert {"/", "/help-now/"} <= {link.get("href") for link in document.within("main") if link.tag == "a"}


@pytest.mark.parametrize("address", ["/oms/%00/", "/%F0%9F%98%80/", "/oms/" + "a" * 3000 + "/", "/oms/../../etc/passwd", "/oms/symptoms/<script>/"])
def test_odd_addresses_are_missing_pages_and_nothing_worse(client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert b"<script>/" not in response.content


@pytest.mark.parametrize("address", ["/oms", "/oms/hereditary", "/help-now"])
def test_an_address_without_its_last_slash_leads_on(client, address):
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (301, f"{address}/")


def test_paper_gets_no_menu_no_form_and_the_addresses_of_links():
    folder = settings.BASE_DIR / "static" / "css"
    sheet = (folder / "print.css").read_text()
    assert re.search(r'@import "print\.css"[^;]*\bprint;', (folder / "main.css").read_text())
    hidden = {part.strip() for rule in re.findall(r"([^{}]+)\{[^{}]*display:\s*none", sheet) for part in rule.split(",")}
    assert {".site-header", ".site-footer", ".breadcrumb", ".no-print", "form"} <= hidden
    assert "attr(href)" in sheet
