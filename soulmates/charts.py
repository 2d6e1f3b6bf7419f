"""Charts of symptoms over time, as coordinates in percent of the drawing. Pure: days and severities in, numbers out.

Days lie at their true distance. What was skipped on a day is no point; "I do not know" is none either, and breaks the line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

LEFT, RIGHT = 3.0, 97.0  # of the first and of the last day
NONE, VERY_SEVERE = 84.0, 12.0  # the heights of severity 0 and 4; days are written below
LABEL = 24.0  # percent of the width that the words of a day need
MOST_SEVERE = 4


@dataclass(frozen=True)
class Point:
    """A dot: where it is, and what it stands for."""

    x: float
    y: float
    on: date
    severity: int


@dataclass(frozen=True)
class Line:
    """One symptom. runs: for each unbroken stretch of two dots and more the points of a polyline."""

    points: tuple[Point, ...]
    runs: tuple[str, ...]


@dataclass(frozen=True)
class Tick:
    """A day below the drawing. anchor: how its words stand to x."""

    x: float
    on: date
    anchor: str


def height(severity: int) -> float:
    """Return where a severity lies, from above."""
    return round(NONE - (NONE - VERY_SEVERE) * severity / MOST_SEVERE, 1)


LEVELS = tuple((severity, height(severity)) for severity in range(MOST_SEVERE + 1))


def across(day: date, first: date, last: date) -> float:
    """Return where a day lies between the first and the last; a single day lies in the middle."""
    if first == last:
        return 50.0
    return round(LEFT + (RIGHT - LEFT) * (day - first).days / (last - first).days, 1)


def line(answers: Sequence[tuple[date, int | None]], first: date, last: date) -> Line:
    """Return a symptom's line. answers: in order, the oldest first; of several on one day the last stands."""
    by_day: dict[date, int | None] = {}
    for day, severity in answers:
        by_day.pop(day, None)
        by_day[day] = severity
    points: list[Point] = []
    runs: list[list[Point]] = [[]]
    for day, severity in by_day.items():
        if severity is None:
            runs.append([])
            continue
        point = Point(across(day, first, last), height(severity), day, severity)
        points.append(point)
        runs[-1].append(point)
    return Line(tuple(points), tuple(" ".join(f"{one.x},{one.y}" for one in run) for run in runs if len(run) > 1))


def ticks(days: Sequence[date]) -> list[Tick]:
    """Return the days to write below: the first and the last, and of those between as many as have room. days: in order."""
    if not days:
        return []
    first, last = days[0], days[-1]
    if first == last:
        return [Tick(50.0, first, "middle")]
    found = [Tick(LEFT, first, "start")]
    for day in days:
        x = across(day, first, last)
        room_before = LABEL * 1.5 if len(found) == 1 else LABEL  # the first words begin at their day, the others stand around it
        if x - found[-1].x >= room_before and RIGHT - x >= LABEL * 1.5:
            found.append(Tick(x, day, "middle"))
    return [*found, Tick(RIGHT, last, "end")]
