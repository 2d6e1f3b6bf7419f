"""What a row of a list says often: how long ago, to the day (a page that is kept until tomorrow stays true), and where a tag leads."""

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

register = template.Library()

WEEK, MONTH, YEAR = 7, 30, 365  # days


@register.simple_tag
def ago(at: datetime) -> SafeString:
    """Return a time as words in an element that holds the full date."""
    return _element(timezone.localdate(at), timezone.localdate(), get_language())


@lru_cache(maxsize=4096)  # a list shows many of few days
def _element(day: date, today: date, _language: str | None) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', day.isoformat(), date_format(day, "DATE_FORMAT"), words(day, today))


@register.simple_tag
def tag_address(tag: dict[str, str]) -> str:
    """Return where a tag's questions stand. tag: one of a question's `tag_list`."""
    return _tag_address(get_script_prefix(), tag["kind"], tag["condition"], tag["slug"])


@lru_cache(maxsize=4096)
def _tag_address(_prefix: str, kind: str, condition: str, slug: str) -> str:
    return reverse("forum:tag_detail", args=[kind, condition, slug])


def words(day: date, today: date) -> str:
    """Return how long ago a day was, in words; what lies ahead is today."""
    days = (today - day).days
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    if days < 2 * WEEK:
        return ngettext("%(number)d day ago", "%(number)d days ago", days) % {"number": days}
    if days < 2 * MONTH:
        return ngettext("%(number)d week ago", "%(number)d weeks ago", days // WEEK) % {"number": days // WEEK}
    if days < 2 * YEAR:
        return ngettext("%(number)d month ago", "%(number)d months ago", days // MONTH) % {"number": days // MONTH}
    return ngettext("%(number)d year ago", "%(number)d years ago", days // YEAR) % {"number": days // YEAR}
