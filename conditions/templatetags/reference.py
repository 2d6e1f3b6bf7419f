"""Template tags of the reference."""

import json

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

register = template.Library()

# What would end the script element or start another one.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag
def json_ld(data):
    """Return structured data as script elements, which no policy needs to allow: they are never run."""
    blocks = [json.dumps(block, ensure_ascii=False).translate(_ESCAPES) for block in data or []]
    return mark_safe("".join(f'<script type="application/ld+json">{block}</script>' for block in blocks))  # noqa: S308 - escaped above


@register.simple_tag(takes_context=True)
def cite(context, citations, source_id):
    """Return the mark of a source by its number; where the text does not cite it, its first mark is what the arrow leads back to."""
    number = next((citation.number for citation in citations if citation.source_id == source_id), None)
    if number is None:
        return ""
    anchored = context.render_context.setdefault("anchored_citations", set())
    anchor = format_html(' id="c{}"', number) if number not in anchored and not _in_text(context["revision"], number) else ""
    anchored.add(number)
    return format_html('<a class="cite"{1} href="#s{0}" aria-label="{2}">{0}</a>', number, anchor, _source_name(number))


def _in_text(revision, number):
    parts = (revision.short_answer_html, revision.red_flags_html, revision.body_html, revision.unknown_html)
    return any(f'id="c{number}"' in part for part in parts)


def _source_name(number):
    return gettext("Source %(number)d") % {"number": number}


@register.filter
def stop(text):
    """Return the full stop that a text still needs: none after "et al." or a question."""
    return "" if str(text).endswith((".", "?", "!")) else "."
