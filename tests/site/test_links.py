"""Every link leads somewhere, everything is reached, no page is a dead end."""

from urllib.parse import urldefrag, urlsplit
from xml.etree import ElementTree

from tests.html import none_of, text_of
from tests.site.crawl import file_exists

LEAST = 100  # pages: fewer means that the crawl itself went wrong


def test_the_walk_from_home_finds_the_whole_site(site):
    assert len(site.pages) > LEAST


def test_every_link_answers(site):
    broken = [f"{page.address} ({page.status}), on {page.found_on}" for page in site.pages.values() if page.status != 200]
    none_of(broken)


def test_every_part_of_a_page_that_a_link_names_is_there(site):
    ids = {page.address: set(page.document.ids) for page in site.html()}
    missing = sorted(f"{target}#{part}, on {page}" for page, target, part in site.links if part and part not in ids.get(target, set()))
    none_of(missing)


def test_every_static_file_that_a_page_names_is_there(site):
    assert site.files
    none_of([f"{address}, on {page}" for page, address in site.files if not file_exists(address)])


def test_every_page_of_the_sitemap_is_reached_by_links(site, client):
    sitemap = ElementTree.fromstring(client.get("/sitemap.xml").content)
    listed = {urlsplit(loc.text).path for loc in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert len(listed) > LEAST
    none_of(sorted(listed - set(site.pages)))


def test_every_page_that_may_be_indexed_stands_in_the_sitemap(site, client):
    sitemap = ElementTree.fromstring(client.get("/sitemap.xml").content)
    listed = {urlsplit(loc.text).path for loc in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    indexed = {page.address for page in site.html() if "noindex" not in (page.document.meta("robots") or "")}
    none_of(sorted(indexed - listed))


def test_every_page_leads_on(site):
    dead = []
    for page in site.html():
        main = page.document.within("main")
        back = {link for nav in main if nav.get("class") == "breadcrumb" for link in nav.iter("a")}
        links = {urldefrag(link.get("href", "")).url for link in main if link.tag == "a" and link not in back}
        forms = [form for form in main if form.tag == "form"]
        if not (links - {"", page.address}) and not forms:
            dead.append(page.address)
    none_of(dead)


def test_links_to_other_sites_are_whole_addresses_and_open_where_the_reader_is(site):
    odd = [
        f"{address}, on {page}" for page, address in site.outside if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc
    ]
    targets = [f"{page.address}: {text_of(link)}" for page in site.html() for link in page.document.all("a") if link.get("target")]
    none_of(odd)
    none_of(targets)


def test_link_words_stand_alone(site):
    bare = {"here", "click here", "more", "read more", "link", "this page", ""}
    odd = []
    for page in site.html():
        for link in page.document.all("a"):
            words = link.get("aria-label") or text_of(link)
            if words.strip().lower() in bare:
                odd.append(f"{page.address}: {words!r} {link.attrib}")
    none_of(odd)
