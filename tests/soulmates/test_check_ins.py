"""Writing down symptoms: nothing without consent and right, nothing twice, nothing lost, and matching follows in the same transaction."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from members import consents
from members.actions.drafts import keep
from members.actions.patients import accept, invite
from members.models.choices import Level, Relation
from members.models.consent import Purpose
from members.models.draft import Draft
from members.models.patient import Patient
from soulmates import cleanup, picture
from soulmates.actions import check_ins as actions
from soulmates.models.check_in import CheckIn, KeptOut, Observation
from tests.factories import SymptomFactory, UserFactory
from tests.members.people import consenting, patient_of
from tests.soulmates.factories import check_in_of, symptom, with_symptoms

pytestmark = pytest.mark.django_db


@pytest.fixture
def parent():
    return UserFactory().member


@pytest.fixture
def patient(parent):
    patient = patient_of(parent)
    patient.condition = with_symptoms()
    patient.save()
    return patient


@pytest.fixture
def eyes(patient):
    return symptom(patient.condition, "Dancing eyes")


@pytest.fixture
def sleep(patient):
    return symptom(patient.condition, "Sleep problems")


@pytest.fixture
def refreshed(monkeypatch):
    """Note which patients matching is told of."""
    told = []
    monkeypatch.setattr(actions.profiles, "refresh", lambda patients: told.extend(patients))
    return told


def today():
    return timezone.localdate()


def begun(patient, by, **how):
    return actions.begin(patient=patient, by=by, on=today(), **how)


def second_guardian(patient, level):
    member = consenting(UserFactory().member)
    owner = patient.guardians.get(level=Level.OWNER).member
    accept(code=invite(patient=patient, by=owner, level=level), by=member)
    return member


def severities(check_in):
    return dict(check_in.observations.values_list("symptom", "severity"))


# --- consent and right ---


def every_write(patient, by, symptoms):
    """Give a call for each action, each on a check-in of its own state."""
    writing = check_in_of(patient, {symptoms[0]: 1}, finished=False)
    saved = check_in_of(patient, {symptoms[0]: 1, symptoms[1]: 2})
    gone = check_in_of(patient, {symptoms[0]: 1})
    CheckIn.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    return {
        "begin": lambda: begun(patient, by),
        "answer": lambda: actions.answer(check_in=saved, by=by, answers={symptoms[0].pk: 4}),
        "change": lambda: actions.change(check_in=saved, by=by, on=today(), note="x"),
        "finish": lambda: actions.finish(check_in=writing, by=by),
        "undo_delete": lambda: actions.undo_delete(check_in=gone, by=by),
        "keep_out": lambda: actions.keep_out(patient=patient, by=by, symptoms=[symptoms[0].pk]),
        "delete": lambda: actions.delete(check_in=saved, by=by),
    }


def everything_stored():
    tables = (CheckIn.objects.order_by("pk").values(), Observation.objects.order_by("pk").values(), KeptOut.objects.order_by("pk").values())
    return [list(rows) for rows in tables]


@pytest.mark.parametrize("purpose", [Purpose.HEALTH, Purpose.CARER])
def test_without_consent_nothing_is_written_down(patient, parent, eyes, sleep, purpose, monkeypatch):
    writes = every_write(patient, parent, (eyes, sleep))
    monkeypatch.setitem(consents.TEXTS, purpose, consents.Words(2, "Newer words"))
    before = everything_stored()
    for name in ("begin", "answer", "change", "finish", "undo_delete", "keep_out"):
        with pytest.raises(actions.NotAllowed, match=r"consent|speak"):
            writes[name]()
    assert everything_stored() == before


def test_what_is_kept_may_be_deleted_without_consent(patient, parent, eyes, sleep, monkeypatch):
    writes = every_write(patient, parent, (eyes, sleep))
    monkeypatch.setitem(consents.TEXTS, Purpose.HEALTH, consents.Words(2, "Newer words"))
    writes["delete"]()
    assert CheckIn.objects.finished().count() == 0


@pytest.mark.parametrize("who", ["reader", "stranger", "removed"])
def test_only_who_may_change_the_record_writes(patient, parent, eyes, sleep, who):
    member = consenting(UserFactory().member) if who == "stranger" else second_guardian(patient, Level.VIEW if who == "reader" else Level.EDIT)
    if who == "removed":
        patient.guardians.filter(member=member).delete()
    writes = every_write(patient, member, (eyes, sleep))
    before = everything_stored()
    for write in writes.values():
        with pytest.raises(actions.NotAllowed, match="may not change"):
            write()
    assert everything_stored() == before


def test_what_somebody_else_is_writing_is_theirs(patient, parent, eyes):
    other = second_guardian(patient, Level.EDIT)
    theirs = begun(patient, other)
    for write in (
        lambda: actions.answer(check_in=theirs, by=parent, answers={eyes.pk: 1}),
        lambda: actions.finish(check_in=theirs, by=parent),
        lambda: actions.delete(check_in=theirs, by=parent),
    ):
        with pytest.raises(actions.NotAllowed):
            write()
    assert CheckIn.objects.get() == theirs


# --- begin ---


def test_beginning_twice_begins_one(patient, parent):
    assert begun(patient, parent) == begun(patient, parent)
    assert CheckIn.objects.count() == 1


def test_two_guardians_each_write_their_own(patient, parent):
    assert begun(patient, parent) != begun(patient, second_guardian(patient, Level.EDIT))


def test_like_last_time_copies_the_picture_with_what_is_not_known(patient, parent, eyes, sleep):
    check_in_of(patient, {eyes: 4, sleep: 2}, days_ago=9)
    check_in_of(patient, {eyes: None}, days_ago=3)
    check_in = begun(patient, parent, like_last=True)
    assert severities(check_in) == {eyes.pk: None, sleep.pk: 2}
    assert not check_in.is_finished


def test_like_last_time_leaves_out_what_the_list_has_lost(patient, parent, eyes):
    check_in_of(patient, {eyes: 1, SymptomFactory(): 3}, days_ago=3)
    assert severities(begun(patient, parent, like_last=True)) == {eyes.pk: 1}


@pytest.mark.parametrize("days", [2, 10_000, -111 * 366])
def test_a_day_that_cannot_be_is_refused(patient, parent, days):
    with pytest.raises(actions.NotAllowed, match="earlier day"):
        actions.begin(patient=patient, by=parent, on=today() + timedelta(days=days))
    assert not CheckIn.objects.exists()


def test_the_newest_day_is_the_one_it_is_somewhere_already():
    assert today() <= actions.latest_day() <= today() + timedelta(days=1)


# --- answer ---


def test_answers_are_added_changed_and_taken_back_and_the_others_stay(patient, parent, eyes, sleep):
    check_in = begun(patient, parent)
    squint = symptom(patient.condition, "Squint")
    actions.answer(check_in=check_in, by=parent, answers={eyes.pk: 1, sleep.pk: None, squint.pk: 0})
    actions.answer(check_in=check_in, by=parent, answers={eyes.pk: 3, sleep.pk: actions.SKIP})
    assert severities(check_in) == {eyes.pk: 3, squint.pk: 0}


def test_do_not_know_and_none_are_two_answers(patient, parent, eyes):
    check_in = begun(patient, parent)
    for said in (None, 0, None, 4):
        actions.answer(check_in=check_in, by=parent, answers={eyes.pk: said})
        assert severities(check_in) == {eyes.pk: said}


def test_the_same_answers_twice_are_one(patient, parent, eyes, sleep):
    check_in = begun(patient, parent)
    for _time in range(2):
        actions.answer(check_in=check_in, by=parent, answers={eyes.pk: 2, sleep.pk: actions.SKIP})
    assert severities(check_in) == {eyes.pk: 2}


def test_a_symptom_that_is_not_on_the_list_is_refused_and_nothing_is_half_written(patient, parent, eyes):
    check_in = begun(patient, parent)
    with pytest.raises(actions.NotAllowed, match="not on the list"):
        actions.answer(check_in=check_in, by=parent, answers={eyes.pk: 2, SymptomFactory().pk: 1})
    assert severities(check_in) == {}


def test_an_answer_to_a_symptom_that_the_list_lost_can_still_be_changed(patient, parent, eyes):
    old = SymptomFactory()
    check_in = check_in_of(patient, {eyes: 1, old: 3}, finished=False)
    actions.answer(check_in=check_in, by=parent, answers={old.pk: actions.SKIP})
    assert severities(check_in) == {eyes.pk: 1}


def test_a_saved_check_in_can_be_changed_for_fourteen_days(patient, parent, eyes):
    young, old = check_in_of(patient, {eyes: 1}, days_ago=13), check_in_of(patient, {eyes: 1}, days_ago=14)
    actions.answer(check_in=young, by=parent, answers={eyes.pk: 2})
    for write in (
        lambda: actions.answer(check_in=old, by=parent, answers={eyes.pk: 2}),
        lambda: actions.change(check_in=old, by=parent, on=today(), note="x"),
    ):
        with pytest.raises(actions.NotAllowed, match="14 days"):
            write()
    assert (severities(young), severities(old)) == ({eyes.pk: 2}, {eyes.pk: 1})


def test_a_saved_check_in_keeps_an_answer(patient, parent, eyes, sleep):
    check_in = check_in_of(patient, {eyes: 1})
    with pytest.raises(actions.NotAllowed, match="at least one answer"):
        actions.answer(check_in=check_in, by=parent, answers={eyes.pk: actions.SKIP})
    actions.answer(check_in=check_in, by=parent, answers={eyes.pk: actions.SKIP, sleep.pk: 1})
    assert severities(check_in) == {sleep.pk: 1}


# --- finish ---


def test_an_empty_check_in_is_not_saved(patient, parent):
    check_in = begun(patient, parent)
    with pytest.raises(actions.NotAllowed, match="no answer in it yet"):
        actions.finish(check_in=check_in, by=parent)
    assert CheckIn.objects.finished().count() == 0


def test_saving_twice_saves_once(patient, parent, eyes, refreshed):
    check_in = check_in_of(patient, {eyes: 1}, finished=False)
    actions.finish(check_in=check_in, by=parent, note="first")
    when = CheckIn.objects.get().finished_at
    actions.finish(check_in=check_in, by=parent, note="second")
    saved = CheckIn.objects.get()
    assert (saved.finished_at, saved.note) == (when, "first")
    assert refreshed == [patient.pk]


def test_after_saving_the_next_can_be_begun(patient, parent, eyes):
    first = check_in_of(patient, {eyes: 1}, finished=False)
    actions.finish(check_in=first, by=parent)
    assert begun(patient, parent) != first


def test_saving_forgets_the_drafts_of_its_pages_and_no_others(patient, parent, eyes):
    check_in = check_in_of(patient, {eyes: 1}, finished=False)
    for about in (actions.draft_about(check_in, "eyes"), actions.draft_about(check_in, "review"), "another/eyes"):
        keep(member=parent, form=actions.DRAFT, about=about, address="/", fields={"s1": ["1"]})
    actions.finish(check_in=check_in, by=parent)
    assert [draft.about for draft in Draft.objects.all()] == ["another/eyes"]


# --- matching follows ---


def test_matching_is_told_of_what_changes_the_picture_and_of_nothing_else(patient, parent, eyes, sleep, refreshed):
    check_in = begun(patient, parent)
    actions.answer(check_in=check_in, by=parent, answers={eyes.pk: 1})
    actions.change(check_in=check_in, by=parent, on=today(), note="x")
    assert refreshed == []
    for number, write in enumerate(
        (
            lambda: actions.finish(check_in=check_in, by=parent),
            lambda: actions.answer(check_in=check_in, by=parent, answers={eyes.pk: 2}),
            lambda: actions.change(check_in=check_in, by=parent, on=today() - timedelta(days=1), note="x"),
            lambda: actions.keep_out(patient=patient, by=parent, symptoms=[eyes.pk]),
            lambda: actions.delete(check_in=check_in, by=parent),
            lambda: actions.undo_delete(check_in=check_in, by=parent),
        ),
        start=1,
    ):
        write()
        assert refreshed == [patient.pk] * number
        if number in (2, 4):
            write()  # nothing changes any more
            assert refreshed == [patient.pk] * number


def test_what_matching_cannot_take_is_not_half_saved(patient, parent, eyes, monkeypatch):
    check_in = check_in_of(patient, {eyes: 1}, finished=False)

    def broken(patients):
        raise RuntimeError("no counter")

    monkeypatch.setattr(actions.profiles, "refresh", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.finish(check_in=check_in, by=parent)
    assert not CheckIn.objects.get().is_finished


# --- delete and undo ---


def test_a_deleted_check_in_leaves_the_picture_and_comes_back(patient, parent, eyes):
    check_in = check_in_of(patient, {eyes: 3})
    actions.delete(check_in=check_in, by=parent)
    assert picture.current([patient.pk]) == {}
    actions.undo_delete(check_in=check_in, by=parent)
    actions.undo_delete(check_in=check_in, by=parent)
    assert picture.current([patient.pk])[patient.pk][eyes.pk].severity == 3


def test_what_another_guardian_saved_can_be_deleted_by_who_may_change_the_record(patient, parent, eyes):
    check_in = check_in_of(patient, {eyes: 3})
    actions.delete(check_in=check_in, by=second_guardian(patient, Level.EDIT))
    assert not CheckIn.objects.living().exists()


def test_after_fourteen_days_it_does_not_come_back(patient, parent, eyes):
    check_in = check_in_of(patient, {eyes: 3})
    CheckIn.objects.update(deleted_at=timezone.now() - timedelta(days=14))
    with pytest.raises(actions.NotAllowed, match="gone for good"):
        actions.undo_delete(check_in=check_in, by=parent)


def test_one_thrown_away_does_not_come_back_beside_another_under_way(patient, parent, eyes):
    first = begun(patient, parent)
    actions.delete(check_in=first, by=parent)
    second = begun(patient, parent)
    with pytest.raises(actions.NotAllowed, match="another check-in"):
        actions.undo_delete(check_in=first, by=parent)
    actions.delete(check_in=second, by=parent)
    actions.undo_delete(check_in=first, by=parent)
    assert CheckIn.objects.living().get() == first


def test_deleting_forgets_the_drafts(patient, parent):
    check_in = begun(patient, parent)
    keep(member=parent, form=actions.DRAFT, about=actions.draft_about(check_in, "eyes"), address="/", fields={"s1": ["1"]})
    actions.delete(check_in=check_in, by=parent)
    assert not Draft.objects.exists()


# --- kept out ---


def kept(patient):
    return set(KeptOut.objects.filter(patient=patient).values_list("symptom", flat=True))


def test_keeping_out_replaces_what_was_kept_out(patient, parent, eyes, sleep):
    actions.keep_out(patient=patient, by=parent, symptoms=[eyes.pk])
    actions.keep_out(patient=patient, by=parent, symptoms=[sleep.pk, sleep.pk])
    assert kept(patient) == {sleep.pk}


def test_what_somebody_else_keeps_out_meanwhile_stays_so(patient, parent, eyes, sleep):
    actions.keep_out(patient=patient, by=second_guardian(patient, Level.EDIT), symptoms=[sleep.pk])
    actions.keep_out(patient=patient, by=parent, symptoms=[], among=[eyes.pk])
    assert kept(patient) == {sleep.pk}


def test_only_symptoms_of_the_list_are_kept_out(patient, parent):
    with pytest.raises(actions.NotAllowed, match="not on the list"):
        actions.keep_out(patient=patient, by=parent, symptoms=[SymptomFactory().pk])
    assert kept(patient) == set()


# --- two at once ---


def together(*calls):
    """Run the calls at the same moment, each in a thread with a connection of its own; return what went wrong."""
    barrier, problems = threading.Barrier(len(calls)), []

    def run(call):
        try:
            barrier.wait(timeout=20)
            call()
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return problems


@pytest.mark.django_db(transaction=True)
def test_two_guardians_who_save_at_once_both_save_and_the_newest_answer_stands(patient, parent, eyes, sleep):
    other = second_guardian(patient, Level.EDIT)
    mine = check_in_of(patient, {eyes: 1, sleep: 4}, finished=False)
    theirs = check_in_of(patient, {eyes: 3}, finished=False, by=other)
    problems = together(lambda: actions.finish(check_in=mine, by=parent), lambda: actions.finish(check_in=theirs, by=other))
    assert problems == []
    newest = CheckIn.objects.finished().filter(patient=patient).first()
    now = picture.current([patient.pk])[patient.pk]
    assert CheckIn.objects.finished().count() == 2
    assert now[eyes.pk].severity == severities(newest)[eyes.pk]
    assert now[sleep.pk].severity == 4


@pytest.mark.django_db(transaction=True)
def test_beginning_in_two_tabs_at_once_begins_one(patient, parent):
    assert together(*[lambda: begun(patient, parent)] * 3) == []
    assert CheckIn.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_answers_of_two_tabs_at_once_are_all_there(patient, parent, eyes, sleep):
    check_in = check_in_of(patient, {}, finished=False)
    calls = [lambda one=one: actions.answer(check_in=check_in, by=parent, answers={one.pk: 2}) for one in (eyes, eyes, sleep)]
    assert together(*calls) == []
    assert severities(check_in) == {eyes.pk: 2, sleep.pk: 2}


@pytest.mark.django_db(transaction=True)
def test_a_consent_withdrawn_at_the_same_moment_leaves_nothing_behind(patient, parent, eyes):
    check_in = check_in_of(patient, {eyes: 1}, finished=False)
    problems = together(lambda: actions.finish(check_in=check_in, by=parent), lambda: consents.withdraw(member=parent, purpose=Purpose.HEALTH))
    assert all(isinstance(problem, actions.NotAllowed) for problem in problems)
    assert not Patient.objects.exists()
    assert not CheckIn.objects.exists()


# --- in time ---


def test_deleted_ones_go_for_good_after_fourteen_days(patient, parent, eyes):
    young, old = check_in_of(patient, {eyes: 1}), check_in_of(patient, {eyes: 1})
    now = timezone.now()
    CheckIn.objects.filter(pk=young.pk).update(deleted_at=now - timedelta(days=14) + timedelta(minutes=1))
    CheckIn.objects.filter(pk=old.pk).update(deleted_at=now - timedelta(days=14))
    assert cleanup.forget_deleted_check_ins() == "deleted check-ins: 1 deleted"
    assert cleanup.forget_deleted_check_ins() == "deleted check-ins: 0 deleted"
    assert CheckIn.objects.get() == young


def test_unfinished_ones_go_after_half_a_year_without_a_change(patient, parent, eyes):
    other = second_guardian(patient, Level.EDIT)
    check_in_of(patient, {eyes: 1}, finished=False, days_ago=180)
    young = check_in_of(patient, {eyes: 1}, finished=False, days_ago=179, by=other)
    saved = check_in_of(patient, {eyes: 1}, days_ago=400)
    assert cleanup.forget_unfinished_check_ins() == "unfinished check-ins: 1 deleted"
    assert set(CheckIn.objects.all()) == {young, saved}


def test_too_many_at_once_stay_and_are_said_in_the_log(patient, parent, eyes, caplog):
    long_ago = timezone.now() - timedelta(days=15)
    CheckIn.objects.bulk_create(CheckIn(patient=patient, by=parent, on=today(), finished_at=long_ago, deleted_at=long_ago) for _one in range(21))
    assert cleanup.forget_deleted_check_ins() == "deleted check-ins: stopped before 21"
    assert CheckIn.objects.count() == 21


def test_a_person_who_keeps_the_record_alone_needs_no_carers_word(eyes, patient):
    own = patient_of(UserFactory().member, Relation.SELF)
    own.condition = patient.condition
    own.save()
    member = own.guardians.get().member
    consents.withdraw(member=member, purpose=Purpose.CARER)
    actions.finish(check_in=check_in_of(own, {eyes: 1}, finished=False), by=member)
    assert CheckIn.objects.finished().filter(patient=own).exists()
