"""The pages behind the door, in a real browser, for their owners."""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from tests.e2e.conftest import VARIANTS
from tests.html import none_of

PARTS = 4  # so that several processes can share them
# What axe looks for. The first and the last room of each view are looked at in all variants, the others in one: their parts are the same.
AXE = {"light": "everything", "dark": "colours", "phone": "all but colours", "narrow": "", "largest and wide": ""}
ONCE = {variant: axe if variant == "light" else "" for variant, axe in AXE.items()}


def looked_at_closely(rooms: dict[str, list[str]]) -> set[str]:
    """Return the names of the first and the last room of each view."""
    by_view: dict[str, list[str]] = {}
    for name, (address, _session) in rooms.items():
        by_view.setdefault(resolve(urlsplit(address).path).view_name, []).append(name)
    return {name for names in by_view.values() for name in (names[0], names[-1])}


@pytest.mark.parametrize("part", range(PARTS))
def test_rooms_are_well_built(visitors, server, part):
    visitor = visitors("light")
    closely = looked_at_closely(server.rooms)
    faults = []
    for name, (address, session) in list(server.rooms.items())[part::PARTS]:
        visitor.become(session)
        looks = {variant: (VARIANTS[variant], axe) for variant, axe in (AXE if name in closely else ONCE).items()}
        faults += [f"{name}: {fault}" for fault in visitor.look_in_all(address, looks)]
    visitor.become("")
    visitor.wear()
    none_of(faults)
