"""The members' report: what members report of symptoms, for everybody to read."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from conditions import reading
from conditions.models.condition import Condition
from conditions.models.vocabulary import Symptom
from conditions.views import same_under
from soulmates import picture, report
from soulmates.models.report import ReportSnapshot

TOP = 10  # rows of each of the two charts


@same_under(ReportSnapshot.version)
@require_safe
def members_report(request, condition):
    """Show which symptoms members report most, which are the hardest, and all of them by category; the same for visitors and members."""
    condition = get_object_or_404(Condition, slug=condition)
    snapshot = ReportSnapshot.objects.newest(condition)
    context = {
        "condition": condition,
        "breadcrumb": reading.breadcrumb(condition, reading.parent_link(condition, "symptoms")),
        "snapshot": None,
        "least": report.LEAST,
    }
    if snapshot and snapshot.is_published:
        context |= {"snapshot": snapshot, **_lists(condition, snapshot)}
    return render(request, "soulmates/members_report.html", context)


def _lists(condition: Condition, snapshot: ReportSnapshot) -> dict:
    """Return the rows of the page: the most frequent, the hardest, and all by category. Two queries, one fewer without added terms."""
    entries = picture.symptoms_of(condition)
    table, patients = snapshot.table, snapshot.patients
    rows, few = {}, {}
    for entry in entries:
        page = entry.page
        if entry.symptom.hpo_id in table:
            row = {"symptom": entry.symptom, "page": page, "line": report.line_of(table[entry.symptom.hpo_id], patients)}
            rows.setdefault(entry.category, []).append(row)
        elif entry.asked or entry.offered:
            few.setdefault(entry.category, []).append({"symptom": entry.symptom, "page": page})
    added = table.keys() - {entry.symptom.hpo_id for entry in entries}
    for symptom in Symptom.objects.filter(hpo_id__in=added) if added else ():
        rows.setdefault("", []).append({"symptom": symptom, "page": None, "line": report.line_of(table[symptom.hpo_id], patients)})
    most = sorted((row for of_category in rows.values() for row in of_category), key=_by_reports)
    hardest = sorted((row for row in most if row["line"].hard and not row["line"].hard.is_few), key=_by_hard)
    titles = [(category["key"], category["title"]) for category in condition.symptom_categories]
    known = {key for key, _title in titles}
    others = sorted(key for key in {**rows, **few} if key not in known)
    categories = [
        {"key": key, "title": title, "rows": sorted(rows.get(key, []), key=_by_reports), "few": few.get(key, [])}
        for key, title in [*titles, *((key, "") for key in others)]
        if key in rows or key in few
    ]
    return {"most": most[:TOP], "hardest": hardest[:TOP], "categories": categories}


def _by_reports(row: dict) -> tuple:
    """Return what to sort by: what the most have first, then by name."""
    return row["line"].reports.rank, row["symptom"].plain_name


def _by_hard(row: dict) -> tuple:
    """Return what to sort by: what is hard for the largest share first, then by name."""
    return row["line"].hard.rank, row["symptom"].plain_name
