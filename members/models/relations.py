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


class MuteQuerySet(models.QuerySet):
    """Mutes as who gave them sees them."""

    def for_list(self):
        """Add whom it is about, newest first."""
        return self.select_related("muted__user").order_by("-created_at", "-pk")[:MOST_LISTED]


class Block(models.Model):
    """Neither meets the other any more, and neither is told."""

    blocker = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="blocks_given")
    blocked = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="blocks_got")
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
    """The muter does not see what the muted writes; the other way nothing changes."""

    muter = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="mutes_given")
    muted = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
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
