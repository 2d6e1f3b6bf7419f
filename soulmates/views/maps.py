"""The map: list, cells, published set, place and nearby pages."""

from django.http import Http404


def world(request):
    """Wait for its builder."""
    raise Http404


def cells(request):
    """Wait for its builder."""
    raise Http404


def units(request, digest):
    """Wait for its builder."""
    raise Http404


def place_detail(request, place):
    """Wait for its builder."""
    raise Http404


def nearby(request):
    """Wait for its builder."""
    raise Http404
