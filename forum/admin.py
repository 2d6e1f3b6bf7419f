"""What people write, in the admin: for moderators to find and read. Deciding has pages of its own; nothing is changed here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from conditions.admin.base import ReadOnlyAdmin
from forum.models.answer import Answer, Comment
from forum.models.question import Question
from moderation import rights


class PostAdmin(ReadOnlyAdmin):
    """Posts with who wrote them, by the member's number and never by mail: also where they wrote "as a member"."""

    show_full_result_count = False
    list_select_related = ("author",)
    ordering = ("-pk",)
    date_hierarchy = None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave it to moderators and administrators."""
        return request.user.is_active and request.user.is_authenticated and rights.may_moderate(request.user.member)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the section to whom it has something to show."""
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Leave the rendered text in the database."""
        return super().get_queryset(request).defer("body_html")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Keep accounts and records of people from being searched in the list's address."""
        return not lookup.startswith(("author", "patient")) and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("page"))
    def page(self, post: Any) -> str:
        """Return the way to where it stands."""
        return format_html('<a href="{}">{}</a>', post.get_absolute_url(), _("Open"))

    @admin.display(description=_("author"))
    def writer(self, post: Any) -> str:
        """Return the pseudonym, and whether it stands beside the post."""
        if post.author is None:
            return str(_("Former member"))
        return post.author.pseudonym if post.by_name else str(_("%(name)s, as “a member”")) % {"name": post.author.pseudonym}


STATE = ("is_shown", "hidden_at", "held_at", "deleted_at")


@admin.register(Question)
class QuestionAdmin(PostAdmin):
    """Questions, found by title."""

    list_display = ("title", "writer", "audience", "is_shown", "answer_count", "created_at", "page")
    list_filter = ("is_shown", "audience", ("held_at", admin.EmptyFieldListFilter), ("locked_at", admin.EmptyFieldListFilter))
    search_fields = ("title",)
    fields = ("title", "body", "writer", "audience", "created_at", "edited_at", *STATE, "locked_at", "archived_at", "merged_into", "page")
    readonly_fields = fields


class ReplyAdmin(PostAdmin):
    """Answers and comments, found by the title of their question."""

    list_display = ("__str__", "asked", "writer", "audience", "is_shown", "created_at", "page")
    list_select_related = ("author", "question")
    list_filter = ("is_shown", "audience", ("held_at", admin.EmptyFieldListFilter))
    search_fields = ("question__title",)
    fields = ("asked", "body", "writer", "audience", "created_at", "edited_at", *STATE, "page")
    readonly_fields = fields

    @admin.display(description=_("question"))
    def asked(self, post: Any) -> str:
        """Return the question's title."""
        return post.question.title


admin.site.register(Answer, ReplyAdmin)
admin.site.register(Comment, ReplyAdmin)
