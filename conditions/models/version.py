"""The number of the reference: it grows with every change that readers can see."""

from django.db import models
from django.db.models import F


class ReferenceVersion(models.Model):
    """One row. Whoever keeps a page made from the reference keeps this number with it, and asks for it before showing the page again."""

    number = models.PositiveBigIntegerField(default=1)

    def __str__(self):
        """Return the number."""
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """Return the number; 0 before anything was loaded. One query."""
        return cls.objects.values_list("number", flat=True).first() or 0

    @classmethod
    def grow(cls) -> None:
        """Count one change, in the transaction that makes it."""
        if not cls.objects.update(number=F("number") + 1):
            cls.objects.create(pk=1)
