"""Measure the forum's pages among many posts: python -m tests.postgres python bench/forum.py [QUESTIONS]   (20,000 unless said)

Makes a database of its own with the reference, fills it with QUESTIONS questions, five times as many answers and a quarter as many members,
and drops it again. Prints for each page: SQL count, CPU milliseconds of the worker and of its database process for one request (median of RUNS),
how many times the bare Django view of bench/pages.py in the same run, bytes, and bytes compressed. Pages are made anew each time, not kept.
"""

import gzip
import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DATABASE_URL", "sqlite:///var/bench-forum.sqlite3")

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import pages  # noqa: E402  (sets up Django as production runs it)
from conditions.models.condition import Condition  # noqa: E402
from forum import counters, tags  # noqa: E402
from forum.models.answer import Answer, Comment  # noqa: E402
from forum.models.question import Question, QuestionTag  # noqa: E402
from forum.models.tag import Tag  # noqa: E402
from forum.paging import Order  # noqa: E402
from members.models.choices import AgeBand, Role  # noqa: E402
from members.models.member import Member  # noqa: E402
from moderation.models.choices import Audience  # noqa: E402

QUESTIONS, RUNS, WARM_UP, AT_ONCE = 20_000, 100, 10, 2_000
WORDS = "sleep school night walking hands morning team week child better slowly question hope again quiet plan help small step family".split()


def seed(number, dice):
    """Fill the forum; return the question with ten answers that is measured, and a member."""
    condition = Condition.objects.first()
    tags.sync(condition)
    carried = list(Tag.objects.filter(condition=condition))
    now = timezone.now()
    users = get_user_model().objects.bulk_create(get_user_model()(email=f"bench{n}@example.org", password="!") for n in range(max(20, number // 4)))
    members = Member.objects.bulk_create(
        [
            Member(user=user, pseudonym=f"Bench {user.pk}", joined_at=now - timedelta(days=90), age_band=AgeBand.ADULT, role=Role.PARENT)
            for user in users
        ]
    )
    questions = []
    for start in range(0, number, AT_ONCE):
        batch = [asked(dice, condition, members, carried, now - timedelta(minutes=25 * n)) for n in range(start, min(number, start + AT_ONCE))]
        questions += Question.objects.bulk_create([question for question, _tags in batch])
        QuestionTag.objects.bulk_create(
            QuestionTag(question=question, tag=tag, order=order, created_at=question.created_at)
            for question, some in batch
            for order, tag in enumerate(some)
        )
    # The first is the page that is measured; of the others each seventh still waits.
    answered = [question for place, question in enumerate(questions) if place and place % 7]
    plan = [questions[0]] * 10 + [dice.choice(answered) for _ in range(number * 5 - 10)]
    for start in range(0, len(plan), AT_ONCE):
        Answer.objects.bulk_create(
            Answer(question=question, **post(dice, members, question.created_at, 60)) for question in plan[start : start + AT_ONCE]
        )
    Comment.objects.bulk_create(
        Comment(question=questions[0], answer=answer, **post(dice, members, now, 12)) for answer in questions[0].answers.all()
    )
    counters.count(Question.objects.all())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return questions[0], members[-1]


def asked(dice, condition, members, carried, at):
    """Return an unsaved question and its tags."""
    some = dice.sample(carried, k=dice.choice((1, 2, 3)))
    title = " ".join(dice.choices(WORDS, k=9)).capitalize() + "?"
    copies = [{"kind": tag.kind, "condition": condition.slug, "slug": tag.slug, "name": tag.name} for tag in some]
    fields = post(dice, members, at, 60)
    return Question(condition=condition, title=title, tag_list=copies, excerpt=fields["body"][:200], active_at=at, **fields), some


def post(dice, members, at, length):
    """Return what every post has."""
    body = " ".join(dice.choices(WORDS, k=length)).capitalize() + "."
    author = dice.choice(members)
    return {
        "author": author,
        "audience": Audience.EVERYONE,
        "language": "en",
        "body": body,
        "body_html": f"<p>{body}</p>",
        "created_at": at,
        "told_at": at,
    }


def database_nanoseconds():
    """Return the CPU time that the database's process for this connection has used, or 0 where it is none of its own."""
    if connection.vendor != "postgresql":
        return 0
    return int(Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0])


def measure(client, address):
    """Return (status, queries, CPU milliseconds of worker and database, bytes, bytes compressed)."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    count = len(queries)  # now: the next request empties the log
    for _run in range(WARM_UP):
        client.get(address)
    own, theirs = [], database_nanoseconds()
    for _run in range(RUNS):
        started = time.process_time()
        client.get(address)
        own.append(time.process_time() - started)
    database = (database_nanoseconds() - theirs) / RUNS / 1e6
    return (
        response.status_code,
        count,
        statistics.median(own) * 1000 + database,
        len(response.content),
        len(gzip.compress(response.content, 6)),
    )


def run(number):
    """Seed, measure, print."""
    call_command("load_condition", ROOT / "content" / "oms", verbosity=0)
    started = time.perf_counter()
    question, member = seed(number, Random("forum"))
    took = time.perf_counter() - started
    print(f"{connection.vendor}: {number} questions, {Answer.objects.count()} answers, {Member.objects.count()} members, made in {took:.0f} s")
    print(f"median of {RUNS} runs; load of the machine {os.getloadavg()[0]:.1f}")
    settings.KEEP_VISITOR_PAGES = False
    visitor, signed_in = Client(), Client()
    signed_in.force_login(member.user)
    deep = Question.objects.order_by("-created_at", "-pk")[min(8_000, number - 21)]
    tag = Tag.objects.filter(links__isnull=False).first()
    rows = [
        ("question page, 10 answers", visitor, question.get_absolute_url()),
        ("  the same, signed in", signed_in, question.get_absolute_url()),
        ("list, first page", visitor, "/questions/"),
        ("  the same, signed in", signed_in, "/questions/"),
        ("list, behind row 8,000", visitor, f"/questions/?after={Order('created_at').key_of(deep)}"),
        ("unanswered", visitor, "/questions/unanswered/"),
        ("most helpful", visitor, "/questions/helpful/"),
        ("by tag", visitor, tag.get_absolute_url()),
        ("all tags", visitor, "/questions/tags/"),
        ("a topic of the reference", visitor, f"/{tag.condition.slug}/sleep/"),
    ]
    bare = measure(visitor, pages.bare_view())
    print(f"{'page':28} status  SQL  CPU ms  x bare    bytes       gz")
    print(f"{'(bare view, one query)':28} {bare[0]:6} {bare[1]:4} {bare[2]:7.2f} {1:7.1f} {bare[3]:8} {bare[4]:8}")
    for name, client, address in rows:
        status, queries, cpu, raw, packed = measure(client, address)
        print(f"{name:28} {status:6} {queries:4} {cpu:7.2f} {cpu / bare[2]:7.1f} {raw:8} {packed:8}")


def main(number):
    """Measure in a database of its own."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = f"{tempfile.gettempdir()}/bench-forum-{os.getpid()}.sqlite3"
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        run(number)
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else QUESTIONS)
