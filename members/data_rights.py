"""The slot for what an app does with a member's data: export, hide, erase, and act on a consent in the same transaction.

Each app that keeps anything about a member registers a part in its apps.py. A test fails for a model with a path to a member that no part
names. The owner of the slot speaks for the floors below it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction


def _nothing(*_arguments: Any, **_named: Any) -> None:
    return None


def _no_files(_member: Any) -> dict[str, Any]:
    return {}


def _no_lines(_member: Any) -> list["Held"]:
    return []


@dataclass(frozen=True)
class Held:
    """One line of "what we keep about you". what: lazy words. number: how many. address: the page where they can be seen, or an empty string."""

    what: Any
    number: int
    address: str = ""


@dataclass(frozen=True)
class Part:
    """What one app does.

    models: labels ("members.Patient") whose rows this part answers for. goes: what an erase deletes, in sentences for the member.
    kept: label to why a row outlives its member, in a sentence for the member. held: member to lines of what is kept about them.
    export: member to data for JSON, no other person's words or names. files: member to the stored files that go along, by name in the zip;
    no name comes from what somebody typed. erase: delete or unlink everything, safe to run twice.
    standing_changed: the member became invisible, suspended, or came back. consent_changed: (member, purpose, given) acts at once.
    """

    name: str
    models: frozenset[str]
    export: Callable[[Any], dict[str, Any]]
    erase: Callable[[Any], None]
    goes: tuple[Any, ...] = ()  # lazy strings
    kept: dict[str, Any] = field(default_factory=dict)  # lazy strings
    held: Callable[[Any], list["Held"]] = _no_lines
    files: Callable[[Any], dict[str, Any]] = _no_files
    standing_changed: Callable[[Any], None] = _nothing
    consent_changed: Callable[..., None] = _nothing


OWNER = "members"  # the part of the slot's owner
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


def held(member: Any) -> list[Held]:
    """Return what all parts keep about a member, counted, in the order of registration."""
    return [line for part in parts() for line in part.held(member)]


def export(member: Any) -> dict[str, dict[str, Any]]:
    """Return all that is kept about a member, by part: for JSON, without another person's words or names."""
    return {part.name: part.export(member) for part in parts()}


def files(member: Any) -> dict[str, Any]:
    """Return the stored files of all parts that go along with what `export` says, by name in the zip."""
    return {name: file for part in parts() for name, file in part.files(member).items()}


def erase(member: Any) -> None:
    """Let every part forget a member, each in a transaction of its own, the owner of the slot last: it deletes the account.

    Safe to run twice: a part that fails leaves the account, so that the next run begins again.
    """
    for part in _owner_last():
        with transaction.atomic():
            part.erase(member)


def consent_changed(member: Any, purpose: str, *, given: bool) -> None:
    """Tell every part, inside the transaction of the change, the owner of the slot last: it takes the records away by which others find theirs."""
    for part in _owner_last():
        part.consent_changed(member, purpose, given=given)


def _owner_last() -> list[Part]:
    return sorted(parts(), key=lambda part: part.name == OWNER)


def standing_changed(member: Any) -> None:
    """Tell every part, inside the transaction of the change."""
    for part in parts():
        part.standing_changed(member)
