"""Keeping, dropping, deleting and bringing back what somebody typed."""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from members.models.draft import Draft
from members.models.member import Member
from prose.markdown import clean

MOST_DRAFTS = 100  # a member, and as many deleted ones; the oldest go
MOST_FIELDS, LONGEST_FIELD, LONGEST_DRAFT = 40, 50_000, 200_000  # fields, characters of one field, characters of all
LONGEST_NAME = 100  # characters of a field's name


@transaction.atomic
def keep(*, member: Member, form: str, about: str, address: str, fields: Mapping[str, Sequence[str]]) -> Draft | None:
    """Keep what was typed in place of what was kept for the same form and thing; None, and nothing changes, where there is no text in it.

    What is beyond the limits is cut. The oldest drafts of somebody who has too many go.
    """
    fields = _within_limits(fields)
    if not any(value.strip() for values in fields.values() for value in values):
        return None
    values = {"address": address, "fields": fields, "changed_at": timezone.now()}
    draft, made = Draft.objects.living().update_or_create(values, member=member, form=form, about=about)
    if made:
        _let_the_oldest_go(Draft.objects.living().filter(member=member))
    return draft


def drop(*, member: Member, form: str, about: str = "") -> None:
    """Forget the draft of a form: its text was sent. It may not exist."""
    Draft.objects.living().filter(member=member, form=form, about=about).delete()


@transaction.atomic
def delete(*, draft: Draft) -> None:
    """Take a draft out of sight; for 14 days its writer can bring it back."""
    draft.deleted_at = timezone.now()
    draft.save(update_fields=["deleted_at"])
    _let_the_oldest_go(Draft.objects.filter(member=draft.member_id, deleted_at__isnull=False).order_by("-deleted_at", "-pk"))


class NewerDraftError(Exception):
    """There is a newer draft of the same form and thing. draft: that one."""

    def __init__(self, draft: Draft):
        """Keep the newer one, so that it can be shown."""
        super().__init__()
        self.draft = draft


def bring_back(*, draft: Draft) -> None:
    """Bring a deleted draft back, as if it had been changed just now. Raises NewerDraftError, and both stay as they are."""
    draft.deleted_at, draft.changed_at = None, timezone.now()
    try:
        with transaction.atomic():
            draft.save(update_fields=["deleted_at", "changed_at"])
    except IntegrityError:
        draft.refresh_from_db()
        raise NewerDraftError(Draft.objects.living().get(member=draft.member_id, form=draft.form, about=draft.about)) from None


def _let_the_oldest_go(drafts: QuerySet[Draft]) -> None:
    Draft.objects.filter(pk__in=list(drafts.values_list("pk", flat=True)[MOST_DRAFTS:])).delete()


def _within_limits(fields: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the first fields, cut, each cleaned as it would be if it were sent."""
    kept: dict[str, list[str]] = {}
    left = LONGEST_DRAFT
    for name, values in list(fields.items())[:MOST_FIELDS]:
        room = min(LONGEST_FIELD, left)
        texts = []
        for value in values[:MOST_FIELDS]:
            text = clean(value[:room])[:room]
            texts.append(text)
            room -= len(text)
            left -= len(text)
        kept[clean(name)[:LONGEST_NAME]] = texts
    return kept
