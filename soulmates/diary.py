"""What pages show of a family's answers: by category, over time, and in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from conditions.models.condition import Condition
from conditions.models.vocabulary import Symptom
from members.models.patient import Patient
from soulmates import charts, picture
from soulmates.models.check_in import CheckIn, Observation
from soulmates.models.choices import Severity

LONG = timedelta(days=300)  # from here on months and years stand below a chart, before it days


def by_category(
    condition: Condition, entries: Iterable[picture.Entry], answers: Mapping[int, Any], steps: Iterable[picture.Step] = ()
) -> list[dict[str, Any]]:
    """Return answers as {"title", "rows"}, in the order of the reference; those to symptoms that the list lost come last, without a title.

    answers: by symptom id, a severity or a dictionary with more. steps: to tell each row the page on which it can be changed. A query
    only where the list has lost a symptom.
    """
    pages = {entry.symptom.pk: step for step in steps for entry in step.entries}
    titles = {category["key"]: category["title"] for category in condition.symptom_categories}
    groups: dict[str, dict[str, Any]] = {}
    left = dict(answers)
    for entry in entries:
        pk = entry.symptom.pk
        if pk in left:
            group = groups.setdefault(entry.category, {"title": titles.get(entry.category, ""), "rows": []})
            group["rows"].append(_row(entry.symptom, left.pop(pk), pages.get(pk), entry.page if entry.page.has_page else None))
    if left:
        lost = Symptom.objects.in_bulk(left)
        groups[""] = {"title": "", "rows": [_row(lost[pk], answer, None, None) for pk, answer in left.items() if pk in lost]}
    return list(groups.values())


def _row(symptom: Symptom, answer: Any, step: picture.Step | None, page: Any) -> dict[str, Any]:
    more = answer if isinstance(answer, dict) else {"severity": answer}
    return {"symptom": symptom, "step": step, "page": page, **more}


def only(groups: Iterable[dict[str, Any]], wanted: Callable[[int | None], Any]) -> list[dict[str, Any]]:
    """Return the groups of by_category with the wanted severities alone; empty ones go."""
    found = [{**group, "rows": [row for row in group["rows"] if wanted(row["severity"])]} for group in groups]
    return [group for group in found if group["rows"]]


def unanswered(steps: Iterable[picture.Step], answers: Mapping[int, int | None]) -> list[tuple[picture.Step, list[picture.Entry]]]:
    """Return what is asked openly and has no answer, by page."""
    found = [(step, [entry for entry in step.entries if entry.asked and entry.symptom.pk not in answers]) for step in steps]
    return [(step, entries) for step, entries in found if entries]


def became_severe(before: int | None, now: int | None) -> bool:
    """Return whether a symptom is severe now and was known to be less before."""
    return now is not None and before is not None and now >= Severity.SEVERE > before


class History:
    """All saved check-ins of a patient, the newest first, and their answers. Two queries."""

    def __init__(self, patient: Patient):
        """Fetch them."""
        self.check_ins = list(CheckIn.objects.finished().filter(patient=patient))
        self.said: dict[int, dict[int, int | None]] = {check_in.pk: {} for check_in in self.check_ins}
        rows = Observation.objects.filter(check_in__in=list(self.said)).order_by()
        for check_in, symptom, severity in rows.values_list("check_in", "symptom", "severity"):
            self.said[check_in][symptom] = severity

    @cached_property
    def days(self) -> list[date]:
        """The days of the check-ins, the oldest first."""
        return [check_in.on for check_in in reversed(self.check_ins)]

    @property
    def is_long(self) -> bool:
        """Whether months say more than days."""
        return bool(self.days) and self.days[-1] - self.days[0] > LONG

    @cached_property
    def answered(self) -> set[int]:
        """The symptoms that any check-in has an answer to."""
        return {symptom for answers in self.said.values() for symptom in answers}

    @cached_property
    def now(self) -> dict[int, dict[str, Any]]:
        """For each symptom the newest answer, its day, and since when it was always answered so: {"severity", "on", "since"}."""
        found: dict[int, dict[str, Any]] = {}
        over: set[int] = set()  # whose stretch has ended
        for check_in in self.check_ins:
            for symptom, severity in self.said[check_in.pk].items():
                newest = found.setdefault(symptom, {"severity": severity, "on": check_in.on, "since": check_in.on})
                if severity != newest["severity"]:
                    over.add(symptom)
                elif symptom not in over:
                    newest["since"] = check_in.on
        return found

    def most_severe(self, entries: Sequence[picture.Entry], number: int = 2) -> list[picture.Entry]:
        """Return the symptoms that are worst now; of equals those that come first."""
        return sorted(entries, key=lambda entry: -(self.now[entry.symptom.pk]["severity"] or 0))[:number]

    def answers_to(self, entries: Iterable[picture.Entry], check_in: CheckIn) -> list[dict[str, Any]]:
        """Return what a check-in says of each symptom: {"symptom", "given", "severity"}."""
        said = self.said[check_in.pk]
        return [{"symptom": one.symptom, "given": one.symptom.pk in said, "severity": said.get(one.symptom.pk)} for one in entries]

    def graph(self, entry: picture.Entry) -> dict[str, Any]:
        """Return a symptom's line over the whole time, and the same in words."""
        pk = entry.symptom.pk
        answers = [(check_in.on, self.said[check_in.pk][pk]) for check_in in reversed(self.check_ins) if pk in self.said[check_in.pk]]
        line = charts.line(answers, self.days[0], self.days[-1])
        strongest = max((point.severity for point in line.points), default=0)
        return {"symptom": entry.symptom, "line": line, "now": answers[-1][1], "strongest": strongest, "words": in_words(entry, line)}


def in_words(entry: picture.Entry, line: charts.Line) -> str:
    """Return what a line shows, for who cannot see it."""
    name = entry.symptom.plain_name
    if not line.points:
        return _("%(name)s: “do not know” so far.") % {"name": name}
    first, last = line.points[0], line.points[-1]
    said = {
        "name": name,
        "first": Severity(first.severity).label,
        "first_day": date_format(first.on),
        "last": Severity(last.severity).label,
        "last_day": date_format(last.on),
        "strongest": Severity(max(point.severity for point in line.points)).label,
    }
    if len(line.points) == 1:
        # Translators: a symptom, how strong it was, and the day.
        return _("%(name)s: %(first)s on %(first_day)s.") % said
    # Translators: a chart in words. A symptom, how strong it was on two days, and how strong at most.
    return _("%(name)s: %(first)s on %(first_day)s, %(last)s on %(last_day)s, at most %(strongest)s.") % said
