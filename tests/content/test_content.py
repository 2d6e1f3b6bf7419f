"""The reference as written: every mark resolves, every page has its parts, nothing is said twice."""

import datetime
import json
from pathlib import Path

import pytest

from conditions.marks import MARK, keys_of
from tests.content import quality

FILES = quality.read_condition(quality.CONTENT)
PAGES = {page.document.file: page for page in FILES.pages}
NUMBERS = {key: set(found) for key, found in json.loads((Path(__file__).parent / "numbers.json").read_text(encoding="utf-8")).items()}
pages = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
TOPICS = [page for page in FILES.pages if page.kind == "topic"]


@pages
def test_every_paragraph_has_a_mark(page):
    assert quality.unmarked_blocks(page) == []


@pages
def test_every_number_stands_in_a_cited_fact(page):
    assert quality.uncited_numbers(page, NUMBERS) == []


@pages
def test_every_number_of_a_row_stands_in_a_fact_of_its_source(page):
    assert quality.uncited_row_numbers(page, NUMBERS) == []


@pages
def test_sentences_are_short_on_average(page):
    assert quality.average_length(page) <= 20


@pages
def test_no_dose_is_printed(page):
    assert quality.doses(page) == []


@pages
def test_a_page_leads_on(page):
    assert len(quality.link_targets(page)) >= 2


@pages
def test_the_next_check_is_planned_within_a_year(page):
    assert page.head.compiled <= datetime.date(2026, 12, 31) or page.head.compiled <= datetime.date.today()
    assert page.head.review_due - page.head.compiled <= datetime.timedelta(days=366)


@pages
def test_the_parts_are_there(page):
    assert len(quality.words_of(page.head.short_answer)) >= 8
    assert page.head.unknown.strip()
    assert page.body.strip()
    if page.kind == "topic" and page.slug not in ("overview",):
        assert page.body.count("\n## ") + page.body.startswith("## ") >= 2


def test_no_two_pages_share_the_shape_of_a_paragraph():
    assert quality.repeated_shapes(FILES) == []


def test_every_planned_topic_symptom_and_treatment_is_written():
    planned = {f"topic:{slug}" for group in FILES.condition.groups for slug in group.topics}
    planned |= {f"symptom:{entry.slug}" for entry in FILES.symptoms} | {f"treatment:{entry.slug}" for entry in FILES.treatments}
    assert planned - {f"{page.kind}:{page.slug}" for page in FILES.pages} == set()


def test_every_source_is_described_and_keys_are_those_of_the_marks():
    keys = {entry.key for entry in FILES.sources}
    used = {key for page in FILES.pages for key in quality.keys_and_rows(page)}
    assert used <= keys
    assert all(entry.title and entry.kind for entry in FILES.sources)


def test_the_reading_age_holds():
    names = quality.medical_names(FILES)
    high = [page.document.file for page in FILES.pages if quality.grade(quality.page_sentences(page), names) > 10]
    high += [
        page.document.file
        for page in FILES.pages
        if quality.grade(quality.to_do_sentences(page), names) > 8 and len(quality.to_do_sentences(page)) > 3
    ]
    assert high == []


def test_texts_about_people_name_nobody():
    """No page of ours names a patient; a name in a text could only come from a story or a news page."""
    assert not [page.document.file for page in FILES.pages if "gofundme" in page.body.lower()]


def test_confidence_is_at_most_low_where_nobody_planned_the_study_ahead():
    odd = [
        (page.slug, row.claim)
        for page in FILES.pages
        if page.kind == "treatment"
        for row in page.head.evidence
        if row.confidence == "high" or (row.confidence == "moderate" and not any(word in row.study.lower() for word in ("randomised", "prospective")))
    ]
    assert odd == []


# The checks themselves can fail:

NUMBERS_OF_HEREDITARY = {key: found for key, found in NUMBERS.items() if key not in ("S1", "S2")}  # for the head of the page that _page changes


def _page(**changes):
    page = next(page for page in FILES.pages if page.slug == "hereditary")
    head = page.head.model_copy(update={key: value for key, value in changes.items() if key != "body"})
    return type(page)(page.kind, page.slug, head, changes.get("body", page.body), page.document)


def test_an_unmarked_paragraph_is_found():
    assert quality.unmarked_blocks(_page(body="## One\n\nA fact without a source.\n\n- A marked item.[@S1]"))[:1] == ["A fact without a source."]


def test_a_number_from_nowhere_is_found():
    assert quality.uncited_numbers(_page(body="In a study of 4711 children.[@S6]"), NUMBERS) == ["4711"]


def test_a_number_is_looked_up_under_its_own_mark_only():
    numbers = {"S1": {"7"}, "S2": {"8"}}
    assert quality.uncited_numbers(_page(body="There were 7.[@S1] And 8.[@S2]"), numbers | NUMBERS_OF_HEREDITARY) == []
    assert quality.uncited_numbers(_page(body="There were 8.[@S1] And 7.[@S2]"), numbers | NUMBERS_OF_HEREDITARY) == ["8", "7"]
    assert quality.uncited_numbers(_page(body="There were 7.[@S1] In 4711 words"), numbers | NUMBERS_OF_HEREDITARY) == ["4711"]


def test_our_own_mark_frees_its_own_sentence_and_no_other():
    assert quality.uncited_numbers(_page(body="A study of 4711.[@S6] So 4712 is ours.[@us]"), NUMBERS) == ["4711"]
    assert quality.uncited_numbers(_page(body="So 4712 is ours.[@us] A study of 4711.[@S6]"), NUMBERS) == ["4711"]
    assert quality.uncited_numbers(_page(body="Both 4711.[@S6 @us]"), NUMBERS) == ["4711"]
    assert quality.uncited_numbers(_page(body="| Study | 4711 children[@S6] | 4712[@us] |"), NUMBERS) == ["4711"]


@pytest.mark.parametrize(
    ("field", "slug", "change", "missing"),
    [
        ("evidence", "rituximab", {"people": 4711}, "4711"),
        ("evidence", "rituximab", {"claim": "Better in 4711"}, "4711"),
        ("evidence", "rituximab", {"study": "Of 4711 children"}, "4711"),
        ("frequencies", "opsoclonus", {"count": 4711}, "4711"),
        ("frequencies", "opsoclonus", {"total": 4711}, "4711"),
        ("frequencies", "opsoclonus", {"label": "4711 children"}, "4711"),
    ],
)
def test_a_number_from_nowhere_is_found_in_a_row(field, slug, change, missing):
    page = next(page for page in FILES.pages if page.slug == slug)
    first, *others = getattr(page.head, field)
    head = page.head.model_copy(update={field: [first.model_copy(update=change), *others]})
    assert quality.uncited_row_numbers(type(page)(page.kind, page.slug, head, page.body, page.document), NUMBERS) == [missing]


def test_our_sum_of_two_groups_is_found_in_a_row():
    page = next(page for page in FILES.pages if page.slug == "rituximab")
    (row,) = [row for row in page.head.evidence if row.source == "S17"]
    assert row.people == 7
    head = page.head.model_copy(update={"evidence": [row.model_copy(update={"people": 15})]})
    assert quality.uncited_row_numbers(type(page)(page.kind, page.slug, head, page.body, page.document), NUMBERS) == ["15"]


def test_pages_whose_check_is_due_are_named():
    due = FILES.pages[0].head.review_due
    assert quality.overdue(FILES, min(page.head.review_due for page in FILES.pages)) == []
    assert FILES.pages[0].document.file in quality.overdue(FILES, due + datetime.timedelta(days=1))
    assert len(quality.overdue(FILES, datetime.date.max)) == len(FILES.pages)


def test_the_report_names_pages_whose_check_is_due(capsys):
    assert quality.main(datetime.date(2026, 11, 24)) == 0
    assert "No page is due for a check." in capsys.readouterr().out
    assert quality.main(datetime.date(2100, 1, 1)) == 0
    assert "Due for a check: " in (out := capsys.readouterr().out)
    assert "when-to-seek-help.md" in out.splitlines()[-1]


def test_a_share_of_another_size_is_found():
    assert quality.uncited_numbers(_page(body="About 9 in 11 children.[@S6]"), {"S6": {"40"}}) == ["9", "11"]


def test_a_dose_is_found():
    assert quality.doses(_page(body="Give 2 mg per kilogram.[@S1]"))


def test_a_long_sentence_is_counted():
    assert quality.average_length(_page(short_answer=" ".join(["word"] * 60) + ".[@S1]", unknown="x.[@S1]", body="x.[@S1]", red_flags=None)) > 20


def test_marks_are_read_as_keys():
    assert [keys_of(mark) for mark in MARK.findall("a[@S1 @S2b] b[@us]")] == [["S1", "S2b"], ["us"]]
