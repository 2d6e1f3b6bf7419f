"""What moderators do with a question: lock, archive, merge, mend."""

from django.http import Http404


def question_keep(request, **_named):
    """To come."""
    raise Http404
