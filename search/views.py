"""The page of results."""

from django.conf import settings
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from search.queries import search


@require_safe
def result_list(request):
    """Show what was found for `q`; without it, the box and a few words."""
    asked = request.GET
    results = search(asked.get("q", ""), user=request.user, languages=_languages(), kind=asked.get("kind"), after=asked.get("after"))
    return render(request, "search/result_list.html", {"results": results})


def _languages():
    """Return the languages of the texts to show, the reader's own first."""
    return tuple(dict.fromkeys([get_language() or settings.LANGUAGE_CODE, *(code for code, _name in settings.LANGUAGES)]))
