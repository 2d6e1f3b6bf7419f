"""What the admin pages of the reference share."""

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

LONG_TEXTS = ("body", "body_html", "unknown", "unknown_html", "red_flags", "red_flags_html", "contents")  # no list shows them


class ReferenceAdmin(admin.ModelAdmin):
    """Our style sheet, and a history that shows accounts by number: an e-mail address is nobody's business here."""

    object_history_template = "admin/conditions/object_history.html"
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False  # pages say themselves whether readers have one

    class Media:
        """One small file; the policy allows nothing inline."""

        css = {"all": ["css/admin.css"]}


class ReadOnlyAdmin(ReferenceAdmin):
    """Shows and changes nothing."""

    actions = None

    def has_add_permission(self, request):
        """Refuse."""
        return False

    def has_change_permission(self, request, obj=None):
        """Refuse."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Refuse."""
        return False


class FromFilesAdmin(ReadOnlyAdmin):
    """What the content files say: a line on top tells where to change it."""

    change_list_template = "admin/conditions/from_files_change_list.html"
    change_form_template = "admin/conditions/from_files_change_form.html"


def overdue_mark(day, *, overdue):
    """Return a day, and in words that it has passed."""
    if not overdue:
        return day.isoformat()
    return format_html('{} <strong class="overdue">{}</strong>', day.isoformat(), _("Overdue"))


def line_list(lines):
    """Return lines as a list for a read-only field, or a dash."""
    rows = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return format_html('<ul class="lines">{}</ul>', rows) if rows else "-"
