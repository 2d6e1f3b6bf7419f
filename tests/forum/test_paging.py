"""Pages of a list by the key of a row."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from forum import paging
from forum.models.question import Question
from forum.paging import Order
from tests.forum import factories

ORDERS = (Order("created_at"), Order("created_at", descending=False), Order("helpful_count", is_time=False))
ODD = (
    *("", "-", "x", "1", "1-", "-1", "1-x", "-1-1", "1--1", "1-1-1", "9" * 19 + "-1", "1-" + "9" * 19, "1-" + "9" * 20, "9" * 400),
    *("1.5-2", "１-１", " 1-1", "1-1 ", "1-1\n", "0x1-1", "null", "\x00-1"),
)


@pytest.fixture
def questions(db):
    """Forty-five questions, each three of them at the same moment and equally helpful."""
    first, by, now = factories.question(), factories.writer(), timezone.now()
    Question.objects.all().delete()
    Question.objects.bulk_create(
        Question(
            author=by,
            condition=first.condition,
            title=f"Question {number}",
            created_at=now - timedelta(hours=number // 3),
            helpful_count=number // 3,
        )
        for number in range(45)
    )
    return Question.objects.all()


def walk(rows, order, name):
    """Return the rows of all pages, by the links that lead on."""
    found, asked, pages = [], {}, 0
    while True:
        page = paging.page(rows, order, asked)
        found.append([row.pk for row in page.rows])
        pages += 1
        link = getattr(page, name)
        if not link or pages > 9:
            return found
        key, _equals, value = link[1:].partition("=")
        asked = {key: value}


@pytest.mark.parametrize("order", ORDERS)
def test_walking_on_shows_every_row_once_in_order(questions, order):
    pages = walk(questions, order, "older")
    assert [len(page) for page in pages] == [20, 20, 5]
    assert sum(pages, []) == list(questions.order_by(*order.by()).values_list("pk", flat=True))


@pytest.mark.parametrize("order", ORDERS)
def test_walking_back_shows_the_same_pages(questions, order):
    pages = walk(questions, order, "older")
    last = questions.get(pk=pages[2][0])
    page = paging.page(questions, order, {"before": order.key_of(last)})
    assert [row.pk for row in page.rows] == pages[1]
    page = paging.page(questions, order, {"before": order.key_of(page.rows[0])})
    assert [row.pk for row in page.rows] == pages[0]
    assert (page.is_top, page.is_first, page.newer) == (True, False, "")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", ["after", "before"])
def test_an_odd_key_gives_the_first_page(questions, odd, name):
    page = paging.page(questions, ORDERS[0], {name: odd})
    assert page.rows == paging.page(questions, ORDERS[0], {}).rows
    assert page.is_first


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("key", ["0-0", "0-9223372036854775807", "9000000000000000-1"])
def test_a_key_beyond_the_ends_gives_a_page_or_an_empty_one(questions, order, key):
    for name in ("after", "before"):
        assert len(paging.page(questions, order, {name: key}).rows) <= paging.PER_PAGE


def test_nothing_shifts_when_a_row_is_added_on_top(questions):
    second = paging.page(questions, ORDERS[0], {"after": ORDERS[0].key_of(questions.order_by("-created_at", "-pk")[19])})
    factories.question("A newer one?")
    again = paging.page(Question.objects.all(), ORDERS[0], {"after": ORDERS[0].key_of(questions.order_by("-created_at", "-pk")[20])})
    assert second.rows == again.rows


def test_a_page_is_one_query(questions, django_assert_num_queries):
    with django_assert_num_queries(1):
        paging.page(questions, ORDERS[0], {})


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_no_text_breaks_the_reading_of_a_key(text):
    for order in ORDERS:
        key = order.read(text)
        assert key is None or (len(key) == 2 and 0 <= key[1] <= paging.LARGEST)


@given(st.datetimes(min_value=timezone.datetime(1970, 1, 1), max_value=timezone.datetime(3000, 1, 1)), st.integers(0, paging.LARGEST))
def test_a_key_comes_back_as_it_was(at, number):
    at = timezone.make_aware(at, timezone.get_fixed_timezone(0))
    row = Question(pk=number, created_at=at)
    assert ORDERS[0].read(ORDERS[0].key_of(row)) == (at, number)
