"""Text that was typed and not sent is found again where it was typed, and on the list of drafts.

A view with a long text:

    draft = drafts.of(request, "story", about=story.public_id)
    form = StoryForm(request.POST or None, initial=draft.initial(title=story.title))
    if form.is_valid():
        ...
        draft.drop()
        return redirect(story)
    draft.keep()  # what was refused; when the page is only read it does nothing
    return render(request, "stories/story_tell.html", {"form": form, "draft": draft}, status=422 if form.is_bound else 200)

and its page, after `{% load drafts %}`: `{% draft_script %}` in the block scripts, `{% draft_banner draft %}` above the form,
`{% draft_field draft %}` within it beside the token, `{% draft_button draft %}` beside the button that sends.

The field holds a signed value: whose form, which, about what. Whoever can show one was given the form by us, so its text may be kept
for its member even after the session has ended. Without one nothing is kept: the post may be forged.
"""

import hashlib
import logging
import re
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.core import signing
from django.core.cache import caches
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.db.models import F, Q
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from members.actions import drafts as actions
from members.models.draft import Draft
from members.models.member import Member

log = logging.getLogger(__name__)

FIELD = "draft"
VALUE_LASTS = timedelta(days=30)
SECRET_FIELDS = ("csrf", "password", "token", "code", "secret")  # parts of names; such fields are never kept or shown again
OURS = (FIELD, "save_draft", "next")  # fields of the page, not of the person
LATE = 30  # seconds in which a script's save may still be on its way when the form has been sent
JUST = timedelta(hours=1)  # for so long the form itself offers to bring back what was deleted; the list of drafts does longer
_SALT = "members.drafts"


@dataclass(frozen=True)
class Place:
    """Where a text belongs. member: a public id."""

    member: str
    form: str
    about: str
    address: str

    def sign(self) -> str:
        """Return the value that a form carries."""
        return signing.dumps(asdict(self), salt=_SALT)

    @classmethod
    def read(cls, value: str) -> "Place | None":
        """Return the place of a value that we signed in the last 30 days, or None."""
        try:
            return cls(**signing.loads(value, salt=_SALT, max_age=VALUE_LASTS))
        except (signing.BadSignature, TypeError):
            return None


def of(request: HttpRequest, form: str, *, about: str = "", address: str = "") -> "FormDraft":
    """Return the draft of a form as this person meets it. address: the page to come back to, this one unless another is named."""
    return FormDraft(request, form, about, address or request.path)


class FormDraft:
    """The draft of one form of the one who asks. Of a visitor nothing is kept."""

    def __init__(self, request: HttpRequest, form: str, about: str, address: str):
        """Keep where the text belongs; no query."""
        self.request, self.form, self.about = request, form, about
        self.address = address if re.match(r"/(?![/\\])", address) and len(address) <= 200 else reverse("members:draft_list")
        self.member: Member | None = request.user.member if request.user.is_authenticated else None

    @property
    def value(self) -> str:
        """Return the signed value for the form; an empty string for a visitor."""
        return form_value(self.member, form=self.form, about=self.about, address=self.address) if self.member else ""

    @cached_property
    def _last(self) -> Draft | None:
        """Return the draft, or else the one that was deleted last within the hour; nothing while the page is sent. One query."""
        if self.member is None or self.request.method == "POST":
            return None
        of_form = Draft.objects.filter(member=self.member, form=self.form, about=self.about)
        there = Q(deleted_at=None) | Q(deleted_at__gt=timezone.now() - JUST)
        return of_form.filter(there).order_by(F("deleted_at").desc(nulls_first=True), "-pk").first()

    @property
    def kept(self) -> Draft | None:
        """Return what was kept, while the page is read and not sent."""
        return self._last if self._last and self._last.deleted_at is None else None

    @property
    def deleted(self) -> Draft | None:
        """Return this form's draft if it was just deleted, and can be brought back."""
        return self._last if self._last and self._last.deleted_at else None

    def initial(self, **values: Any) -> dict[str, Any]:
        """Return the first values of the form: these, and over them what was kept."""
        kept = self.kept.fields if self.kept else {}
        return {**values, **{name: found[0] if len(found) == 1 else found for name, found in kept.items()}}

    def keep(self) -> None:
        """Keep what was sent and refused. Nothing to do when the page is only read."""
        if self.member is not None and self.request.method == "POST":
            actions.keep(member=self.member, form=self.form, about=self.about, address=self.address, fields=typed(self.request))

    def drop(self) -> None:
        """Forget the draft: the text was sent. A save that a script has still on its way is not taken any more."""
        if self.member is None:
            return
        actions.drop(member=self.member, form=self.form, about=self.about)
        _close(self.request.POST.get(FIELD, ""))


def form_value(member: Member, *, form: str, about: str = "", address: str) -> str:
    """Return the signed value that a form of this member carries: good for 30 days."""
    return Place(member.public_id, form, about, address).sign()


def posted(request: HttpRequest) -> Place | None:
    """Return the place that a sent form says it belongs to, if we signed it; None as well where the form cannot be read."""
    try:
        return Place.read(request.POST.get(FIELD, "")) if request.method == "POST" else None
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return None


def typed(request: HttpRequest) -> dict[str, list[str]]:
    """Return what was typed, by field: no password, token or code, no file, nothing of the page's own."""
    return {name: values for name, values in request.POST.lists() if not is_hidden(name)}


def is_hidden(name: str) -> bool:
    """Return whether a field, by its name, is neither kept nor shown again: a secret, or the page's own."""
    return name in OURS or any(part in name.lower() for part in SECRET_FIELDS)


def rescue(request: HttpRequest) -> Draft | None:
    """Keep the text of a form that could not be read as sent (signed out, an old token, a limit) for the member it belongs to.

    None, and nothing kept, without a value of ours, for a member who is gone or going, or when the database cannot be used.
    """
    place = posted(request)
    if place is None:
        return None
    try:
        member = Member.objects.filter(public_id=place.member, leaving_at=None, user__is_active=True).first()
        if member is None:
            return None
        return actions.keep(member=member, form=place.form, about=place.about, address=place.address, fields=typed(request))
    except DatabaseError as error:
        log.error("a text could not be kept: %s", type(error).__name__)
        return None


def is_closed(value: str) -> bool:
    """Return whether the form of this value was sent a moment ago."""
    return bool(caches["default"].get(_closed_key(value)))


def _close(value: str) -> None:
    caches["default"].set(_closed_key(value), True, timeout=LATE)


def _closed_key(value: str) -> str:
    return f"draft-sent:{hashlib.sha256(value.encode()).hexdigest()}"
