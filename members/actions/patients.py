"""Patients and those who look after their records."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members import consents
from members.models.choices import Level, Relation
from members.models.consent import Purpose
from members.models.member import Member
from members.models.patient import Guardian, GuardianInvitation, Patient

INVITATION_LASTS = timedelta(days=7)
MOST_PATIENTS, MOST_GUARDIANS = 10, 4


class NotAllowed(ValueError):
    """The step cannot be taken; the message says why, for people."""


@transaction.atomic
def add_patient(*, by: Member, relation: str, **answers: Any) -> Patient:
    """Write down a patient, owned by `by`. Raises NotAllowed without the consents, for a second "it is me", or above the number one may keep."""
    Member.objects.select_for_update().get(pk=by.pk)
    if not consents.holds(by, Purpose.HEALTH):
        raise NotAllowed(_("Health data is only kept with your consent."))
    if relation != Relation.SELF and not consents.holds(by, Purpose.CARER):
        raise NotAllowed(_("Confirm first that you may speak for the person you care for."))
    if relation == Relation.SELF and by.guardianships.filter(relation=Relation.SELF).exists():
        raise NotAllowed(_("You have a record of your own already."))
    if by.guardianships.filter(level=Level.OWNER).count() >= MOST_PATIENTS:
        raise NotAllowed(_("An account can keep at most %(number)d records.") % {"number": MOST_PATIENTS})
    patient = Patient.objects.create(**answers)
    Guardian.objects.create(patient=patient, member=by, relation=relation, level=Level.OWNER)
    return patient


@transaction.atomic
def invite(*, patient: Patient, by: Member, level: str, hand_over: bool = False) -> str:
    """Return a new code that lets one more person look after a record; it is shown once, and only its digest is kept.

    Raises NotAllowed for anybody but the owner, for a level above "edit" that is no hand-over, or when the record has guardians enough.
    """
    _owner_of(patient, by)
    if level not in (Level.VIEW, Level.EDIT) and not hand_over:
        raise NotAllowed(_("A record has one owner: invite to read or to change, or hand it over."))
    if not hand_over and patient.guardians.count() >= MOST_GUARDIANS:
        raise NotAllowed(_("At most %(number)d people can look after a record.") % {"number": MOST_GUARDIANS})
    if hand_over and patient.guardians.filter(relation=Relation.SELF).exists():
        raise NotAllowed(_("This record belongs to the person themselves already."))
    patient.invitations.filter(expires_at__lte=timezone.now()).delete()
    code = "-".join(secrets.token_hex(2) for _part in range(5))
    GuardianInvitation.objects.create(
        patient=patient,
        invited_by=by,
        digest=digest(code),
        level=Level.OWNER if hand_over else level,
        hand_over=hand_over,
        expires_at=timezone.now() + INVITATION_LASTS,
    )
    return code


def digest(code: str) -> str:
    """Return what is kept of a code; spaces and case do not count."""
    return hashlib.sha256("".join(code.lower().split()).encode()).hexdigest()


@transaction.atomic
def accept(*, code: str, by: Member, relation: str = Relation.PARENT) -> Guardian:
    """Take an invitation. A hand-over makes `by` the owner and the patient themselves; who kept the record before may still read it.

    Raises NotAllowed for a code that is unknown, used or too old (all the same words), without consent, or for somebody who is there already.
    """
    invitation = (
        GuardianInvitation.objects.select_for_update(of=("self",))
        .select_related("patient")
        .filter(digest=digest(code), expires_at__gt=timezone.now())
        .first()
    )
    if invitation is None:
        raise NotAllowed(_("This code is not known, was used, or is too old. Ask for a new one."))
    if not consents.holds(by, Purpose.HEALTH):
        raise NotAllowed(_("Health data is only kept with your consent."))
    patient = invitation.patient
    present = patient.guardians.filter(member=by).first()
    if present and not invitation.hand_over:
        raise NotAllowed(_("You look after this record already."))
    if invitation.hand_over:
        if by.guardianships.filter(relation=Relation.SELF).exists():
            raise NotAllowed(_("You have a record of your own already."))
        patient.guardians.filter(level=Level.OWNER).exclude(member=by).update(level=Level.VIEW)
        guardian, _made = Guardian.objects.update_or_create(patient=patient, member=by, defaults={"relation": Relation.SELF, "level": Level.OWNER})
    else:
        if not consents.holds(by, Purpose.CARER):
            raise NotAllowed(_("Confirm first that you may speak for the person you care for."))
        relation = relation if relation != Relation.SELF else Relation.OTHER
        guardian = Guardian.objects.create(patient=patient, member=by, relation=relation, level=invitation.level)
    invitation.delete()
    return guardian


@transaction.atomic
def remove_guardian(*, guardian: Guardian, by: Member) -> None:
    """End somebody's access: the owner ends another's, everybody their own. Raises NotAllowed for the owner's own while others remain."""
    if guardian.level == Level.OWNER:
        raise NotAllowed(_("Hand the record over, or delete it."))
    if guardian.member_id != by.pk:
        _owner_of(guardian.patient, by)
    guardian.delete()


@transaction.atomic
def delete_patient(*, patient: Patient, by: Member) -> None:
    """Delete a record for everybody. Raises NotAllowed for anybody but the owner."""
    _owner_of(patient, by)
    patient.delete()


def _owner_of(patient: Patient, by: Member) -> Guardian:
    owner = patient.guardians.filter(member=by, level=Level.OWNER).first()
    if owner is None:
        raise NotAllowed(_("Only who keeps the record can do this."))
    return owner
