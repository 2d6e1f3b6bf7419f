"""Every visit answers as it says, and is kept nowhere."""

import pytest

from tests.rooms import everything
from tests.rooms.world import build


@pytest.mark.once
@pytest.mark.django_db
def test_every_visit_answers_as_it_says_and_may_be_kept_nowhere():
    world = build()
    for name, visit in everything.visits(world).items():
        response = everything.answer(world, visit)
        assert response.status_code == visit.status, name
        if visit.who:
            assert "no-store" in response["Cache-Control"], name
