"""Pages on which a family records symptoms, reads them again and prints them."""

from django.http import Http404


def symptom_home(request):
    """Wait for its builder."""
    raise Http404


def check_in_begin(request, patient):
    """Wait for its builder."""
    raise Http404


def symptom_history(request, patient):
    """Wait for its builder."""
    raise Http404


def symptom_summary(request, patient):
    """Wait for its builder."""
    raise Http404


def kept_out(request, patient):
    """Wait for its builder."""
    raise Http404


def check_in_detail(request, check_in):
    """Wait for its builder."""
    raise Http404


def check_in_add(request, check_in):
    """Wait for its builder."""
    raise Http404


def check_in_review(request, check_in):
    """Wait for its builder."""
    raise Http404


def check_in_delete(request, check_in):
    """Wait for its builder."""
    raise Http404


def check_in_undo(request, check_in):
    """Wait for its builder."""
    raise Http404


def check_in_step(request, check_in, step):
    """Wait for its builder."""
    raise Http404
