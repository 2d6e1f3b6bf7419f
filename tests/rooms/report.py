"""Pages of what members report, to look at: the report, with and without enough patients, and its panels on pages of the reference."""

from django.urls import reverse
from django.utils import timezone

from conditions.models.condition import Condition
from soulmates.models.report import ReportSnapshot
from tests.factories import ConditionFactory, ConditionSymptomFactory, RevisionFactory, SourceFactory, SymptomFactory, TopicFactory
from tests.rooms.world import Visit, World

PATIENTS = 64
# What may be said of a symptom, one for each way to say it: exactly with all levels, with some put together, without; nearly all; words.
STATEMENTS = (
    {"reports": 44, "hard": 20, "levels": [[1, 1, 12], [2, 2, 12], [3, 3, 11], [4, 4, 9]]},
    {"reports": 16, "hard": 9, "levels": [[1, 2, 7], [3, 4, 9]]},
    {"reports": 7},
    {"reports": "nearly-all", "hard": 31, "levels": [[0, 1, 16], [2, 2, 17], [3, 4, 31]]},
    {"reports": "nearly-all", "hard": "nearly-all"},
    {"reports": 12, "hard": "few"},
    {"reports": 11, "hard": "nearly-all"},
)


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room. Each condition has a snapshot of its own, or none."""
    condition = ConditionFactory(slug="counted", order=90, name="A counted syndrome")
    condition.codes.create(system="A list", code="C1", source=SourceFactory(condition=condition))
    pages = [ConditionSymptomFactory(condition=condition) for _one in (*STATEMENTS, "few")]
    for page in pages:
        RevisionFactory(symptom=page, unknown="")
    without_a_page = ConditionSymptomFactory(condition=condition, category="")
    overview = RevisionFactory(topic=TopicFactory(condition=condition, slug="overview", group=""), unknown="")
    RevisionFactory(topic=TopicFactory(condition=condition, slug="symptoms"), unknown="")
    table = {page.symptom.hpo_id: statement for page, statement in zip(pages, STATEMENTS, strict=False)}
    table[without_a_page.symptom.hpo_id] = {"reports": 9}
    _snapshot(condition, table)
    alone = ConditionSymptomFactory(condition=ConditionFactory(slug="not-counted", order=91))
    RevisionFactory(symptom=alone, unknown="")
    small = ConditionFactory(slug="hardly-counted", order=92)
    ConditionSymptomFactory(condition=small)
    _snapshot(small, {SymptomFactory().hpo_id: {"reports": 6}})

    def report(slug):
        return reverse("soulmates:members_report", args=[slug])

    return {
        "report: what members report": Visit(report(condition.slug)),
        "report: what members report, to a member": Visit(report(condition.slug), "parent"),
        "report: too few patients": Visit(report("not-counted")),
        "report: too few to say what is hard": Visit(report(small.slug)),
        **{f"report: a symptom, {number}": Visit(page.get_absolute_url()) for number, page in enumerate(pages, start=1)},
        "report: a symptom, to a member": Visit(pages[0].get_absolute_url(), "parent"),
        "report: a symptom that nobody counted": Visit(alone.get_absolute_url()),
        "report: counts on the overview": Visit(overview.get_absolute_url()),
        "report: counts above all symptoms": Visit(reverse("conditions:topic_detail", args=[condition.slug, "symptoms"])),
    }


def _snapshot(condition: Condition, table: dict) -> None:
    ReportSnapshot.objects.create(condition=condition, made_at=timezone.now(), patients=PATIENTS, table=table)
