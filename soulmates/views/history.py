"""Pages on which a family finds what it recorded: everybody's symptoms, and one record's over time."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members import consents
from members.models.choices import AgeBand
from members.models.consent import Purpose
from members.models.patient import Guardian
from soulmates import charts, diary, picture
from soulmates.models.check_in import CheckIn, KeptOut
from soulmates.models.choices import Severity
from soulmates.views.records import crumbs_to, record_of

ROWS = 20  # check-ins in the table of one page


@login_required
@require_safe
def symptom_home(request):
    """List everybody whose symptoms may be recorded here, with what there is."""
    mine = list(Guardian.objects.filter(member=request.user.member).select_related("patient").order_by("patient__created_at", "pk"))
    patients = [guardian.patient_id for guardian in mine]
    saved = CheckIn.objects.finished().filter(patient__in=patients).order_by().values("patient").annotate(last=Max("on"), number=Count("pk"))
    by_patient = {row["patient"]: row for row in saved}
    under_way = CheckIn.objects.editable_by(request.user).filter(finished_at=None)
    open_ones = {check_in.patient_id: check_in for check_in in under_way}
    kept = KeptOut.objects.filter(patient__in=patients).order_by().values("patient").annotate(number=Count("pk"))
    kept_out = {row["patient"]: row["number"] for row in kept}
    rows = [
        {
            "guardian": guardian,
            "patient": guardian.patient,
            "saved": by_patient.get(guardian.patient_id),
            "open": open_ones.get(guardian.patient_id),
            "kept_out": kept_out.get(guardian.patient_id, 0),
        }
        for guardian in mine
    ]
    return render(request, "soulmates/symptom_home.html", {"rows": rows, "crumbs": crumbs_to(home=False)})


@login_required
@require_safe
def symptom_history(request, patient):
    """Show symptoms over time: two of them as a chart with its table, the others small; and all check-ins."""
    patient, mine = record_of(request, patient)
    past = diary.History(patient)
    entries = [entry for entry in picture.symptoms_of(patient.condition) if entry.symptom.pk in past.answered]
    chosen = past.most_severe(entries) if not (asked := _asked_for(request, entries)) else asked
    graphs = {entry.symptom.pk: past.graph(entry) for entry in entries}
    others = [graphs[entry.symptom.pk] for entry in entries if entry not in chosen]
    page = Paginator(past.check_ins, ROWS).get_page(request.GET.get("page"))
    context = {
        "patient": patient,
        "mine": mine,
        "entries": entries,
        "chosen": [graphs[entry.symptom.pk] for entry in chosen],
        "selected": [entry.symptom.pk for entry in chosen],
        "others": [graph for graph in others if graph["strongest"]],
        "never": [graph for graph in others if not graph["strongest"]],
        "levels": [(y, Severity(severity).label) for severity, y in charts.LEVELS],
        "ticks": charts.ticks(past.days),
        "tick_format": "M Y" if past.is_long else "j M",
        "rows": [{"check_in": one, "answers": past.answers_to(chosen, one)} for one in page],
        "page": page,
        "total": len(past.check_ins),
        "under_way": CheckIn.objects.editable_by(request.user).filter(patient=patient, finished_at=None).first(),
        "deleted": CheckIn.objects.to_bring_back(request.user).filter(patient=patient).order_by("-deleted_at") if mine.can_change else [],
        "offer_matching": "finished" in request.GET and mine.is_owner and _can_match(request.user.member),
        "crumbs": crumbs_to(),
    }
    return render(request, "soulmates/symptom_history.html", context)


def _asked_for(request, entries) -> list[picture.Entry]:
    """Return the one or two symptoms that an address asks for, by their numbers."""
    by_number = {str(entry.symptom.pk): entry for entry in entries}
    numbers = (request.GET.get("a", ""), request.GET.get("b", ""))
    return list(dict.fromkeys(by_number[number] for number in numbers if number in by_number))


def _can_match(member) -> bool:
    """Return whether matching can be offered: to an adult who has not agreed to it yet."""
    return member.age_band == AgeBand.ADULT and not consents.holds(member, Purpose.MATCHING)
