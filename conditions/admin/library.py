"""Help numbers, which editors keep; sources, organisations, words and conditions, which the files keep."""

from django.contrib import admin
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from conditions.admin.base import FromFilesAdmin, ReferenceAdmin, line_list, overdue_mark
from conditions.admin.filters import NumberOverdueFilter
from conditions.admin.forms import HelpNumberForm
from conditions.models.condition import Condition
from conditions.models.library import GlossaryTerm, HelpNumber, Organisation, Source
from conditions.models.revision import Revision
from conditions.models.version import ReferenceVersion


@admin.register(HelpNumber)
class HelpNumberAdmin(ReferenceAdmin):
    """Numbers to call: the files seed them once, editors keep them."""

    form = HelpNumberForm
    list_display = ("country", "kind", "name", "number", "text_number", "seen_on", "confirmed_on", "due")
    list_display_links = ("name",)
    list_filter = ("kind", NumberOverdueFilter, "country")
    search_fields = ("name", "country", "number", "text_number")

    @admin.display(description=_("check again by"), ordering="review_due_on")
    def due(self, number):
        """Return the day of the next check, marked when it has passed."""
        return overdue_mark(number.review_due_on, overdue=number.review_due_on < timezone.localdate())

    def save_model(self, request, obj, form, change):
        """Save, and let kept pages be made anew."""
        super().save_model(request, obj, form, change)
        ReferenceVersion.grow()

    def delete_model(self, request, obj):
        """Delete, and let kept pages be made anew."""
        super().delete_model(request, obj)
        ReferenceVersion.grow()

    def delete_queryset(self, request, queryset):
        """Delete several, and let kept pages be made anew."""
        super().delete_queryset(request, queryset)
        ReferenceVersion.grow()


@admin.register(Source)
class SourceAdmin(FromFilesAdmin):
    """What texts cite, and where."""

    list_display = ("key", "title", "year", "kind", "condition", "pages")
    list_display_links = ("key", "title")
    list_select_related = ("condition",)
    list_filter = ("condition", "uncertain")
    search_fields = ("key", "title", "authors", "doi", "pmid")
    fields = (
        *("condition", "key", "title", "authors", "container", "year", "kind", "doi", "pmid", "pmcid", "url"),
        *("people", "seen", "uncertain", "note", "used_in"),
    )
    readonly_fields = ("used_in",)

    def get_queryset(self, request):
        """Count the pages that cite each."""
        cited = Count("citations", filter=Q(citations__revision__state=Revision.State.APPROVED))
        return super().get_queryset(request).annotate(page_count=cited)

    @admin.display(description=_("pages that cite it"), ordering="page_count")
    def pages(self, source):
        """Return the number of readers' texts that cite it."""
        return source.page_count

    @admin.display(description=_("pages that cite it"))
    def used_in(self, source):
        """Return links to the pages that cite it."""
        revisions = Revision.objects.approved().filter(citations__source=source).for_list().order_by("title")
        links = format_html_join("", '<li><a href="{}">{}</a></li>', ((one.get_absolute_url(), one.title) for one in revisions))
        return format_html('<ul class="lines">{}</ul>', links) if links else _("None.")


@admin.register(Organisation)
class OrganisationAdmin(FromFilesAdmin):
    """Who helps."""

    list_display = ("name", "country", "kind", "condition", "seen_on")
    list_select_related = ("condition",)
    list_filter = ("condition", "kind")
    search_fields = ("name", "offers")
    fields = ("condition", "name", "country", "kind", "offers", "spoken", "url", "source", "seen_on")
    readonly_fields = ("spoken",)

    @admin.display(description=_("languages"))
    def spoken(self, organisation):
        """Return the languages, one a line."""
        return line_list(organisation.languages)


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(FromFilesAdmin):
    """Medical words in plain words."""

    list_display = ("term", "text", "condition")
    list_select_related = ("condition",)
    list_filter = ("condition",)
    search_fields = ("term", "text")
    fields = ("condition", "term", "slug", "spellings", "text")
    readonly_fields = ("spellings",)

    @admin.display(description=_("other spellings"))
    def spellings(self, term):
        """Return the other spellings, one a line."""
        return line_list(term.also)


@admin.register(Condition)
class ConditionAdmin(FromFilesAdmin):
    """The conditions of this site."""

    list_display = ("name", "short_name", "slug", "language", "order")
    search_fields = ("name", "short_name", "names__name")
    fields = ("name", "short_name", "slug", "language", "order", "other_names", "code_list", "tagline", "intro", "description", "vocabulary_release")
    readonly_fields = ("other_names", "code_list")

    @admin.display(description=_("other names"))
    def other_names(self, condition):
        """Return the other names, one a line."""
        return line_list(condition.names.values_list("name", flat=True))

    @admin.display(description=_("codes"))
    def code_list(self, condition):
        """Return the codes, one a line."""
        return line_list(condition.codes.all())
