"""All visits of all rooms."""

from django.http import HttpResponse

from tests.rooms import (
    accounts,
    check_ins,
    drafts,
    forum_lists,
    forum_posts,
    forum_writing,
    joining,
    letters,
    locations,
    maps,
    matches,
    moderation,
    patients,
    privacy,
    profiles,
    report,
)
from tests.rooms.world import Visit, World

ROOMS = (
    joining,
    accounts,
    profiles,
    patients,
    privacy,
    drafts,
    letters,
    check_ins,
    report,
    locations,
    maps,
    matches,
    forum_lists,
    forum_posts,
    forum_writing,
    moderation,
)


def visits(world: World) -> dict[str, Visit]:
    """Return every visit by its name."""
    found: dict[str, Visit] = {}
    for room in ROOMS:
        found |= room.visits(world)
    return found


def answer(world: World, visit: Visit) -> HttpResponse:
    """Make a visit and return the answer."""
    client = world.client(visit)
    return client.post(visit.address, visit.post) if visit.post is not None else client.get(visit.address)


def answers(world: World) -> dict[str, HttpResponse]:
    """Make every visit; return the answers by name."""
    return {f"{name} ({visit.address})": answer(world, visit) for name, visit in visits(world).items()}
