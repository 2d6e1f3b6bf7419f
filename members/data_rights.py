"""The slot for what an app does with a member's data: export, hide, erase, and act on a consent in the same transaction.

Each app that keeps anything about a member registers a part in its apps.py. A test fails for a model with a path to a member that no part
names. The owner of the slot speaks for the floors below it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


def _nothing(*_arguments: Any, **_named: Any) -> None:
    return None


@dataclass(frozen=True)
class Part:
    """What one app does.

    models: labels ("members.Patient") whose rows this part answers for. kept: label to why a row outlives its member.
    export: member to data for JSON, no other person's words or names. erase: delete or unlink everything, safe to run twice.
    standing_changed: the member became invisible, suspended, or came back. consent_changed: (member, purpose, given) acts at once.
    """

    name: str
    models: frozenset[str]
    export: Callable[[Any], dict[str, Any]]
    erase: Callable[[Any], None]
    kept: dict[str, str] = field(default_factory=dict)
    standing_changed: Callable[[Any], None] = _nothing
    consent_changed: Callable[..., None] = _nothing


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Fill the slot. Raises ValueError for a name or a model that is answered for already."""
    if part.name in _parts:
        raise ValueError(f"The part {part.name} is registered already.")
    taken = {label for other in _parts.values() for label in other.models} & part.models
    if taken:
        raise ValueError(f"Answered for already: {', '.join(sorted(taken))}.")
    _parts[part.name] = part


def parts() -> list[Part]:
    """Return all parts, in the order of registration."""
    return list(_parts.values())


def consent_changed(member: Any, purpose: str, *, given: bool) -> None:
    """Tell every part, inside the transaction of the change."""
    for part in parts():
        part.consent_changed(member, purpose, given=given)


def standing_changed(member: Any) -> None:
    """Tell every part, inside the transaction of the change."""
    for part in parts():
        part.standing_changed(member)
