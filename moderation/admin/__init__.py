"""The moderators' workplace in the admin: reports, what is held, and what was decided."""

from moderation.admin import decisions, reports

__all__ = ["decisions", "reports"]
