"""Names, blocks and mutes."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from conditions.models.condition import Condition
from members import names
from members.models.leaving import RetiredName
from members.models.member import Member
from members.models.relations import Block, Mute


def free_name(text: str, *, besides: int | None = None) -> tuple[str, str]:
    """Return a name as it is stored, and what it looks like. Raises ValidationError with the reason: not allowed, taken, or a look-alike.

    besides: the number of the member who may carry it already.
    """
    conditions = Condition.objects.values_list("slug", flat=True)
    name = names.clean_pseudonym(text, reserved=(settings.SITE_NAME, *conditions))
    skeleton = names.skeleton(name)
    if Member.objects.filter(Q(pseudonym_skeleton=skeleton) | Q(pseudonym__iexact=name)).exclude(pk=besides or 0).exists():
        raise _taken()
    if RetiredName.objects.holds(skeleton):  # somebody who left had it: nobody is mistaken for them
        raise _taken()
    return name, skeleton


def rename(*, member: Member, to: str) -> None:
    """Give a member another pseudonym. Raises ValidationError with the reason: not allowed, or taken, or the look-alike of another's."""
    member.pseudonym, member.pseudonym_skeleton = free_name(to, besides=member.pk)
    try:
        with transaction.atomic():
            member.save(update_fields=["pseudonym", "pseudonym_skeleton"])
    except IntegrityError:  # somebody took it between the question and the answer
        member.refresh_from_db(fields=["pseudonym", "pseudonym_skeleton"])
        raise _taken() from None


def _taken() -> ValidationError:
    return ValidationError(_("This name is taken, or looks like one that is. Please choose another."), code="taken")


def block(*, member: Member, other: Member) -> None:
    """Let two members no longer meet; pressing twice is the same as once. Raises ValueError for oneself."""
    if member.pk == other.pk:
        raise ValueError("Nobody blocks themselves.")
    Block.objects.get_or_create(blocker=member, blocked=other, defaults={"name_then": other.pseudonym})


def unblock(*, member: Member, other: Member) -> None:
    """Take a block back; the other's own block, if there is one, stays."""
    Block.objects.filter(blocker=member, blocked=other).delete()


def mute(*, member: Member, other: Member) -> None:
    """Stop seeing what another writes. Raises ValueError for oneself."""
    if member.pk == other.pk:
        raise ValueError("Nobody mutes themselves.")
    Mute.objects.get_or_create(muter=member, muted=other, defaults={"name_then": other.pseudonym})


def unmute(*, member: Member, other: Member) -> None:
    """Take a mute back."""
    Mute.objects.filter(muter=member, muted=other).delete()
