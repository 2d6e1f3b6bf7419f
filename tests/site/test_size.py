"""Pages are small enough for an old phone on a bad line."""

import gzip

from tests.html import none_of

KB = 1000  # bytes; the stricter reading of "KB"
PAGE, LIST_OF_ALL_SOURCES = 20, 22  # KB of a page's HTML, compressed as a proxy does


def test_every_page_is_at_most_20_kb_of_compressed_html(site):
    found = []
    for page in site.html():
        limit = LIST_OF_ALL_SOURCES if page.address.endswith("/sources/") else PAGE
        size = len(gzip.compress(page.body, compresslevel=6))
        if size > limit * KB:
            found.append(f"{page.address}: {size / KB:.1f} KB")
    none_of(found)
