"""The pages behind the door, in a real browser, for their owners."""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from tests.e2e.conftest import VARIANTS
from tests.html import none_of

PARTS = 4  # so that several processes can share them
# What axe looks for. One room of each view is looked at closely, one after another by day and by night; the others of a view have its parts.
DAY = {"light": "everything", "narrow": "", "largest and wide": ""}
NIGHT = {"light": "all but colours", "dark": "colours", "narrow": "", "largest and wide": ""}
ONCE = {"light": "all but colours", "narrow": ""}


def looked_at_closely(rooms: dict[str, list[str]]) -> list[str]:
    """Return the names of the last room of each view: the fullest one."""
    last = {resolve(urlsplit(address).path).view_name: name for name, (address, _session) in rooms.items()}
    return list(last.values())


@pytest.mark.parametrize("part", range(PARTS))
def test_rooms_are_well_built(visitors, server, part):
    visitor = visitors("light")
    closely = {name: NIGHT if number % 2 else DAY for number, name in enumerate(looked_at_closely(server.rooms))}
    faults = []
    for name, (address, session) in list(server.rooms.items())[part::PARTS]:
        visitor.become(session)
        looks = {variant: (VARIANTS[variant], axe) for variant, axe in closely.get(name, ONCE).items()}
        faults += [f"{name}: {fault}" for fault in visitor.look_in_all(address, looks)]
    visitor.become("")
    visitor.wear()
    none_of(faults)
