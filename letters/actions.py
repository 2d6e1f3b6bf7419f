"""What reaches a member: notices, watches, and the mail that says there is one."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Case, Exists, F, Model, OuterRef, QuerySet, Value, When
from django.utils import timezone

from letters import notice_mail
from letters.kinds import Kind
from letters.mail import put
from letters.models import Notice, OutgoingMail, Watch
from members import consents
from members.models.consent import Consent, Purpose
from members.models.member import Member

ATTEMPTS = 3  # to write a notice while others write or read the same one


def notify(*, member: Member, kind: str, target: Model, actor: Member | None = None) -> Notice | None:
    """Tell a member of something: one unread notice for each kind and target, which counts. Return it, or None where nothing is to be told.

    Nobody hears of what they did themselves, across a block, of somebody they muted, or while they are away. The actor is kept for that
    alone and shown nowhere: somebody may have written without a name.
    """
    if not _listening(actor).filter(pk=member.pk).exists():
        return None
    return _tell(member, kind, target, actor)


def notify_watchers(
    target: Model, *, kind: str, actor: Member | None = None, about: Model | None = None, besides: Collection[int] = frozenset()
) -> int:
    """Tell everybody who watches a thing, by the rules of `notify`; return how many.

    about: where the notice leads, if not to the thing itself. besides: numbers of members who hear of it in another way, or not at all.
    """
    content_type = ContentType.objects.get_for_model(target)
    watchers = _listening(actor).filter(Exists(Watch.objects.filter(member=OuterRef("pk"), content_type=content_type, object_id=target.pk)))
    told = watchers.exclude(pk__in=besides).select_related("user").order_by("pk")
    return sum(_tell(member, kind, about or target, actor) is not None for member in told)


@transaction.atomic
def take_back(*, kinds: Collection[str], target: Model, since: datetime) -> None:
    """Let notices forget one of what they count, which came at `since` and is out of sight now; one that counts nothing else goes."""
    for notice in Notice.objects.about(target).filter(kind__in=kinds, created_at__gte=since).select_for_update(no_key=True):
        if notice.count > 1:
            notice.count -= 1
            notice.save(update_fields=["count"])
        else:
            notice.delete()


def watch(*, member: Member, target: Model) -> Watch:
    """Let a member hear about a thing; pressing twice is the same as once."""
    content_type = ContentType.objects.get_for_model(target)
    return Watch.objects.get_or_create(member=member, content_type=content_type, object_id=target.pk)[0]


def unwatch(*, member: Member, target: Model) -> None:
    """Let a member hear no more about a thing; what was told stays."""
    _watches(member, target).delete()


def is_watching(*, member: Member, target: Model) -> bool:
    """Return whether a member wants to hear about a thing. One query."""
    return _watches(member, target).exists()


def mark_read(*, member: Member, notice: int | None = None, until=None) -> int:
    """Mark a member's notices as read; return how many.

    notice: the number of one; without it all. until: leave alone what came later than that, because the person has not seen it.
    """
    unread = Notice.objects.unread(member)
    if notice is not None:
        unread = unread.filter(pk=notice)
    if until is not None:
        unread = unread.filter(created_at__lte=until)
    return unread.update(read_at=timezone.now())


@transaction.atomic
def send_notice_mail(*, member: Member, subject: str, text: str) -> OutgoingMail | None:
    """Put a mail about notices into the queue, if the member agreed to e-mails. At most five an hour leave it.

    subject, text: neutral words; the address of the notices follows the text.
    """
    return _queue(member, notice_mail.compose(member, subject=subject, text=text)) if consents.holds(member, Purpose.EMAILS) else None


def tell_of_new_words() -> int:
    """Tell each member once a version whose yes is to words that have changed since; return how many were told.

    There is one notice for each yes: with the next version it is unread again, and counts the changes.
    """
    about = Notice.objects.filter(kind=Kind.CONSENT, content_type=ContentType.objects.get_for_model(Consent), object_id=OuterRef("pk"))
    number = 0
    for purpose, words in consents.TEXTS.items():
        changes = Value(words.version) - F("version")
        standing = Consent.objects.filter(purpose=purpose, version__lt=words.version, withdrawn_at=None, member__isnull=False)
        behind = standing.annotate(changes=changes).filter(~Exists(about.filter(count__gte=OuterRef("changes"))))
        for consent in behind.select_related("member__user").order_by("pk"):
            number += _tell_of_words(consent, changes=words.version - consent.version)
    return number


@transaction.atomic
def _tell_of_words(consent: Consent, *, changes: int) -> bool:
    """Write the notice about a yes, or let it be new again; it counts how often the words have changed. Return whether the member is told."""
    member: Member = consent.member
    told = Notice.objects.filter(member=member, kind=Kind.CONSENT).about(consent)
    if not told.exists():
        if notify(member=member, kind=Kind.CONSENT, target=consent) is None:
            return False
        return bool(told.update(count=changes))
    if not _listening(None).filter(pk=member.pk).exists():
        return False
    told.update(count=changes, created_at=timezone.now(), read_at=None)
    _mail_about_notices(member)
    return True


def _listening(actor: Member | None) -> QuerySet[Member]:
    """Return who may hear of what somebody did."""
    here = Member.objects.present()
    if actor is None:
        return here
    return here.exclude(pk=actor.pk).exclude(blocks_given__blocked=actor).exclude(blocks_got__blocker=actor).exclude(mutes_given__muted=actor)


def _tell(member: Member, kind: str, target: Model, actor: Member | None) -> Notice | None:
    """Write a notice or count in the one that is unread; a new one may send a mail. None when others were faster each time."""
    unread = Notice.objects.unread(member).filter(kind=kind).about(target)
    # The actor stays only while there is a single one: a block of the last must not hide what others did.
    same = Case(When(actor=actor, then=F("actor")), default=Value(None)) if actor else Value(None)
    for _attempt in range(ATTEMPTS):
        if unread.update(count=F("count") + 1, created_at=timezone.now(), actor=same):
            return unread.first()
        try:
            with transaction.atomic():
                notice = Notice.objects.create(member=member, kind=kind, target=target, actor=actor, created_at=timezone.now())
                _mail_about_notices(member)
                return notice
        except IntegrityError:  # somebody wrote it at the same time
            continue
    return None


def _mail_about_notices(member: Member) -> None:
    """Say by mail that there is something, where the member agreed to it. A mail that waits already says it."""
    if consents.holds(member, Purpose.EMAILS) and not OutgoingMail.objects.waiting().notices_of(member.pk).exists():
        _queue(member, notice_mail.new_notice(member))


def _queue(member: Member, message: EmailMessage) -> OutgoingMail:
    return put(message, member=member, urgent=False)[0]


def _watches(member: Member, target: Model) -> QuerySet[Watch]:
    return Watch.objects.filter(member=member, content_type=ContentType.objects.get_for_model(target), object_id=target.pk)
