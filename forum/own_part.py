"""What the forum answers for in the slot of members."""

from typing import Any

from members.data_rights import Part
from members.models.member import Member


def export(member: Member) -> dict[str, Any]:
    """Return what a member wrote here."""
    return {}


def erase(member: Member) -> None:
    """Forget a member."""


PART = Part(
    name="forum",
    models=frozenset({"forum.Question", "forum.Answer", "forum.Comment", "forum.Vote", "forum.Mention", "forum.Edit", "forum.Picture"}),
    export=export,
    erase=erase,
)
