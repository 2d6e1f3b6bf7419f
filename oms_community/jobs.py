"""Periodic jobs: one list, run by `manage.py run_due` from dev, cron or systemd."""

import io
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.management import call_command
from django.db.models import F, Q
from django.utils import timezone

from conditions.models.revision import Revision
from forum import cleanup as forum_cleanup
from forum.actions import tagging
from letters import delivery
from letters.actions import tell_of_new_words
from members import cleanup
from moderation import cleanup as moderation_cleanup
from oms_community.models import STOPPED, JobRun
from oms_community.offering import offer_questions
from oms_community.tasks import heartbeat
from soulmates import cleanup as soulmates_cleanup
from soulmates import closer, weights
from soulmates.actions import cells, profiles, publish, report

log = logging.getLogger("oms_community.jobs")
STUCK = timedelta(hours=1)  # a run that did not end by then was interrupted and may be taken over


@dataclass(frozen=True)
class Job:
    """A job: its name, how often it runs, and what it does; `run` returns a few words for the record."""

    name: str
    every: timedelta
    run: Callable[[], str]


def _clear_sessions() -> str:
    call_command("clearsessions")
    return "expired sessions cleared"


def _prune_tasks() -> str:
    call_command("prune_db_task_results", verbosity=0, stdout=io.StringIO())
    return "finished tasks pruned"


def _count_overdue() -> str:
    count = Revision.objects.overdue().count()
    if count:
        log.warning("%d pages of the reference are due for a check", count)
    return f"{count} pages are due for a check"


def _beat() -> str:
    heartbeat.enqueue()
    return "the worker was asked to answer"


def _forget_mail() -> str:
    return f"{delivery.forget_old()} rows of old mail deleted"


def _consent_words() -> str:
    return f"{tell_of_new_words()} members told of new words"


JOBS = (
    Job("deliver_mail", timedelta(minutes=1), delivery.deliver_due),
    Job("heartbeat", timedelta(minutes=4), _beat),
    Job("forget_mail", timedelta(days=1), _forget_mail),
    Job("consent_words", timedelta(days=1), _consent_words),
    Job("clear_sessions", timedelta(days=1), _clear_sessions),
    Job("prune_tasks", timedelta(days=1), _prune_tasks),
    Job("count_overdue_pages", timedelta(days=1), _count_overdue),
    Job("forget_exports", timedelta(hours=1), cleanup.forget_exports),
    Job("finish_leaving", timedelta(hours=6), cleanup.finish_leaving),
    Job("forget_unconfirmed", timedelta(days=1), cleanup.forget_unconfirmed),
    Job("mind_idle", timedelta(days=1), cleanup.mind_idle),
    Job("forget_drafts", timedelta(days=1), cleanup.forget_drafts),
    Job("forget_account_records", timedelta(days=1), cleanup.forget_account_records),
    Job("forget_admin_log", timedelta(days=1), cleanup.forget_admin_log),
    Job("forget_ended_sessions", timedelta(days=1), cleanup.forget_ended_sessions),
    Job("forget_invitations", timedelta(days=1), cleanup.forget_invitations),
    Job("forget_retired_names", timedelta(days=1), cleanup.forget_retired_names),
    Job("forget_proofs", timedelta(days=1), cleanup.forget_proofs),
    Job("forget_stray_files", timedelta(days=1), cleanup.forget_stray_files),
    Job("matching_profiles", timedelta(days=1), profiles.reconcile),
    Job("matching_weights", timedelta(days=1), weights.refresh_all),
    Job("closer_matches", timedelta(days=1), closer.tell_of_closer_matches),
    Job("members_report", timedelta(days=1), report.build_due),  # at most weekly: it decides itself
    Job("map_counters", timedelta(days=1), cells.roll_up_all),  # before what is published from them
    Job("publish_map", timedelta(days=1), publish.publish_due),  # weekly: it decides itself
    Job("forum_tags", timedelta(days=1), tagging.sync_all),
    Job("offer_questions", timedelta(hours=1), offer_questions),
    Job("forget_deleted_posts", timedelta(days=1), forum_cleanup.forget_deleted_posts),
    Job("forget_offers", timedelta(days=1), forum_cleanup.forget_offers),
    Job("forget_changes", timedelta(days=1), forum_cleanup.forget_changes),
    Job("forget_deleted_check_ins", timedelta(days=1), soulmates_cleanup.forget_deleted_check_ins),
    Job("forget_unfinished_check_ins", timedelta(days=1), soulmates_cleanup.forget_unfinished_check_ins),
    Job("forget_submissions", timedelta(days=1), moderation_cleanup.forget_submissions),
    Job("close_reports_of_gone", timedelta(days=1), moderation_cleanup.close_reports_of_gone),
    Job("forget_report_words", timedelta(days=1), moderation_cleanup.forget_report_words),
    Job("forget_moderation_records", timedelta(days=1), moderation_cleanup.forget_records),
)


def claim(job: Job, now: datetime) -> bool:
    """Take a job's run if it is due, and return whether it is ours. One update: two processes never both get it."""
    JobRun.objects.get_or_create(name=job.name)
    due = Q(claimed_at=None) | Q(claimed_at__lte=now - job.every)
    interrupted = Q(claimed_at__lte=now - STUCK) & (Q(finished_at=None) | Q(finished_at__lt=F("claimed_at")))
    return JobRun.objects.filter(due | interrupted, name=job.name).update(claimed_at=now) == 1


def run_due(jobs: tuple[Job, ...] = JOBS) -> list[str]:
    """Run what is due and return a line for each; a job that fails leaves the others alone and is tried again after an hour.

    A clean-up that stopped before too much says so first, in its row: /health/ shows it until a later run goes through.
    """
    lines = []
    for job in jobs:
        if not claim(job, timezone.now()):
            continue
        try:
            with cleanup.noting_stops() as stops:
                result = job.run()
        except Exception as error:
            log.exception("The job %s failed", job.name)
            lines.append(f"{job.name}: failed ({type(error).__name__})")
            continue
        if stops:
            result = f"{STOPPED}: {result}"
        JobRun.objects.filter(name=job.name).update(finished_at=timezone.now(), result=result[:200])
        lines.append(f"{job.name}: {result}")
    return lines
