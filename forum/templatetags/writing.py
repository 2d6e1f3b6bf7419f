"""The stored HTML of a post, as each reader may have it."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from forum import mentions

register = template.Library()


@register.filter
def words_for(safe_html: str, user) -> SafeString:
    """Return the stored HTML of a post: `{{ answer.body_html|words_for:user }}`. Members get a link to whoever is named, visitors the name."""
    if user is not None and getattr(user, "is_authenticated", False):
        return mark_safe(safe_html)  # noqa: S308  (rendered by us, sanitised, stored)
    return mentions.unlinked(safe_html)
