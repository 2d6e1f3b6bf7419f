"""The pages behind the door, in a real browser, for their owners."""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from tests.e2e.conftest import VARIANTS
from tests.html import none_of

PARTS = 4  # so that several processes can share them
# What axe looks for. One room of each view is looked at in all variants; its others have the same parts, and the same colours.
AXE = {"light": "everything", "dark": "colours", "phone": "", "narrow": "", "largest and wide": ""}
ONCE = {"light": "all but colours", "narrow": "", "largest and wide": ""}


def looked_at_closely(rooms: dict[str, list[str]]) -> list[str]:
    """Return the names of the last room of each view: the fullest one."""
    last = {resolve(urlsplit(address).path).view_name: name for name, (address, _session) in rooms.items()}
    return list(last.values())


@pytest.mark.parametrize("part", range(PARTS))
def test_rooms_are_well_built(visitors, server, part):
    visitor = visitors("light")
    closely = set(looked_at_closely(server.rooms))
    faults = []
    for name, (address, session) in list(server.rooms.items())[part::PARTS]:
        visitor.become(session)
        looks = {variant: (VARIANTS[variant], axe) for variant, axe in (AXE if name in closely else ONCE).items()}
        faults += [f"{name}: {fault}" for fault in visitor.look_in_all(address, looks)]
    visitor.become("")
    visitor.wear()
    none_of(faults)
