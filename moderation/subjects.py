"""The slot for what can be reported and moderated: an app above says, for each model, how it is shown, and what follows when it is hidden."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model


def _nothing(_thing: Any) -> None:
    return None


@dataclass(frozen=True)
class Subject:
    """One model whose rows people write. It inherits Moderated.

    kind: its name in addresses ("question"). label: lazy, one of it. template: a part that shows it to moderators in its context, handed
    `thing`. load: number to the thing with what the template needs, or None. changed: called in the transaction after it was hidden, held,
    shown again or deleted: counters, search and caches follow there.
    """

    kind: str
    label: Any
    model: type[Model]
    template: str
    load: Callable[[int], Any]
    changed: Callable[[Any], None] = _nothing


_subjects: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    """Fill the slot. Raises ValueError for a kind or a model that is there already."""
    if subject.kind in _subjects or any(other.model is subject.model for other in _subjects.values()):
        raise ValueError(f"There is a subject {subject.kind!r} already.")
    _subjects[subject.kind] = subject


def subjects() -> dict[str, Subject]:
    """Return all subjects by kind, in the order of registration."""
    return dict(_subjects)


def subject_of(thing: Any) -> Subject:
    """Return the subject of a thing. Raises LookupError where nobody registered its model."""
    for subject in _subjects.values():
        if isinstance(thing, subject.model):
            return subject
    raise LookupError(f"{type(thing).__name__} cannot be moderated: no app registered it.")
