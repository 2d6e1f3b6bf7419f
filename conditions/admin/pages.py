"""Topics, symptoms and treatments: what the files say about them, the texts they have had, and the way to a new one."""

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from conditions.admin.base import LONG_TEXTS, FromFilesAdmin, line_list
from conditions.models.pages import ConditionSymptom, Topic, Treatment
from conditions.models.revision import Revision

_MOST = 30  # older texts of a page are found in the list of all


class PageAdmin(FromFilesAdmin):
    """A page's data, and its texts."""

    change_form_template = "admin/conditions/page_change_form.html"
    page_kind = ""
    list_select_related = ("condition",)

    def get_queryset(self, request):
        """Add the title that readers see."""
        texts = Revision.objects.approved().filter(**{self.page_kind: OuterRef("pk")}, language=OuterRef("condition__language"))
        return super().get_queryset(request).select_related("condition").annotate(title=Subquery(texts.values("title")[:1]))

    @admin.display(description=_("title that readers see"), ordering="title")
    def readers_title(self, page):
        """Return the title of readers' text."""
        return page.title or _("No text yet")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show the data with the page's texts."""
        page = self.get_object(request, object_id)
        texts = page.revisions.defer(*LONG_TEXTS)[:_MOST] if page and self.has_view_permission(request, page) else []
        context = {"revisions": texts, "kind": self.page_kind, "page": page, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)


@admin.register(Topic)
class TopicAdmin(PageAdmin):
    """Questions about a condition."""

    page_kind = "topic"
    list_display = ("slug", "readers_title", "condition", "group", "has_page")
    list_filter = ("has_page", "condition")
    search_fields = ("slug", "revisions__title")
    fields = ("condition", "slug", "group", "order", "has_page")


@admin.register(ConditionSymptom)
class ConditionSymptomAdmin(PageAdmin):
    """Symptoms as they belong to a condition."""

    page_kind = "symptom"
    list_display = ("plain_name", "hpo_id", "condition", "category", "frequency", "support", "has_page")
    list_select_related = ("condition", "symptom")
    list_filter = ("has_page", "condition", "category", "support", "frequency")
    search_fields = ("symptom__plain_name", "symptom__name", "symptom__hpo_id")
    fields = ("condition", "plain_name", "hpo_name", "hpo_id", "other_words", "category", "frequency", "support", "keys", "note", "has_page")
    readonly_fields = ("plain_name", "hpo_name", "hpo_id", "other_words", "keys")

    def get_queryset(self, request):
        """Add the term of the vocabulary."""
        return super().get_queryset(request).select_related("symptom")

    @admin.display(description=_("plain name"), ordering="symptom__plain_name")
    def plain_name(self, page):
        """Return the plain name."""
        return page.symptom.plain_name

    @admin.display(description=_("HPO name"))
    def hpo_name(self, page):
        """Return the name in the vocabulary."""
        return page.symptom.name

    @admin.display(description="HPO", ordering="symptom__hpo_id")
    def hpo_id(self, page):
        """Return the id in the vocabulary."""
        return page.symptom.hpo_id

    @admin.display(description=_("other words"))
    def other_words(self, page):
        """Return the other words, one a line."""
        return line_list(page.symptom.synonyms)

    @admin.display(description=_("sources"))
    def keys(self, page):
        """Return the keys of the sources."""
        return ", ".join(page.source_keys) or "-"


@admin.register(Treatment)
class TreatmentAdmin(PageAdmin):
    """Treatments."""

    page_kind = "treatment"
    list_display = ("plain_name", "condition", "kind", "evidence_level", "has_page")
    list_filter = ("has_page", "condition", "kind", "evidence_level")
    search_fields = ("plain_name", "name", "slug")
    fields = (
        *("condition", "plain_name", "name", "slug", "names", "kind", "used_for", "evidence_level", "evidence_note"),
        *("effects", "checks", "keys", "has_page"),
    )
    readonly_fields = ("names", "effects", "checks", "keys")

    @admin.display(description=_("also called"))
    def names(self, treatment):
        """Return the other names, one a line."""
        return line_list(treatment.also_called)

    @admin.display(description=_("side effects"))
    def effects(self, treatment):
        """Return the side effects, one a line."""
        return line_list(treatment.side_effects)

    @admin.display(description=_("checks"))
    def checks(self, treatment):
        """Return the checks, one a line."""
        return line_list(treatment.monitoring)

    @admin.display(description=_("sources"))
    def keys(self, treatment):
        """Return the keys of the sources."""
        return ", ".join(treatment.source_keys) or "-"
