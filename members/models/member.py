"""The public face of an account: a pseudonym, a role, and what its owner chooses to show."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.languages import names_of
from members.models.choices import AgeBand, LifeStage, Role, Visibility
from members.models.ids import provisional_pseudonym, random_public_id
from members.pictures import random_picture_name

SHOWN_FIELDS = ("picture", "role", "languages", "about", "life_stage", "patients")  # each with a visibility of its own

NEW_FOR, NEW_POSTS = timedelta(days=7), 3  # until both are passed, and without an upheld report, the stricter limits hold
TRUSTED_AFTER, TRUSTED_POSTS = timedelta(days=60), 20


class MemberQuerySet(models.QuerySet):
    """Members as others may meet them."""

    def present(self):
        """Keep who is here: joined, not suspended, not on the way out."""
        return self.filter(joined_at__isnull=False, suspended_at=None, leaving_at=None, user__is_active=True)

    def settled(self):
        """Keep who has been here for as long as the limits of new members last, without an upheld report.

        Not by what they posted, as is_new does: many keep records and never write, and are as real as others.
        """
        team = Q(is_moderator=True) | Q(is_editor=True) | Q(is_admin=True)
        passed = Q(joined_at__lte=timezone.now() - NEW_FOR, upheld_reports=0)
        return self.filter(team | Q(trusted_at__isnull=False) | passed)

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

    def within_reach_of(self, user):
        """Keep whom this person may block or mute, or free of it: whom they may meet, and whom they blocked or muted, wherever those are now."""
        if not user.is_authenticated:
            return self.none()
        me = user.member
        return self.filter(
            Q(pk__in=self.model.objects.visible_to(user).values("pk"))
            | Q(pk__in=me.blocks_given.values("blocked"))
            | Q(pk__in=me.mutes_given.values("muted"))
        )


class Member(models.Model):
    """A member. An empty answer means that none was given; each shown field says who sees it.

    joined_at: when the sign-up pages were done; before that a member meets nobody. leaving_at: since when an erase is under way.
    kept_posts, upheld_reports and the times beside them are the member's standing: moderation writes them, every floor reads them.
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

    picture = models.FileField(_("picture"), upload_to=random_picture_name, blank=True)  # ours: re-encoded, without metadata

    picture_visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.MEMBERS)
    role_visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.MEMBERS)
    languages_visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.MEMBERS)
    about_visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.MEMBERS)
    life_stage_visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.NOBODY)
    patients_visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.NOBODY)

    kept_posts = models.PositiveIntegerField(default=0, editable=False)
    upheld_reports = models.PositiveIntegerField(default=0, editable=False)
    last_upheld_at = models.DateTimeField(null=True, blank=True, editable=False)
    trusted_at = models.DateTimeField(null=True, blank=True, editable=False)  # granted by a moderator
    limited_until = models.DateTimeField(null=True, blank=True, editable=False)
    suspended_at = models.DateTimeField(null=True, blank=True, editable=False)
    leaving_at = models.DateTimeField(null=True, blank=True, editable=False)
    erase_posts = models.BooleanField(_("questions and answers go with the account"), default=False, editable=False)  # else they stay, nameless
    idle_warnings = models.PositiveSmallIntegerField(default=0, editable=False)
    idle_warned_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Mirrored from the account's groups, so that a page needs no query to know: actions/staff.py alone writes them.
    is_moderator = models.BooleanField(_("moderator"), default=False, editable=False)
    is_editor = models.BooleanField(_("editor"), default=False, editable=False)
    is_admin = models.BooleanField(_("administrator"), default=False, editable=False)

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

    def get_absolute_url(self):
        """Return the address of the profile."""
        return reverse("members:member_detail", args=[self.public_id])

    @property
    def initials(self):
        """Return one or two letters for the avatar."""
        words = [word for word in self.pseudonym.replace("-", " ").split() if word[0].isalnum()]
        return "".join(word[0] for word in words[:2]).upper() or "?"

    @property
    def is_present(self):
        """Return whether the member is here, as MemberQuerySet.present says; who is not is shown by name to nobody."""
        return bool(self.joined_at) and not self.suspended_at and not self.leaving_at and self.user.is_active

    @property
    def language_names(self):
        """Return the names of the member's languages, the first first, in the language of the page."""
        return names_of(self.languages)

    @property
    def is_staff(self):
        """Return whether the member has any role on the team; then a second factor is needed."""
        return self.is_moderator or self.is_editor or self.is_admin

    @property
    def is_new(self):
        """Return whether the stricter limits of new members hold."""
        if self.is_staff or self.trusted_at:
            return False
        return not self.joined_at or timezone.now() - self.joined_at < NEW_FOR or self.kept_posts < NEW_POSTS or self.upheld_reports > 0

    @property
    def is_trusted(self):
        """Return whether reports weigh more and tags may be fixed: granted, or earned; lost for 60 days with an upheld report."""
        now = timezone.now()
        if self.last_upheld_at and now - self.last_upheld_at < TRUSTED_AFTER:
            return False
        if self.trusted_at or self.is_staff:
            return True
        return bool(self.joined_at) and now - self.joined_at >= TRUSTED_AFTER and self.kept_posts >= TRUSTED_POSTS

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
