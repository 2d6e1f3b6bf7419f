"""What the pages of moderators share."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from conditions.admin.base import ReadOnlyAdmin
from moderation import rights, subjects


class ModeratorsAdmin(ReadOnlyAdmin):
    """For moderators and administrators, whatever permissions their account has; nothing is added, changed or deleted."""

    sortable_by = ()

    def has_view_permission(self, request, obj=None):
        """Return whether somebody moderates. No query."""
        return request.user.is_active and rights.may_moderate(request.user.member)

    def has_module_permission(self, request):
        """Show the section to whom it has something to show."""
        return self.has_view_permission(request)


def only_moderators(request) -> None:
    """Raise PermissionDenied for everybody who does not moderate."""
    if not rights.may_moderate(request.user.member):
        raise PermissionDenied


def label_of(content_type):
    """Return the word for what a row is about."""
    model = content_type.model_class()
    return next((subject.label for subject in subjects.subjects().values() if subject.model is model), _("Something else"))


def kind_of(content_type) -> str:
    """Return the kind of a row's thing as addresses have it, or an empty string where no app answers for it any more."""
    model = content_type.model_class()
    return next((subject.kind for subject in subjects.subjects().values() if subject.model is model), "")


def age(at) -> str:
    """Return how long ago something was, in one unit."""
    return timesince(at, timezone.now(), depth=1)
