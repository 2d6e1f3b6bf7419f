"""Questions and answers of the demonstration, spread over the last year: some for members only, some without a name, some still waiting.

Written as many rows at once; the forum's own counters and the index are made from them at the end.
"""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from conditions.models.condition import Condition
from forum import counters, rendering, tags
from forum.models.answer import Answer, Comment
from forum.models.change import PublicChange
from forum.models.question import Question, QuestionTag
from forum.models.tag import Tag
from forum.models.vote import Vote, VoteKind
from members.models.choices import Role
from members.models.member import Member
from moderation.models.choices import Audience
from oms_community.demo.question_texts import COMMENTS, GREETINGS, MORE, THEMES, Theme
from search import actions as search

DAYS = 360  # back from today
WAITING = 0.15  # share of questions without an answer
MEMBERS_ONLY, NAMELESS, SOLVED = 0.35, 0.18, 0.45
ASKERS = (Role.PARENT, Role.PERSON, Role.FAMILY)
LANGUAGE = "en"


def write(condition: Condition, rng: Random) -> int:
    """Ask and answer; return how many questions there are. Nothing where too few are here to talk with each other."""
    tags.sync(condition)
    people = [
        member
        for member in Member.objects.present().filter(user__is_demo=True, role__in=ASKERS).select_related("user").order_by("public_id")
        if LANGUAGE in member.languages
    ]
    if len(people) < 10:
        return 0
    questions = _ask(condition, rng, people)
    answers = _answer(rng, questions, people)
    _comment(rng, questions, answers, people)
    _vote(rng, questions, answers, people)
    _accept(rng, answers)
    of_ours = Question.objects.filter(pk__in=[question.pk for question in questions])
    counters.count(of_ours)
    search.index("question", of_ours)
    PublicChange.objects.note()
    return len(questions)


def _ask(condition: Condition, rng: Random, people: list[Member]) -> list[Question]:
    known = {(tag.kind, tag.slug): tag for tag in Tag.objects.filter(condition=condition)}
    now, planned = timezone.now(), [(theme, title) for theme in THEMES for title in theme.titles]
    rng.shuffle(planned)
    questions, links = [], []
    for number, (theme, title) in enumerate(planned):
        # Denser towards today: a place that grows.
        at = now - timedelta(days=DAYS * (1 - (number + 1) / (len(planned) + 1)) ** 1.5, minutes=rng.randint(0, 900))
        carried = _tags(rng, theme, known)
        body = " ".join(words for words in (rng.choice(GREETINGS), rng.choice(theme.details)) if words)
        author = rng.choice([member for member in people if member.joined_at < at] or people)
        rendered = rendering.render(body)
        questions.append(
            Question(
                condition=condition,
                title=title,
                excerpt=rendered.excerpt,
                tag_list=[{"kind": tag.kind, "condition": condition.slug, "slug": tag.slug, "name": tag.name} for tag in carried],
                audience=Audience.MEMBERS if rng.random() < MEMBERS_ONLY else Audience.EVERYONE,
                active_at=at,
                **_written(rng, author, body, rendered.html, at),
            )
        )
        links.append(carried)
    questions = Question.objects.bulk_create(questions)
    QuestionTag.objects.bulk_create(
        QuestionTag(question=question, tag=tag, order=order, created_at=question.created_at)
        for question, carried in zip(questions, links, strict=True)
        for order, tag in enumerate(carried)
    )
    return questions


def _answer(rng: Random, questions: list[Question], people: list[Member]) -> list[Answer]:
    themes = {title: theme for theme in THEMES for title in theme.titles}
    now, answers = timezone.now(), []
    for question in questions:
        if rng.random() < WAITING:
            continue
        words = themes[question.title].answers
        at = question.created_at
        for first in rng.sample(words, k=rng.choices((1, 2, 3, 4), (2, 3, 3, 4))[0]) + ([rng.choice(COMMENTS)] if rng.random() < 0.5 else []):
            at += timedelta(minutes=int(rng.lognormvariate(6.3, 1.2)) + 1)  # the middle one after some nine hours
            if at >= now:
                break
            body = f"{first} {rng.choice(MORE)}".strip()
            author = rng.choice([member for member in people if member.pk != question.author_id])
            answers.append(
                Answer(
                    question=question,
                    audience=question.audience,
                    about_role=author.role if rng.random() < 0.3 else "",
                    **_written(rng, author, body, rendering.render(body).html, at),
                )
            )
    return Answer.objects.bulk_create(answers)


def _comment(rng: Random, questions: list[Question], answers: list[Answer], people: list[Member]) -> None:
    comments, now = [], timezone.now()
    for post in (*questions, *answers):
        question = post if isinstance(post, Question) else post.question
        for _number in range(rng.choices((0, 1, 2, 5), (70, 20, 8, 2))[0]):
            at = post.created_at + timedelta(minutes=rng.randint(10, 4000))
            if at >= now:
                continue
            body = rng.choice(COMMENTS)
            written = _written(rng, rng.choice(people), body, rendering.render(body).html, at)
            comments.append(Comment(question=question, answer=None if post is question else post, audience=question.audience, **written))
    Comment.objects.bulk_create(comments)


def _vote(rng: Random, questions: list[Question], answers: list[Answer], people: list[Member]) -> None:
    votes = []
    for post in (*questions, *answers):
        others = [member for member in people if member.pk != post.author_id]
        name = "question" if isinstance(post, Question) else "answer"
        for kind in (VoteKind.HELPFUL, VoteKind.SAME) if name == "question" else (VoteKind.HELPFUL,):
            number = min(len(others), int(rng.expovariate(1 / 4)))
            for member in rng.sample(others, k=number):
                votes.append(Vote(member=member, kind=kind, created_at=post.created_at, **{name: post}))
    Vote.objects.bulk_create(votes)


def _accept(rng: Random, answers: list[Answer]) -> None:
    first: dict[int, Answer] = {}
    for answer in answers:
        first.setdefault(answer.question_id, answer)
    solved = [answer for answer in first.values() if rng.random() < SOLVED]
    for answer in solved:
        Question.objects.filter(pk=answer.question_id).update(accepted=answer, is_solved=True)


def _tags(rng: Random, theme: Theme, known: dict[tuple[str, str], Tag]) -> list[Tag]:
    """Return the first tag of a theme that is there, and some of the others."""
    there = [known[key] for key in theme.tags if key in known]
    return [tag for number, tag in enumerate(there) if number == 0 or rng.random() < 0.6]


def _written(rng: Random, author: Member, body: str, html: str, at: datetime) -> dict:
    """Return what every post has. told_at: nobody gets a notice of the past."""
    return {
        "author": author,
        "by_name": rng.random() >= NAMELESS,
        "language": LANGUAGE,
        "body": body,
        "body_html": html,
        "created_at": at,
        "told_at": at,
    }
