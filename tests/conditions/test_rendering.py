"""A page's Markdown to HTML: numbers, links, glossary words, headings, tables."""

from conditions.rendering import Surroundings, render_parts

AROUND = Surroundings(
    address=lambda kind, slug: f"/made-up/{slug}/" if slug != "unwritten" else None,
    glossary={"ataxia": "/made-up/glossary/#ataxia", "b cell": "/made-up/glossary/#b-cell"},
    own_work="/how-we-review/#ours",
)


def body(text, **options):
    return render_parts({"body": text}, AROUND, **options).parts["body"]


def test_sources_are_numbered_by_first_use_through_all_parts():
    rendered = render_parts({"short_answer": "A.[@S9]", "body": "B.[@S2] C.[@S9]"}, AROUND)
    assert rendered.sources == ["S9", "S2"]
    assert '<a class="cite" id="c1" href="#s1" aria-label="Source 1">1</a>' in rendered.parts["short_answer"]
    assert '<a class="cite" href="#s1" aria-label="Source 1">1</a>' in rendered.parts["body"]


def test_our_own_mark_leads_to_how_we_work():
    assert 'class="cite cite--ours" href="/how-we-review/#ours"' in body("So we think.[@us]")


def test_a_link_leads_to_a_page_and_an_unwritten_one_is_text():
    safe = body("[here](topic:there) and [not yet](topic:unwritten)")
    assert '<a href="/made-up/there/">here</a> and not yet' in safe


def test_a_glossary_word_is_linked_once_a_page_but_not_in_a_warning():
    rendered = render_parts({"red_flags": "Ataxia!", "body": "Ataxia and ataxia.", "unknown": "ataxia"}, AROUND)
    assert "glossary" not in rendered.parts["red_flags"]
    assert rendered.parts["body"].count("/made-up/glossary/#ataxia") == 1
    assert "glossary" not in rendered.parts["unknown"]


def test_a_glossary_word_stays_alone_in_headings_links_code_and_longer_words():
    safe = body("## Ataxia\n\n[ataxia](topic:there) `ataxia` ataxia-like")
    assert "glossary" not in safe


def test_a_word_that_leads_to_a_page_is_not_linked_again():
    assert "glossary" not in body("[Ataxia](topic:there) is ataxia.")
    assert "glossary" in body("## Ataxia\n\nAtaxia is unsteady.")


def test_a_page_about_a_word_does_not_link_it():
    assert "glossary" not in body("Ataxia is this.", skip_terms=("ataxia",))


def test_headings_carry_ids_and_make_the_contents():
    rendered = render_parts({"body": "## How so?[@S1]\n\na\n\n## How so?\n\nb"}, AROUND)
    assert rendered.contents == [["how-so", "How so?"], ["how-so-2", "How so?"]]
    assert '<h2 id="how-so">' in rendered.parts["body"]


def test_a_table_has_a_name_row_heads_and_labels():
    safe = body("## Counts\n\n| Who | How many | Where |\n| --- | --- | --- |\n| Children | 3[@S1] | Here |")
    assert '<caption class="visually-hidden">Counts</caption>' in safe
    assert '<thead>\n<tr>\n<th scope="col">Who</th>' in safe
    assert '<th scope="row">Children</th><td data-label="How many">3<a class="cite"' in safe


def test_markup_in_a_text_is_shown_not_run():
    assert "<script" not in body("<script>alert(1)</script> <b onclick=x>y</b>")


def test_an_empty_part_is_empty():
    assert body("  \n") == ""
