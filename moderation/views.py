"""Reporting, the receipt, and what the author of a thing reads about a decision."""

from django.http import Http404


def report_about(request, **_named):
    """To come."""
    raise Http404


def report_add(request, **_named):
    """To come."""
    raise Http404


def report_list(request, **_named):
    """To come."""
    raise Http404


def report_detail(request, **_named):
    """To come."""
    raise Http404


def decision_detail(request, **_named):
    """To come."""
    raise Http404
