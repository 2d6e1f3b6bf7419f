"""What goes by itself when its time is over: at the right moment, twice without harm, and never too much at once."""

import os
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F
from django.utils import timezone

from members import cleanup, data_rights, packing
from members.actions import leaving
from members.models.account import AccountChange, SecurityEvent
from members.models.choices import Level
from members.models.consent import Consent, Purpose
from members.models.draft import Draft
from members.models.leaving import Erasure, Export, RetiredName
from members.models.member import Member
from members.models.patient import GuardianInvitation
from members.models.user import User
from oms_community import jobs
from tests.factories import UserFactory
from tests.members.people import patient_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path):
    settings.ERASURE_LEDGER = tmp_path / "erasures.jsonl"


def ago(days):
    return timezone.now() - days * DAY


def drafts(number, *, member, days):
    Draft.objects.bulk_create(
        Draft(member=member, form=f"form-{days}-{one}", address="/", fields={"body": ["x"]}, changed_at=ago(days)) for one in range(number)
    )


# --- never too much ---


def test_up_to_twenty_rows_always_go():
    drafts(20, member=UserFactory().member, days=181)
    assert cleanup.forget_drafts().startswith("drafts: 20 deleted")


def test_more_than_five_percent_are_left_alone_and_said_in_the_log(caplog):
    drafts(21, member=UserFactory().member, days=181)
    assert cleanup.forget_drafts().startswith("drafts: stopped before 21")
    assert Draft.objects.count() == 21
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_within_five_percent_more_than_twenty_go():
    member = UserFactory().member
    drafts(25, member=member, days=181)
    drafts(475, member=member, days=1)
    assert cleanup.forget_drafts().startswith("drafts: 25 deleted")
    assert Draft.objects.count() == 475


def test_whoever_has_looked_into_it_lets_a_job_through():
    drafts(30, member=UserFactory().member, days=181)
    assert cleanup.forget_drafts(most=1).startswith("drafts: 30 deleted")


def test_too_many_members_are_not_erased_at_once(caplog):
    members = [UserFactory().member for _number in range(21)]
    Member.objects.update(leaving_at=ago(15))
    assert cleanup.finish_leaving() == "members who left: stopped before 21"
    assert Member.objects.count() == len(members)


# --- each at its time ---


def test_drafts_last_180_days():
    member = UserFactory().member
    drafts(1, member=member, days=179)
    drafts(1, member=member, days=181)
    cleanup.forget_drafts()
    cleanup.forget_drafts()
    assert [draft.form for draft in Draft.objects.all()] == ["form-179-0"]


def test_whoever_left_goes_after_fourteen_days_and_not_before():
    due, not_yet, stays = (UserFactory().member for _number in range(3))
    Member.objects.filter(pk=due.pk).update(leaving_at=ago(14))
    Member.objects.filter(pk=not_yet.pk).update(leaving_at=ago(13))
    assert cleanup.finish_leaving() == "members who left: 1 erased"
    assert set(Member.objects.all()) == {not_yet, stays}
    assert Erasure.objects.get().public_id == due.public_id
    assert cleanup.finish_leaving() == "members who left: 0 erased"


def test_one_who_fails_is_counted_and_tried_again(monkeypatch):
    member = UserFactory().member
    Member.objects.update(leaving_at=ago(15))

    def fail(who):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setitem(data_rights._parts, "test", data_rights.Part("test", frozenset(), dict, erase=fail))
        assert cleanup.finish_leaving() == "members who left: 0 erased, 1 failed"
    assert cleanup.finish_leaving() == "members who left: 1 erased"
    assert not Member.objects.filter(pk=member.pk).exists()


def test_accounts_that_nobody_confirmed_go_after_seven_days_and_leave_no_trace():
    def account(name, days=8, *, verified=False, **fields):
        user = UserFactory(email=f"{name}@example.org", date_joined=ago(days), joined=False, **fields)
        user.emailaddress_set.create(email=user.email, verified=verified, primary=True)
        return user

    account("late")
    kept = [
        account("young", days=6),
        account("confirmed", verified=True),
        account("signed-in", last_login=ago(8)),
        account("staff", is_staff=True),
        account("administrator", is_superuser=True),
        account("demo", is_demo=True),
        UserFactory(email="joined@example.org", date_joined=ago(8)),
    ]
    waiting = SessionStore()
    waiting["account_login"] = {"email": "late@example.org"}
    waiting.create()
    assert cleanup.forget_unconfirmed() == "unconfirmed accounts: 1 deleted"
    assert set(User.objects.all()) == set(kept)
    assert not waiting.exists(waiting.session_key)
    assert not Erasure.objects.exists()
    assert cleanup.forget_unconfirmed() == "unconfirmed accounts: 0 deleted"


def test_exports_go_with_their_file_when_they_have_run_out():
    member = UserFactory().member
    over, fresh = (Export.objects.create(member=member) for _number in range(2))
    for export in (over, fresh):
        packing.make(export.pk, "en")
        export.refresh_from_db()
    never = Export.objects.create(member=member, requested_at=ago(3))
    Export.objects.filter(pk=over.pk).update(expires_at=ago(0))
    assert cleanup.forget_exports() == "exports: 2 deleted"
    assert not default_storage.exists(over.file.name)
    assert default_storage.exists(fresh.file.name)
    assert not Export.objects.filter(pk__in=(over.pk, never.pk)).exists()
    assert cleanup.forget_exports() == "exports: 0 deleted"


def test_files_that_no_row_knows_go_and_young_ones_stay(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
    member = UserFactory().member
    mine, stray, young = (default_storage.save(f"pictures/{name}.webp", ContentFile(b"x")) for name in ("mine", "stray", "young"))
    other = default_storage.save("elsewhere/x.webp", ContentFile(b"x"))
    Member.objects.filter(pk=member.pk).update(picture=mine)
    for name in (mine, stray, other):
        os.utime(tmp_path / name, (0, 0))
    assert cleanup.forget_stray_files() == "stray files: 1 deleted"
    assert [default_storage.exists(name) for name in (mine, stray, young, other)] == [True, False, True, True]
    assert cleanup.forget_stray_files() == "stray files: 0 deleted"


def test_lines_about_the_account_go_after_a_year_and_old_addresses_sooner():
    user = UserFactory()
    for days in (364, 366):
        SecurityEvent.objects.create(user=user, kind="signed-in", at=ago(days))
    for days in (29, 31):
        AccountChange.objects.create(user=user, kind="email", old_email="x@example.org", digest=str(days), expires_at=ago(days))
    for _time in range(2):
        cleanup.forget_account_records()
    assert SecurityEvent.objects.count() == 1
    assert AccountChange.objects.get().digest == "29"


def test_the_device_of_a_session_goes_when_the_session_has_ended():
    user, alive = UserFactory(), SessionStore()
    alive.create()
    for key in (alive.session_key, "ended"):
        UserSession.objects.create(user=user, session_key=key, ip="192.0.2.0")
    assert cleanup.forget_ended_sessions() == "ended sessions: 1 deleted"
    assert UserSession.objects.get().session_key == alive.session_key


def test_invitations_names_and_proofs_go_when_their_time_is_over():
    member = UserFactory().member
    patient = patient_of(member)
    for days in (-1, 1):
        GuardianInvitation.objects.create(patient=patient, invited_by=member, digest=str(days), level=Level.VIEW, expires_at=ago(days))
        RetiredName.objects.create(digest=str(days), until=ago(days))
    Consent.objects.filter(purpose=Purpose.HEALTH).update(member=None, given_at=ago(800), withdrawn_at=ago(731))
    Consent.objects.filter(purpose=Purpose.CARER).update(member=None, given_at=ago(800), withdrawn_at=ago(729))
    for _time in range(2):
        cleanup.forget_invitations()
        cleanup.forget_retired_names()
        cleanup.forget_proofs()
    assert GuardianInvitation.objects.get().digest == RetiredName.objects.get().digest == "-1"
    assert Consent.objects.get().purpose == Purpose.CARER


def test_the_log_of_the_admin_goes_after_36_months():
    user = UserFactory()
    for days in (3 * 365 + 1, 3 * 365 - 1):
        entry = LogEntry.objects.create(user=user, action_flag=CHANGE, object_repr=str(days))
        LogEntry.objects.filter(pk=entry.pk).update(action_time=ago(days))
    for _time in range(2):
        cleanup.forget_admin_log()
    assert LogEntry.objects.get().object_repr == str(3 * 365 - 1)
    assert cleanup.forget_admin_log in [job.run for job in jobs.JOBS]


def test_the_ledger_stays():
    Erasure.objects.create(public_id="23456789bcdf", erased_at=ago(5000))
    for job in jobs.JOBS:
        if job.run.__module__ == cleanup.__name__:
            job.run()
    assert Erasure.objects.count() == 1


# --- away for two years ---


def away(days, warnings=0, **fields):
    member = UserFactory(last_login=ago(days), **fields).member
    Member.objects.filter(pk=member.pk).update(idle_warnings=warnings, idle_warned_at=ago(40) if warnings else None)
    return member


def a_month_later():
    User.objects.update(last_login=F("last_login") - timedelta(days=30))
    Member.objects.update(idle_warned_at=F("idle_warned_at") - timedelta(days=30))


def mind(capture):
    with capture(execute=True):
        return cleanup.mind_idle()


def test_whoever_is_away_is_written_to_twice_and_then_erased(mailoutbox, django_capture_on_commit_callbacks):
    member = away(22 * 30 - 1)
    assert mind(django_capture_on_commit_callbacks).endswith("0 warned, 0 warned again")
    User.objects.update(last_login=ago(22 * 30))
    mind(django_capture_on_commit_callbacks)
    mind(django_capture_on_commit_callbacks)
    assert len(mailoutbox) == 1
    a_month_later()
    mind(django_capture_on_commit_callbacks)
    mind(django_capture_on_commit_callbacks)
    assert len(mailoutbox) == 2
    assert Member.objects.get().idle_warnings == 2
    a_month_later()
    mind(django_capture_on_commit_callbacks)
    assert not Member.objects.exists()
    assert Erasure.objects.get().public_id == member.public_id
    assert {letter.to[0] for letter in mailoutbox} == {member.user.email}


def test_nobody_is_erased_who_was_not_written_to_twice_a_month_apart(mailoutbox, django_capture_on_commit_callbacks):
    away(4 * 365)  # the job did not run for years
    for _day in range(3):
        mind(django_capture_on_commit_callbacks)
    assert len(mailoutbox) == 1
    a_month_later()
    for _day in range(3):
        mind(django_capture_on_commit_callbacks)
    assert len(mailoutbox) == 2
    assert Member.objects.count() == 1


def test_a_sign_in_begins_the_two_years_anew(mailoutbox, django_capture_on_commit_callbacks):
    away(1, warnings=2)
    mind(django_capture_on_commit_callbacks)
    assert Member.objects.get().idle_warnings == 0
    assert mailoutbox == []


def test_an_account_that_never_signed_in_counts_from_its_first_day(mailoutbox, django_capture_on_commit_callbacks):
    UserFactory(last_login=None, date_joined=ago(22 * 30 + 1))
    UserFactory(last_login=None, date_joined=ago(1))
    mind(django_capture_on_commit_callbacks)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("field", ["is_staff", "is_superuser", "is_demo"])
def test_staff_are_neither_written_to_nor_erased(field, mailoutbox, django_capture_on_commit_callbacks):
    away(800, warnings=2, **{field: True})
    away(700, **{field: True})
    mind(django_capture_on_commit_callbacks)
    assert mailoutbox == []
    assert Member.objects.count() == 2


def test_the_letter_says_no_name_and_no_health_word(mailoutbox, django_capture_on_commit_callbacks, settings):
    member = away(670)
    mind(django_capture_on_commit_callbacks)
    text = f"{mailoutbox[0].subject} {mailoutbox[0].body}"
    assert member.pseudonym not in text
    assert settings.SITE_NAME not in text
    assert f"{settings.SITE_URL}/me/" in text


def test_too_many_letters_at_once_are_not_sent(mailoutbox, caplog, django_capture_on_commit_callbacks):
    for _number in range(21):
        away(670)
    mind(django_capture_on_commit_callbacks)
    assert mailoutbox == []
    assert "members to write to" in caplog.text


def test_all_of_them_run_as_jobs():
    names = {name for name in vars(cleanup) if name.startswith(("forget_", "finish_", "mind_"))}
    ours = tuple(job for job in jobs.JOBS if job.run.__module__ == cleanup.__name__)
    assert {job.run.__name__ for job in ours} == {job.name for job in ours} == names
    lines = jobs.run_due(ours)
    assert len(lines) == 12
    assert not [line for line in lines if "failed" in line]


def test_leaving_lasts_as_long_as_the_page_says():
    assert leaving.UNDO_FOR == 14 * DAY
