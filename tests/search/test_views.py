"""The page of results, as a visitor meets it."""

import logging

import pytest
from django.urls import reverse

ADDRESS = "/search/"


def test_the_page_has_the_promised_address():
    assert reverse("search:result_list") == ADDRESS


@pytest.mark.django_db
def test_without_a_query_the_page_has_the_box_and_the_way_to_help(client):
    response = client.get(ADDRESS)
    page = response.content.decode()
    assert response.status_code == 200
    assert '<label for="q">' in page
    assert reverse("help_now") in page
    assert 'content="noindex"' in page
    assert not response.cookies


def test_results_show_their_kind_their_language_and_their_marks(leaves, stones, client):
    leaves.put("On sleep", text="Sleeping well.", language="en")
    stones.put("Stone of sleep")
    page = client.get(ADDRESS, {"q": "sleep"}).content.decode()
    assert "<title>“sleep” - Search - " in page
    assert "<strong>2 results</strong> for “<bdi>sleep</bdi>”." in " ".join(page.split())
    assert '<p class="label">Leaf</p>' in page
    assert '<h2 lang="en" dir="auto"><a href="/leaf/1/">On sleep</a></h2>' in page
    assert "<mark>Sleeping</mark> well." in page
    assert 'href="/search/?q=sleep&amp;kind=stone"' in page


def test_one_result_is_said_in_the_singular(leaves, client):
    leaves.put("Sleep")
    assert "<strong>1 result</strong>" in client.get(ADDRESS, {"q": "sleep"}).content.decode()


def test_nothing_of_what_is_typed_or_found_is_markup(leaves, client):
    leaves.put("<b>Sleep</b> & more", text='<script>alert("sleep")</script>')
    page = client.get(ADDRESS, {"q": '"><script>alert(1)</script> sleep'}).content.decode()
    assert "<script>alert" not in page
    assert "<b>Sleep" not in page
    assert "&lt;b&gt;Sleep&lt;/b&gt; &amp; more" in page
    assert 'value="&quot;&gt;&lt;script&gt;' in page


def test_nothing_found_says_what_to_do_and_offers_what_was_meant(leaves, client):
    leaves.put("Sleep")
    page = client.get(ADDRESS, {"q": "sleap"}).content.decode()
    assert "Nothing found for “<bdi>sleap</bdi>”" in page
    assert 'href="/search/?q=sleep"><span>Search for “<bdi>sleep</bdi>”</span></a>' in page
    assert reverse("help_now") in page


@pytest.mark.parametrize(("text", "sentence"), [("xxyyzzqq", "Check the spelling"), ("the of", "in nearly every text")])
def test_nothing_found_without_a_suggestion_still_helps(leaves, client, text, sentence):
    leaves.put("Sleep")
    assert sentence in client.get(ADDRESS, {"q": text}).content.decode()


def test_pages_of_results_are_linked_in_words(leaves, client):
    for number in range(45):
        leaves.put(f"Sleep {number}")
    first = client.get(ADDRESS, {"q": "sleep"}).content.decode()
    assert 'href="/search/?q=sleep&amp;after=20">More results</a>' in first
    assert "Previous results" not in first
    second = client.get(ADDRESS, {"q": "sleep", "after": "20", "kind": "leaf"}).content.decode()
    assert 'href="/search/?q=sleep&amp;kind=leaf">Previous results</a>' in second
    assert '<ol class="rows" start="21">' in second


def test_a_kind_without_results_points_to_the_others(leaves, stones, client):
    leaves.put("Sleep")
    page = client.get(ADDRESS, {"q": "sleep", "kind": "stone"}).content.decode()
    assert "Other kinds have something" in page
    assert "<strong>0 results</strong>" in page


@pytest.mark.parametrize("number", [1, 15])
def test_the_page_needs_three_queries_whatever_its_length(leaves, client, number, django_assert_num_queries):
    for place in range(number):
        leaves.put(f"Sleep {place}")
    with django_assert_num_queries(3):  # the matches, their rows, the condition that the header names
        client.get(ADDRESS, {"q": "sleep"})


def test_the_worst_page_needs_five_queries(leaves, client, django_assert_num_queries):
    leaves.put("Sleep", text="Ataxia.")
    with django_assert_num_queries(5):
        client.get(ADDRESS, {"q": "sleap ataksia"})


@pytest.mark.parametrize("text", ["sl\x00eep", "x" * 2000, "😀", '" OR 1', "\ud83d", "%s", "../../etc"])
def test_whatever_is_typed_gives_a_page(leaves, client, text):
    query = text.encode("utf-8", "surrogatepass")
    response = client.get(ADDRESS, {"q": query, "kind": query, "after": query})
    assert response.status_code == 200


def test_words_never_reach_the_logs(leaves, client, caplog):
    leaves.put("Sleep")
    caplog.set_level(logging.INFO)
    client.get(ADDRESS, {"q": "zebrafinch"})
    assert "zebrafinch" not in caplog.text


@pytest.mark.django_db
def test_the_page_only_reads(client):
    assert client.post(ADDRESS, {"q": "sleep"}).status_code == 405
