"""What members answers for in its own slot: the account, the profile, patients, consents, blocks, drafts, exports; and the editors' texts below."""

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db.models import Count, F, Model, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.fields.files import FieldFile
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conditions.models.revision import Revision
from members import data_rights
from members.data_rights import Held, Part
from members.models.account import AccountChange, AddressLook, SecurityEvent
from members.models.choices import Level, Relation
from members.models.consent import Consent, Purpose
from members.models.draft import Draft
from members.models.leaving import Export
from members.models.member import SHOWN_FIELDS, Member
from members.models.patient import Guardian, GuardianInvitation
from members.models.relations import Block, Mute
from members.models.user import User

PROOF_LASTS = timedelta(days=730)
PICTURE = "picture.webp"  # in the export
OWN, GOES, PASSES, ENDS = "own", "goes", "passes", "ends"  # what becomes of a record, or of the access to it
_PATIENT_FIELDS = (
    *("nickname", "age_band", "sex", "onset_age", "onset_year", "onset_month", "diagnosis_year", "diagnosis_month"),
    *("tumour", "tumour_kind", "course"),
)


_FREE_TEXT = ("tumour_kind",)  # the nickname is what a guardian knows the record by
_REVISION_FIELDS = ("title", "language", "state", "short_answer", "red_flags", "body", "unknown", "questions", "created_at")


def held(member: Member) -> list[Held]:
    """Return what is kept about a member, counted. One query."""
    of_member, of_user = {"member": OuterRef("pk")}, {"user": OuterRef("user")}
    count = Member.objects.filter(pk=member.pk).values(
        of_patients=_number(Guardian, of_member),
        of_drafts=_number(Draft, of_member),
        of_consents=_number(Consent, of_member),
        of_blocks=_number(Block, {"blocker": OuterRef("pk")}),
        of_mutes=_number(Mute, {"muter": OuterRef("pk")}),
        of_exports=_number(Export, of_member),
        of_sessions=_number(UserSession, of_user),
        of_events=_number(SecurityEvent, of_user),
        of_changes=_number(AccountChange, of_user),
        of_looks=_number(AddressLook, {"about": OuterRef("public_id")}),
        of_addresses=_number(EmailAddress, of_user),
        of_factors=_number(Authenticator, of_user),
        of_services=_number(SocialAccount, of_user),
        of_invitations=_number(GuardianInvitation, {"invited_by": OuterRef("pk")}),
    )[0]
    security, patients = reverse("members:account_security"), reverse("members:me")
    return [
        Held(_("Your e-mail address"), max(count["of_addresses"], 1), security),
        Held(_("Passkeys, authenticator app, recovery codes"), count["of_factors"], security),
        Held(_("Other services you sign in with"), count["of_services"], reverse("socialaccount_connections")),
        Held(_("Devices on which you are signed in"), count["of_sessions"], reverse("usersessions_list")),
        Held(_("Lines about sign-ins and changes of your account"), count["of_events"] + count["of_changes"], security),
        Held(_("Times an administrator looked at your e-mail address"), count["of_looks"]),
        Held(_("Your profile: name, age group, and what you chose to say"), 1, reverse("members:profile_edit")),
        Held(_("Records you look after"), count["of_patients"], patients),
        Held(_("Open invitations to look after a record"), count["of_invitations"], patients),
        Held(_("What you agreed to, with dates"), count["of_consents"], reverse("members:consent_list")),
        Held(_("Members you blocked or muted"), count["of_blocks"] + count["of_mutes"], reverse("members:block_list")),
        Held(_("Drafts: text you typed and did not send"), count["of_drafts"], reverse("members:draft_list")),
        Held(_("Exports you asked for"), count["of_exports"], reverse("members:export_list")),
    ]


def _number(model: type[Model], whose: dict[str, Any]) -> Coalesce:
    rows = model._default_manager.filter(**whose).order_by().values(*whose)
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


def export(member: Member) -> dict[str, Any]:
    """Return all that members keeps about a member; of other people only numbers, and no secrets: neither codes nor keys."""
    return {
        "account": _account(member.user),
        "profile": {
            "id": member.public_id,
            "pseudonym": member.pseudonym,
            "age": member.age_band,
            "role": member.role,
            "languages": member.languages,
            "about": member.about,
            "life stage": member.life_stage,
            "verified as": member.verified_as,
            "picture": bool(member.picture),
            "who sees it": {name: getattr(member, f"{name}_visibility") for name in SHOWN_FIELDS},
        },
        "standing": {
            "joined": member.joined_at,
            "kept posts": member.kept_posts,
            "upheld reports": member.upheld_reports,
            "last upheld report": member.last_upheld_at,
            "trusted since": member.trusted_at,
            "limited until": member.limited_until,
            "suspended since": member.suspended_at,
            "leaving since": member.leaving_at,
            "questions and answers go with the account": member.erase_posts,
            "warnings for being away": member.idle_warnings,
            "last warning": member.idle_warned_at,
            "roles on the team": [name for name in ("moderator", "editor", "admin") if getattr(member, f"is_{name}")],
        },
        "patients": [_patient(guardian) for guardian in member.guardianships.select_related("patient").order_by("since", "pk")],
        "invitations": list(
            GuardianInvitation.objects.filter(invited_by=member).order_by("pk").values("level", "hand_over", "created_at", "expires_at")
        ),
        "consents": list(member.consents.values("proof_id", "purpose", "version", "text_hash", "language", "form", "given_at", "withdrawn_at")),
        "blocked members": member.blocks_given.count(),
        "muted members": member.mutes_given.count(),
        "drafts": list(member.drafts.values("form", "about", "address", "fields", "changed_at", "deleted_at")),
        "exports": list(member.exports.values("requested_at", "ready_at", "failed_at", "expires_at")),
    }


def _account(user: User) -> dict[str, Any]:
    return {
        "e-mail": user.email,
        "joined": user.date_joined,
        "last sign-in": user.last_login,
        "e-mail addresses": list(user.emailaddress_set.order_by("pk").values("email", "verified", "primary")),
        "ways to sign in": [
            {"kind": factor.type, "name": factor.data.get("name", ""), "added": factor.created_at, "last used": factor.last_used_at}
            for factor in Authenticator.objects.filter(user=user).order_by("pk")
        ],
        "other services": list(
            SocialAccount.objects.filter(user=user).order_by("pk").values("provider", "uid", "extra_data", "date_joined", "last_login")
        ),
        "sessions": [
            {"device": session.user_agent, "network": session.ip, "since": session.created_at, "last seen": session.last_seen_at}
            for session in UserSession.objects.filter(user=user).order_by("pk")
        ],
        "security events": list(user.security_events.values("kind", "device", "at")),
        "times an administrator looked at the address": list(
            AddressLook.objects.filter(about=user.member.public_id).order_by("at", "pk").values_list("at", flat=True)
        ),
        "changes": list(user.changes.order_by("pk").values("kind", "old_email", "created_at", "undone_at")),
        "texts of the reference proposed": list(Revision.objects.filter(author=user).order_by("pk").values(*_REVISION_FIELDS)),
        "texts of the reference decided": Revision.objects.filter(decided_by=user).count(),
        "deeds in the administration": list(
            LogEntry.objects.filter(user=user).order_by("pk").values("action_time", "action_flag", "content_type__model")
        ),
    }


def _patient(guardian: Guardian) -> dict[str, Any]:
    """Return a record as its guardian keeps it; of one that they may only read just that: it is another member's.

    The free text is told to the owner alone: who else may change a record did not have to write it.
    """
    names = [name for name in _PATIENT_FIELDS if guardian.can_change and (name not in _FREE_TEXT or guardian.level == Level.OWNER)]
    own = {name: getattr(guardian.patient, name) for name in names}
    return {**own, "relation": guardian.relation, "may": guardian.level, "since": guardian.since}


def files(member: Member) -> dict[str, FieldFile]:
    """Return a member's picture, where there is one."""
    return {PICTURE: member.picture} if member.picture else {}


def erase(member: Member) -> None:
    """Delete the account, its files and all that hangs on it; a record that another guardian may change passes to them. Safe to run twice.

    Consents stay as proof without a person: random id, purpose, dates.
    """
    pictures = Member.objects.filter(pk=member.pk).exclude(picture="").values_list("picture", flat=True)
    exports = Export.objects.filter(member=member.pk).exclude(file="").values_list("file", flat=True)
    for name in (*pictures, *exports):  # before their rows: a file without a row would be found by nobody
        default_storage.delete(name)
    _leave_patients(member)
    consents = Consent.objects.filter(member=member.pk)
    consents.filter(withdrawn_at=None).update(withdrawn_at=timezone.now())
    consents.update(member=None, form="")
    _in_the_log_about(member).update(object_repr="-", change_message="")
    AddressLook.objects.filter(about=member.public_id).update(about="", reason="")
    User.objects.filter(pk=member.user_id).delete()


def _in_the_log_about(member: Member) -> QuerySet[LogEntry]:
    """Return what the administration's log says about an account: the deed stays there, the words do not."""
    types = {model: ContentType.objects.get_for_model(model) for model in (User, Member)}
    about_user = Q(content_type=types[User], object_id=str(member.user_id))
    return LogEntry.objects.filter(about_user | Q(content_type=types[Member], object_id=str(member.pk)))


def records_at_stake(member: Member) -> list[tuple[str, str]]:
    """Return for each record what becomes of it when the member's part in it ends: its nickname, and OWN, GOES, PASSES or ENDS."""
    return [(guardian.patient.nickname, _fate(guardian, heir)) for guardian, heir in _parts_in_records(member)]


def _fate(guardian: Guardian, heir: Guardian | None) -> str:
    """Return what becomes of a record. What somebody wrote down about themselves is theirs alone: it goes with them, whoever else may change it."""
    if guardian.relation == Relation.SELF:
        return OWN
    if not guardian.is_owner:
        return ENDS
    return PASSES if heir else GOES


def _parts_in_records(member: Member) -> list[tuple[Guardian, Guardian | None]]:
    """Return a member's part in each record, and who could keep it after them: whoever may change it, is staying, and is there longest."""
    heirs = Guardian.objects.filter(level=Level.EDIT).exclude(member=member.pk).order_by(F("member__leaving_at").asc(nulls_first=True), "since", "pk")
    mine = Guardian.objects.filter(member=member.pk).select_related("patient").order_by("since", "pk")
    mine = mine.prefetch_related(Prefetch("patient__guardians", heirs, to_attr="heirs"))
    return [(guardian, next(iter(guardian.patient.heirs), None)) for guardian in mine]


def _leave_patients(member: Member) -> None:
    """End a member's part in every record: it passes on, or goes when it is theirs or nobody is left who may change it. Their invitations end."""
    GuardianInvitation.objects.filter(invited_by=member.pk).delete()
    others: dict[int, Member] = {}
    for guardian, heir in _parts_in_records(member):
        beside = guardian.patient.guardians.exclude(member=member.pk).select_related("member")
        others |= {other.member_id: other.member for other in beside}
        fate = _fate(guardian, heir)
        if fate in (OWN, GOES):
            guardian.patient.delete()
        else:
            guardian.delete()
        if fate == PASSES and heir is not None:
            heir.level = Level.OWNER
            heir.save(update_fields=["level"])
    for other in others.values():  # what is shown of them rests on the records, too; told last: a part may lock what all records share
        data_rights.standing_changed(other)


def consent_changed(member: Member, purpose: str, *, given: bool) -> None:
    """Without consent to keep health data there is none: their own record and those without another guardian go at once, and so do role
    and life stage. Runs after all other parts, which still find whose records they were.
    """
    if given or purpose != Purpose.HEALTH:
        return
    _leave_patients(member)
    member.role = member.life_stage = ""
    member.save(update_fields=["role", "life_stage"])
    for draft in member.drafts.filter(form="profile"):  # what was typed into the same questions and not sent
        draft.fields = {name: values for name, values in draft.fields.items() if name not in ("role", "life_stage")}
        draft.save(update_fields=["fields"])
    data_rights.standing_changed(member)


def old_proofs() -> QuerySet[Consent]:
    """Return the proofs of consent older than 24 months whose member is gone."""
    return Consent.objects.filter(member=None, withdrawn_at__lt=timezone.now() - PROOF_LASTS)


PART = Part(
    name=data_rights.OWNER,
    models=frozenset(
        {
            *("members.User", "members.Member", "members.Patient", "members.Guardian", "members.GuardianInvitation"),
            *("members.Consent", "members.Block", "members.Mute", "members.Draft", "members.Export"),
            *("members.AccountChange", "members.SecurityEvent", "members.AddressLook"),
            *("account.EmailAddress", "account.EmailConfirmation", "mfa.Authenticator", "usersessions.UserSession"),
            *("socialaccount.SocialAccount", "socialaccount.SocialToken"),
            *("admin.LogEntry", "conditions.Revision"),
        }
    ),
    goes=(
        _("Your account: e-mail address, password, passkeys, devices, and the record of sign-ins."),
        _("Your profile: name, picture, and all you said about yourself."),
        _("Your drafts, your exports, and your lists of blocked and muted members."),
    ),
    kept={
        "members.Consent": _(
            "Proof that you agreed, and when: a random number, the purpose and the dates. No name, no account. It goes after 24 months."
        ),
        "members.AddressLook": _(
            "That an administrator looked at an e-mail address, and when. Whose it was, and why, is taken out. It goes after 36 months."
        ),
        "conditions.Revision": _("Texts about the illness that you wrote as an editor. Your name is taken off."),
    },
    held=held,
    export=export,
    files=files,
    erase=erase,
    consent_changed=consent_changed,
)
