"""Leaving: unseen at once, a way back for 14 days, then nothing is left anywhere; and a restored backup forgets again."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from forum.models.question import Question
from letters import mail as letters_mail
from letters.models import OutgoingMail, Watch
from members import consents, data_rights, packing
from members.actions import accounts, leaving, people, staff
from members.actions.export import request_export
from members.models.account import AccountChange, SecurityEvent
from members.models.choices import Level, Relation
from members.models.consent import Consent, Purpose
from members.models.draft import Draft
from members.models.leaving import Erasure, Export, RetiredName
from members.models.member import Member
from members.models.patient import GuardianInvitation, Patient
from members.models.user import User
from members.names import skeleton
from tests.factories import EditorFactory, UserFactory
from tests.forum import factories as forum_factories
from tests.members.left_over import places_with
from tests.members.people import consenting, patient_of
from tests.rooms.world import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path):
    """Keep the ledger of this test by itself."""
    settings.ERASURE_LEDGER = tmp_path / "ledger" / "erasures.jsonl"
    return settings.ERASURE_LEDGER


@pytest.fixture
def member():
    member = UserFactory(email="mika@example.org", last_login=timezone.now()).member
    people.rename(member=member, to="Mika of the Hills")
    return member


def long_ago(member, days=15):
    Member.objects.filter(pk=member.pk).update(leaving_at=timezone.now() - timedelta(days=days))
    member.refresh_from_db()
    return member


# --- leaving and coming back ---


def test_whoever_leaves_is_met_by_nobody_from_that_moment(member):
    other = UserFactory()
    assert Member.objects.visible_to(other).filter(pk=member.pk).exists()
    leaving.leave(member=member)
    assert not Member.objects.visible_to(other).filter(pk=member.pk).exists()


def test_every_part_is_told_in_the_same_transaction(member, monkeypatch):
    told = []
    part = data_rights.Part("test", frozenset(), dict, dict, standing_changed=lambda who: told.append(who.leaving_at))
    monkeypatch.setitem(data_rights._parts, "test", part)
    leaving.leave(member=member)
    leaving.come_back(member=member)
    assert told[0] is not None
    assert told[1] is None


def test_a_part_that_fails_leaves_everything_as_it_was(member, monkeypatch):
    def fail(who):
        raise RuntimeError("The map cannot be told.")

    monkeypatch.setitem(data_rights._parts, "test", data_rights.Part("test", frozenset(), dict, dict, standing_changed=fail))
    with pytest.raises(RuntimeError):
        leaving.leave(member=member)
    assert Member.objects.get(pk=member.pk).leaving_at is None


def test_leaving_twice_does_not_begin_the_fourteen_days_again(member, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        leaving.leave(member=member)
        first = member.leaving_at
        leaving.leave(member=member)
    assert member.leaving_at == first
    assert len(mailoutbox) == 1


def test_the_address_is_told_how_to_come_back_in_words_without_health_or_names(member, mailoutbox, django_capture_on_commit_callbacks, settings):
    with django_capture_on_commit_callbacks(execute=True):
        leaving.leave(member=member)
    letter = mailoutbox[0]
    assert letter.to == ["mika@example.org"]
    assert f"{settings.SITE_URL}/me/erase/undo/" in letter.body
    text = f"{letter.subject} {letter.body}"
    assert "Mika" not in text
    assert settings.SITE_NAME not in text


def test_an_address_that_was_never_confirmed_is_told_nothing(mailoutbox, django_capture_on_commit_callbacks):
    member = UserFactory(joined=False).member
    with django_capture_on_commit_callbacks(execute=True):
        leaving.leave(member=member)
    assert mailoutbox == []


def test_sessions_on_other_devices_end_and_this_one_stays(member, client):
    other = SessionStore()
    other["_auth_user_id"] = str(member.user_id)
    other.create()
    sign_in(client, member.user)
    for key in (other.session_key, client.session.session_key):
        UserSession.objects.create(user=member.user, session_key=key, ip="192.0.2.0")
    leaving.leave(member=member, session=client.session.session_key)
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [client.session.session_key]
    assert not Session.objects.filter(session_key=other.session_key).exists()


def test_coming_back_within_the_days_makes_all_as_it_was(member):
    patient_of(member)
    leaving.leave(member=member)
    leaving.come_back(member=member)
    assert Member.objects.present().filter(pk=member.pk).exists()
    assert Patient.objects.count() == 1


def test_after_the_days_there_is_no_way_back_also_before_the_job_came_by(member):
    leaving.leave(member=member)
    long_ago(member, 14)
    with pytest.raises(leaving.TooLateError):
        leaving.come_back(member=member)
    assert Member.objects.get(pk=member.pk).leaving_at is not None


def test_staff_lose_their_roles_and_coming_back_does_not_bring_them():
    editor = EditorFactory(is_staff=True)
    leaving.leave(member=editor.member)
    leaving.come_back(member=editor.member)
    user = User.objects.get(pk=editor.pk)
    assert (user.is_staff, user.groups.count(), user.member.is_staff) == (False, 0, False)


def test_the_last_active_administrator_cannot_leave():
    last = UserFactory(is_superuser=True)
    staff.mirror(user=last)
    UserFactory(is_superuser=True, is_active=False)
    long_ago(UserFactory(is_superuser=True).member, 1)
    with pytest.raises(leaving.LastAdministratorError):
        leaving.leave(member=last.member)
    UserFactory(is_superuser=True)
    leaving.leave(member=last.member)
    assert not User.objects.get(pk=last.pk).is_superuser


# --- nothing is left ---


class Canaries:
    """Thirty strings that stand nowhere else, and where each was planted."""

    def __init__(self):
        self.planted = {}

    def plant(self, where):
        word = f"canary{len(self.planted):02d}x7f3a"
        self.planted[where] = word
        return word


def plant_everywhere(client, media):
    """Return a member about whom something is kept in every place there is, and the canaries by place."""
    canaries = Canaries()
    plant, now = canaries.plant, timezone.now()
    user = UserFactory(email=f"{plant('address')}@example.org", last_login=now)
    member = user.member
    people.rename(member=member, to=f"{plant('name')} Otter".title())
    member.about, member.about_html, member.verified_as = plant("about"), f"<p>{plant('about_html')}</p>", plant("verified as")
    member.picture = default_storage.save(f"pictures/{plant('picture name')}.webp", ContentFile(plant("picture").encode()))
    member.languages = [plant("language")]
    member.save()
    media["picture"] = member.picture.name

    patient = patient_of(member, tumour="found", tumour_kind=plant("tumour"))
    Patient.objects.filter(pk=patient.pk).update(nickname=plant("nickname"))
    GuardianInvitation.objects.create(patient=patient, invited_by=member, digest=plant("invitation"), level=Level.VIEW, expires_at=now)
    Consent.objects.filter(member=member).update(form=plant("consent's form"))
    people.block(member=member, other=UserFactory().member)
    people.mute(member=UserFactory().member, other=member)

    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    user.emailaddress_set.create(email=f"{plant('second address')}@example.org")
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": plant("passkey")})
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": plant("app")})
    social = SocialAccount.objects.create(user=user, provider="made", uid=plant("uid"), extra_data={"name": plant("service's data")})
    app = SocialApp.objects.create(provider="made", name="made", client_id="1")
    SocialToken.objects.create(account=social, app=app, token=plant("token"))
    AccountChange.objects.create(user=user, kind="email", old_email=f"{plant('old address')}@example.org", digest=plant("link"), expires_at=now)
    SecurityEvent.objects.create(user=user, kind="signed-in", device=plant("event's device"))

    Draft.objects.create(
        member=member, form=plant("draft's form"), about="x", address=f"/{plant('draft address')}/", fields={"body": [plant("draft")]}
    )
    LogEntry.objects.create(user=user, action_flag=2, object_repr=plant("own deed"), change_message="")
    LogEntry.objects.create(
        user=EditorFactory(),
        action_flag=2,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=plant("somebody's deed"),
        change_message=plant("deed's words"),
    )

    sign_in(client, user)
    session = client.session
    session["typed"] = plant("session")
    session.save()
    UserSession.objects.create(user=user, session_key=session.session_key, ip="192.0.2.0", data={"note": plant("device's data")})
    begun = SessionStore()  # a sign-in that waits for its code: nobody is signed in there yet
    begun["account_login"] = {"email": user.email, "note": plant("session of a sign-in that was begun")}
    begun.create()

    export = Export.objects.create(member=member)
    assert packing.make(export.pk, "en") == "made"
    media["export"] = Export.objects.get(pk=export.pk).file.name
    letters_mail.put(EmailMessage(plant("subject"), plant("mail"), to=[user.email]))
    letters_mail.put(EmailMessage("To the old address", plant("mail to the old address"), to=[user.changes.get().old_email]))
    Watch.objects.create(member=member, content_type=ContentType.objects.get_for_model(Patient), object_id=patient.pk)
    accounts.count_wrong_password(email=user.email)
    request_export(member=member)
    return member, canaries.planted


@pytest.fixture(params=["in memory", "on the disk"])
def storage(request, tmp_path):
    backend = (
        {"BACKEND": "django.core.files.storage.InMemoryStorage"}
        if request.param == "in memory"
        else {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "media")}}
    )
    with override_settings(STORAGES={"default": backend, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}):
        yield tmp_path / "media"


@override_settings(EMAIL_BACKEND="letters.mail.QueueBackend")
def test_after_the_end_none_of_thirty_canaries_is_left_anywhere(client, storage):
    media = {}
    member, planted = plant_everywhere(client, media)
    assert len(planted) >= 30
    before = {word for _place, word in places_with(planted.values())}
    assert [where for where, word in planted.items() if word not in before] == []  # the search finds each while they are there
    wrong = accounts._wrong_key(member.user.email)
    assert caches["default"].get(wrong)
    leaving.leave(member=member)
    leaving._tell(member.user.email, timezone.now())  # what happens with the commit; delivered it is not, so it waits in the queue
    assert OutgoingMail.objects.filter(address=member.user.email).count() == 2
    leaving.erase(member=long_ago(member))
    assert places_with(planted.values()) == set()
    assert places_with([member.public_id]) == {("members_erasure", member.public_id)}
    assert caches["default"].get(wrong) is None
    assert not any(default_storage.exists(name) for name in media.values())
    assert [path for path in storage.rglob("*") if path.is_file()] == []
    proof = Consent.objects.filter(purpose=Purpose.HEALTH).get()
    assert (proof.member, proof.form) == (None, "")


def test_people_around_somebody_who_is_erased_lose_nothing(member, client):
    other = consenting(UserFactory(email="ka-mika@example.org").member)  # whose address ends with the other's
    patient = patient_of(member)
    patient.guardians.create(member=other, relation=Relation.PARENT, level=Level.EDIT)
    sign_in(client, other.user)
    begun = SessionStore()
    begun["account_login"] = {"email": other.user.email}
    begun.create()
    Draft.objects.create(member=other, form="story", address="/", fields={"body": ["mine"]})
    leaving.erase(member=long_ago(member))
    assert Session.objects.count() == 2
    assert Draft.objects.get().member == other
    assert patient.guardians.get().level == Level.OWNER
    assert consents.holds(other, Purpose.HEALTH)


# --- final and repeatable ---


@pytest.mark.parametrize("failing", ["letters", "members", "test"])
def test_a_crash_between_two_steps_is_made_good_by_the_next_run(member, monkeypatch, failing):
    broken = []

    def once(real):
        def erase(who):
            if not broken:
                broken.append(True)
                raise RuntimeError("the lights went out")
            return real(who)

        return erase

    parts = {**data_rights._parts, "test": data_rights.Part("test", frozenset(), dict, erase=lambda who: None)}
    real = parts[failing]
    parts[failing] = data_rights.Part(real.name, real.models, real.export, once(real.erase))
    monkeypatch.setattr(data_rights, "_parts", parts)
    patient_of(member)
    long_ago(member)
    assert leaving.finish_leaving([member]) == (0, 1)
    assert Member.objects.filter(pk=member.pk).exists()
    assert leaving.finish_leaving([Member.objects.get(pk=member.pk)]) == (1, 0)
    assert not Member.objects.filter(pk=member.pk).exists()
    assert not Patient.objects.exists()
    assert Erasure.objects.count() == RetiredName.objects.count() == 1


def test_erasing_twice_is_the_same_as_once(member, ledger):
    long_ago(member)
    leaving.erase(member=member)
    leaving.erase(member=member)
    assert Erasure.objects.count() == 1
    assert len(ledger.read_text().splitlines()) == 1


def test_one_who_cannot_be_erased_leaves_the_others_alone(member, monkeypatch, caplog):
    bad = long_ago(UserFactory().member)

    def erase(who):
        if who.pk == bad.pk:
            raise RuntimeError(f"something about {who.pseudonym}")

    monkeypatch.setitem(data_rights._parts, "test", data_rights.Part("test", frozenset(), dict, erase=erase))
    assert leaving.finish_leaving([bad, long_ago(member)]) == (1, 1)
    assert not Member.objects.filter(pk=member.pk).exists()
    assert bad.pseudonym not in caplog.text
    assert "RuntimeError" in caplog.text


def test_where_the_ledger_cannot_be_written_nobody_is_erased(member, settings, tmp_path):
    (tmp_path / "no-folder").write_text("a file")
    settings.ERASURE_LEDGER = tmp_path / "no-folder" / "erasures.jsonl"
    with pytest.raises(OSError):
        leaving.erase(member=long_ago(member))
    assert Member.objects.filter(pk=member.pk).exists()


# --- the name rests ---


def test_nobody_takes_over_the_name_of_somebody_who_was_erased(member):
    leaving.erase(member=long_ago(member))
    other = UserFactory().member
    with pytest.raises(ValidationError, match="taken"):
        people.rename(member=other, to="M1ka of the hi11s")
    RetiredName.objects.update(until=timezone.now())
    people.rename(member=other, to="Mika of the Hills")


def test_a_retired_name_cannot_be_read_from_what_is_kept(member):
    leaving.erase(member=long_ago(member))
    kept = RetiredName.objects.get()
    assert skeleton("Mika of the Hills") not in kept.digest
    assert abs(kept.until - timezone.now() - timedelta(days=730)) < timedelta(minutes=1)


def test_a_name_rests_also_after_the_secret_key_has_changed(member, settings):
    leaving.erase(member=long_ago(member))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-by-now"
    assert RetiredName.objects.holds(skeleton("Mika of the Hills"))


# --- the ledger ---


def test_a_restored_backup_forgets_again(member, ledger):
    public_id = member.public_id
    leaving.erase(member=long_ago(member))
    erased_at = Erasure.objects.get().erased_at
    Erasure.objects.all().delete()  # the backup is from before: it knows nothing of it
    RetiredName.objects.all().delete()
    back = UserFactory(email="mika@example.org").member
    people.rename(member=back, to="Mika of the Hills")
    Member.objects.filter(pk=back.pk).update(public_id=public_id)
    stays = UserFactory().member
    out = StringIO()
    call_command("replay_erasures", stdout=out)
    assert out.getvalue() == "Ledger of erasures: 1 entries, 1 members erased again, 0 leaving again, 0 back again.\n"
    assert not Member.objects.filter(public_id=public_id).exists()
    assert Member.objects.filter(pk=stays.pk).exists()
    assert Erasure.objects.get().erased_at == erased_at
    assert RetiredName.objects.get().until == erased_at + timedelta(days=730)
    out = StringIO()
    call_command("replay_erasures", stdout=out)
    assert out.getvalue() == "Ledger of erasures: 1 entries, 0 members erased again, 0 leaving again, 0 back again.\n"
    assert len(ledger.read_text().splitlines()) == 1


def test_the_ledger_is_read_from_a_file_that_was_kept_elsewhere(member, tmp_path, ledger):
    kept = tmp_path / "kept.jsonl"
    at = timezone.now() - timedelta(days=3)
    kept.write_text(json.dumps({"id": member.public_id, "erased_at": at.isoformat()}) + "\n")
    call_command("replay_erasures", str(kept), stdout=StringIO())
    assert not Member.objects.filter(pk=member.pk).exists()
    assert Erasure.objects.get().erased_at == at
    assert leaving.read_ledger(ledger).erased == {member.public_id: leaving.Going(at)}  # the own file is complete again


def test_a_ledger_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="no ledger"):
        call_command("replay_erasures", str(tmp_path / "nothing.jsonl"))


def test_the_table_alone_is_enough(member):
    Erasure.objects.create(public_id=member.public_id)
    call_command("replay_erasures", stdout=StringIO())
    assert not Member.objects.filter(pk=member.pk).exists()


def test_a_line_that_a_crash_has_cut_off_spoils_no_other(member, ledger):
    ledger.parent.mkdir()
    ledger.write_text('{"id": "23456789bcdf", "erased_at": "2026-01-01T00:00:00+00:00"}\n{"id": "9999')
    leaving.erase(member=long_ago(member))
    assert set(leaving.read_ledger(ledger).erased) == {"23456789bcdf", member.public_id}


def test_odd_lines_are_passed_over(ledger):
    ledger.parent.mkdir()
    ledger.write_text('[]\n"x"\n{}\n\n{"id": 5}\n\udcff\n{"id": "23456789bcdf", "erased_at": "no time"}\n', errors="surrogateescape")
    assert list(leaving.read_ledger(ledger).erased) == ["23456789bcdf"]


def test_the_ledger_holds_a_random_id_a_time_and_a_choice_and_is_its_owners_alone(member, ledger, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        leaving.leave(member=member)
    leaving.erase(member=long_ago(member))
    left, erased = (json.loads(line) for line in ledger.read_text().splitlines())
    assert set(left) == {"id", "leaving_at", "erase_posts"}
    assert set(erased) == {"id", "erased_at", "erase_posts"}
    assert ledger.stat().st_mode & 0o077 == 0


def as_before(member):
    """Let a row be as it was in a backup from before its member left."""
    Member.objects.filter(pk=member.pk).update(leaving_at=None, erase_posts=False)
    return Member.objects.get(pk=member.pk)


def test_a_restored_backup_knows_who_is_leaving_and_whether_the_posts_go(member, ledger, django_capture_on_commit_callbacks):
    staff.mirror(user=member.user)
    with django_capture_on_commit_callbacks(execute=True):
        leaving.leave(member=member, erase_posts=True)
    since = member.leaving_at
    as_before(member)
    User.objects.filter(pk=member.user_id).update(is_staff=True)
    assert leaving.replay(ledger) == leaving.Replayed(entries=0, erased=0, leaving=1, back=0)
    again = Member.objects.select_related("user").get(pk=member.pk)
    assert (again.leaving_at, again.erase_posts, again.user.is_staff) == (since, True, False)
    assert leaving.replay(ledger).leaving == 0
    assert len(ledger.read_text().splitlines()) == 1


def test_whoever_came_back_is_back_after_a_restore_whatever_the_backup_says(member, ledger, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        leaving.leave(member=member)
    since = member.leaving_at
    leaving.come_back(member=member)
    assert leaving.replay(ledger) == leaving.Replayed(entries=0, erased=0, leaving=0, back=0)
    Member.objects.filter(pk=member.pk).update(leaving_at=since)  # a backup from in between
    assert leaving.replay(ledger).back == 1
    assert Member.objects.get(pk=member.pk).leaving_at is None
    with django_capture_on_commit_callbacks(execute=True):
        leaving.leave(member=Member.objects.get(pk=member.pk))  # and away once more
    as_before(member)
    assert leaving.replay(ledger).leaving == 1


def test_a_leaving_that_never_came_about_is_not_in_the_ledger(member, ledger, monkeypatch):
    def fail(who):
        raise RuntimeError("The map cannot be told.")

    monkeypatch.setitem(data_rights._parts, "test", data_rights.Part("test", frozenset(), dict, dict, standing_changed=fail))
    with pytest.raises(RuntimeError):
        leaving.leave(member=member)
    assert not ledger.exists()


def test_whoever_cannot_be_written_down_as_back_is_not_back(member, settings, tmp_path):
    leaving.leave(member=member)
    (tmp_path / "no-folder").write_text("a file")
    settings.ERASURE_LEDGER = tmp_path / "no-folder" / "erasures.jsonl"
    with pytest.raises(OSError):
        leaving.come_back(member=Member.objects.get(pk=member.pk))
    assert Member.objects.get(pk=member.pk).leaving_at is not None


@pytest.mark.parametrize("choice", ["in the ledger", "only as they left", "nowhere"])
def test_a_replay_takes_the_posts_along_that_were_to_go(ledger, choice):
    member = forum_factories.writer()
    question = forum_factories.question("Canary question?", by=member, body="Canary words.")
    at = timezone.now()
    leave = leaving._line(member.public_id, leaving_at=at - timedelta(days=15), erase_posts=True)
    erased = leaving._line(member.public_id, erased_at=at, erase_posts=True if choice == "in the ledger" else None)
    ledger.parent.mkdir()
    ledger.write_text(f"{leave}\n{erased}\n" if choice == "only as they left" else f"{erased}\n")
    assert leaving.replay(ledger).erased == 1  # the row of the backup says nothing of the choice
    if choice == "nowhere":  # an old line
        kept = Question.objects.get(pk=question.pk)
        assert (kept.author, kept.body) == (None, "Canary words.")
    else:
        assert not Question.objects.filter(pk=question.pk).exists()
    assert not Member.objects.filter(pk=member.pk).exists()


def test_an_erase_writes_the_choice_into_the_ledger(member, ledger):
    leaving.leave(member=member, erase_posts=True)
    leaving.erase(member=long_ago(member))
    assert leaving.read_ledger(ledger).erased[member.public_id].posts is True
