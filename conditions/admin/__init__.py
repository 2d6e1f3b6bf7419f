"""The editors' workplace: texts are proposed, compared, decided and reviewed here; what the files say is only shown."""

from conditions.admin import library, pages, revisions

__all__ = ["library", "pages", "revisions"]
