"""A question that waits is offered to those who may know an answer: few, once, and without a word about why."""

from datetime import timedelta

import pytest
from django.utils import timezone

from forum import routing
from forum.models.question import Offer, Question
from forum.models.tag import Kind, Tag
from letters import actions as letters
from letters.kinds import Kind as NoticeKind
from letters.models import Notice
from members import consents
from members.actions import people
from members.models.choices import Role
from members.models.consent import Purpose
from members.models.member import Member
from oms_community import offering
from soulmates.models.check_in import KeptOut
from tests.forum import factories
from tests.soulmates.factories import symptom, with_symptoms
from tests.soulmates.people import recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def condition():
    return with_symptoms(factories.condition())


@pytest.fixture
def run(django_capture_on_commit_callbacks):
    """Run the job as if each step were committed; return who was offered something."""

    def offer():
        with django_capture_on_commit_callbacks(execute=True):
            offering.offer_questions()
        return set(Member.objects.filter(pk__in=Offer.objects.values("member")))

    return offer


def waiting(*tags, days=2, **fields):
    """Return a question that waits since some days."""
    question = factories.question(tags=tags, **fields)
    Question.objects.filter(pk=question.pk).update(created_at=timezone.now() - timedelta(days=days))
    question.refresh_from_db()
    return question


def here(**fields):
    """Return a member who was here lately."""
    member = factories.writer(**fields)
    member.user.last_login = timezone.now()
    member.user.save()
    return member


def follower(*tags, **fields):
    """Return a member who follows these tags."""
    member = here(**fields)
    for tag in tags:
        letters.watch(member=member, target=tag)
    return member


def of_symptom(condition):
    """Return the tag of the condition's first symptom, and the symptom's plain name."""
    page = condition.conditionsymptoms.select_related("symptom").order_by("order", "pk").first()
    return Tag.objects.create(condition=condition, kind=Kind.SYMPTOM, slug=page.slug, name=str(page), symptom=page), page.symptom.plain_name


def test_a_day_passes_first_and_an_answer_ends_it(run):
    tag = factories.tag("Sleep")
    member = follower(tag)
    waiting(tag, days=0)
    factories.answer(waiting(tag))  # by somebody who was not here lately
    assert run() == set()
    waiting(tag, days=1.1)
    assert run() == {member}


def test_at_most_five_hear_of_it_and_after_three_days_others_do(run):
    tag = factories.tag("Sleep")
    for _number in range(8):
        follower(tag)
    question = waiting(tag)
    assert len(run()) == 5
    assert len(run()) == 5
    Question.objects.filter(pk=question.pk).update(offered_at=timezone.now() - timedelta(days=3, hours=1))
    assert len(run()) == 8
    assert Notice.objects.filter(kind=NoticeKind.OFFER).count() == 8


def test_the_notice_says_nothing_but_that_a_question_waits(run):
    tag = factories.tag("Sleep")
    member = follower(tag)
    question = waiting(tag)
    run()
    notice = Notice.objects.get(member=member)
    assert (notice.target, notice.actor) == (question, None)
    assert str(notice.words) == "A question has no answer yet. Perhaps you know one"


def test_who_lives_with_it_comes_before_who_follows_it(run, condition):
    tag, name = of_symptom(condition)
    lives = here()
    recorded(lives, condition, {name: 3})
    for _number in range(6):
        follower(tag)
    waiting(tag)
    assert lives in run()


def test_only_who_let_us_keep_health_data_is_known_to_live_with_it(run, condition):
    tag, name = of_symptom(condition)
    withdrew, hid, never, other = here(), here(), here(), here()
    recorded(withdrew, condition, {name: 3})
    patient = recorded(hid, condition, {name: 3})
    KeptOut.objects.create(patient=patient, symptom=symptom(condition, name))
    recorded(never, condition, {name: 0})
    recorded(other, condition, {name: 1})
    consents.withdraw(member=withdrew, purpose=Purpose.HEALTH)
    waiting(tag)
    assert run() == {other}


def test_nobody_is_asked_who_is_away_apart_of_the_asker_or_was_asked_lately(run):
    tag, asker = factories.tag("Sleep"), here()
    away, gone, blocked, blocker, muting, limited = (follower(tag) for _number in range(6))
    Member.objects.filter(pk=away.pk).update(suspended_at=timezone.now())
    gone.user.last_login = timezone.now() - timedelta(days=400)
    gone.user.save()
    people.block(member=asker, other=blocked)
    people.block(member=blocker, other=asker)
    people.mute(member=muting, other=asker)
    Member.objects.filter(pk=limited.pk).update(limited_until=timezone.now() + timedelta(days=1))
    letters.watch(member=asker, target=tag)
    waiting(tag, by=asker)
    assert run() == set()
    ready = follower(tag)
    waiting(tag)
    before = run()
    assert ready in before
    waiting(tag)
    run()
    assert Offer.objects.filter(member=ready).count() == 1


def test_a_question_without_a_name_does_not_tell_by_who_is_left_out(run):
    tag, asker = factories.tag("Sleep"), here()
    member = follower(tag)
    people.block(member=member, other=asker)
    waiting(tag, by=asker, by_name=False)
    assert run() == {member}


def test_a_question_goes_to_who_speaks_its_language_and_a_role_alone_is_no_reason(run):
    tag = factories.tag("Sleep")
    french, english, any_language = follower(tag, languages=["fr"]), follower(tag, languages=["en"]), follower(tag)
    here(role=Role.PARENT)
    waiting(tag, language="fr", about_role=Role.PARENT)
    assert run() == {french, any_language}
    assert english not in run()


def test_among_equals_the_role_decides():
    tag, now = factories.tag("Sleep"), timezone.now()
    for _number in range(5):
        follower(tag)
    adult = follower(tag, role=Role.PERSON)
    question = waiting(tag, about_role=Role.PERSON)
    assert routing.likeliest(question, {}, now)[0] == adult


def test_two_runs_at_once_offer_once():
    tag, now = factories.tag("Sleep"), timezone.now()
    member = follower(tag)
    question = waiting(tag)
    assert routing.offer(question, [member], now) == 1
    assert routing.offer(question, [member], now) == 0


def test_a_question_that_was_answered_meanwhile_is_offered_to_nobody():
    question = waiting(factories.tag("Sleep"))
    Question.objects.filter(pk=question.pk).update(answer_count=1)
    assert routing.offer(question, [here()], timezone.now()) == 0
