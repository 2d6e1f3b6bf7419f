"""The public face of an account: a pseudonym, a role, and what its owner chooses to show."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.choices import AgeBand, LifeStage, Role, Visibility
from members.models.ids import provisional_pseudonym, random_public_id

SHOWN_FIELDS = ("role", "languages", "about", "life_stage", "patients")  # each with a visibility of its own


class MemberQuerySet(models.QuerySet):
    """Members as others may meet them."""

    def present(self):
        """Keep who is here: joined, not suspended, not on the way out."""
        return self.filter(joined_at__isnull=False, suspended_at=None, leaving_at=None, user__is_active=True)

    def visible_to(self, user):
        """Keep whom this person may meet: nobody for a visitor; themselves and who is present, blocks either way left out."""
        if not user.is_authenticated:
            return self.none()
        me = user.member
        return self.filter(
            Q(pk=me.pk)
            | Q(joined_at__isnull=False, suspended_at=None, leaving_at=None, user__is_active=True)
            & ~Q(blocks_given__blocked=me)
            & ~Q(blocks_got__blocker=me)
        ).distinct()


class Member(models.Model):
    """A member. An empty answer means that none was given; each shown field says who sees it.

    joined_at: when the sign-up pages were done; before that a member meets nobody. leaving_at: since when an erase is under way.
    kept_posts, upheld_reports and the times below are the member's standing: moderation writes them, every floor reads them.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="member")
    public_id = models.CharField(max_length=12, unique=True, default=random_public_id, editable=False)
    pseudonym = models.CharField(_("pseudonym"), max_length=40, default=provisional_pseudonym)
    pseudonym_skeleton = models.CharField(max_length=80, blank=True, editable=False)  # look-alikes share it
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    joined_at = models.DateTimeField(null=True, blank=True, editable=False)
    age_band = models.CharField(_("age"), max_length=8, choices=AgeBand, blank=True)
    role = models.CharField(_("role"), max_length=16, choices=Role, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)  # codes of settings.MEMBER_LANGUAGES
    about = models.TextField(_("about me"), max_length=1000, blank=True)
    about_html = models.TextField(editable=False, blank=True)
    life_stage = models.CharField(_("where I stand"), max_length=16, choices=LifeStage, blank=True)
    verified_as = models.CharField(
        _("verified profession"), max_length=80, blank=True, help_text=_("Set by staff after a check, never by the member.")
    )

    role_visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.MEMBERS)
    languages_visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.MEMBERS)
    about_visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.MEMBERS)
    life_stage_visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.NOBODY)
    patients_visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.NOBODY)

    kept_posts = models.PositiveIntegerField(default=0, editable=False)
    upheld_reports = models.PositiveIntegerField(default=0, editable=False)
    limited_until = models.DateTimeField(null=True, blank=True, editable=False)
    suspended_at = models.DateTimeField(null=True, blank=True, editable=False)
    leaving_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        """A pseudonym is taken once, whatever the case and whatever it looks like."""

        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(Lower("pseudonym"), name="members_member_pseudonym_unique"),
            models.UniqueConstraint(fields=["pseudonym_skeleton"], condition=~Q(pseudonym_skeleton=""), name="members_member_skeleton_unique"),
        ]

    def __str__(self):
        """Return the pseudonym."""
        return self.pseudonym

    @property
    def initials(self):
        """Return one or two letters for the avatar."""
        words = [word for word in self.pseudonym.replace("-", " ").split() if word[0].isalnum()]
        return "".join(word[0] for word in words[:2]).upper() or "?"

    @property
    def is_adult(self):
        """Return whether map, matching and messages are open to this account."""
        return self.age_band == AgeBand.ADULT

    def shows(self, field, viewer):
        """Return whether `viewer` (a Member or None) may see a field of SHOWN_FIELDS. Its owner always may."""
        if field not in SHOWN_FIELDS:
            raise ValueError(f"{field} has no visibility of its own.")
        if viewer is not None and viewer.pk == self.pk:
            return True
        return viewer is not None and getattr(self, f"{field}_visibility") == Visibility.MEMBERS
