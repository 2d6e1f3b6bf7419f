"""Names, blocks and mutes."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from conditions.models.condition import Condition
from members import names
from members.models.member import Member
from members.models.relations import Block, Mute


def rename(*, member: Member, to: str) -> None:
    """Give a member another pseudonym. Raises ValidationError with the reason: not allowed, or taken, or the look-alike of another's."""
    conditions = Condition.objects.values_list("slug", flat=True)
    name = names.clean_pseudonym(to, reserved=(settings.SITE_NAME, *conditions))
    skeleton = names.skeleton(name)
    taken = ValidationError(_("This name is taken, or looks like one that is. Please choose another."), code="taken")
    if Member.objects.filter(pseudonym_skeleton=skeleton).exclude(pk=member.pk).exists():
        raise taken
    member.pseudonym, member.pseudonym_skeleton = name, skeleton
    try:
        with transaction.atomic():
            member.save(update_fields=["pseudonym", "pseudonym_skeleton"])
    except IntegrityError:  # somebody took it between the question and the answer
        member.refresh_from_db(fields=["pseudonym", "pseudonym_skeleton"])
        raise taken from None


def block(*, member: Member, other: Member) -> None:
    """Let two members no longer meet; pressing twice is the same as once. Raises ValueError for oneself."""
    if member.pk == other.pk:
        raise ValueError("Nobody blocks themselves.")
    Block.objects.get_or_create(blocker=member, blocked=other)


def unblock(*, member: Member, other: Member) -> None:
    """Take a block back; the other's own block, if there is one, stays."""
    Block.objects.filter(blocker=member, blocked=other).delete()


def mute(*, member: Member, other: Member) -> None:
    """Stop seeing what another writes. Raises ValueError for oneself."""
    if member.pk == other.pk:
        raise ValueError("Nobody mutes themselves.")
    Mute.objects.get_or_create(muter=member, muted=other)


def unmute(*, member: Member, other: Member) -> None:
    """Take a mute back."""
    Mute.objects.filter(muter=member, muted=other).delete()
