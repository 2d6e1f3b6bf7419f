"""Keeping and dropping what somebody typed."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from members.models.draft import Draft
from members.models.member import Member
from prose.markdown import clean

MOST_DRAFTS = 100  # a member; the oldest go
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
    draft, made = Draft.objects.update_or_create(values, member=member, form=form, about=about)
    if made:
        newest = Draft.objects.filter(member=member).values_list("pk", flat=True)
        Draft.objects.filter(pk__in=list(newest[MOST_DRAFTS:])).delete()
    return draft


def drop(*, member: Member, form: str, about: str = "") -> None:
    """Forget the draft of a form: its text was sent. It may not exist."""
    Draft.objects.filter(member=member, form=form, about=about).delete()


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
