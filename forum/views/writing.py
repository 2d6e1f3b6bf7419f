"""Asking, answering, commenting, changing."""

from django.http import Http404


def question_ask(request, **_named):
    """To come."""
    raise Http404


def question_similar(request, **_named):
    """To come."""
    raise Http404


def post_preview(request, **_named):
    """To come."""
    raise Http404


def question_edit(request, **_named):
    """To come."""
    raise Http404


def answer_edit(request, **_named):
    """To come."""
    raise Http404


def comment_edit(request, **_named):
    """To come."""
    raise Http404


def answer_write(request, **_named):
    """To come."""
    raise Http404


def question_comment(request, **_named):
    """To come."""
    raise Http404


def answer_comment(request, **_named):
    """To come."""
    raise Http404


def question_delete(request, **_named):
    """To come."""
    raise Http404


def answer_delete(request, **_named):
    """To come."""
    raise Http404


def comment_delete(request, **_named):
    """To come."""
    raise Http404


def question_restore(request, **_named):
    """To come."""
    raise Http404


def answer_restore(request, **_named):
    """To come."""
    raise Http404


def comment_restore(request, **_named):
    """To come."""
    raise Http404


def question_history(request, **_named):
    """To come."""
    raise Http404


def answer_history(request, **_named):
    """To come."""
    raise Http404


def comment_history(request, **_named):
    """To come."""
    raise Http404


def picture(request, **_named):
    """To come."""
    raise Http404


def picture_remove(request, **_named):
    """To come."""
    raise Http404
