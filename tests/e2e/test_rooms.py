"""The pages behind the door, in a real browser, for their owners."""

import pytest

from tests.html import none_of


@pytest.mark.parametrize(
    "variant, axe", [("light", "everything"), ("dark", "colours"), ("phone", "all but colours"), ("narrow", ""), ("largest and wide", "")]
)
def test_rooms_are_well_built(visitors, server, variant, axe):
    visitor = visitors(variant)
    faults = []
    for name, (address, session) in server.rooms.items():
        visitor.become(session)
        faults += [f"{name}: {fault}" for fault in visitor.look(address, axe=axe)]
    visitor.become("")
    none_of(faults)
