"""Pages on which members say how they appear on the map."""

from django.http import Http404


def location_edit(request):
    """Wait for its builder."""
    raise Http404


def location_hide(request):
    """Wait for its builder."""
    raise Http404


def place_suggest(request):
    """Wait for its builder."""
    raise Http404
