"""Pages of people to look at: check-ins."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from members import consents
from members.actions.drafts import keep
from members.actions.patients import accept, add_patient, invite
from members.models.choices import Level, Relation
from members.models.consent import Purpose
from members.models.patient import Patient
from soulmates import picture
from soulmates.actions.check_ins import DRAFT, draft_about
from soulmates.models.check_in import CheckIn, KeptOut
from tests.factories import SymptomFactory
from tests.rooms.world import Visit, World, person
from tests.soulmates.factories import check_in_of


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""
    child, condition = world.child, world.child.condition
    own = Patient.objects.get(guardians__member=world.members["adult"])
    steps = picture.steps_of(condition, picture.symptoms_of(condition))
    entries = steps[0].entries
    shared_step = next((step for step in steps if not step.title), steps[-1])
    name = entries[0].symptom.plain_name
    newest, *_others, oldest = CheckIn.objects.finished().filter(patient=child)
    # The parent is writing about the child: worse than before, and one answer to a symptom that the list has lost.
    lost = SymptomFactory(plain_name="A symptom of an older list")
    writing = check_in_of(child, {entries[0].symptom: 4, entries[-1].symptom: 2, lost: 1}, finished=False)
    KeptOut.objects.create(patient=child, symptom=entries[1].symptom)
    gone = check_in_of(child, {entries[0].symptom: 1}, days_ago=3)
    CheckIn.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    # A newcomer's record: without any saved check-in, and with one that is empty so far, and a draft.
    world.members["check-newcomer"] = newcomer = person("check-newcomer", "Just Here")
    consents.give(member=newcomer, purpose=Purpose.HEALTH, form="test")
    new = add_patient(by=newcomer, relation=Relation.SELF, condition=condition, nickname="New here")
    empty = check_in_of(new, {}, finished=False)
    address = reverse("soulmates:check_in_step", args=[empty.public_id, steps[0].key])
    field = f"s{entries[0].symptom.pk}"
    keep(member=newcomer, form=DRAFT, about=draft_about(empty, steps[0].key), address=address, fields={field: ["3"]})
    # Bean's cousin has a long diary, kept by the guardian, with days on which nothing was known.
    long = add_patient(by=world.members["guardian"], relation=Relation.PARENT, condition=condition, nickname="Long diary")
    for number in range(61):
        answers = {entry.symptom: None if number % 9 == 4 else (number * (place + 2) // 7) % 5 for place, entry in enumerate(entries)}
        check_in_of(long, answers, days_ago=30 * number, note="A note" if number % 5 == 0 else "")
    accept(code=invite(patient=long, by=world.members["guardian"], level=Level.EDIT), by=world.members["parent"])
    by_other = check_in_of(long, {entries[0].symptom: 2}, by=world.members["parent"])

    def at(view, *arguments):
        return reverse(f"soulmates:{view}", args=[getattr(one, "public_id", one) for one in arguments])

    future = (timezone.localdate() + timedelta(days=9)).isoformat()
    return {
        "check-ins: home": Visit(at("symptom_home"), "parent"),
        "check-ins: home, to read": Visit(at("symptom_home"), "guardian"),
        "check-ins: home without a record": Visit(at("symptom_home"), "plain"),
        "check-ins: home of one's own": Visit(at("symptom_home"), "adult"),
        "check-ins: begin": Visit(at("check_in_begin", own), "adult"),
        "check-ins: begin like last time": Visit(f"{at('check_in_begin', own)}?like", "adult"),
        "check-ins: begin the first": Visit(at("check_in_begin", long), "guardian"),
        "check-ins: begin, refused": Visit(at("check_in_begin", own), "adult", post={"on": future}, status=422),
        "check-ins: one is under way": Visit(at("check_in_begin", child), "parent"),
        "check-ins: first page": Visit(at("check_in_step", writing, steps[0].key), "parent"),
        "check-ins: a page with a draft": Visit(address, "check-newcomer"),
        "check-ins: a page for several categories": Visit(at("check_in_step", empty, shared_step.key), "check-newcomer"),
        "check-ins: last page": Visit(at("check_in_step", empty, steps[-1].key), "check-newcomer"),
        "check-ins: one answer is changed": Visit(f"{at('check_in_step', writing, steps[0].key)}?review", "parent"),
        "check-ins: a page, refused": Visit(at("check_in_step", writing, steps[0].key), "parent", post={field: "7"}, status=422),
        "check-ins: review": Visit(at("check_in_review", writing), "parent"),
        "check-ins: review of nothing": Visit(at("check_in_review", empty), "check-newcomer"),
        "check-ins: review, refused": Visit(at("check_in_review", empty), "check-newcomer", post={"on": "soon", "note": "x" * 201}, status=422),
        "check-ins: a saved one is changed": Visit(at("check_in_review", newest), "parent"),
        "check-ins: add": Visit(at("check_in_add", writing), "parent"),
        "check-ins: add, nothing typed": Visit(at("check_in_add", writing), "parent", post={"q": "", "look": "1"}, status=422),
        "check-ins: add, found": Visit(at("check_in_add", writing), "parent", post={"q": name, "look": "1"}),
        "check-ins: add, nothing found": Visit(at("check_in_add", writing), "parent", post={"q": "xxyyzzqq", "look": "1"}),
        "check-ins: add, none of these": Visit(at("check_in_add", writing), "parent", post={"q": name, "symptom": "-", "save": "1"}),
        "check-ins: add, refused": Visit(
            at("check_in_add", writing), "parent", post={"q": name, "symptom": str(entries[0].symptom.pk), "save": "1"}, status=422
        ),
        "check-ins: one to read": Visit(at("check_in_detail", newest), "parent"),
        "check-ins: an old one": Visit(at("check_in_detail", oldest), "parent"),
        "check-ins: one for who may read": Visit(at("check_in_detail", newest), "guardian"),
        "check-ins: one by somebody else": Visit(at("check_in_detail", by_other), "guardian"),
        "check-ins: delete": Visit(at("check_in_delete", newest), "parent"),
        "check-ins: throw away": Visit(at("check_in_delete", writing), "parent"),
        "check-ins: over time": Visit(at("symptom_history", child), "parent"),
        "check-ins: over time, just saved": Visit(f"{at('symptom_history', own)}?finished=1", "adult"),
        "check-ins: over time, to read": Visit(at("symptom_history", child), "guardian"),
        "check-ins: over time, long": Visit(at("symptom_history", long), "guardian"),
        "check-ins: over time, long, older": Visit(f"{at('symptom_history', long)}?page=2&a={entries[1].symptom.pk}", "guardian"),
        "check-ins: over time, nothing": Visit(at("symptom_history", new), "check-newcomer"),
        "check-ins: for the doctor": Visit(at("symptom_summary", child), "parent"),
        "check-ins: for the doctor, nothing": Visit(at("symptom_summary", new), "check-newcomer"),
        "check-ins: kept out": Visit(at("kept_out", child), "parent"),
        "check-ins: kept out, to read": Visit(at("kept_out", child), "guardian"),
        "check-ins: kept out, nothing to choose from": Visit(at("kept_out", new), "check-newcomer"),
        "check-ins: kept out, refused": Visit(at("kept_out", child), "parent", post={"symptoms": "0"}, status=422),
    }
