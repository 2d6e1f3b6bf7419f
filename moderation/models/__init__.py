"""The models, by topic. Import from the defining module; this list is for Django."""

from moderation.models.moderated import Moderated
from moderation.models.records import Decision, Report, Submission

__all__ = ["Decision", "Moderated", "Report", "Submission"]
