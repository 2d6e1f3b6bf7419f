"""The picture of a patient: what was last said of each symptom. And which symptoms a condition asks about, page by page.

What is drawn from check-ins (matching, the members' report, the summary for the doctor) is drawn from here, so that all of them agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from conditions.models.condition import Condition
from conditions.models.pages import ConditionSymptom
from conditions.models.vocabulary import Symptom
from soulmates.models.check_in import CheckIn, Observation

OPEN = (ConditionSymptom.Support.CORE, ConditionSymptom.Support.COMMON)  # asked openly: a check-in shall take minutes
FOLDED = (ConditionSymptom.Support.REPORTED,)  # on the same page, folded; so is what has a documented frequency
TUMOURS = "HP:0002664"  # Neoplasm: the record asks about a tumour itself, and "how strong" does not fit
FEW = 3  # a category with fewer open questions shares a page with its neighbours


@dataclass(frozen=True)
class Answer:
    """What was last said of a symptom. severity: 0-4, or None for "I do not know". on: the day it was said of."""

    severity: int | None
    on: date


def current(patient_ids: Iterable[int]) -> dict[int, dict[int, Answer]]:
    """Return for each of these patients the newest answer to each symptom, by the ids of both; who has none is not in it. One query.

    Only finished check-ins that were not deleted count, the later day before the earlier, on one day the one saved later. Of several
    answers the newest stands, also where it is "I do not know". patient_ids: a list, or a query of ids for very many.
    """
    newest = Window(RowNumber(), partition_by=("check_in__patient", "symptom"), order_by=_NEWEST_FIRST)
    rows = Observation.objects.filter(
        check_in__patient__in=patient_ids if hasattr(patient_ids, "query") else list(patient_ids),
        check_in__deleted_at=None,
        check_in__finished_at__isnull=False,
    ).annotate(place=newest)
    found: dict[int, dict[int, Answer]] = {}
    for patient, symptom, severity, on in rows.filter(place=1).values_list("check_in__patient", "symptom", "severity", "check_in__on"):
        found.setdefault(patient, {})[symptom] = Answer(severity, on)
    return found


def before(check_in: CheckIn) -> dict[int, int | None]:
    """Return what the other check-ins, up to the day of this one, last said of each symptom: {symptom id: severity}. One query."""
    rows = Observation.objects.filter(check_in__in=CheckIn.objects.finished().filter(patient=check_in.patient_id, on__lte=check_in.on))
    rows = rows.exclude(check_in=check_in).order_by("check_in__on", "check_in__finished_at", "check_in")
    return dict(rows.values_list("symptom", "severity"))


_NEWEST_FIRST = (F("check_in__on").desc(), F("check_in__finished_at").desc(), F("check_in").desc())


@dataclass(frozen=True)
class Entry:
    """A symptom as a condition has it. category: its key. asked: openly; offered: folded below. Neither: found by typing only."""

    symptom: Symptom
    category: str
    asked: bool
    offered: bool
    page: ConditionSymptom


def symptoms_of(condition: Condition) -> list[Entry]:
    """Return all symptoms of a condition, by category and then in the order of the reference. One query."""
    places = {category["key"]: place for place, category in enumerate(condition.symptom_categories)}
    rows = ConditionSymptom.objects.filter(condition=condition).select_related("symptom").order_by("order", "pk")
    entries = []
    for row in rows:
        row.condition = condition  # its address needs it
        tumour = TUMOURS in (row.symptom.hpo_id, *row.symptom.ancestors)
        asked = row.support in OPEN and not tumour
        offered = not asked and not tumour and (row.support in FOLDED or bool(row.frequency))
        entries.append(Entry(row.symptom, row.category, asked, offered, row))
    return sorted(entries, key=lambda entry: places.get(entry.category, len(places)))


@dataclass(frozen=True)
class Step:
    """One page of a check-in: a category, or a few small ones. key: of its first category, in the address. title: "" where several have questions."""

    key: str
    title: str
    groups: tuple[tuple[str, str, tuple[Entry, ...]], ...]  # (key, title, symptoms)

    @property
    def entries(self) -> list[Entry]:
        """All symptoms of the page."""
        return [entry for _key, _title, entries in self.groups for entry in entries]


def steps_of(condition: Condition, entries: Iterable[Entry]) -> list[Step]:
    """Return the pages of a check-in. entries: as symptoms_of gives them, in the order of the categories. No query.

    Neighbouring categories with few open questions share a page; a page without any question joins the one before.
    """
    by_category: dict[str, list[Entry]] = {}
    for entry in entries:
        by_category.setdefault(entry.category, []).append(entry)
    titles = {category["key"]: category["title"] for category in condition.symptom_categories}
    pages: list[list[tuple[str, str, tuple[Entry, ...]]]] = []
    small_before = False
    for key, found in by_category.items():
        small = sum(entry.asked for entry in found) < FEW
        group = (key, titles.get(key, ""), tuple(found))
        if pages and ((small and small_before) or not any(entry.asked or entry.offered for entry in found)):
            pages[-1].append(group)
        else:
            pages.append([group])
        small_before = small
    return [Step(groups[0][0], _title(groups), tuple(groups)) for groups in pages]


def _title(groups: list[tuple[str, str, tuple[Entry, ...]]]) -> str:
    questions = [title for _key, title, entries in groups if any(entry.asked or entry.offered for entry in entries)]
    return questions[0] if len(questions) == 1 else ""
