"""What a form needs so that no text in it is lost; members/drafts.py says how."""

from django import template

from members.drafts import FIELD

register = template.Library()


@register.inclusion_tag("members/_draft_script.html")
def draft_script():
    """Return the script that saves while one types. It stands in the block scripts."""
    return {}


@register.inclusion_tag("members/_draft_banner.html")
def draft_banner(draft):
    """Return what was kept, and how to start again. It stands above the form: it holds a form of its own."""
    return {"draft": draft}


@register.inclusion_tag("members/_draft_field.html")
def draft_field(draft):
    """Return the hidden field; nothing for a visitor."""
    return {"name": FIELD, "value": draft.value}


@register.inclusion_tag("members/_draft_button.html")
def draft_button(draft):
    """Return the button that keeps the text as it stands, and the place that says when it was saved; nothing for a visitor."""
    return {"member": draft.member}
