"""The answers members give; every one may be left open."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgeBand(models.TextChoices):
    """How old the holder of an account is. No birth date is ever asked."""

    UNDER_18 = "16-17", _("16 or 17")
    ADULT = "18+", _("18 or older")


class Role(models.TextChoices):
    """Who somebody is to the condition."""

    PERSON = "person", _("I have it myself")
    PARENT = "parent", _("Parent or carer")
    FAMILY = "family", _("Family or friend")
    PROFESSIONAL = "professional", _("Professional")
    ORGANISATION = "organisation", _("Organisation")


class LifeStage(models.TextChoices):
    """Where somebody stands now."""

    IN_REMISSION = "in-remission", _("In remission")
    ADULT_NOW = "adult-now", _("Adult now, ill as a child")
    BEREAVED = "bereaved", _("Bereaved")


class Visibility(models.TextChoices):
    """Who sees a field of a profile. Visitors see no profile at all."""

    NOBODY = "nobody", _("Nobody")
    MEMBERS = "members", _("Members")


class PatientAge(models.TextChoices):
    """The age band of the person who has the condition."""

    INFANT = "0-1", _("Under 2")
    TODDLER = "2-4", _("2 to 4")
    CHILD = "5-8", _("5 to 8")
    OLDER_CHILD = "9-12", _("9 to 12")
    TEENAGER = "13-15", _("13 to 15")
    YOUTH = "16-17", _("16 or 17")
    YOUNG_ADULT = "18-29", _("18 to 29")
    ADULT = "30-49", _("30 to 49")
    OLDER_ADULT = "50+", _("50 or older")

    @classmethod
    def under_18(cls) -> tuple[str, ...]:
        """Return the bands of children: places and pictures are stricter for them."""
        return (cls.INFANT, cls.TODDLER, cls.CHILD, cls.OLDER_CHILD, cls.TEENAGER, cls.YOUTH)

    @classmethod
    def grown(cls) -> tuple[str, ...]:
        """Return the bands from 16: who may have an account, and keep their own record."""
        return (cls.YOUTH, cls.YOUNG_ADULT, cls.ADULT, cls.OLDER_ADULT)


class OnsetAge(models.TextChoices):
    """How old the person was when it began: the same bands as PatientAge, and two ways not to say."""

    INFANT = "0-1", _("Under 2")
    TODDLER = "2-4", _("2 to 4")
    CHILD = "5-8", _("5 to 8")
    OLDER_CHILD = "9-12", _("9 to 12")
    TEENAGER = "13-15", _("13 to 15")
    YOUTH = "16-17", _("16 or 17")
    YOUNG_ADULT = "18-29", _("18 to 29")
    ADULT = "30-49", _("30 to 49")
    OLDER_ADULT = "50+", _("50 or older")
    NOT_KNOWN = "not-known", _("I do not know")
    NOT_SAID = "not-said", _("I prefer not to say")


class Sex(models.TextChoices):
    """Asked because some studies part by it; never needed."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Another")
    NOT_SAID = "not-said", _("I prefer not to say")


class Tumour(models.TextChoices):
    """What the search for a tumour found."""

    FOUND = "found", _("Found")
    NOT_FOUND = "not-found", _("Looked for, not found")
    NOT_KNOWN = "not-known", _("I do not know")
    NOT_SAID = "not-said", _("I prefer not to say")


class Course(models.TextChoices):
    """How the illness went."""

    SINGLE = "single", _("One course so far")
    RELAPSING = "relapsing", _("With relapses")
    NOT_KNOWN = "not-known", _("I do not know")
    NOT_SAID = "not-said", _("I prefer not to say")


class Relation(models.TextChoices):
    """What a guardian is to the patient."""

    SELF = "self", _("It is me")
    PARENT = "parent", _("Parent")
    CARER = "carer", _("Carer")
    OTHER = "other", _("Another relation")


class Level(models.TextChoices):
    """What a guardian may do with a patient's record."""

    VIEW = "view", _("Read")
    EDIT = "edit", _("Read and change")
    OWNER = "owner", _("Everything, also invite and delete")
