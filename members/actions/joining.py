"""Joining: the answers become true together, or not at all. Whoever is too young has no account."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from members import consents
from members.actions import leaving, people
from members.joining import Answers
from members.models.consent import Purpose
from members.models.member import Member


@transaction.atomic
def join(*, member: Member, answers: Answers, form: str = "join") -> None:
    """Write down age band, name, role and consent, and let the member be met. Joining twice is the same as once.

    Raises ValidationError where the name is not free any more, and ValueError for answers that are not complete; then nothing is written.
    """
    if not answers.complete:
        raise ValueError("The answers are not complete.")
    if Member.objects.select_for_update(no_key=True).values_list("joined_at", flat=True).get(pk=member.pk):
        member.refresh_from_db()
        return
    people.rename(member=member, to=answers.name or "")
    if answers.agrees:
        consents.give(member=member, purpose=Purpose.HEALTH, form=form)
    member.age_band = answers.age or ""
    member.role = (answers.role or "") if answers.agrees else ""  # who somebody is to the illness is health data
    member.joined_at = timezone.now()
    member.save(update_fields=["age_band", "role", "joined_at"])


def join_from_session(*, member: Member, session: Any) -> bool:
    """Join with the answers of the session, where they are complete; return whether the member has joined.

    A name that was taken in the meantime is put aside, and asked for again; the other answers stay, and so does the account.
    """
    answers = Answers.of(session)
    if member.joined_at or not answers.complete:
        return bool(member.joined_at)
    try:
        join(member=member, answers=answers)
    except ValidationError:
        member.refresh_from_db()
        Answers(answers.age, None, answers.health, answers.role, taken=answers.name or "").keep(session)
        return False
    Answers.forget(session)
    return True


def close_too_young(*, member: Member) -> None:
    """Erase an account at once whose owner says that they are under 16. Raises ValueError for somebody who has joined."""
    if member.joined_at:
        raise ValueError("Who has joined is not erased like this.")
    leaving.erase(member=member)
