"""How members stand to one another: block (mutual, silent) and mute (one way)."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from members.models.member import Member

MOST_LISTED = 500  # rows on the page of blocks and mutes; whoever has more sees the newest


class BlockQuerySet(models.QuerySet):
    """Blocks as who gave them sees them."""

    def for_list(self):
        """Add whom it is about, newest first."""
        return self.select_related("blocked__user").order_by("-created_at", "-pk")[:MOST_LISTED]

    def name_of(self, other, *, to):
        """Return what a member is called to another: whoever blocked them knows the name of then, and is told of no later one."""
        return self.filter(blocker=to, blocked=other).values_list("name_then", flat=True).first() or other.pseudonym


class MuteQuerySet(models.QuerySet):
    """Mutes as who gave them sees them."""

    def for_list(self):
        """Add whom it is about, newest first."""
        return self.select_related("muted__user").order_by("-created_at", "-pk")[:MOST_LISTED]


class Block(models.Model):
    """Neither meets the other any more, and neither is told. name_then: what the other was called, for the blocker's list alone."""

    blocker = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="blocks_given")
    blocked = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="blocks_got")
    name_then = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = BlockQuerySet.as_manager()

    class Meta:
        """Once, and not oneself."""

        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="members_block_once"),
            models.CheckConstraint(name="members_block_somebody_else", condition=~Q(blocker=F("blocked"))),
        ]

    def __str__(self):
        """Return nothing that names anybody."""
        return f"block {self.pk}"


class Mute(models.Model):
    """The muter does not see what the muted writes; the other way nothing changes. name_then: what the other was called."""

    muter = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="mutes_given")
    muted = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    name_then = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MuteQuerySet.as_manager()

    class Meta:
        """Once, and not oneself."""

        constraints = [
            models.UniqueConstraint(fields=["muter", "muted"], name="members_mute_once"),
            models.CheckConstraint(name="members_mute_somebody_else", condition=~Q(muter=F("muted"))),
        ]

    def __str__(self):
        """Return nothing that names anybody."""
        return f"mute {self.pk}"
