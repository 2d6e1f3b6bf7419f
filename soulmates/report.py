"""What the members' report may say (pure): counts in which nobody can be picked out, also not by subtracting one from another.

- Nothing below LEAST patients; nothing of how hard a symptom is below LEAST who have it.
- A number below FEW, or less than FEW short of all, stands nowhere: only that there are few, or nearly all.
- What would let somebody compute such a number stands nowhere either. So few and nobody are the same; severities are put together until
  each group holds FEW; and where nearly all have a symptom, its groups are of all patients, who does not have it among the mildest.

The table is made of such statements alone: nothing that may not be shown is stored.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LEAST = 10
FEW = 5
A_FEW, NEARLY_ALL = "few", "nearly-all"  # what stands in the place of a number
HARD = 3  # from this severity on: severe

Number = int | str  # or one of the two above
Table = dict[str, dict[str, Any]]


def told(number: int, total: int) -> Number:
    """Return a number as it may be said: itself, or that it is small or close to all."""
    if number < FEW:
        return A_FEW
    return NEARLY_ALL if number > total - FEW else number


def table_of(answers: Iterable[Mapping[str, int]]) -> Table:
    """Return what may be said of each symptom. answers: for each patient the severity (0 to 4) by symptom; what is not known is left out.

    A symptom that is not in the table is one that few or nobody has. Below LEAST patients the table is empty.
    """
    patients = [dict(of_one) for of_one in answers]
    if len(patients) < LEAST:
        return {}
    counts: dict[str, Counter[int]] = {}
    for of_one in patients:
        for symptom, severity in of_one.items():
            counts.setdefault(symptom, Counter())[severity] += 1
    table = {symptom: _statement(severities, len(patients)) for symptom, severities in sorted(counts.items())}
    return {symptom: statement for symptom, statement in table.items() if statement}


def _statement(severities: Mapping[int, int], patients: int) -> dict[str, Any]:
    """Return {"reports", "hard", "levels"} of a symptom, the last two only where they may be said, or {} for few and nobody."""
    by_level = [severities.get(level, 0) for level in range(5)]
    reports = told(sum(by_level[1:]), patients)
    if reports == A_FEW:
        return {}
    if not isinstance(reports, int):  # how many do not have it must not show: they are counted with the mildest
        base, lowest, surely = patients, 0, patients - FEW + 1
        by_level[0] = patients - sum(by_level[1:])
    else:
        base, lowest, surely = reports, 1, reports
    if surely < LEAST:  # not the true number, which may not show
        return {"reports": reports}
    hard = told(sum(by_level[HARD:]), base)
    if hard in (A_FEW, NEARLY_ALL):
        return {"reports": reports, "hard": hard}
    halves = ((lowest, HARD - 2, HARD - 1), (HARD, HARD, 4))  # from, the end of the milder part, to
    return {"reports": reports, "hard": hard, "levels": [group for half in halves for group in _groups(by_level, *half)]}


def _groups(by_level: list[int], first: int, middle: int, last: int) -> list[list[int]]:
    """Return half of the severities as [from, to, number], in two parts where each holds FEW, else in one."""
    milder, harder = sum(by_level[first : middle + 1]), sum(by_level[middle + 1 : last + 1])
    if milder >= FEW and harder >= FEW:
        return [[first, middle, milder], [middle + 1, last, harder]]
    return [[first, last, milder + harder]]


@dataclass(frozen=True)
class Share:
    """A number of a total, as it may be said and drawn."""

    number: Number
    total: int

    @property
    def is_exact(self) -> bool:
        """Return whether the number itself may be said."""
        return isinstance(self.number, int)

    @property
    def is_few(self) -> bool:
        """Return whether all that may be said is that there are few, or nobody."""
        return self.number == A_FEW

    @property
    def least(self) -> int:
        """Return how many it is at least: the full part of a bar."""
        if isinstance(self.number, int):
            return self.number
        return 0 if self.is_few else self.total - FEW + 1

    @property
    def most(self) -> int:
        """Return how many it is at most: where the faded part of a bar ends."""
        if isinstance(self.number, int):
            return self.number
        return FEW - 1 if self.is_few else self.total

    @property
    def rank(self) -> tuple[bool, float, int]:
        """Return what to sort by, the largest first; made from what is said alone, so that the order tells no more."""
        return (self.number != NEARLY_ALL, -self.least / self.total, -self.total)


@dataclass(frozen=True)
class Group:
    """How many say that it is from `first` to `last` hard. with_none: among them whoever does not have it, or did not say."""

    first: int
    last: int
    share: Share

    @property
    def with_none(self) -> bool:
        """Return whether those who do not have it are among them."""
        return self.first == 0

    @property
    def severities(self) -> range:
        """Return the severities that are put together, none left out."""
        return range(max(self.first, 1), self.last + 1)


@dataclass(frozen=True)
class Line:
    """What may be said of one symptom. reports: of all patients. hard: severe or very severe, or None where it may not be said.

    `hard` and `groups` are of those who report it; where nearly all do, of all patients (of_all).
    """

    reports: Share
    hard: Share | None = None
    groups: tuple[Group, ...] = ()

    @property
    def of_all(self) -> bool:
        """Return whether severities are counted among all patients."""
        return not self.reports.is_exact


def line_of(statement: Mapping[str, Any] | None, patients: int) -> Line:
    """Return a statement of a table ready to be shown; None is a symptom that is not in it."""
    if not statement:
        return Line(Share(A_FEW, patients))
    reports = Share(statement["reports"], patients)
    base = patients if not reports.is_exact else int(reports.number)
    hard = statement.get("hard")
    groups = tuple(Group(first, last, Share(number, base)) for first, last, number in statement.get("levels", ()))
    return Line(reports, Share(hard, base) if hard is not None else None, groups)
