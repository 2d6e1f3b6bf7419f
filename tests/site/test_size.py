"""Pages are small enough for an old phone on a bad line."""

import gzip

import pytest

from tests.html import none_of

pytestmark = pytest.mark.once
KB = 1000  # bytes; the stricter reading of "KB"
PAGE = 20  # KB of a page's HTML, compressed as a proxy does


def test_every_page_is_at_most_20_kb_of_compressed_html(site):
    found = []
    for page in site.html():
        size = len(gzip.compress(page.body, compresslevel=6))
        if size > PAGE * KB:
            found.append(f"{page.address}: {size / KB:.1f} KB")
    none_of(found)
