"""Roles on the team: groups and rights of the account decide, and are mirrored to the member, so that a page needs no query to know.

And what an administrator may look at only with a reason.
"""

from members.models.account import AddressLook
from members.models.member import Member
from members.models.user import User

MODERATORS, EDITORS = "Moderators", "Editors"


def mirror(*, user: User) -> None:
    """Write down on the member which roles the account has. Whoever may not sign in has none."""
    groups = set(user.groups.values_list("name", flat=True)) if user.is_active else set()
    member = user.member
    roles = {"is_moderator": MODERATORS in groups, "is_editor": EDITORS in groups, "is_admin": user.is_active and user.is_superuser}
    for name, holds in roles.items():
        setattr(member, name, holds)
    member.save(update_fields=list(roles))


def look_at_address(*, by: User, member: Member, reason: str) -> str:
    """Write down who looks, at whose address and why; then return the address. Raises ValueError without a reason."""
    if not reason.strip():
        raise ValueError("There is no look without a reason.")
    AddressLook.objects.create(by=by, about=member.public_id, reason=reason.strip())
    return member.user.email
