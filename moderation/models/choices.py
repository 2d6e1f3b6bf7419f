"""The words in which this place is kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Who may read what somebody wrote. Replies have the audience of what they reply to."""

    MEMBERS = "members", _("Members only")
    EVERYONE = "everyone", _("Everyone")


class Rule(models.TextChoices):
    """A rule of the guidelines: every decision names one."""

    MEDICAL = "medical", _("Unsafe medical advice")
    PRIVACY = "privacy", _("Personal information")
    CHILD = "child", _("Safety of a child")
    RESPECT = "respect", _("Respect for one another")
    SELLING = "selling", _("Advertising, money or sexual contact")
    SPAM = "spam", _("Spam or copies")
    DANGER = "danger", _("Somebody may be in danger")
    ILLEGAL = "illegal", _("Against the law")
    COPYRIGHT = "copyright", _("Work of somebody else")
    PLACE = "place", _("In the wrong place, or twice")
    NONE = "none", _("No rule was broken")


class Reason(models.TextChoices):
    """Why somebody reports a thing."""

    MEDICAL = "medical", _("It is unsafe medical advice")
    PRIVACY = "privacy", _("It shows personal information")
    CHILD = "child", _("It puts a child at risk")
    HARASSMENT = "harassment", _("It attacks or harasses somebody")
    CONTACT = "contact", _("Somebody asks for money or sexual contact")
    SPAM = "spam", _("It is spam or advertising")
    DANGER = "danger", _("Somebody may be in danger")
    ILLEGAL = "illegal", _("It is against the law")
    COPYRIGHT = "copyright", _("It copies somebody's work")
    OTHER = "other", _("Something else")


URGENT = frozenset({Reason.DANGER, Reason.CHILD, Reason.PRIVACY, Reason.CONTACT})  # first in the queue, and hidden sooner


class Act(models.TextChoices):
    """What a moderator, or a rule of the machine, did with a thing."""

    KEEP = "keep", _("Kept")
    HIDE = "hide", _("Hidden")
    UNHIDE = "unhide", _("Shown again")
    HOLD = "hold", _("Held for review")
    RELEASE = "release", _("Released")
    LOCK = "lock", _("Locked")
    UNLOCK = "unlock", _("Unlocked")
    ARCHIVE = "archive", _("Archived")
    UNARCHIVE = "unarchive", _("Opened again")
    MERGE = "merge", _("Merged")
    UNMERGE = "unmerge", _("Taken apart again")
    RETAG = "retag", _("Title or tags mended")
