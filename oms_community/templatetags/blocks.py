"""The words of a block, for places that a block cannot stand in twice (a title is also a social card's title)."""

from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def block_text(context, name):
    """Return what the page writes in a block, as plain words that may stand in an attribute; an empty string where it writes none."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    if block is None:
        return ""
    words = " ".join(strip_tags(block.render(context)).split())
    # Values are escaped already; what is left are the quotes that the template itself wrote.
    return SafeString(words.replace('"', "&quot;"))
