"""What letters answers for in the slot of members: notices, watches, mail in the queue."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from letters.models import OutgoingMail
from members.data_rights import Held, Part
from members.models.consent import Purpose
from members.models.member import Member


def export(member: Member) -> dict[str, Any]:
    """Return what is kept about a member: kinds and dates. What a notice leads to is exported where it stands."""
    return {
        "notices": list(member.notices.values("kind", "count", "created_at", "read_at")),
        "watched things": member.watches.count(),
        "mail": list(_mail_of(member).order_by("created_at").values("created_at", "sent_at", "failed_at", "urgent")),
    }


def erase(member: Member) -> None:
    """Delete everything, also mail that waits for any of the member's addresses. Safe to run twice, and after the account is gone.

    In notices of others the member was an actor: the database unlinks them.
    """
    _mail_of(member).delete()
    if member.pk is not None:
        member.notices.all().delete()
        member.watches.all().delete()


def standing_changed(member: Member) -> None:
    """Drop mail about notices of whoever is leaving or suspended; account mail, such as the way back, still goes out."""
    if not Member.objects.present().filter(pk=member.pk).exists():
        OutgoingMail.objects.waiting().notices_of(member.pk).delete()


def consent_changed(member: Member, purpose: str, *, given: bool) -> None:
    """Drop the e-mails that wait when the yes to them ends."""
    if purpose == Purpose.EMAILS and not given:
        OutgoingMail.objects.waiting().notices_of(member.pk).delete()


def _mail_of(member: Member) -> QuerySet[OutgoingMail]:
    """Return the mail of a member: about notices, and whatever waits for an address that is or was theirs."""
    user, addresses = member.user, {member.user.email}
    if user.pk is not None:
        addresses |= set(user.emailaddress_set.values_list("email", flat=True)) | set(user.changes.values_list("old_email", flat=True))
    theirs = Q(lower__in={address.lower() for address in addresses if address})
    if member.pk is not None:
        theirs |= Q(member=member.pk)
    return OutgoingMail.objects.annotate(lower=Lower("address")).filter(theirs)


def held(member: Member) -> list[Held]:
    """Return what is kept about a member, counted. One query."""
    return [Held(_("Notices"), member.notices.count(), reverse("letters:notice_list"))]


PART = Part(
    name="letters",
    models=frozenset({"letters.Notice", "letters.Watch", "letters.OutgoingMail"}),
    goes=(_("Your notices, and mail that waits for you."),),
    held=held,
    export=export,
    erase=erase,
    standing_changed=standing_changed,
    consent_changed=consent_changed,
)
