"""The languages that a member may say they write in: settings.MEMBER_LANGUAGES, by their names."""

from django.conf import settings
from django.utils.translation import get_language_info

MOST_LANGUAGES = 3  # of one member


def name_of(code: str) -> str:
    """Return a language's name in the language of the page."""
    return get_language_info(code)["name_translated"]


def names_of(codes: list[str]) -> list[str]:
    """Return the names of languages, in their order; what is no language of ours (any more) is left out."""
    return [name_of(code) for code in codes if code in settings.MEMBER_LANGUAGES]


def choices() -> list[tuple[str, str]]:
    """Return all languages with their names, by name."""
    return sorted(((code, name_of(code)) for code in settings.MEMBER_LANGUAGES), key=lambda choice: choice[1].casefold())
