"""Notices, watches, and mail on its way out."""

from datetime import timedelta

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from letters.kinds import Kind, words
from members.models.member import Member
from members.models.relations import Block, Mute

CLAIM = timedelta(minutes=10)  # for so long a mail belongs to whoever began to send it


class NoticeQuerySet(models.QuerySet):
    """Notices of a member."""

    def unread(self, member):
        """Keep what a member has not read."""
        return self.filter(member=member, read_at=None)

    def about(self, target):
        """Keep what leads to one thing."""
        return self.filter(content_type=ContentType.objects.get_for_model(target), object_id=target.pk)

    def for_list(self, member):
        """Keep a member's own, newest first; each says (`cut_off`) whether a block or mute now stands between them and its actor. One query."""
        block = Block.objects.filter(Q(blocker=member, blocked=OuterRef("actor")) | Q(blocker=OuterRef("actor"), blocked=member))
        mute = Mute.objects.filter(muter=member, muted=OuterRef("actor"))
        return self.filter(member=member).annotate(cut_off=Exists(block) | Exists(mute)).order_by("-created_at", "-pk")

    def before(self, key):
        """Keep what comes after a row in the list. key: that row's (created_at, pk), or None for the top."""
        if key is None:
            return self
        at, pk = key
        return self.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk))


class Notice(models.Model):
    """Something that a member may want to know: a reference, never a copied text, shown only while its target is visible to them.

    count: how often it happened since it was read; one unread notice stands for each kind and target.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind)
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey()
    actor = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        """One unread notice for each kind and target."""

        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["member", "-created_at", "-id"], name="letters_notice_by_member")]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "content_type", "object_id"], condition=Q(read_at=None), name="letters_notice_one_unread"
            )
        ]

    def __str__(self):
        """Return the kind."""
        return self.kind

    @property
    def words(self):
        """Return what the notice says, in the reader's language."""
        return words(self.kind, self.count)

    @property
    def is_unread(self):
        """Return whether the member has not read it."""
        return self.read_at is None


class Watch(models.Model):
    """A member wants to hear about a thing."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="watches")
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Once."""

        constraints = [models.UniqueConstraint(fields=["member", "content_type", "object_id"], name="letters_watch_once")]
        indexes = [models.Index(fields=["content_type", "object_id"], name="letters_watch_by_target")]

    def __str__(self):
        """Return nothing that names anybody."""
        return f"watch {self.pk}"


class OutgoingMailQuerySet(models.QuerySet):
    """Mail on its way."""

    def waiting(self):
        """Keep what is neither sent nor given up."""
        return self.filter(sent_at=None, failed_at=None)

    def due(self, now):
        """Keep what may be sent now."""
        return self.waiting().filter(next_try_at__lte=now)

    def in_hand(self, now):
        """Keep what somebody may be sending at this moment; a row that waits for another reason may be among them."""
        return self.waiting().filter(next_try_at__gt=now, next_try_at__lte=now + CLAIM)

    def notices_of(self, member_id):
        """Keep a member's mails about notices, whatever became of them."""
        return self.filter(member=member_id, urgent=False)


class OutgoingMail(models.Model):
    """A mail in the queue. Its text goes as soon as it was sent; the row stays for a while, to count and to see faults.

    urgent: codes and account mail, which no hourly limit holds back. next_try_at: when it is due; tries: how often it failed.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    address = models.EmailField(max_length=254, blank=True)
    message = models.BinaryField(blank=True)  # the whole message as MIME bytes
    urgent = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=80, blank=True)  # the exception's name, no address

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        """In order of being due."""

        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        ordering = ["next_try_at", "pk"]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(sent_at=None, failed_at=None), name="letters_mail_due")]

    def __str__(self):
        """Return nothing that names anybody."""
        return f"mail {self.pk}"
