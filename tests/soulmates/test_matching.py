"""The measure: its properties on made ontologies, and every way of computing it against a slow one that is read off the definition."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from soulmates.matching import LEVELS, Best, Layout, Query, Weights, contrast, explain, information, percent

LEVEL = [0, 5, 6, 7, 8]


def slow(weights, mine, theirs, factor=4):
    """Return score and K, word by word as the definition says them."""
    parents, ic = weights.layout.parents, weights.ic

    def above(node):
        return {node}.union(*(above(parent) for parent in parents[node]))

    def level(severities, node):
        return max((LEVEL[severity] for term, severity in severities.items() if node in above(term)), default=0)

    terms = mine.keys() | theirs.keys()
    shared = sum(ic[term] * min(LEVEL[mine.get(term, 0)], LEVEL[theirs.get(term, 0)]) for term in terms)
    for node in {node for term in terms for node in above(term)}:
        gain = ic[node] - max((ic[parent] for parent in parents[node]), default=0)
        shared += gain * min(level(mine, node), level(theirs, node))
    single = sum(abs(LEVEL[mine.get(term, 0)] - LEVEL[theirs.get(term, 0)]) for term in terms)
    return (shared / 512) / (shared / 512 + factor * (single / 8 + weights.care)), shared


@st.composite
def vocabularies(draw):
    """Give weights over a made ontology: a root, nodes under one or two others, some of them terms of the vocabulary (also above others)."""
    number = draw(st.integers(2, 14))
    parents, ic = {"HP:00": ()}, {"HP:00": 0}
    for index in range(1, number):
        over = draw(st.lists(st.integers(0, index - 1), min_size=1, max_size=2, unique=True))
        node = f"HP:{index:02}"
        parents[node] = tuple(f"HP:{one:02}" for one in over)
        ic[node] = max(ic[one] for one in parents[node]) + draw(st.integers(0, 200))
    terms = draw(st.lists(st.sampled_from(sorted(parents)[1:]), min_size=1, max_size=8, unique=True))
    positions = {term: place for place, term in enumerate(terms)}
    return Weights(Layout(positions, parents), ic, care=draw(st.integers(1, 20)))


@st.composite
def pictures(draw, number=2):
    """Give weights, and severities of some patients."""
    weights = draw(vocabularies())
    some = st.dictionaries(st.sampled_from(weights.layout.terms), st.integers(1, 4))
    return weights, *(draw(some) for _ in range(number))


def by_arrays(weights, mine, many):
    """Return the scores with many, as the arrays give them."""
    levels = np.stack([weights.layout.levels_of(one) for one in many], axis=1)
    return Query(weights, weights.layout.levels_of(mine)).scores(levels, weights.layout.totals(levels))


def score(weights, mine, theirs):
    return float(by_arrays(weights, mine, [theirs])[0])


@settings(max_examples=300)
@given(pictures())
def test_every_way_of_computing_it_gives_the_very_same_number(world):
    weights, mine, theirs = world
    expected, shared = slow(weights, mine, theirs)
    explanation = explain(weights, mine, theirs)
    assert explanation.total == shared
    assert explanation.score == expected
    assert score(weights, mine, theirs) == expected


@given(pictures())
def test_it_is_symmetric(world):
    weights, mine, theirs = world
    assert score(weights, mine, theirs) == score(weights, theirs, mine)
    assert explain(weights, mine, theirs).total == explain(weights, theirs, mine).total


@given(pictures())
def test_it_is_between_nothing_and_one(world):
    weights, mine, theirs = world
    assert 0 <= score(weights, mine, theirs) < 1


@given(pictures(number=4))
def test_an_identical_twin_is_first(world):
    weights, mine, *others = world
    assume(mine)
    twin, *rest = by_arrays(weights, mine, [mine, *others])
    assert all(one < twin for one, other in zip(rest, others, strict=True) if other != mine) or not twin


@given(pictures())
def test_a_hundred_percent_is_a_twin_only_and_nothing_shared_is_no_percent(world):
    weights, mine, theirs = world
    explanation = explain(weights, mine, theirs)
    assert 0 <= explanation.percent <= 100
    if explanation.total:
        assert (explanation.percent == 100) == (mine == theirs)
    assert (explanation.percent == 0) == (explanation.total == 0)


@given(pictures(number=3))
def test_a_higher_score_is_never_a_lower_percent(world):
    weights, mine, first, second = world
    one, other = explain(weights, mine, first), explain(weights, mine, second)
    if one.score >= other.score:
        assert one.percent >= other.percent


@given(pictures(), st.data())
def test_a_symptom_that_both_get_never_lowers_it(world, data):
    weights, mine, theirs = world
    new = sorted(set(weights.layout.terms) - set(mine) - set(theirs))
    assume(new)
    term, severity = data.draw(st.sampled_from(new)), data.draw(st.integers(1, 4))
    assert score(weights, {**mine, term: severity}, {**theirs, term: severity}) >= score(weights, mine, theirs)


@given(pictures(), st.data())
def test_a_symptom_of_one_only_never_raises_it_unless_something_above_it_becomes_shared(world, data):
    weights, mine, theirs = world
    new = sorted(set(weights.layout.terms) - set(mine) - set(theirs))
    assume(new)
    after = {**theirs, data.draw(st.sampled_from(new)): data.draw(st.integers(1, 4))}
    assume(slow(weights, mine, after)[1] == slow(weights, mine, theirs)[1])
    assert score(weights, mine, after) <= score(weights, mine, theirs)


@given(pictures(number=3), st.sampled_from([0.5, 1, 7, 100]))
def test_the_order_does_not_hang_on_the_factor_four(world, factor):
    weights, mine, first, second = world
    one, other = (slow(weights, mine, theirs)[0] for theirs in (first, second))
    changed, also = (slow(weights, mine, theirs, factor)[0] for theirs in (first, second))
    assert (one > other, one == other) == (changed > also, math.isclose(changed, also, rel_tol=1e-12))


@given(pictures())
def test_the_bars_sum_to_what_is_shared_exactly(world):
    weights, mine, theirs = world
    explanation = explain(weights, mine, theirs)
    reasons = [*explanation.shared, *explanation.related]
    assert sum(reason.units for reason in reasons) == slow(weights, mine, theirs)[1]
    assert all(reason.units > 0 for reason in explanation.related)
    if explanation.total:
        assert math.isclose(sum(reason.share for reason in reasons), 1)


@given(pictures())
def test_each_symptom_stands_once_as_shared_or_with_the_one_who_has_it(world):
    weights, mine, theirs = world
    explanation = explain(weights, mine, theirs)
    assert {reason.hpo_id: (reason.mine, reason.theirs) for reason in explanation.shared} == {
        term: (mine[term], theirs[term]) for term in mine.keys() & theirs.keys()
    }
    assert {term.hpo_id: term.severity for term in explanation.only_mine} == {term: mine[term] for term in mine.keys() - theirs.keys()}
    assert {term.hpo_id: term.severity for term in explanation.only_theirs} == {term: theirs[term] for term in theirs.keys() - mine.keys()}


@given(pictures())
def test_a_related_reason_names_the_nearest_thing_above_symptoms_of_both(world):
    weights, mine, theirs = world
    above = weights.layout.above
    for reason in explain(weights, mine, theirs).related:
        assert reason.my_terms
        assert reason.their_terms
        assert all(reason.hpo_id in above[term.hpo_id] for term in (*reason.my_terms, *reason.their_terms))
        assert (reason.mine, reason.theirs) == (max(term.severity for term in reason.my_terms), max(term.severity for term in reason.their_terms))
        assert {term.hpo_id for term in reason.my_terms}.isdisjoint(term.hpo_id for term in reason.their_terms)


def made(care=10):
    """Give a small ontology: movements of the eyes (two kinds), sleep (itself a term, with one below), and a term that stands alone."""
    parents = {"root": (), "eyes": ("root",), "jerks": ("eyes",), "flutter": ("eyes",), "sleep": ("root",), "waking": ("sleep",), "rash": ("root",)}
    ic = {"root": 0, "eyes": 100, "jerks": 400, "flutter": 500, "sleep": 60, "waking": 160, "rash": 300}
    return Weights(Layout({term: place for place, term in enumerate(("jerks", "flutter", "sleep", "waking", "rash"))}, parents), ic, care=care)


def test_a_shared_symptom_counts_more_than_a_related_one_and_a_rare_one_more_than_a_common_one():
    weights = made()
    same, related = score(weights, {"jerks": 4}, {"jerks": 4}), score(weights, {"jerks": 4}, {"flutter": 4})
    assert same > related > score(weights, {"jerks": 4}, {"rash": 4}) == 0
    assert score(weights, {"flutter": 4}, {"flutter": 4}) > score(weights, {"sleep": 4}, {"sleep": 4})


def test_the_reasons_of_a_made_pair_are_those_worked_out_by_hand():
    weights = made()
    explanation = explain(weights, {"jerks": 4, "sleep": 2, "rash": 1}, {"flutter": 1, "waking": 3, "rash": 1})
    assert [(reason.hpo_id, reason.units) for reason in explanation.shared] == [("rash", 600 * 5)]
    assert [(reason.hpo_id, reason.units) for reason in explanation.related] == [("eyes", 100 * 5), ("sleep", 60 * 6)]
    assert [term.hpo_id for term in explanation.only_mine] == ["jerks", "sleep"]
    assert [term.hpo_id for term in explanation.only_theirs] == ["flutter", "waking"]


def test_what_an_ancestor_adds_is_split_among_the_lowest_shared_terms_and_the_rest_goes_to_the_lowest_id():
    parents = {"root": (), "top": ("root",), "a": ("top",), "b": ("top",), "c": ("top",)}
    weights = Weights(Layout({"a": 0, "b": 1, "c": 2}, parents), {"root": 0, "top": 10, "a": 10, "b": 10, "c": 10})
    both = {"a": 4, "b": 4, "c": 4}
    assert {reason.hpo_id: reason.units for reason in explain(weights, both, both).shared} == {"a": 80 + 27, "b": 80 + 27, "c": 80 + 26}


def test_harder_counts_more_but_having_it_at_all_is_more_than_half():
    weights = made()
    mild, hard = score(weights, {"jerks": 1}, {"jerks": 1}), score(weights, {"jerks": 4}, {"jerks": 4})
    assert hard / 2 < mild < hard
    assert score(weights, {"jerks": 4}, {"jerks": 3}) > score(weights, {"jerks": 4}, {"jerks": 1})


def test_what_stands_above_the_very_same_terms_shares_a_row():
    layout = made().layout
    assert len(layout.sets) == 5 + 3  # five terms; eyes; sleep; the root
    assert layout.row_of["jerks"] == 0


def test_terms_outside_the_vocabulary_count_for_nothing():
    weights = made()
    assert explain(weights, {"jerks": 4, "gone": 4}, {"jerks": 4, "gone": 2}) == explain(weights, {"jerks": 4}, {"jerks": 4})


def test_few_symptoms_give_a_careful_score():
    weights = made()
    few, many = {"jerks": 4}, {"jerks": 4, "flutter": 4, "rash": 4}
    assert score(weights, few, few) < score(weights, many, many)
    assert score(made(care=1), few, few) > score(made(care=20), few, few)


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.1, 0.2, 0.3]), st.booleans()), max_size=60),
    st.integers(1, 12),
    st.integers(1, 20),
    st.randoms(use_true_random=False),
)
def test_the_best_are_those_that_sorting_everything_gives(people, number, size, dice):
    ids = list(range(100, 100 + len(people)))
    dice.shuffle(ids)
    best = Best(number)
    for start in range(0, len(people), size):
        part = people[start : start + size]
        scores, among = np.array([one for one, _in in part]), np.array([inside for _score, inside in part])
        best.take(scores, np.array(ids[start : start + size]), among)
    everybody = [(one, who) for (one, inside), who in zip(people, ids, strict=True) if inside and one > 0]
    assert list(best) == sorted(everybody, key=lambda pair: (-pair[0], pair[1]))[:number]


@given(st.integers(0, 5000), st.integers(0, 5000), st.floats(1e-5, 1), st.floats(0, 500))
def test_information_is_a_number_of_at_least_nothing(number, more, share, prior):
    assert 0 <= information(number, number + more, share=share, prior=prior) < 20


def test_information_moves_from_the_diseases_to_the_members_as_they_become_many():
    assert information(0, 0, share=0.01, prior=200) == pytest.approx(-math.log(0.01))
    assert information(50, 100, share=0.01, prior=200) == pytest.approx(-math.log((50 + 2) / 300))
    assert information(50_000, 100_000, share=0.01, prior=200) == pytest.approx(-math.log(0.5), abs=0.01)


def test_information_never_falls_on_the_way_down():
    for below, over in pairwise([1, 5, 5, 30, 100]):
        assert information(below, 100, share=below / 200, prior=200) >= information(over, 100, share=over / 200, prior=200)


def test_one_patient_more_hardly_moves_a_weight():
    before, after = information(3, 40, share=0.01, prior=200), information(4, 41, share=0.01, prior=200)
    assert abs(before - after) < 0.25


def test_percent_rounds_halves_up_and_never_up_to_a_twin():
    assert percent(10, 0, 10, care=10) == 100
    assert percent(10_000_000, 1, 10_000_000, care=1) == 99
    assert percent(1, 1000, 10_000_000, care=1) == 1


def test_sums_that_are_larger_than_two_bytes_are_counted_whole():
    terms = [f"t{number:02}" for number in range(40)]
    weights = Weights(
        Layout({term: place for place, term in enumerate(terms)}, dict.fromkeys(terms, ("root",))), {"root": 0, **dict.fromkeys(terms, 900)}
    )
    everything = dict.fromkeys(terms, 4)
    assert Query(weights, weights.layout.levels_of(everything)).shared_with_a_twin == 40 * 8 * 1800
    assert score(weights, everything, everything) == slow(weights, everything, everything)[0]


def test_a_weight_that_the_sums_cannot_count_is_refused():
    with pytest.raises(ValueError):
        Weights(Layout({"a": 0}, {}), {"a": 9000})


def test_levels_are_those_of_the_design():
    assert LEVELS[:5].tolist() == [0, 5, 6, 7, 8]
    assert not LEVELS[5:].any()


def test_contrast_is_tverskys():
    assert contrast(80, 0) == 80 / (80 + 40)
    assert contrast(80, 5, care=10) == 80 / (80 + 60)
