"""Pages of people with a similar picture."""

from django.http import Http404


def match_list(request):
    """Wait for its builder."""
    raise Http404


def how_it_works(request):
    """Wait for its builder."""
    raise Http404


def matching_start(request, patient):
    """Wait for its builder."""
    raise Http404


def shared_facts(request, patient):
    """Wait for its builder."""
    raise Http404


def match_watch(request, patient):
    """Wait for its builder."""
    raise Http404


def match_detail(request, patient, other):
    """Wait for its builder."""
    raise Http404


def match_feedback(request, patient, other):
    """Wait for its builder."""
    raise Http404
