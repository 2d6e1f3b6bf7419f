"""Text that somebody typed and did not send yet, of whatever form."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.ids import random_public_id
from members.models.member import Member

KEPT_FOR = timedelta(days=180)  # after the last change
BACK_FOR = timedelta(days=14)  # for so long a deleted one can be brought back
FIRST_WORDS = 120  # characters on the list
# What a form is called, for people; a form that is not here is "Text".
NAMES = {
    "profile": _("About you"),
    "check-in": _("Check-in"),
    "question": _("Question"),
    "answer": _("Answer"),
    "comment": _("Comment"),
    "edit-question": _("Changes to a question"),
    "edit-answer": _("Changes to an answer"),
    "edit-comment": _("Changes to a comment"),
    "story": _("Story"),
    "experience": _("Experience with a treatment"),
    "letter": _("Letter"),
}
# Of a form whose other fields are numbers and choices: those that hold words of a person.
TEXT_FIELDS = {"check-in": ("note",)}


class DraftQuerySet(models.QuerySet):
    """Drafts, which only their writer ever sees."""

    def visible_to(self, user):
        """Keep the person's own that were not deleted."""
        return self.living().filter(member=user.member) if user.is_authenticated else self.none()

    def living(self):
        """Keep those that were not deleted."""
        return self.filter(deleted_at=None)

    def deleted_by(self, user):
        """Keep the person's own that they deleted and can bring back, the last deleted first."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(member=user.member, deleted_at__gt=timezone.now() - BACK_FOR).order_by("-deleted_at", "-pk")

    def expired(self):
        """Keep those that nobody has touched for KEPT_FOR, deleted ones aside."""
        return self.living().filter(changed_at__lt=timezone.now() - KEPT_FOR)

    def gone(self):
        """Keep those that were deleted and cannot be brought back any more."""
        return self.filter(deleted_at__lte=timezone.now() - BACK_FOR)


class Draft(models.Model):
    """One form's text of one member. form: its name ("profile"); about: what it is about (a public id), or an empty string.

    fields: {field name: list of typed values}. address: the page to return to, a path of this site. deleted_at: since then only the list of
    drafts shows it, and can bring it back.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="drafts")
    public_id = models.CharField(max_length=12, unique=True, default=random_public_id, editable=False)
    form = models.CharField(max_length=40)
    about = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200)
    fields = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        """A member has one draft for each form and thing, beside those they deleted."""

        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-changed_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["member", "form", "about"], condition=Q(deleted_at=None), name="members_draft_one_each")]

    def __str__(self):
        """Return the form's name: the text is its writer's."""
        return self.form

    @property
    def name(self):
        """Return what the form is called."""
        return NAMES.get(self.form, _("Text"))

    @property
    def first_words(self):
        """Return the beginning of the longest text in it, on one line, cut between words where there are any; "" where it holds no words."""
        names = TEXT_FIELDS.get(self.form, self.fields)
        longest = max((value for name in names for value in self.fields.get(name, ())), key=len, default="")
        line = " ".join(longest[:1000].split())
        if len(line) <= FIRST_WORDS:
            return line
        head, _space, _rest = line[:FIRST_WORDS].rpartition(" ")
        return f"{head or line[:FIRST_WORDS]} …"

    @property
    def kept_until(self):
        """Return when it goes, if nobody touches it."""
        return self.changed_at + KEPT_FOR

    @property
    def back_until(self):
        """Return until when a deleted one can be brought back."""
        return self.deleted_at + BACK_FOR
