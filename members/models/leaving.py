"""Exports that members asked for, and what stays when they are gone: a random id, and a hash of the name."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from members.models.ids import random_public_id
from members.models.member import Member

EXPORT_LASTS = timedelta(hours=48)
EXPORT_STUCK = timedelta(hours=1)  # not made by then: the worker died over it
NAME_RESTS = timedelta(days=730)


def random_export_name(_instance, _name: str) -> str:
    """Return where an export is kept: its name says nothing."""
    return f"exports/{secrets.token_hex(16)}.zip"


class ExportQuerySet(models.QuerySet):
    """Exports in their states."""

    def ready(self):
        """Keep those that can be downloaded now."""
        return self.filter(ready_at__isnull=False, expires_at__gt=timezone.now())

    def over(self):
        """Keep those of no use any more: run out, or asked for 48 hours ago and never made."""
        now = timezone.now()
        return self.filter(models.Q(expires_at__lte=now) | models.Q(ready_at=None, requested_at__lte=now - EXPORT_LASTS))


class Export(models.Model):
    """A member's own data, packed in the background. ready_at: when the file was there; expires_at: when it goes."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="exports")
    public_id = models.CharField(max_length=12, unique=True, default=random_public_id, editable=False)
    requested_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to=random_export_name, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        """Newest first."""

        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-requested_at", "-pk"]

    def __str__(self):
        """Return nothing that names anybody."""
        return f"export {self.pk}"

    @property
    def size(self):
        """Return the file's bytes, or None where it is gone."""
        try:
            return self.file.size
        except (OSError, ValueError):
            return None

    @property
    def state(self):
        """Return "waiting", "ready", "failed" or "over"."""
        now = timezone.now()
        if self.ready_at:
            return "ready" if self.expires_at and self.expires_at > now else "over"
        if self.failed_at or self.requested_at <= now - EXPORT_STUCK:
            return "failed"
        return "waiting"


class Erasure(models.Model):
    """The ledger: the random id of somebody who was erased, so that a restored backup can be made to forget them again."""

    public_id = models.CharField(max_length=12, unique=True)
    erased_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        """Return the id, which leads to nobody."""
        return self.public_id


class RetiredNameQuerySet(models.QuerySet):
    """Names that rest."""

    def holds(self, skeleton):
        """Return whether a name that looks like this one still rests. One query."""
        return self.filter(digest__in=_digests(skeleton), until__gt=timezone.now()).exists()

    def retire(self, skeleton, *, since):
        """Let a name rest from a moment on; one that rests already does so as long as the later end says."""
        digest, until = _digests(skeleton)[0], since + NAME_RESTS
        name, made = self.get_or_create(digest=digest, defaults={"until": until})
        if not made and name.until < until:
            name.until = until
            name.save(update_fields=["until"])


def _digests(skeleton):
    """Return the keyed hashes under which a name may be kept: with the key of now first, then with those of before."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [salted_hmac("members.retired-name", skeleton, secret=key, algorithm="sha256").hexdigest() for key in keys]


class RetiredName(models.Model):
    """A keyed hash of a name that was erased: nobody takes it over for 24 months."""

    digest = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()

    objects = RetiredNameQuerySet.as_manager()

    def __str__(self):
        """Return nothing that names anybody."""
        return f"retired name {self.pk}"
