"""What this app adds to pages of the reference: what members report of a symptom, and the most frequent ones on the pages above."""

from typing import Any

from conditions import panels
from conditions.models.condition import Condition
from conditions.models.pages import ConditionSymptom
from soulmates import report
from soulmates.models.report import ReportSnapshot

MOST = 5  # rows of the teaser
SYMPTOMS = "symptoms"  # the topic that is the index of symptoms


def register() -> None:
    """Fill the slot of the reference; members see what visitors see, and its version is the newest snapshot."""
    for place, fill in (("symptom", of_symptom), ("overview", of_overview), ("topic", of_topic)):
        panels.register(place, "counts", fill, version=ReportSnapshot.version)


def of_symptom(page: ConditionSymptom, _user: Any) -> tuple[str, dict[str, Any]]:
    """Return how many report a symptom, and how hard it is. Without a report it says why, and leads to recording. One query."""
    snapshot = ReportSnapshot.objects.newest(page.condition)
    context: dict[str, Any] = {"condition": page.condition, "name": page.symptom.plain_name, "snapshot": None}
    if snapshot and snapshot.is_published:
        context |= {"snapshot": snapshot, "line": report.line_of(snapshot.table.get(page.symptom.hpo_id), snapshot.patients)}
    return "soulmates/_panel_symptom.html", context


def of_overview(topic: Any, _user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return what members report most. Two queries."""
    return _most(topic.condition)


def of_topic(topic: Any, _user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return what members report most, on the index of symptoms; no other question is counted. Two queries, else none."""
    return _most(topic.condition) if topic.slug == SYMPTOMS else None


def _most(condition: Condition) -> tuple[str, dict[str, Any]] | None:
    snapshot = ReportSnapshot.objects.newest(condition)
    if not (snapshot and snapshot.is_published):
        return None
    pages = condition.conditionsymptoms.filter(symptom__hpo_id__in=snapshot.table).select_related("symptom")
    rows = [{"symptom": page.symptom, "page": page, "line": report.line_of(snapshot.table[page.symptom.hpo_id], snapshot.patients)} for page in pages]
    rows.sort(key=lambda row: (row["line"].reports.rank, row["page"].symptom.plain_name))
    for row in rows:
        row["page"].condition = condition  # its address needs it
    return "soulmates/_panel_most.html", {"condition": condition, "snapshot": snapshot, "rows": rows[:MOST]}
