"""What happened to an account: changes undone from the old address, a short record of events, and who looked at its address."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AccountChange(models.Model):
    """A change of address or password, told to the address of before, with a link that undoes it once within seven days.

    old_email: the address to return to; empty for a change of the password. digest: SHA-256 of the link's secret.
    """

    class Kind(models.TextChoices):
        """What was changed."""

        EMAIL = "email", _("E-mail address")
        PASSWORD = "password", _("Password")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=8, choices=Kind)
    old_email = models.EmailField(blank=True, max_length=254)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        """Return what was changed: the address is shown to nobody."""
        return self.kind


class SecurityEvent(models.Model):
    """One line for the account's owner: signed in, wrong password, address changed. No network address; kept for 12 months."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="security_events")
    kind = models.CharField(max_length=40)
    device = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first."""

        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "-at"], name="members_event_by_user")]

    def __str__(self):
        """Return what happened."""
        return self.kind


class AddressLook(models.Model):
    """An administrator looked at the e-mail address of an account, and said why. Only ever added to; it goes after 36 months.

    about: the member's public id, and no key: it is emptied, and so is the reason, when the member is erased.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by"))
    about = models.CharField(_("about"), max_length=12, blank=True, db_index=True)
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        """Newest first."""

        verbose_name = _("look at an address")
        verbose_name_plural = _("looks at addresses")
        ordering = ["-at", "-pk"]

    def __str__(self):
        """Return nothing that names anybody."""
        return f"look {self.pk}"
