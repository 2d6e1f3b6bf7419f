"""What somebody agrees to: the words, their versions, and the one function that says whether a yes stands.

A consent is to the words that were shown. New words (a higher version) pause what rests on them until the person has answered again.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from members import data_rights
from members.models.choices import AgeBand
from members.models.consent import Consent, Purpose
from members.models.member import Member


@dataclass(frozen=True)
class Words:
    """The words of one purpose; raise `version` with every change of them."""

    version: int
    text: object  # lazy


TEXTS: dict[str, Words] = {
    Purpose.HEALTH: Words(1, _("I agree that this site keeps the health data I enter. I can delete it, and withdraw this, at any time.")),
    Purpose.CARER: Words(1, _("I care for the person I write about, and I may speak for them. When they are old enough, I will ask them.")),
    Purpose.MATCHING: Words(
        1, _("I agree that recorded symptoms are compared with those of other members who agreed too, and that similar members see each other.")
    ),
    Purpose.MAP: Words(1, _("I agree that I am shown on the map, no more precisely than I choose. Nobody sees where I live.")),
    Purpose.STATISTICS: Words(1, _("I agree that what I record is counted in statistics that name nobody and show no group of fewer than 10.")),
    Purpose.EMAILS: Words(1, _("I agree to get e-mails about what happens here. They hold no health words, and one press ends them.")),
}
# What something on the site rests on today; only that is asked. The part that brings a feature adds its purpose here.
IN_USE = set(Purpose)
ADULTS_ONLY = (Purpose.MATCHING, Purpose.MAP)
NEEDS_HEALTH = (Purpose.CARER, Purpose.MATCHING, Purpose.STATISTICS)  # without health data there is nothing to agree to


class ConsentRefused(ValueError):
    """The yes cannot be taken; the message says why, for people."""


@dataclass(frozen=True)
class State:
    """How one purpose stands with one member. given_at: since when, of the yes that stands. withdrawn_at: when the last one ended.

    paused: the yes was to other words than those of now. refused: why it cannot be given, or an empty string.
    """

    purpose: Purpose
    words: Words
    given_at: datetime | None
    withdrawn_at: datetime | None
    paused: bool
    refused: str

    @property
    def stands(self) -> bool:
        """Whether a yes stands, to the words as they are now."""
        return self.given_at is not None and not self.paused


def states(member: Member, history: Sequence[Consent]) -> list[State]:
    """Return how each purpose in use stands, in the order of Purpose; one that is not in use any more as long as a yes stands. No query.

    history: all consents of the member.
    """
    found = []
    current = {consent.purpose: consent for consent in history if consent.withdrawn_at is None}
    health = current.get(Purpose.HEALTH)
    without_health = health is None or health.version != TEXTS[Purpose.HEALTH].version
    for purpose in Purpose:
        yes = current.get(purpose)
        if purpose not in IN_USE and yes is None:
            continue
        ended = [consent.withdrawn_at for consent in history if consent.purpose == purpose and consent.withdrawn_at]
        refused = ""
        if purpose in ADULTS_ONLY and member.age_band == AgeBand.UNDER_18:
            refused = gettext("This opens when you are 18.")
        elif purpose in NEEDS_HEALTH and without_health:
            refused = gettext("This needs your consent to keep health data first.")
        paused = yes is not None and yes.version != TEXTS[purpose].version
        found.append(State(purpose, TEXTS[purpose], yes.given_at if yes else None, max(ended, default=None), paused, refused))
    return found


def text_hash(purpose: str, language: str) -> str:
    """Return the SHA-256 of the words of a purpose in a language."""
    with override(language):
        return hashlib.sha256(str(TEXTS[purpose].text).encode()).hexdigest()


def holds(member: Member, purpose: str) -> bool:
    """Return whether a yes stands for a purpose, to the words as they are now. The only question feature code asks. One query."""
    return standing(member).get(purpose) == TEXTS[purpose].version


def standing(member: Member) -> dict[str, int]:
    """Return the version of each yes that stands, by purpose. One query."""
    return dict(Consent.objects.filter(member=member, withdrawn_at=None).values_list("purpose", "version"))


def ask_only_what_is_used(purpose: str) -> None:
    """Refuse a yes that nothing on the site rests on yet. Raises ConsentRefused."""
    if purpose not in IN_USE:
        raise ConsentRefused(gettext("This is asked when the part of the site that needs it opens."))


@transaction.atomic
def give(*, member: Member, purpose: str, form: str) -> Consent:
    """Write down a yes to the words as they are now; a yes that stands already stays.

    Raises ConsentRefused where another has to come first, or the member is too young.
    """
    if purpose in ADULTS_ONLY and member.age_band == AgeBand.UNDER_18:
        raise ConsentRefused(gettext("This opens when you are 18."))
    if purpose in NEEDS_HEALTH and not holds(member, Purpose.HEALTH):
        raise ConsentRefused(gettext("This needs your consent to keep health data first."))
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    now, version = timezone.now(), TEXTS[purpose].version
    current = Consent.objects.filter(member=member, purpose=purpose, withdrawn_at=None).first()
    if current and current.version == version:
        return current
    if current:
        _close(current, now)
    language = get_language() or "en"
    consent = Consent.objects.create(
        member=member, purpose=purpose, version=version, text_hash=text_hash(purpose, language), language=language, form=form, given_at=now
    )
    data_rights.consent_changed(member, purpose, given=True)
    return consent


@transaction.atomic
def withdraw(*, member: Member, purpose: str) -> list[str]:
    """Take back a yes, and those that rest on it; return which. What rests on them ends in the same transaction."""
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    purposes = [purpose, *(NEEDS_HEALTH if purpose == Purpose.HEALTH else ())]
    closed = []
    for consent in Consent.objects.filter(member=member, purpose__in=purposes, withdrawn_at=None):
        _close(consent, timezone.now())
        data_rights.consent_changed(member, consent.purpose, given=False)
        closed.append(consent.purpose)
    return closed


def _close(consent: Consent, now) -> None:
    consent.withdrawn_at = max(now, consent.given_at)
    consent.save(update_fields=["withdrawn_at"])
