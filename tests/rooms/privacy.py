"""Pages of people to look at: privacy."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from members import consents, packing
from members.actions.patients import accept, add_patient, invite
from members.models.choices import Level, Relation
from members.models.consent import Consent, Purpose
from members.models.leaving import Export
from members.models.member import Member
from tests.factories import UserFactory
from tests.rooms.world import Visit, World, person


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""

    def address(name, *arguments):
        return reverse(f"members:{name}", args=arguments)

    _add_people(world)
    erase, undo, export, agreed = address("erase"), address("erase_undo"), address("export_list"), address("consent_list")
    change = address("consent_change", Purpose.CARER)
    return {
        "privacy: the centre of a parent": Visit(address("privacy"), "parent"),
        "privacy: the centre of somebody who agreed to nothing": Visit(address("privacy"), "plain"),
        "privacy: consents of a parent": Visit(agreed, "parent"),
        "privacy: consents of a second guardian": Visit(agreed, "guardian"),
        "privacy: consents, none given": Visit(agreed, "plain"),
        "privacy: consents, taken back and given again": Visit(agreed, "wavering"),
        "privacy: consents, new words wait": Visit(agreed, "paused"),
        "privacy: a yes that needs another first": Visit(change, "plain", post={"action": "give"}, status=422),
        "privacy: a button that is none": Visit(change, "parent", post={"action": "perhaps"}, status=422),
        "privacy: export, none yet": Visit(export, "stranger"),
        "privacy: export, being packed": Visit(export, "waiting"),
        "privacy: export, ready": Visit(export, "ready"),
        "privacy: export, failed": Visit(export, "failed"),
        "privacy: export while leaving": Visit(export, "leaving"),
        "privacy: erase": Visit(erase, "parent"),
        "privacy: erase, a record that passes on": Visit(erase, "passing"),
        "privacy: erase, the last administrator": Visit(erase, "administrator", session=_second_step()),
        "privacy: on the way out": Visit(undo, "leaving"),
        "privacy: too late": Visit(undo, "gone"),
        "privacy: too late, pressed": Visit(undo, "gone", post={}, status=422),
    }


def _add_people(world: World) -> None:
    """Add whoever stands in a state that nobody of the world is in."""
    now = timezone.now()
    for key, name in (("wavering", "Willow"), ("paused", "Pebble"), ("waiting", "Heron"), ("ready", "Robin"), ("failed", "Finch"), ("gone", "Swift")):
        world.members[key] = person(f"privacy-{key}", name)
    wavering, paused = world.members["wavering"], world.members["paused"]
    consents.give(member=wavering, purpose=Purpose.EMAILS, form="privacy")
    consents.withdraw(member=wavering, purpose=Purpose.EMAILS)
    consents.give(member=paused, purpose=Purpose.HEALTH, form="privacy")
    Consent.objects.filter(member=paused).update(version=0)
    Export.objects.create(member=world.members["waiting"])
    ready = Export.objects.create(member=world.members["ready"])
    packing.make(ready.pk, "en")
    Export.objects.create(member=world.members["failed"], failed_at=now)
    Member.objects.filter(pk=world.members["gone"].pk).update(leaving_at=now - timedelta(days=15))
    administrator = UserFactory(email="privacy-administrator@example.org", is_staff=False, is_superuser=True)
    world.members["administrator"] = administrator.member
    passing = world.members["passing"] = person("privacy-passing", "Passer By")
    for purpose in (Purpose.HEALTH, Purpose.CARER):
        consents.give(member=passing, purpose=purpose, form="privacy")
    shared = add_patient(by=passing, relation=Relation.PARENT, condition=world.child.condition, nickname="Sprout", age_band="5-8")
    accept(code=invite(patient=shared, by=passing, level=Level.EDIT), by=world.members["guardian"])


def _second_step() -> dict:
    """Return what the session of staff knows who have just shown their second factor."""
    return {"account_authentication_methods": [{"method": "mfa", "type": "totp", "id": 1, "at": timezone.now().timestamp()}]}
