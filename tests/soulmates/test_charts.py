"""Charts: days at their distance, gaps where nothing is known, words that do not run into each other."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from soulmates.charts import LABEL, LEFT, LEVELS, RIGHT, Point, height, line, ticks

FIRST = date(2026, 1, 1)


def day(number):
    return FIRST + timedelta(days=number)


def test_levels_stand_at_even_heights_the_worst_on_top():
    assert LEVELS == ((0, 84.0), (1, 66.0), (2, 48.0), (3, 30.0), (4, 12.0))


def test_days_lie_at_their_true_distance():
    drawn = line([(day(0), 0), (day(10), 4), (day(40), 2)], day(0), day(40))
    assert [point.x for point in drawn.points] == [LEFT, 26.5, RIGHT]
    assert drawn.runs == ("3.0,84.0 26.5,12.0 97.0,48.0",)


def test_a_single_value_is_a_dot_in_the_middle_and_no_line():
    drawn = line([(day(3), 2)], day(3), day(3))
    assert (drawn.points, drawn.runs) == ((Point(50.0, 48.0, day(3), 2),), ())


def test_do_not_know_is_no_dot_and_breaks_the_line():
    drawn = line([(day(0), 1), (day(1), 1), (day(2), None), (day(3), 2), (day(4), 3)], day(0), day(4))
    assert len(drawn.points) == 4
    assert len(drawn.runs) == 2


def test_what_was_skipped_breaks_nothing():
    assert len(line([(day(0), 1), (day(4), 3)], day(0), day(9)).runs) == 1


def test_a_dot_between_two_unknowns_stands_alone():
    drawn = line([(day(0), None), (day(1), 4), (day(2), None)], day(0), day(2))
    assert (len(drawn.points), drawn.runs) == (1, ())


def test_of_several_on_one_day_the_last_stands():
    assert [point.severity for point in line([(day(0), 1), (day(2), 4), (day(2), 0)], day(0), day(2)).points] == [1, 0]
    assert [point.severity for point in line([(day(0), 1), (day(2), 4), (day(2), None)], day(0), day(2)).points] == [1]


def test_nothing_is_drawn_of_nothing():
    assert line([], day(0), day(0)).points == ()
    assert ticks([]) == []


@given(st.lists(st.tuples(st.integers(0, 40_000), st.sampled_from([None, 0, 1, 2, 3, 4])), min_size=1, max_size=80))
def test_everything_lies_inside_of_the_drawing(said):
    said = sorted(((day(number), severity) for number, severity in said), key=lambda one: one[0])
    drawn = line(said, said[0][0], said[-1][0])
    assert all(LEFT <= point.x <= RIGHT and point.y == height(point.severity) for point in drawn.points)
    assert [point.on for point in drawn.points] == sorted({point.on for point in drawn.points})
    assert sum(len(run.split()) for run in drawn.runs) <= len(drawn.points)


@given(st.lists(st.integers(0, 40_000), min_size=1, max_size=120))
def test_the_words_below_keep_their_distance_and_name_the_ends(numbers):
    days = sorted(day(number) for number in numbers)
    found = ticks(days)
    assert (found[0].on, found[-1].on) == (days[0], days[-1])
    reach = {"start": (0, LABEL), "middle": (LABEL / 2, LABEL / 2), "end": (LABEL, 0)}
    for left, right in zip(found, found[1:], strict=False):
        assert left.x + reach[left.anchor][1] <= right.x - reach[right.anchor][0] + 0.001
