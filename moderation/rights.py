"""Who may moderate what (B1): moderators, but not their own words and not those of others on the team; administrators, but not their own."""

from typing import Any

from members.models.member import Member


def may_moderate(member: Member) -> bool:
    """Return whether a member sees reports and what is held. No query: the roles stand on the member."""
    return (member.is_moderator or member.is_admin) and member.is_present


def may_decide(member: Member, thing: Any) -> bool:
    """Return whether a member may hide a thing, keep it, or show it again. thing: with its author."""
    if not may_moderate(member) or thing.author_id == member.pk:
        return False
    return member.is_admin or thing.author is None or not thing.author.is_staff
