"""Every page is what the standard calls valid, and built so that a screen reader can walk it."""

from collections import Counter

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings

from tests.html import Document, none_of, text_of
from tests.site import samples
from tests.site.crawl import fetch

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LABELLED = ("input", "select", "textarea")
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "form", "list", "headers")
CHILDREN = {
    "ul": {"li", "script", "template"},
    "ol": {"li", "script", "template"},
    "dl": {"dt", "dd", "div", "script", "template"},
    "tr": {"th", "td"},
}
pytestmark = pytest.mark.once
PRESSED = ("a", "button", "input", "select", "textarea", "summary", "label")


@pytest.fixture(scope="package")
def documents(site, rooms):
    """Every page of the walk and every sample, as {name: document}; the states that samples need are taken back before anything else runs."""
    found = {page.address: page.document for page in site.html()}
    with override_settings(ROOT_URLCONF="tests.site.urls"), transaction.atomic():
        client = Client(raise_request_exception=False)
        wanted = {**samples.mark_states(), **samples.samples()}
        found |= {f"{name} ({address})": fetch(client, address).document for name, address in wanted.items() if address not in found}
        transaction.set_rollback(True)
    return found | {name: Document(response.content) for name, response in rooms.answers.items()}


@pytest.fixture
def faults(documents):
    """Return what a check of one document complains about, for all pages."""

    def over_all(check):
        return [f"{name}: {fault}" for name, document in documents.items() for fault in check(document)]

    return over_all


def test_a_strict_parser_finds_no_error(faults):
    none_of(faults(lambda document: document.errors))


def test_ids_are_unique(faults):
    none_of(faults(lambda document: [one for one, count in Counter(document.ids).items() if count > 1]))


def test_what_an_attribute_points_to_is_on_the_page(faults):
    def missing(document: Document):
        ids = set(document.ids)
        for element in document.elements:
            for name in REFERENCES:
                yield from (f"{name}={one}" for one in element.get(name, "").split() if one not in ids)

    none_of(faults(missing))


def test_pages_say_their_language_and_direction(faults):
    def odd(document: Document):
        html = document.one("html")
        return [html.attrib] if html.get("lang") != settings.LANGUAGE_CODE or html.get("dir") not in ("ltr", "rtl") else []

    none_of(faults(odd))


def test_headings_begin_with_one_h1_and_skip_no_level(faults):
    def odd(document: Document):
        # The summary of what is wrong comes first on a refused page, with a heading of its own before the page's.
        summary = {one for whole in document.all("section") if whole.get("class") == "error-summary" for one in whole.iter()}
        levels = [int(heading.tag[1]) for heading in document.within("main") if heading.tag in HEADINGS and heading not in summary]
        if levels.count(1) != 1 or levels[0] != 1:
            yield f"levels {levels}"
        yield from (f"h{lower} after h{upper}" for upper, lower in zip(levels, levels[1:], strict=False) if lower > upper + 1)
        yield from ("an empty heading" for heading in document.all(*HEADINGS) if not text_of(heading))

    none_of(faults(odd))


def test_there_is_one_main_part_and_every_further_navigation_has_a_name(faults):
    def odd(document: Document):
        if len(document.all("main")) != 1:
            yield "not one main"
        names = [nav.get("aria-label") or nav.get("aria-labelledby") for nav in document.all("nav")]
        yield from (f"nav {name!r}" for name, count in Counter(names).items() if not name or count > 1)

    none_of(faults(odd))


def test_every_field_has_a_label(faults):
    def odd(document: Document):
        targets = {label.get("for") for label in document.all("label")}
        for element in document.all(*LABELLED):
            if element.get("type") in ("hidden", "submit", "button") or element.get("id") in targets or element.get("aria-label"):
                continue
            if not any(around.tag == "label" for around in document.path_of(element)):
                yield element.attrib

    none_of(faults(odd))


def test_every_form_that_is_posted_carries_a_token(faults):
    def odd(document: Document):
        for form in document.all("form"):
            names = {one.get("name") for one in form.iter("input")}
            if form.get("method", "").lower() == "post" and "csrfmiddlewaretoken" not in names:
                yield form.attrib

    # The link in a mail is trusted for itself: mail programs press it without cookies.
    none_of([fault for fault in faults(odd) if "/notices/off/" not in fault])


def test_radio_buttons_stand_in_a_fieldset_with_a_legend(faults):
    def odd(document: Document):
        for element in document.all("input"):
            if element.get("type") == "radio":
                fieldsets = [around for around in document.path_of(element) if around.tag == "fieldset"]
                if not fieldsets or fieldsets[-1].find("legend") is None:
                    yield element.attrib

    none_of(faults(odd))


def test_pictures_have_words_or_say_that_they_need_none(faults):
    def odd(document: Document):
        yield from (image.attrib for image in document.all("img") if "alt" not in image.attrib)
        for drawing in document.all("{http://www.w3.org/2000/svg}svg"):
            if drawing.get("aria-hidden") != "true" and not (drawing.get("role") == "img" and drawing.get("aria-label")):
                yield drawing.attrib

    none_of(faults(odd))


def test_tables_have_a_caption_and_heads_with_a_scope(faults):
    def odd(document: Document):
        for table in document.all("table"):
            caption = table.find("caption")
            if caption is None or not text_of(caption):
                yield "a table without a caption"
            yield from (
                f"th without scope: {text_of(head)}" for head in table.iter("th") if head.get("scope") not in ("col", "row", "colgroup", "rowgroup")
            )
            yield from ("an empty head" for head in table.iter("th") if not text_of(head))

    none_of(faults(odd))


def test_what_becomes_a_card_on_a_narrow_screen_has_labels(faults):
    def odd(document: Document):
        for table in document.all("table"):
            classes = table.get("class", "").split()
            if "stacks" in classes and "stacks--pair" not in classes:  # with one column beside the head a label would repeat itself
                yield from (f"td without data-label: {text_of(cell)[:60]}" for cell in table.iter("td") if not cell.get("data-label"))

    none_of(faults(odd))


def test_buttons_and_links_have_words(faults):
    def odd(document: Document):
        yield from (f"{one.tag} {one.attrib}" for one in document.all("a", "button", "summary") if not (one.get("aria-label") or text_of(one)))
        yield from (f"a without href: {text_of(one)}" for one in document.all("a") if "href" not in one.attrib)

    none_of(faults(odd))


def test_the_words_one_sees_are_in_the_name_one_says(faults):
    def odd(document: Document):
        for one in document.all("a", "button"):
            seen = text_of(one).lower()
            if one.get("aria-label") and any(letter.isalnum() for letter in seen) and seen not in one.get("aria-label", "").lower():
                yield f"{seen!r} is named {one.get('aria-label')!r}"

    none_of(faults(odd))


def test_nothing_that_is_pressed_stands_inside_something_else_that_is(faults):
    def odd(document: Document):
        for one in document.all("a", "button"):
            yield from (f"{inner.tag} in {one.tag}: {text_of(one)}" for inner in one.iter() if inner is not one and inner.tag in PRESSED)

    none_of(faults(odd))


def test_lists_hold_only_what_belongs_there(faults):
    def odd(document: Document):
        for tag, allowed in CHILDREN.items():
            for element in document.all(tag):
                yield from (f"{child.tag} in {tag} {element.attrib}" for child in element if child.tag not in allowed)
                if not len(element):
                    yield f"an empty {tag} {element.attrib}"

    none_of(faults(odd))


def test_nothing_runs_or_is_styled_from_within_a_page(faults):
    def odd(document: Document):
        for element in document.elements:
            yield from (f"{element.tag} {name}" for name in element.attrib if name == "style" or name.startswith("on"))
            if element.tag in ("style", "iframe", "object", "embed"):
                yield element.tag
            if element.tag == "script" and "src" not in element.attrib and element.get("type") not in ("application/ld+json", "application/json"):
                yield "an inline script"

    none_of(faults(odd))


def test_no_page_reuses_the_title_of_another(site):
    titles = Counter(page.document.title for page in site.html())
    none_of([title for title, count in titles.items() if count > 1])


def test_titles_name_the_page_and_then_the_site(documents):
    odd = []
    for name, document in documents.items():
        page, _dash, site_name = document.title.rpartition(" - ")
        if name == "/":
            page, _dash, site_name = (*document.title.partition(" - ")[::-1],)
        if not page.strip() or site_name != settings.SITE_NAME:
            odd.append(f"{name}: {document.title!r}")
    none_of(odd)


def test_every_page_of_the_sitemap_describes_itself_once(site):
    described = Counter()
    for page in site.html():
        if "noindex" not in (page.document.meta("robots") or ""):
            described[page.document.meta("description") or f"nothing on {page.address}"] += 1
    none_of([words for words, count in described.items() if count > 1 or words.startswith("nothing on") or not 40 <= len(words) <= 320])


def test_every_page_names_its_own_address_as_the_canonical_one(site):
    odd = []
    for page in site.html():
        links = [link.get("href") for link in page.document.all("link") if link.get("rel") == "canonical"]
        if links != [settings.SITE_URL + page.address]:
            odd.append(f"{page.address}: {links}")
    none_of(odd)


def test_social_cards_have_title_address_and_a_picture_of_ours(site):
    odd = []
    for page in site.html():
        meta = page.document.meta
        if not meta("og:title") or meta("og:url") != settings.SITE_URL + page.address or not (meta("og:image") or "").startswith(settings.SITE_URL):
            odd.append(page.address)
        if not meta("og:image:alt"):
            odd.append(f"{page.address}: no words for the picture")
    none_of(odd)


def test_the_samples_show_every_template(client, rooms):
    shown = set()
    with override_settings(ROOT_URLCONF="tests.site.urls"):
        client.raise_request_exception = False
        for address in (*samples.mark_states().values(), *samples.samples().values()):
            shown |= {template.name for template in client.get(address).templates if template.name}
    for response in rooms.answers.values():
        shown |= {template.name for template in response.templates if template.name}
    folder = settings.BASE_DIR / "templates"
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    none_of(sorted(name for name in written - shown if not name.startswith("admin/")))
