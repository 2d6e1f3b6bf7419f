"""Patients and those who look after their records.

Whoever changes a record tells every part of data rights about every guardian, in the same transaction: what rests on a record, such as
who is found alike, must not outlive the answer it was made from.
"""

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import consents, data_rights
from members.models.choices import Level, PatientAge, Relation
from members.models.consent import Purpose
from members.models.member import Member
from members.models.patient import Guardian, GuardianInvitation, Patient

INVITATION_LASTS = timedelta(days=7)
MOST_PATIENTS, MOST_GUARDIANS = 10, 4
TOO_YOUNG = gettext_lazy("A record is handed over to somebody of 16 or older. Write down another age first, if the one in the record is not right.")
DOUBLE_PRESS = timedelta(minutes=1)  # within it the same record is not made twice
_READ_ALIKE = str.maketrans("oil", "011")  # a code holds no letter above f: these were read from a screen, and meant as digits


class NotAllowed(ValueError):
    """The step cannot be taken; the message says why, for people."""


class WrongRelation(NotAllowed):
    """The code is good, but not for what somebody says they are to the patient."""


def consents_missing(*, member: Member, relation: str) -> list[str]:
    """Return the purposes that have to be agreed to before anything is written down about somebody. One query."""
    standing = consents.standing(member)
    needed = [Purpose.HEALTH] if relation == Relation.SELF else [Purpose.HEALTH, Purpose.CARER]
    return [purpose for purpose in needed if standing.get(purpose) != consents.TEXTS[purpose].version]


@transaction.atomic
def agree(*, member: Member, purposes: Iterable[str], form: str) -> None:
    """Write down several yeses together, or none. Raises consents.ConsentRefused where another has to come first."""
    for purpose in purposes:
        consents.give(member=member, purpose=purpose, form=form)


def keeps_enough(*, member: Member) -> bool:
    """Return whether the member owns as many records as one account may."""
    return member.guardianships.filter(level=Level.OWNER).count() >= MOST_PATIENTS


@transaction.atomic
def add_patient(*, by: Member, relation: str, **answers: Any) -> Patient:
    """Write down a patient, owned by `by`; a second press within a minute returns the record that the first one made.

    Raises NotAllowed without the consents, for a second "it is me", or above the number one may keep.
    """
    Member.objects.select_for_update(no_key=True).get(pk=by.pk)
    _needs_consents(by, relation)
    just_made = by.guardianships.filter(level=Level.OWNER, relation=relation, since__gt=timezone.now() - DOUBLE_PRESS)
    if twin := Patient.objects.filter(guardians__in=just_made, **answers).first():
        return twin
    if relation == Relation.SELF and by.guardianships.filter(relation=Relation.SELF).exists():
        raise NotAllowed(_("You have a record of your own already."))
    if keeps_enough(member=by):
        raise NotAllowed(_("An account can keep at most %(number)d records.") % {"number": MOST_PATIENTS})
    patient = Patient.objects.create(**answers)
    Guardian.objects.create(patient=patient, member=by, relation=relation, level=Level.OWNER)
    data_rights.standing_changed(by)
    return patient


@transaction.atomic
def change_patient(*, patient: Patient, by: Member, **answers: Any) -> None:
    """Write down other answers. Raises NotAllowed for who may only read, was removed meanwhile, or whose consents do not stand.

    Matching rests on the answers, so every guardian's parts are told in the same transaction.
    """
    Member.objects.select_for_update(no_key=True).get(pk=by.pk)
    mine = patient.guardians.filter(member=by, level__in=(Level.EDIT, Level.OWNER)).first()
    locked = Patient.objects.select_for_update(no_key=True).filter(pk=patient.pk).first()
    if mine is None or locked is None:
        raise NotAllowed(_("You may not change this record any more."))
    _needs_consents(by, mine.relation)
    for name, answer in answers.items():
        setattr(locked, name, answer)
    locked.save(update_fields=list(answers))
    _tell(locked)


@transaction.atomic
def invite(*, patient: Patient, by: Member, level: str, hand_over: bool = False) -> str:
    """Return a new code that lets one more person look after a record; it is shown once, and only its digest is kept.

    Raises NotAllowed for anybody but the owner, for a level above "edit" that is no hand-over, for a hand-over to somebody who is not known
    to be 16, or when the record has guardians enough.
    """
    _owner_of(patient, by)
    if level not in (Level.VIEW, Level.EDIT) and not hand_over:
        raise NotAllowed(_("A record has one owner: invite to read or to change, or hand it over."))
    if not hand_over and patient.guardians.count() >= MOST_GUARDIANS:
        raise NotAllowed(_("At most %(number)d people can look after a record.") % {"number": MOST_GUARDIANS})
    if hand_over and patient.guardians.filter(relation=Relation.SELF).exists():
        raise NotAllowed(_("This record belongs to the person themselves already."))
    if hand_over:
        _needs_age(patient)
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
    """Return what is kept of a code; spaces, hyphens and case do not count, and letters read for digits are digits."""
    signs = unicodedata.normalize("NFKC", code).lower()
    return hashlib.sha256("".join(sign for sign in signs if sign.isalnum()).translate(_READ_ALIKE).encode()).hexdigest()


@transaction.atomic
def accept(*, code: str, by: Member, relation: str = "") -> Guardian:
    """Take an invitation. A hand-over makes `by` the owner and the patient themselves; who kept the record before may still read it.

    relation: what `by` is to the patient; "" takes what fits. Raises NotAllowed for a code that is unknown, used, too old or made by
    somebody with a block between them (all the same words), for the wrong relation, without consent, or for who is there already.
    """
    unknown = NotAllowed(_("This code is not known, was used, or is too old. Ask for a new one."))
    Member.objects.select_for_update(no_key=True).get(pk=by.pk)
    found = GuardianInvitation.objects.open_to(by).filter(digest=digest(code)).first()
    # The patient is locked first, as in every other write: two who type the same code then stand in one queue.
    patient = Patient.objects.select_for_update(no_key=True).filter(pk=found.patient_id).first() if found else None
    invitation = GuardianInvitation.objects.open_to(by).filter(pk=found.pk).first() if found and patient else None
    if patient is None or invitation is None:
        raise unknown
    guardian = _take_over(invitation, patient, by, relation) if invitation.hand_over else _join(invitation, patient, by, relation)
    _tell(patient)
    return guardian


def _take_over(invitation: GuardianInvitation, patient: Patient, by: Member, relation: str) -> Guardian:
    if relation not in ("", Relation.SELF):
        raise WrongRelation(_("This code hands the record over to the person it is about. If that is you, choose “It is me”."))
    if invitation.invited_by_id == by.pk:
        raise NotAllowed(_("You made this code yourself. It is for the person the record is about, in an account of their own."))
    _needs_age(patient)  # of now: another age may have been written down since the code was made
    _needs_consents(by, Relation.SELF)
    if by.guardianships.filter(relation=Relation.SELF).exists():
        raise NotAllowed(_("You have a record of your own already."))
    patient.guardians.filter(level=Level.OWNER).update(level=Level.VIEW)
    guardian, _made = Guardian.objects.update_or_create(patient=patient, member=by, defaults={"relation": Relation.SELF, "level": Level.OWNER})
    patient.invitations.all().delete()  # whom the former owner invited is the new owner's to decide
    return guardian


def _join(invitation: GuardianInvitation, patient: Patient, by: Member, relation: str) -> Guardian:
    if relation == Relation.SELF:
        raise WrongRelation(_("This code does not hand the record over. Choose what you are to the person, or ask for a code that does."))
    _needs_consents(by, relation)
    if patient.guardians.filter(member=by).exists():
        raise NotAllowed(_("You look after this record already."))
    if patient.guardians.count() >= MOST_GUARDIANS:
        raise NotAllowed(_("At most %(number)d people can look after a record.") % {"number": MOST_GUARDIANS})
    guardian = Guardian.objects.create(patient=patient, member=by, relation=relation or Relation.PARENT, level=invitation.level)
    invitation.delete()
    return guardian


@transaction.atomic
def withdraw_invitation(*, invitation: GuardianInvitation, by: Member) -> None:
    """End an invitation that nobody took. Raises NotAllowed for anybody but the owner."""
    _owner_of(invitation.patient, by)
    invitation.delete()


@transaction.atomic
def remove_guardian(*, guardian: Guardian, by: Member) -> None:
    """End somebody's access: the owner ends another's, everybody their own. Raises NotAllowed for the owner's own while others remain."""
    Patient.objects.select_for_update(no_key=True).filter(pk=guardian.patient_id).first()
    current = Guardian.objects.select_related("member").filter(pk=guardian.pk).first()
    if current is None:
        return  # pressed twice
    if current.level == Level.OWNER:
        raise NotAllowed(_("Hand the record over, or delete it."))
    if current.member_id != by.pk:
        _owner_of(current.patient, by)
    current.delete()
    data_rights.standing_changed(current.member)
    _tell(current.patient)


@transaction.atomic
def delete_patient(*, patient: Patient, by: Member) -> None:
    """Delete a record for everybody. Raises NotAllowed for anybody but the owner."""
    Patient.objects.select_for_update(no_key=True).filter(pk=patient.pk).first()
    _owner_of(patient, by)
    members = [guardian.member for guardian in patient.guardians.select_related("member")]
    patient.delete()
    for member in members:
        data_rights.standing_changed(member)


def _owner_of(patient: Patient, by: Member) -> Guardian:
    owner = patient.guardians.filter(member=by, level=Level.OWNER).first()
    if owner is None:
        raise NotAllowed(_("Only who keeps the record can do this."))
    return owner


def _needs_age(patient: Patient) -> None:
    """Raise NotAllowed unless the person may keep their record: by the stored row, for the one at hand may be older."""
    if not Patient.objects.filter(pk=patient.pk, age_band__in=PatientAge.grown()).exists():
        raise NotAllowed(str(TOO_YOUNG))


def _needs_consents(by: Member, relation: str) -> None:
    missing = consents_missing(member=by, relation=relation)
    if Purpose.HEALTH in missing:
        raise NotAllowed(_("Health data is only kept with your consent."))
    if missing:
        raise NotAllowed(_("Confirm first that you may speak for the person you care for."))


def _tell(patient: Patient) -> None:
    for guardian in patient.guardians.select_related("member"):
        data_rights.standing_changed(guardian.member)
