"""Consents: one purpose, one text version, given and withdrawn; rows are only ever added, or closed once."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.ids import random_public_id
from members.models.member import Member


class Purpose(models.TextChoices):
    """What somebody agrees to, each on its own."""

    HEALTH = "health", _("Keep health data")
    CARER = "carer", _("I may speak for the person I care for")
    MATCHING = "matching", _("Use it to find similar people")
    MAP = "map", _("Show me on the map")
    STATISTICS = "statistics", _("Count it in anonymous statistics")
    EMAILS = "emails", _("Send me e-mails")


class Consent(models.Model):
    """One yes. proof_id stays when the member is gone: purpose and dates remain as proof for 24 months, without a person.

    text_hash: SHA-256 of the words that were shown, in `language`; version: their number. form: where it was given.
    """

    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="consents")
    proof_id = models.CharField(max_length=12, unique=True, default=random_public_id, editable=False)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    version = models.PositiveSmallIntegerField()
    text_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=12)
    form = models.CharField(max_length=40)
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """At most one yes stands for a purpose at a time; none is withdrawn before it was given."""

        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "purpose"], condition=Q(withdrawn_at=None, member__isnull=False), name="members_consent_one_standing"
            ),
            models.CheckConstraint(name="members_consent_order", condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=models.F("given_at"))),
        ]

    def __str__(self):
        """Return the purpose."""
        return self.purpose
