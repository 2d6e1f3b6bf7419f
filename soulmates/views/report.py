"""The members' report."""

from django.http import Http404


def members_report(request, condition):
    """Wait for its builder."""
    raise Http404
