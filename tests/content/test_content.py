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


def _page(**changes):
    page = next(page for page in FILES.pages if page.slug == "hereditary")
    head = page.head.model_copy(update={key: value for key, value in changes.items() if key != "body"})
    return type(page)(page.kind, page.slug, head, changes.get("body", page.body), page.document)


def test_an_unmarked_paragraph_is_found():
    assert quality.unmarked_blocks(_page(body="## One\n\nA fact without a source.\n\n- A marked item.[@S1]"))[:1] == ["A fact without a source."]


def test_a_number_from_nowhere_is_found():
    assert quality.uncited_numbers(_page(body="In a study of 4711 children.[@S6]"), NUMBERS) == ["4711"]


def test_a_share_of_another_size_is_found():
    assert quality.uncited_numbers(_page(body="About 9 in 11 children.[@S6]"), {"S6": {"40"}}) == ["9", "11"]


def test_a_dose_is_found():
    assert quality.doses(_page(body="Give 2 mg per kilogram.[@S1]"))


def test_a_long_sentence_is_counted():
    assert quality.average_length(_page(short_answer=" ".join(["word"] * 60) + ".[@S1]", unknown="x.[@S1]", body="x.[@S1]", red_flags=None)) > 20


def test_marks_are_read_as_keys():
    assert [keys_of(mark) for mark in MARK.findall("a[@S1 @S2b] b[@us]")] == [["S1", "S2b"], ["us"]]
