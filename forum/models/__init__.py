"""The models, by topic. Import from the defining module; this list is for Django."""

from forum.models.answer import Answer, Comment
from forum.models.change import PublicChange
from forum.models.extras import Edit, Mention, Picture
from forum.models.question import Offer, Question, QuestionTag
from forum.models.tag import Tag
from forum.models.vote import Vote

__all__ = ["Answer", "Comment", "Edit", "Mention", "Offer", "Picture", "PublicChange", "Question", "QuestionTag", "Tag", "Vote"]
