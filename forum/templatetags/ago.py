"""How long ago something was, to the day: a page that is kept until tomorrow stays true, and the full date stands behind it."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

register = template.Library()

WEEK, MONTH, YEAR = 7, 30, 365  # days


@register.simple_tag
def ago(at: datetime) -> SafeString:
    """Return a time as words in an element that holds the full date."""
    local = timezone.localtime(at)
    return format_html('<time datetime="{}" title="{}">{}</time>', local.date().isoformat(), date_format(local, "DATE_FORMAT"), words(at))


def words(at: datetime) -> str:
    """Return how long ago a time was, in words; what lies ahead is today."""
    days = (timezone.localdate() - timezone.localdate(at)).days
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
