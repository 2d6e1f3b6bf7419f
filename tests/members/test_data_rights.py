"""Whoever keeps something about a member answers for it."""

import inspect
import json

import pytest
from allauth.account.models import EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import CASCADE
from django.utils import timezone

from members import consents, data_rights, own_part
from members.actions import people
from members.models.account import AccountChange, SecurityEvent
from members.models.choices import Level, Relation
from members.models.consent import Consent, Purpose
from members.models.draft import Draft
from members.models.leaving import Export
from members.models.member import SHOWN_FIELDS, Member
from members.models.patient import Patient
from members.models.user import User
from tests.factories import EditorFactory, UserFactory
from tests.members.people import consenting, patient_of

# A chain of keys leads from these to somebody, and yet they say nothing of a person.
SAY_NOTHING = {
    "conditions.Citation": "which source a text of the reference names: it hangs on the text, which stays",
    "conditions.EvidenceRow": "what a source found: it hangs on a text of the reference",
    "conditions.FrequencyRow": "how often a source saw something: it hangs on a text of the reference",
}
# The database does not delete these with the account, and nothing of them stays either.
EMPTIED = {
    "forum.Answer": "goes or stays without its author, as its author chose: the sentence about questions is for it, too",
    "forum.Comment": "as answers",
    "letters.Notice": "one's own go; in those of others the database unlinks who caused it",
}


def _closure():
    """Return the models from which a chain of foreign keys of any length leads to an account, a member or a patient."""
    found = {User, Member, Patient}
    grown = True
    while grown:
        grown = False
        for model in set(apps.get_models()) - found:
            if _keys_into(found, model):
                found.add(model)
                grown = True
    return found


def _keys_into(models, model):
    return [
        field for field in model._meta.get_fields() if field.concrete and field.related_model in models and (field.many_to_one or field.one_to_one)
    ]


def test_every_model_with_a_path_to_a_member_is_answered_for():
    answered = {label for part in data_rights.parts() for label in part.models}
    paths = {model._meta.label for model in _closure()}
    assert paths - answered == set(SAY_NOTHING)
    assert {"forum.Edit", "soulmates.Observation", "socialaccount.SocialToken", "account.EmailConfirmation"} <= paths  # the chains are followed


def test_what_does_not_go_with_the_account_by_itself_says_why_it_stays_or_is_emptied():
    found, kept = _closure(), {label for part in data_rights.parts() for label in part.kept}
    loose = {
        model._meta.label
        for model in found
        if any(field.remote_field.on_delete is not CASCADE for field in _keys_into({User, Member, Patient}, model))
    }
    assert loose - kept == set(EMPTIED)


def test_no_part_answers_for_what_is_not_there():
    labels = {model._meta.label for model in apps.get_models()}
    assert {label for part in data_rights.parts() for label in part.models} <= labels


def test_a_model_is_answered_for_once():
    with pytest.raises(ValueError, match="members.Patient"):
        data_rights.register(data_rights.Part("again", frozenset({"members.Patient"}), dict, dict))
    with pytest.raises(ValueError, match="registered already"):
        data_rights.register(own_part.PART)


CANARY = "canary-7f3a"


@pytest.fixture
def member():
    member = UserFactory(email=f"{CANARY}@example.org").member
    people.rename(member=member, to=f"{CANARY.title()} Mika")
    member.about = f"{CANARY} text"
    member.save()
    patient_of(member, tumour="found", tumour_kind=CANARY)
    Patient.objects.update(nickname=CANARY)
    people.block(member=member, other=UserFactory().member)
    people.mute(member=UserFactory().member, other=member)
    return member


def _everything_in_the_database():
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield from ((table, str(row)) for row in cursor.fetchall())


@pytest.mark.django_db
def test_an_export_holds_what_is_kept_and_no_other_person(member):
    other = UserFactory().member
    people.rename(member=other, to="Somebody Else")
    people.block(member=member, other=other)
    text = json.dumps(own_part.export(member), cls=DjangoJSONEncoder)
    assert f"{CANARY}@example.org" in text
    assert json.loads(text)["patients"][0]["nickname"] == CANARY
    assert "Somebody Else" not in text


@pytest.mark.django_db
def test_after_an_erase_nothing_is_left_in_any_table(member):
    own_part.erase(member)
    assert [table for table, row in _everything_in_the_database() if CANARY in row.lower()] == []
    assert not Patient.objects.exists()


@pytest.mark.django_db
def test_the_canary_is_found_while_the_member_is_there(member):
    tables = {table for table, row in _everything_in_the_database() if CANARY in row.lower()}
    assert {"members_user", "members_member", "members_patient"} <= tables


@pytest.mark.django_db
def test_a_consent_stays_as_proof_without_a_person(member):
    own_part.erase(member)
    consent = Consent.objects.filter(purpose=Purpose.HEALTH).get()
    assert consent.member is None
    assert consent.withdrawn_at is not None
    Consent.objects.update(
        withdrawn_at=timezone.now() - own_part.PROOF_LASTS - timezone.timedelta(days=1), given_at=timezone.now() - own_part.PROOF_LASTS * 2
    )
    assert own_part.old_proofs().count() == 2


@pytest.mark.django_db
def test_an_export_holds_all_that_hangs_on_the_account_and_no_secret(member):
    user, now = member.user, timezone.now()
    user.emailaddress_set.create(email="second@example.org", verified=False)
    UserSession.objects.create(user=user, session_key="the-key-of-a-session", ip="192.0.2.0", user_agent="Firefox on Android")
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "My telephone", "credential": {"raw": "raw-secret"}})
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "totp-secret"})
    SocialAccount.objects.create(user=user, provider="google", uid="uid-7", extra_data={"locale": "locale-of-mine"})
    AccountChange.objects.create(user=user, kind="email", old_email="before@example.org", digest="digest-of-a-link", expires_at=now)
    SecurityEvent.objects.create(user=user, kind="signed-in", device="Safari on iPad")
    Draft.objects.create(member=member, form="story", address="/stories/tell/", fields={"body": ["half a story"]})
    Export.objects.create(member=member)
    text = json.dumps(own_part.export(member), cls=DjangoJSONEncoder)
    for planted in (
        *("second@example.org", "Firefox on Android", "My telephone", "totp", "uid-7", "locale-of-mine"),
        *("before@example.org", "Safari on iPad", "half a story", "requested_at", "proof_id"),
    ):
        assert planted in text, planted
    for secret in ("the-key-of-a-session", "raw-secret", "totp-secret", "digest-of-a-link", user.password):
        assert secret not in text, secret


@pytest.mark.django_db
def test_of_a_record_that_one_may_only_read_an_export_holds_none_of_the_others_words(member):
    reader = consenting(UserFactory().member)
    Patient.objects.get().guardians.create(member=reader, relation=Relation.OTHER, level=Level.VIEW)
    text = json.dumps(own_part.export(reader), cls=DjangoJSONEncoder)
    assert CANARY not in text
    assert json.loads(text)["patients"][0]["may"] == Level.VIEW


@pytest.mark.django_db
def test_every_field_of_a_member_is_exported_or_left_out_for_a_reason(member):
    exported = set(own_part.export(member)["profile"]["who sees it"])
    assert exported == set(SHOWN_FIELDS)
    left_out = {"id", "user", "pseudonym_skeleton", "about_html", "created_at"}  # numbers of the database, and what is made from other fields
    text = inspect.getsource(own_part)
    for field in Member._meta.fields:
        assert field.name in left_out or field.name.endswith("_visibility") or field.name.startswith("is_") or f"member.{field.name}" in text, field


@pytest.mark.django_db
def test_what_is_held_is_counted_in_one_query(member, django_assert_num_queries):
    Draft.objects.create(member=member, form="story", address="/")
    with django_assert_num_queries(1):
        lines = {str(line.what): line.number for line in own_part.held(member)}
    assert lines["Drafts: text you typed and did not send"] == 1
    assert lines["Records you look after"] == 1
    assert lines["Members you blocked or muted"] == 1


@pytest.mark.django_db
def test_the_owner_of_the_slot_erases_last(monkeypatch, member):
    order = []
    for name in ("zebra", "antelope"):

        def erase(who, name=name):
            order.append((name, User.objects.filter(pk=who.user_id).exists()))

        part = data_rights.Part(name, frozenset(), dict, erase)
        monkeypatch.setitem(data_rights._parts, name, part)
    data_rights.erase(member)
    assert order == [("zebra", True), ("antelope", True)]
    assert not User.objects.filter(pk=member.user_id).exists()


@pytest.mark.django_db
def test_what_the_log_of_the_administration_says_about_somebody_goes_and_the_deed_stays(member):
    editor = EditorFactory()
    LogEntry.objects.create(
        user=editor,
        action_flag=2,
        content_type=ContentType.objects.get_for_model(Member),
        object_id=str(member.pk),
        object_repr=CANARY,
        change_message=CANARY,
    )
    own_part.erase(member)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.change_message) == (editor, "")
    assert CANARY not in entry.object_repr


@pytest.mark.django_db
def test_the_heir_who_is_staying_goes_before_the_one_who_is_leaving(member):
    leaving, staying = UserFactory().member, UserFactory().member
    Member.objects.filter(pk=leaving.pk).update(leaving_at=timezone.now())
    patient = Patient.objects.get()
    for guardian in (leaving, staying):
        patient.guardians.create(member=guardian, relation=Relation.PARENT, level=Level.EDIT)
    own_part.erase(member)
    assert patient.guardians.get(level=Level.OWNER).member == staying


@pytest.mark.django_db
@pytest.mark.parametrize("records", [1, 6])
def test_what_becomes_of_records_costs_the_same_for_any_number(member, records, django_assert_num_queries):
    for _number in range(records):
        patient_of(member)
    with django_assert_num_queries(2):
        assert len(own_part.records_at_stake(member)) == records + 1


@pytest.mark.django_db
def test_a_record_that_another_guardian_keeps_outlives_the_member(member):
    other = UserFactory().member
    patient = Patient.objects.get()
    patient.guardians.create(member=other, relation=Relation.PARENT, level=Level.EDIT)
    own_part.erase(member)
    guardian = patient.guardians.get()
    assert (guardian.member, guardian.level) == (other, Level.OWNER)


@pytest.mark.django_db
def test_a_reader_does_not_inherit_a_record(member):
    other = UserFactory().member
    Patient.objects.get().guardians.create(member=other, relation=Relation.OTHER, level=Level.VIEW)
    own_part.erase(member)
    assert not Patient.objects.exists()


@pytest.mark.django_db
def test_consents_end_with_the_member(member):
    consents.give(member=member, purpose=Purpose.EMAILS, form="x")
    own_part.erase(member)
    assert not Consent.objects.filter(withdrawn_at=None).exists()


@pytest.mark.django_db
def test_without_consent_a_draft_of_the_profile_keeps_no_health_data(member):
    Draft.objects.create(member=member, form="profile", address="/", fields={"role": ["parent"], "life_stage": ["bereaved"], "about": ["Hello"]})
    consents.withdraw(member=member, purpose=Purpose.HEALTH)
    assert member.drafts.get().fields == {"about": ["Hello"]}


@pytest.mark.django_db
def test_who_stays_beside_a_record_is_told_when_another_leaves_it(member, monkeypatch):
    told, other = [], UserFactory().member
    patient = Patient.objects.get()
    patient.guardians.create(member=other, relation=Relation.PARENT, level=Level.EDIT)
    monkeypatch.setattr(data_rights, "standing_changed", told.append)
    consents.withdraw(member=member, purpose=Purpose.HEALTH)
    assert other in told
    assert patient.guardians.get().level == Level.OWNER


@pytest.mark.django_db
def test_what_hangs_on_an_address_or_a_service_goes_with_the_account_and_is_no_secret_told(member):
    address = member.user.emailaddress_set.create(email=member.user.email)
    EmailConfirmation.objects.create(email_address=address, key=f"key-{CANARY}-1")
    account = SocialAccount.objects.create(user=member.user, provider="made", uid="1")
    SocialToken.objects.create(account=account, app=SocialApp.objects.create(provider="made", name="made", client_id="1"), token=f"token-{CANARY}")
    text = json.dumps(own_part.export(member), cls=DjangoJSONEncoder)
    assert f"key-{CANARY}" not in text
    assert f"token-{CANARY}" not in text
    own_part.erase(member)
    assert not EmailConfirmation.objects.exists()
    assert not SocialToken.objects.exists()
