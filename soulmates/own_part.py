"""What soulmates answers for in the slot of members: check-ins, matching, the place on the map, feedback, watches."""

from typing import Any

from members import data_rights
from members.data_rights import Part
from members.models.member import Member


def export(member: Member) -> dict[str, Any]:
    """Return what is kept about a member and their patients."""
    return {}


def erase(member: Member) -> None:
    """Take a member and their patients out of everything."""


PART = Part(
    name="soulmates",
    models=frozenset(
        {
            *("soulmates.CheckIn", "soulmates.Observation", "soulmates.KeptOut", "soulmates.SharedFacts"),
            *("soulmates.MatchingProfile", "soulmates.MatchFeedback", "soulmates.MatchWatch"),
            *("soulmates.ReportEntry", "soulmates.MemberLocation"),
        }
    ),
    export=export,
    erase=erase,
)
__all__ = ["PART", "data_rights"]
