"""The index follows what is written, and holds nothing of what went."""

from dataclasses import replace

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from search import actions, sources, vocabulary
from search.engines import engine
from search.engines.query import Query
from search.models import Entry, Word


def words():
    """The vocabulary."""
    return set(Word.objects.values_list("word", flat=True))


def in_engine(word):
    """Whether the engine still has a word, whatever the entries say."""
    return bool(engine().match(Query(words=(word,), audiences=("public", "members"), prefix=False), 10))


def test_a_changed_text_is_found_by_its_new_words_only(leaves, titles):
    thing = leaves.put("Sleep", text="Old.")
    entry = Entry.objects.get()
    leaves.put("Tremor", text="New.", pk=thing.pk)
    assert titles("tremor") == ["Tremor"]
    assert titles("sleep") == []
    assert Entry.objects.get().pk == entry.pk
    assert words() == {"tremor", "new"}


def test_what_did_not_change_is_not_written(leaves, django_assert_num_queries):
    thing = leaves.put("Sleep", text="Old.")
    with django_assert_num_queries(3) as captured:  # one that reads, and the savepoint around it
        actions.index("leaf", [thing])
    assert [query["sql"].split()[0] for query in captured.captured_queries] == ["SAVEPOINT", "SELECT", "RELEASE"]


def test_a_thing_without_a_document_leaves_the_index(leaves, titles):
    thing = leaves.put("Sleep", text="Old.")
    thing.listed = False
    actions.index("leaf", [thing])
    assert titles("sleep") == []
    assert not Entry.objects.exists()
    assert not words()


def test_a_language_without_a_document_leaves_the_index(leaves):
    thing = leaves.put("Sleep", also={"de": "Schlaf"})
    thing.also = {}
    actions.index("leaf", [thing])
    assert list(Entry.objects.values_list("language", flat=True)) == ["en"]


def test_without_ids_a_document_replaces_only_its_own_language(leaves, monkeypatch):
    monkeypatch.setitem(sources._sources, "leaf", replace(sources._sources["leaf"], id_of=None))
    leaves.put("Sleep", pk=1)
    leaves.put("Schlaf", pk=1, language="de")
    leaves.put("Slumber", pk=1)
    assert sorted(Entry.objects.values_list("title", flat=True)) == ["Schlaf", "Slumber"]


def test_what_is_removed_is_gone_from_every_table(leaves, stones, titles):
    leaves.put("Sleep", text="Shared and lucienne.")
    leaves.put("Night", text="Shared.")
    stones.put("Stone", text="Shared.", pk=1)
    actions.remove("leaf", [1, 99])
    assert titles("lucienne") == []
    assert sorted(titles("shared")) == ["Night", "Stone"]
    assert words() == {"night", "stone", "shared"}
    assert not in_engine("lucienne")
    assert in_engine("shared")


def test_a_word_keeps_a_witness_that_has_it_as_it_is_written(leaves):
    leaves.put("One", text="Seizures.")
    leaves.put("Two", text="Seizure.")
    leaves.put("Three", text="Seizures.")
    actions.remove("leaf", [1])
    assert Word.objects.get(word="seizures").entry.title == "Three"
    actions.remove("leaf", [3])
    assert words() == {"two", "seizure"}


def test_a_word_of_members_and_of_everybody_are_two(leaves):
    leaves.put("One", text="Tremor.")
    leaves.put("Two", text="Tremor.", audience="members")
    assert sorted(Word.objects.filter(word="tremor").values_list("audience", flat=True)) == ["members", "public"]
    leaves.put("One", text="Tremor.", audience="members", pk=1)
    assert list(Word.objects.filter(word="tremor").values_list("audience", flat=True)) == ["members"]


def test_many_at_once_leave_the_same_vocabulary_as_one_by_one(leaves, monkeypatch):
    for number in range(6):
        leaves.put(f"Leaf {'abcdef'[number]}bcde", text="Shared.")
    monkeypatch.setattr(vocabulary, "_MANY", 2)
    actions.remove("leaf", [1, 2, 3])
    assert words() == {"leaf", "shared", "dbcde", "ebcde", "fbcde"}


def test_a_kind_can_be_cleared(leaves, stones, titles):
    leaves.put("Leaf of sleep")
    stones.put("Stone of sleep")
    actions.clear("leaf")
    assert titles("sleep") == ["Stone of sleep"]
    assert words() == {"stone", "sleep"}
    assert not in_engine("leaf")


def test_a_rebuild_makes_what_the_sources_say(leaves, stones, titles):
    leaves.put("Sleep", text="Old.")
    stones.put("Stone of sleep")
    leaves.things[1].title = "Tremor"
    seen = []
    assert actions.rebuild(lambda kind, total: seen.append((kind, total))) == 2
    assert seen == [("leaf", 1), ("stone", 2)]
    assert titles("tremor") == ["Tremor"]
    assert titles("sleep") == ["Stone of sleep"]
    assert words() == {"tremor", "old", "stone", "sleep"}


def test_the_command_says_in_one_line_what_it_did(leaves, capsys):
    leaves.put("Sleep")
    call_command("rebuild_search")
    said = capsys.readouterr()
    assert said.out.startswith("Search index made anew: 1 entries of 1 kinds in ")
    assert said.out.count("\n") == 1
    assert not said.err


def test_the_index_is_written_in_the_transaction_of_the_caller(leaves, titles):
    with transaction.atomic():
        leaves.put("Sleep")
        transaction.set_rollback(True)
    assert titles("sleep") == []
    assert not in_engine("sleep")
    assert not words()


def test_a_long_text_with_odd_characters_is_indexed(leaves, titles):
    leaves.put("Odd", text="sleep \x00\ud800\x02 " + "x" * 5000 + " " + " ".join(f"wörd{number}" for number in range(30_000)))
    assert titles("sleep") == ["Odd"]


def test_an_unknown_kind_and_a_document_of_another_are_refused(leaves, monkeypatch):
    with pytest.raises(ValueError, match="no source"):
        actions.index("no-such", [])
    leaves.put("Sleep")
    monkeypatch.setattr(leaves, "kind", "other")
    with pytest.raises(ValueError, match="of the kind 'other'"):
        actions.rebuild()


def test_a_row_left_behind_in_the_engine_stands_in_nobodys_way(leaves, titles):
    leaves.put("Sleep")
    entry = Entry.objects.get()
    Entry.objects.all()._raw_delete(connection.alias)
    assert titles("sleep") == []
    Entry(pk=entry.pk, kind="leaf", object_id=7, language="en", title="Tremor", address="/").save(force_insert=True)
    engine().store([entry.pk])
    assert titles("tremor") == ["Tremor"]
    assert titles("sleep") == []
