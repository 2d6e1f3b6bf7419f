"""What members answers for in its own slot: the account, the profile, patients, consents, blocks."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from members.data_rights import Part
from members.models.choices import Level
from members.models.consent import Consent, Purpose
from members.models.member import Member

PROOF_LASTS = timedelta(days=730)
_PATIENT_FIELDS = ("nickname", "age_band", "sex", "onset_year", "onset_month", "diagnosis_year", "diagnosis_month", "tumour", "tumour_kind", "course")


def export(member: Member) -> dict[str, Any]:
    """Return all that members keeps about a member; of other people only numbers."""
    user = member.user
    return {
        "account": {"e-mail": user.email, "joined": user.date_joined, "last sign-in": user.last_login},
        "profile": {
            "pseudonym": member.pseudonym,
            "age": member.age_band,
            "role": member.role,
            "languages": member.languages,
            "about": member.about,
            "life stage": member.life_stage,
            "verified as": member.verified_as,
        },
        "patients": [
            {**{name: getattr(guardian.patient, name) for name in _PATIENT_FIELDS}, "relation": guardian.relation, "may": guardian.level}
            for guardian in member.guardianships.select_related("patient")
        ],
        "consents": list(member.consents.values("purpose", "version", "text_hash", "language", "form", "given_at", "withdrawn_at")),
        "blocked members": member.blocks_given.count(),
        "muted members": member.mutes_given.count(),
    }


def erase(member: Member) -> None:
    """Delete the account and all that hangs on it; a record that another guardian looks after passes to them. Safe to run twice.

    Consents stay as proof without a person: random id, purpose, dates.
    """
    _leave_patients(member)
    now = timezone.now()
    member.consents.filter(withdrawn_at=None).update(withdrawn_at=now)
    member.consents.update(member=None, form="")
    member.user.delete()


def _leave_patients(member: Member) -> None:
    """End a member's part in every record: it passes to who may change it and has been there longest, or goes when nobody is left."""
    for guardian in member.guardianships.select_related("patient"):
        heir = guardian.patient.guardians.exclude(member=member).filter(level=Level.EDIT).order_by("since", "pk").first()
        if guardian.level == Level.OWNER and heir is None:
            guardian.patient.delete()
            continue
        guardian.delete()
        if guardian.level == Level.OWNER:
            heir.level = Level.OWNER
            heir.save(update_fields=["level"])


def consent_changed(member: Member, purpose: str, *, given: bool) -> None:
    """Without consent to keep health data there is none: records without another guardian go at once, and so do role and life stage."""
    if given or purpose != Purpose.HEALTH:
        return
    _leave_patients(member)
    member.role = member.life_stage = ""
    member.save(update_fields=["role", "life_stage"])


def forget_old_proofs() -> int:
    """Delete proofs of consent older than 24 months whose member is gone; return how many."""
    old = Consent.objects.filter(member=None, withdrawn_at__lt=timezone.now() - PROOF_LASTS)
    return old.delete()[0]


PART = Part(
    name="members",
    models=frozenset(
        {
            *("members.User", "members.Member", "members.Patient", "members.Guardian", "members.GuardianInvitation"),
            *("members.Consent", "members.Block", "members.Mute"),
            *("admin.LogEntry", "conditions.Revision"),
        }
    ),
    kept={
        "members.Consent": "Proof that a yes was given: random id, purpose and dates, for 24 months.",
        "conditions.Revision": "An editor's texts stay; who wrote them is unlinked.",
    },
    export=export,
    erase=erase,
    consent_changed=consent_changed,
)
