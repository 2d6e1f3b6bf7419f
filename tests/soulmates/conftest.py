"""What tests of soulmates share: no process keeps an array of the test before."""

import pytest

from soulmates import live


@pytest.fixture(autouse=True)
def nothing_kept_yet():
    """Forget the arrays: what a test has rolled back gives its numbers again to the next."""
    live.forget()
    yield
    live.forget()
