"""Pages of people to look at: patients."""

from django.urls import reverse

from members.actions.patients import add_patient, invite
from members.models.choices import Level, Relation
from members.models.patient import Patient
from tests.members.people import consenting
from tests.rooms.world import Visit, World, person


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""
    child = world.child.public_id
    own = Patient.objects.get(guardians__member=world.members["adult"]).public_id
    invite(patient=world.child, by=world.members["parent"], level=Level.EDIT)
    # A record of its own: who is 16 or older can have theirs handed over.
    world.members["of a young person"] = consenting(person("sixteen", "Rowan Tree"))
    young = add_patient(
        by=world.members["of a young person"], relation=Relation.PARENT, condition=world.child.condition, nickname="Pea", age_band="16-17"
    )
    invite(patient=young, by=world.members["of a young person"], level=Level.OWNER, hand_over=True)
    guardian = world.child.guardians.get(member=world.members["guardian"])
    nobody = "0000-0000-0000-0000-0000"

    def address(name, *arguments):
        return reverse(f"members:{name}", args=arguments)

    return {
        "patients: whom is it about": Visit(address("patient_add"), "parent"),
        "patients: whom is it about, with a record of one's own": Visit(address("patient_add"), "adult"),
        "patients: whom is it about, refused": Visit(address("patient_add"), "parent", post={}, status=422),
        "patients: consents for a child": Visit(address("patient_name", "child"), "plain"),
        "patients: consents for a child, refused": Visit(address("patient_name", "child"), "plain", post={"agree": "1"}, status=422),
        "patients: consents, with an answer that waits": Visit(address("patient_name", "me"), "plain", post={"nickname": "Bean"}, status=422),
        "patients: the carer's confirmation": Visit(address("patient_name", "adult"), "stranger"),
        "patients: nickname of a child": Visit(address("patient_name", "child"), "parent"),
        "patients: nickname of an adult": Visit(address("patient_name", "adult"), "parent"),
        "patients: nickname of oneself": Visit(address("patient_name", "me"), "stranger"),
        "patients: nickname, refused": Visit(
            address("patient_name", "child"), "parent", post={"nickname": "Bean 2019", "age_band": "99", "relation": ""}, status=422
        ),
        **{
            f"patients: {step} while going on": Visit(f"{address('patient_step', child, step)}?go=on", "parent")
            for step in ("sex", "began", "diagnosis", "tumour", "course")
        },
        "patients: name and age changed": Visit(address("patient_step", child, "who"), "parent"),
        "patients: own age changed": Visit(address("patient_step", own, "who"), "adult"),
        "patients: a date changed": Visit(address("patient_step", child, "began"), "parent"),
        "patients: a month without its year": Visit(address("patient_step", child, "began"), "parent", post={"onset_month": "3"}, status=422),
        "patients: a year to come": Visit(address("patient_step", child, "began"), "parent", post={"onset_year": "9999"}, status=422),
        "patients: a kind without a tumour": Visit(
            address("patient_step", child, "tumour"), "parent", post={"tumour": "not-found", "tumour_kind": "A kind"}, status=422
        ),
        "patients: a choice that is none": Visit(address("patient_step", child, "course"), "parent", post={"course": "odd"}, status=422),
        "patients: the record for its owner": Visit(address("patient_detail", child), "parent"),
        "patients: the record of a young person": Visit(address("patient_detail", young.public_id), "of a young person"),
        "patients: the record for who may read": Visit(address("patient_detail", child), "guardian"),
        "patients: the record for the person": Visit(address("patient_detail", own), "adult"),
        "patients: invite": Visit(address("patient_invite", child), "parent"),
        "patients: invite, refused": Visit(address("patient_invite", child), "parent", post={}, status=422),
        "patients: a new code": Visit(address("patient_invite", child), "parent", post={"may": "view"}),
        "patients: a code to hand over": Visit(address("patient_invite", young.public_id), "of a young person", post={"may": "hand-over"}),
        "patients: hand over too early": Visit(address("patient_invite", child), "parent", post={"may": "hand-over"}, status=422),
        "patients: type a code": Visit(address("invitation_accept"), "stranger"),
        "patients: type a code without consent": Visit(address("invitation_accept"), "plain"),
        "patients: a code that nobody knows": Visit(
            address("invitation_accept"), "stranger", post={"code": nobody, "relation": "parent", "carer": "1"}, status=422
        ),
        "patients: a code without the carer's box": Visit(
            address("invitation_accept"), "stranger", post={"code": nobody, "relation": "parent"}, status=422
        ),
        "patients: end somebody's access": Visit(address("guardian_remove", child, guardian.pk), "parent"),
        "patients: stop looking after it": Visit(address("patient_leave", child), "guardian"),
        "patients: delete a record": Visit(address("patient_delete", child), "parent"),
        "patients: delete one's own record": Visit(address("patient_delete", own), "adult"),
    }
