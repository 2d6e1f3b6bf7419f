"""The mail queue in the admin: whether mail goes out, and what hinders it. Never to whom, never what."""

from django.contrib import admin

from conditions.admin.base import ReadOnlyAdmin
from letters.models import OutgoingMail

SHOWN = ("__str__", "urgent", "created_at", "next_try_at", "tries", "sent_at", "failed_at", "fault")


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """Mail by number, for administrators: nothing is searched, changed or opened."""

    list_display = SHOWN
    list_display_links = None
    list_filter = ("urgent", ("sent_at", admin.EmptyFieldListFilter), ("failed_at", admin.EmptyFieldListFilter))
    ordering = ("-pk",)
    fields = SHOWN[1:]

    def get_queryset(self, request):
        """Leave address and text in the database."""
        return super().get_queryset(request).defer("address", "message")

    def lookup_allowed(self, lookup, value, request=None):
        """Keep addresses from being guessed letter by letter in the list's address."""
        return not lookup.startswith(("address", "message", "member")) and super().lookup_allowed(lookup, value, request)

    def has_view_permission(self, request, obj=None):
        """Leave it to administrators."""
        return request.user.is_active and (request.user.is_superuser or request.user.member.is_admin)

    def has_module_permission(self, request):
        """Show the section to whom it has something to show."""
        return self.has_view_permission(request)
