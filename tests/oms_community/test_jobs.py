"""Periodic jobs: each period has one run, a failure leaves the others alone."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from members import cleanup
from members.models.draft import Draft
from members.models.user import User
from oms_community import jobs
from oms_community.models import JobRun
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def job(run=lambda: "done", name="test"):
    return jobs.Job(name, timedelta(hours=6), run)


def test_a_due_job_runs_and_is_written_down():
    assert jobs.run_due((job(),)) == ["test: done"]
    assert JobRun.objects.get().finished_at is not None


def test_a_job_runs_once_a_period():
    assert jobs.run_due((job(),))
    assert jobs.run_due((job(),)) == []


def test_it_runs_again_in_the_next_period():
    jobs.run_due((job(),))
    past = timezone.now() - timedelta(hours=7)
    JobRun.objects.update(claimed_at=past, finished_at=past)
    assert jobs.run_due((job(),)) == ["test: done"]


def test_only_one_of_two_claims_is_given():
    now = timezone.now()
    assert [jobs.claim(job(), now), jobs.claim(job(), now)] == [True, False]


def test_a_failed_job_leaves_the_others_alone():
    def fail():
        raise RuntimeError("broken")

    assert jobs.run_due((job(fail, "bad"), job(name="good"))) == ["bad: failed (RuntimeError)", "good: done"]


def test_a_clean_up_that_stopped_itself_says_so_until_it_goes_through(client):
    member = UserFactory().member
    Draft.objects.bulk_create(Draft(member=member, form="story", about=str(number), address="/") for number in range(21))
    Draft.objects.update(changed_at=timezone.now() - timedelta(days=181))
    one = job(cleanup.forget_drafts)
    (line,) = jobs.run_due((one,))
    row = JobRun.objects.get()
    assert (row.finished_at is not None, row.result) == (True, "stopped: drafts: stopped before 21; deleted drafts: 0 deleted")
    assert line == f"test: {row.result}"
    assert client.get("/health/").json()["to look at"] == {"clean-ups": False}
    Draft.objects.all().delete()
    JobRun.objects.update(claimed_at=timezone.now() - timedelta(hours=7))
    jobs.run_due((one,))
    assert JobRun.objects.get().result == "drafts: 0 deleted; deleted drafts: 0 deleted"
    assert client.get("/health/").json()["to look at"] == {"clean-ups": True}


def test_a_clean_up_that_says_nothing_itself_is_seen_as_well():
    UserFactory()
    jobs.run_due((job(lambda: str(cleanup.within_reason(21, User, "accounts"))), job(name="next")))
    assert dict(JobRun.objects.values_list("name", "result")) == {"test": "stopped: False", "next": "done"}


def test_an_interrupted_run_is_taken_over_after_an_hour():
    jobs.claim(job(), timezone.now() - timedelta(minutes=90))
    assert jobs.run_due((job(),)) == ["test: done"]


def test_a_run_under_way_is_left_alone():
    jobs.claim(job(), timezone.now() - timedelta(minutes=10))
    assert jobs.run_due((job(),)) == []


def test_the_real_jobs_run(capsys):
    call_command("run_due")
    assert "expired sessions cleared" in capsys.readouterr().out
    call_command("run_due")
    assert capsys.readouterr().out == "No job is due.\n"
