"""The slot refuses what would hide something."""

import pytest

from search import sources


def test_a_kind_is_registered_once(only_ours):
    source = sources.SearchSource(kind="leaf", label="Leaves", one="Leaf", model=object, documents=list, objects=list)
    sources.register(source)
    assert sources.sources() == {"leaf": source}
    with pytest.raises(ValueError, match="already"):
        sources.register(source)


def test_what_is_open_to_everyone_is_visible_to_everyone():
    assert sources.everyone(None, [1, 2]) == {1, 2}
