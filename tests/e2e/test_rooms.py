"""The pages behind the door, in a real browser, for their owners."""

import pytest

from tests.e2e.conftest import VARIANTS
from tests.html import none_of

PARTS = 4  # so that several processes can share them
AXE = {"light": "everything", "dark": "colours", "phone": "all but colours", "narrow": "", "largest and wide": ""}


@pytest.mark.parametrize("part", range(PARTS))
def test_rooms_are_well_built(visitors, server, part):
    visitor = visitors("light")
    looks = {variant: (VARIANTS[variant], axe) for variant, axe in AXE.items()}
    faults = []
    for name, (address, session) in list(server.rooms.items())[part::PARTS]:
        visitor.become(session)
        faults += [f"{name}: {fault}" for fault in visitor.look_in_all(address, looks)]
    visitor.become("")
    visitor.wear()
    none_of(faults)
