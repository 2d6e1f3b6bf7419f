"""The answers and the choices of this app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.IntegerChoices):
    """How hard a symptom is. "Do not know" is an answer too: an observation without a severity."""

    NONE = 0, _("None")
    MILD = 1, _("Mild")
    MODERATE = 2, _("Moderate")
    SEVERE = 3, _("Severe")
    VERY_SEVERE = 4, _("Very severe")


class Precision(models.IntegerChoices):
    """How precisely somebody is shown on the map. Hidden (0) is no row at all."""

    COUNTRY = 1, _("Country")
    REGION = 2, _("Region")
    TOWN = 3, _("Town area")
