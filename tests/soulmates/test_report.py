"""The members' report, counted: what it says is true, and nobody can compute from it what it may not say."""

from collections import defaultdict
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from soulmates.report import A_FEW, FEW, LEAST, NEARLY_ALL, Share, line_of, table_of, told

LEVELS = range(5)  # 0: does not have it, or did not say
PARTS = [part for size in range(1, 5) for part in combinations(LEVELS, size)]


def worlds(patients, parts=5):
    """Give each way in which so many patients can have answered about one symptom: how many said each level."""
    if parts == 1:
        yield (patients,)
        return
    for here in range(patients + 1):
        for rest in worlds(patients - here, parts - 1):
            yield (here, *rest)


def computable(patients):
    """Give every number that may not be said and follows all the same: all ways to have answered that lead to one statement agree in it."""
    alike = defaultdict(list)
    for world in worlds(patients):
        said = table_of([{"S": level} for level in LEVELS for _one in range(world[level])]).get("S", {})
        alike[repr(sorted(said.items()))].append(world)
    for said, found in alike.items():
        having = {sum(world[1:]) for world in found}
        for part in PARTS:
            numbers = {sum(world[level] for level in part) for world in found}
            if len(numbers) > 1:
                continue
            (number,) = numbers
            # Among those who have it, too, nobody may be told apart from nearly all others who do.
            within = min(having) if len(having) == 1 and set(part) < {1, 2, 3, 4} else patients
            if not FEW <= number <= within - FEW:
                yield said, part, number


@pytest.mark.parametrize("patients", [10, 13, 14, 15, 19, 25])
def test_from_what_is_said_nobody_can_compute_a_number_that_may_not_be_said(patients):
    assert list(computable(patients)) == []


@pytest.mark.parametrize(
    ("name", "careless"),
    [
        ("_groups", lambda levels, first, middle, last: [[level, level, levels[level]] for level in range(first, last + 1) if levels[level] >= FEW]),
        ("told", lambda number, total: number if number >= FEW else A_FEW),
        ("FEW", 3),
    ],
)
def test_the_check_finds_what_a_careless_table_gives_away(name, careless, monkeypatch):
    monkeypatch.setattr(f"soulmates.report.{name}", careless)
    assert any(computable(20))


severities = st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 4), max_size=5)
calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # another process may have the machine
communities = st.lists(severities, max_size=60)


@calmly
@given(communities)
def test_no_number_stands_there_that_may_not_be_said(community):
    table, patients = table_of(community), len(community)
    assert patients >= LEAST or table == {}
    for said in table.values():
        base = patients if said["reports"] == NEARLY_ALL else said["reports"]
        for number, total in ((said["reports"], patients), (said.get("hard"), base), *((group[2], base) for group in said.get("levels", []))):
            assert number in (None, A_FEW, NEARLY_ALL) or FEW <= number <= total - FEW
        if "levels" in said:
            assert sum(group[2] for group in said["levels"]) == base
            assert base >= LEAST


@calmly
@given(communities)
def test_what_is_said_is_true(community):
    table, patients = table_of(community), len(community)
    for symptom in "ABCDE":
        line = line_of(table.get(symptom), max(patients, LEAST))
        given_answers = [one.get(symptom, 0) for one in community]
        have = sum(severity > 0 for severity in given_answers)
        hard = sum(severity >= 3 for severity in given_answers)
        if patients >= LEAST:
            assert line.reports.least <= have <= line.reports.most
            assert line.hard is None or line.hard.least <= hard <= line.hard.most
        for group in line.groups:
            assert group.share.number == sum(group.first <= severity <= group.last for severity in given_answers if severity or group.with_none)


@calmly
@given(communities)
def test_whoever_says_none_and_whoever_says_nothing_are_the_same(community):
    silent = [{symptom: severity for symptom, severity in one.items() if severity} for one in community]
    assert table_of(silent) == table_of(community)


@calmly
@given(communities, st.randoms())
def test_the_order_of_patients_does_not_matter(community, random):
    mixed = list(community)
    random.shuffle(mixed)
    assert table_of(mixed) == table_of(community)


@calmly
@given(st.lists(severities, min_size=LEAST, max_size=40))
def test_what_one_symptom_says_does_not_hang_on_the_others(community):
    table = table_of(community)
    for symptom in "ABCDE":
        alone = [{symptom: one[symptom]} if symptom in one else {} for one in community]
        assert table_of(alone).get(symptom) == table.get(symptom)


def community(*levels):
    """Return patients with one symptom; a number is a severity, None did not say."""
    return [{} if level is None else {"S": level} for level in levels]


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ([1] * 9, None),
        ([0] * 40, None),
        ([1] * 4 + [None] * 30, None),
        ([1] * 5 + [0] * 30, {"reports": 5}),
        ([4] * 9 + [0] * 30, {"reports": 9}),
        ([4] * 6 + [1] * 4 + [0] * 30, {"reports": 10, "hard": NEARLY_ALL}),
        ([4] * 4 + [1] * 6 + [0] * 30, {"reports": 10, "hard": A_FEW}),
        ([3] * 5 + [1] * 5 + [0] * 30, {"reports": 10, "hard": 5, "levels": [[1, 2, 5], [3, 4, 5]]}),
        ([1] * 5 + [2] * 5 + [3] * 6 + [4] * 4 + [0] * 9, {"reports": 20, "hard": 10, "levels": [[1, 1, 5], [2, 2, 5], [3, 4, 10]]}),
        ([1] * 4 + [2] * 6 + [3] * 5 + [4] * 5 + [None] * 9, {"reports": 20, "hard": 10, "levels": [[1, 2, 10], [3, 3, 5], [4, 4, 5]]}),
        ([1] * 11 + [0] * 2, {"reports": NEARLY_ALL}),  # of 13 it might be nine: no word of how hard
        ([4] * 12, {"reports": NEARLY_ALL}),
        ([3] * 6 + [1] * 8, {"reports": NEARLY_ALL, "hard": 6, "levels": [[0, 2, 8], [3, 4, 6]]}),
        ([3] * 6 + [2] * 5 + [1] * 2 + [0, None, None], {"reports": NEARLY_ALL, "hard": 6, "levels": [[0, 1, 5], [2, 2, 5], [3, 4, 6]]}),
        ([2] * 30, {"reports": NEARLY_ALL, "hard": A_FEW}),
    ],
)
def test_the_table_says_no_more_than_it_may(levels, said):
    assert table_of(community(*levels)).get("S") == said


@pytest.mark.parametrize(("number", "words"), [(0, A_FEW), (4, A_FEW), (5, 5), (29, 29), (30, NEARLY_ALL), (34, NEARLY_ALL)])
def test_a_number_near_an_end_becomes_a_word(number, words):
    assert told(number, 34) == words


def test_the_order_follows_from_what_is_said_alone():
    shares = [Share(5, 10), Share(NEARLY_ALL, 10), Share(A_FEW, 10), Share(NEARLY_ALL, 40), Share(9, 40), Share(20, 40)]
    ordered = sorted(shares, key=lambda share: share.rank)
    assert [(share.number, share.total) for share in ordered] == [(NEARLY_ALL, 40), (NEARLY_ALL, 10), (20, 40), (5, 10), (9, 40), (A_FEW, 10)]
