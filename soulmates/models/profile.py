"""What matching reads: one row for a patient who is compared, and the numbers that every process follows.

The rows are the truth; the arrays in memory (live.py) are a cache of them.
"""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from members import consents
from members.models.choices import AgeBand, Level
from members.models.consent import Consent, Purpose
from members.models.member import Member
from members.models.patient import Guardian, Patient

RESTS_ON = (Purpose.MATCHING, Purpose.HEALTH)  # the consents of the owner of a record, without which nobody is compared


class VocabularyTerm(models.Model):
    """The place of a term in every `levels`. Places are only ever added, so that an older row stays readable: it is shorter."""

    condition = models.ForeignKey("conditions.Condition", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    hpo_id = models.CharField(max_length=10)

    class Meta:
        """A term has one place, a place one term."""

        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["condition", "position"], name="soulmates_vocabulary_one_term"),
            models.UniqueConstraint(fields=["condition", "hpo_id"], name="soulmates_vocabulary_one_place"),
        ]

    def __str__(self):
        """Return the term."""
        return self.hpo_id


class MatchingWeights(models.Model):
    """What each term weighs, frozen for at least a day, so that scores do not shift under the reader. table: see weights.py."""

    condition = models.ForeignKey("conditions.Condition", on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    patients = models.PositiveIntegerField()
    table = models.JSONField()

    class Meta:
        """Versions grow."""

        constraints = [models.UniqueConstraint(fields=["condition", "version"], name="soulmates_weights_version")]

    def __str__(self):
        """Return the version."""
        return str(self.version)


class MatchingState(models.Model):
    """One row for a condition. seq: the number of the last change, raised in its transaction, so that numbers appear in commit order.

    epoch: random, new at every rebuild: who holds another one builds anew. weights: those in force.
    """

    condition = models.OneToOneField("conditions.Condition", on_delete=models.CASCADE, related_name="+")
    epoch = models.CharField(max_length=12)
    seq = models.PositiveBigIntegerField(default=0)
    weights = models.ForeignKey(MatchingWeights, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self):
        """Return epoch and number."""
        return f"{self.epoch} {self.seq}"


def agreed(member: str) -> Q:
    """Return the condition that a member, named by the path to them, has agreed to matching in the words of now."""
    given = Consent.objects.filter(member=OuterRef(member), withdrawn_at=None)
    conditions = Q()
    for purpose in RESTS_ON:
        conditions &= Q(Exists(given.filter(purpose=purpose, version=consents.TEXTS[purpose].version)))
    return conditions


class MatchingProfileQuerySet(models.QuerySet):
    """Profiles as others may meet them."""

    def visible_to(self, user):
        """Keep whom this person may meet: listed, past the wait, the owner here, adult and agreed; not their own, no block beside the record.

        It asks the truth, not what the row was made from: whoever is chosen from an array in memory must pass here.
        """
        if not user.is_authenticated:
            return self.none()
        me = user.member
        beside = Guardian.objects.filter(patient=OuterRef("patient"))
        away = beside.filter(Q(member=me) | Q(member__blocks_given__blocked=me) | Q(member__blocks_got__blocker=me))
        return self.filter(
            ~Exists(away),
            Exists(beside.filter(member=OuterRef("member"), level=Level.OWNER)),
            agreed("member"),
            member__in=Member.objects.present().filter(age_band=AgeBand.ADULT),
            listed=True,
            listed_from__lte=timezone.now(),
        )


class MatchingProfile(models.Model):
    """A patient as matching sees them. Without `listed` nothing of them stands here: the row is a tombstone, or waits for a consent.

    slot: the column in the arrays. seq: when it last changed. levels: two severities a byte, in the order of VocabularyTerm, without what is
    kept out (and neither "none" nor "I do not know"). member: who is met, the owner of the record. listed_from: from when others may meet
    them (new members wait). The other fields are what others may filter by: empty unless the owner shows them.
    """

    condition = models.ForeignKey("conditions.Condition", on_delete=models.CASCADE, related_name="+")
    patient = models.OneToOneField(Patient, on_delete=models.SET_NULL, null=True, related_name="matching_profile")
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="matching_profiles")
    slot = models.PositiveIntegerField()
    seq = models.PositiveBigIntegerField()
    listed = models.BooleanField(default=False)
    listed_from = models.DateTimeField(null=True, blank=True)
    levels = models.BinaryField(default=b"", blank=True)
    role = models.CharField(max_length=16, blank=True)
    age_band = models.CharField(max_length=8, blank=True)
    onset_age = models.CharField(max_length=10, blank=True)
    tumour = models.CharField(max_length=10, blank=True)
    languages = models.JSONField(default=list, blank=True)
    place = models.ForeignKey("soulmates.Place", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = MatchingProfileQuerySet.as_manager()

    class Meta:
        """One column each; numbers once; who is not listed leaves nothing here."""

        constraints = [
            models.UniqueConstraint(fields=["condition", "slot"], name="soulmates_profile_slot"),
            models.UniqueConstraint(fields=["condition", "seq"], name="soulmates_profile_seq"),
            models.CheckConstraint(
                name="soulmates_profile_nothing_unlisted",
                condition=Q(listed=True) | Q(levels=b"", role="", age_band="", onset_age="", tumour="", place=None, listed_from=None),
            ),
        ]

    def __str__(self):
        """Return the column."""
        return str(self.slot)
