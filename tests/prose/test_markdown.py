"""Markdown to safe HTML: harmless whatever comes in."""

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prose.markdown import MAX_NESTING, TAGS, clean, excerpt, plain_text, render

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "<a href='javascript:alert(1)'>x</a>",
    "![x](https://elsewhere.example/x.png)",
    "<svg/onload=alert(1)>",
    "<iframe src=//elsewhere.example>",
    "[a]: javascript:alert(1)\n[a]",
    "<javascript:alert(1)>",
    "`<script>`",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<https://x.example/\"onmouseover='alert(1)'>",
]


def elements(safe):
    return html5lib.parseFragment(safe, namespaceHTMLElements=False).iter()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_gives_only_allowed_elements(text):
    for element in elements(render(text)):
        if isinstance(element.tag, str) and element.tag != "DOCUMENT_FRAGMENT":
            assert element.tag in TAGS
            assert set(element.attrib) <= {"href", "rel", "start"}
            assert element.attrib.get("href", "").split(":")[0].lower() not in ("javascript", "data", "vbscript")


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_only_allowed_elements(text):
    for element in elements(render(text)):
        if isinstance(element.tag, str) and element.tag != "DOCUMENT_FRAGMENT":
            assert element.tag in TAGS


def test_markup_shows_as_it_was_typed():
    assert plain_text(render("a <b>bold</b> claim")) == "a <b>bold</b> claim"
    assert "<code>if a &lt; b</code>" in render("`if a < b`")


def test_a_plain_text_keeps_its_lines_and_its_links():
    safe = render("one\ntwo https://there.example/x")
    assert "one<br" in safe
    assert '<a href="https://there.example/x" rel="nofollow ugc noopener">' in safe


def test_headings_begin_at_two():
    assert render("# Big") == "<h2>Big</h2>"


def depth_of(safe):
    depth = deepest = 0
    for piece in safe.replace("<", "\n<").split("\n"):
        if piece.startswith(("<blockquote", "<ul", "<ol")):
            depth += 1
            deepest = max(deepest, depth)
        elif piece.startswith(("</blockquote", "</ul", "</ol")):
            depth -= 1
    return deepest


DEEP = {
    "quotes": "\n".join("> " * depth + "x" for depth in range(1, 200)),
    "bullets": "\n".join("- " * depth + "x" for depth in range(1, 200)),
    "numbers": "\n".join("1. " * depth + "x" for depth in range(1, 200)),
    "quotes and bullets": "> - " * 300 + "x",
    "bullets and quotes": "- > " * 300 + "x",
    "signs without spaces": ">" * 900 + "x",
    "tabs": "\n".join("\t" * depth + "- x" for depth in range(100)),
    "two spaces": "\n".join("  " * depth + "- x" for depth in range(100)),
    "spaces in a quote": "\n".join(">" + "  " * depth + " - x" for depth in range(100)),
    "mixed": "\n".join(("- " if depth % 2 else "1. ") * (depth % 40) + "  " * depth + "> x" for depth in range(100)),
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_nesting_is_cut(text):
    assert depth_of(render(text)) <= MAX_NESTING


def test_what_people_write_is_not_cut():
    safe = render("- one\n  - two\n    - three\n\n> said\n> > answered\n\n1. first\n   - of it")
    assert depth_of(safe) == 3
    assert "answered" in safe
    assert "of it" in safe


@pytest.mark.parametrize("columns", [5, 12, 30, 1000])
def test_a_table_does_not_grow_a_hundredfold(columns):
    text = ("|" + "a|" * columns + "\n|" + "-|" * columns + "\n" + "b\n" * 8000)[:20_000]
    assert len(render(text)) <= 21 * len(text) + 1000


def test_a_table_of_people_stays_a_table():
    assert render("| a | b |\n| --- | --- |\n| 1 | 2 |").startswith("<table>")


def test_controls_and_overrides_are_gone():
    assert clean("a\x00b\u202ec\u2066d\r\ne") == "abcd\ne"


def test_an_excerpt_ends_at_a_word():
    assert excerpt("<p>One two three four</p>", 12) == "One two…"
    assert excerpt("<p>Short</p>", 12) == "Short"


def test_words_of_blocks_do_not_run_together():
    assert plain_text("<p>One</p><p>two</p><ul><li>three</li></ul>") == "One two three"


@pytest.mark.parametrize("sign", ["\ufffe", "\uffff", "\ufdd0", "\U0001fffe", "\U0010ffff", "\ud800", "\x00", "\x0b"])
def test_signs_that_no_xml_may_hold_are_taken_out(sign):
    assert clean(f"a{sign}b") == "ab"
