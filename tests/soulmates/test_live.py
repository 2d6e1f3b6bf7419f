"""The arrays of a process: exact as of the last commit, never ahead of it, the same as working it out one by one."""

import random
import subprocess
import sys
import threading
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection, transaction
from django.utils import timezone

from members.models.choices import OnsetAge, PatientAge, Role, Tumour
from members.models.member import Member
from soulmates import live, weights
from soulmates.actions import profiles
from soulmates.live import NEVER, Filters, Snapshot
from soulmates.matching import Layout, Weights
from soulmates.models.profile import MatchingProfile, MatchingState
from soulmates.vocabulary import pack
from tests.factories import ConditionSymptomFactory, SymptomFactory
from tests.soulmates.factories import check_in_of, compared, owner_of, symptom, with_kinds
from tests.soulmates.test_matching import slow

NOW = timezone.now()


def made_weights(terms=40, kinds=12, seed=5):
    """Return weights over a made ontology: terms under one or two of some kinds, kinds under one another."""
    dice = random.Random(seed)
    parents = {"root": ()} | {f"kind-{number}": (f"kind-{dice.randrange(number)}",) if number else ("root",) for number in range(kinds)}
    parents |= {f"term-{number}": tuple({f"kind-{dice.randrange(kinds)}" for _ in range(2)}) for number in range(terms)}
    ic = {}
    for node, over in parents.items():
        ic[node] = max((ic[one] for one in over), default=0) + (dice.randrange(150) if over else 0)
    return Weights(Layout({f"term-{number}": number for number in range(terms)}, parents), ic)


def made_row(slot, said, **columns):
    """Return a row of a listed patient. said: severities by place."""
    values = {"seq": slot + 1, "patient_id": 1000 - slot, "listed": True, "listed_from": NOW - timedelta(days=1), "levels": pack(said)}
    values |= {"role": "", "age_band": "", "onset_age": "", "tumour": "", "languages": [], "place_id": None, "epoch": "one"}
    return live._Row(slot=slot, **(values | columns))


def made_snapshot(weights, rows):
    return Snapshot(1, "one", 1, weights).with_rows(rows)


def by_term(said):
    return {f"term-{place}": severity for place, severity in said.items()}


def ask(snapshot, said, **wanted):
    return snapshot.query(snapshot.weights.layout.levels_of(by_term(said)), now=NOW, **({"number": 20} | wanted))


def test_among_ten_thousand_the_closest_are_those_of_the_slow_way(monkeypatch):
    monkeypatch.setattr(live, "BLOCK", 1024)
    dice, weights = random.Random(11), made_weights()
    people = [{dice.randrange(40): dice.randint(1, 4) for _ in range(dice.randint(1, 9))} for _ in range(10_000)]
    rows = [made_row(slot, said, patient_id=dice.randrange(10**6) * 10_000 + slot) for slot, said in enumerate(people)]
    snapshot = made_snapshot(weights, rows)
    assert len(snapshot.blocks) == 10
    # The slow way, with the levels of each patient worked out once.
    layout, nodes = weights.layout, sorted(weights.layout.above)
    gain = np.array([weights.gain[node] for node in nodes])
    ic = np.array([weights.ic[term] for term in layout.terms])
    level = [0, 5, 6, 7, 8]
    own = np.array([[level[said.get(place, 0)] for place in range(40)] for said in people])
    over = np.array([[max((level[s] for p, s in said.items() if node in layout.above[f"term-{p}"]), default=0) for node in nodes] for said in people])
    for mine in dice.sample(range(10_000), 5):
        shared = np.minimum(own, own[mine]) @ ic + np.minimum(over, over[mine]) @ gain
        single = np.abs(own - own[mine]).sum(axis=1)
        scores = (shared / 512) / (shared / 512 + 4 * (single / 8 + 10))
        expected = sorted(((-score, row.patient_id) for score, row in zip(scores.tolist(), rows, strict=True) if score))[:20]
        found = ask(snapshot, people[mine]).best
        assert found == [(-score, patient) for score, patient in expected]
        closest = rows.index(next(row for row in rows if row.patient_id == found[1][1]))
        assert slow(weights, by_term(people[mine]), by_term(people[closest]))[0] == found[1][0]


def test_rows_in_any_portions_and_orders_give_the_same_arrays(monkeypatch):
    monkeypatch.setattr(live, "BLOCK", 64)
    monkeypatch.setattr(live, "STEP", 8)
    dice, weights = random.Random(3), made_weights()
    rows = [made_row(slot, {dice.randrange(40): 2}) for slot in range(200)]
    whole = made_snapshot(weights, rows)
    dice.shuffle(rows)
    step = Snapshot(1, "one", 1, weights)
    while rows:
        part = [rows.pop() for _ in range(min(len(rows), dice.randint(1, 30)))]
        step = step.with_rows(part)
    assert step.last == whole.last == 200
    assert ask(step, {3: 2}, number=200) == ask(whole, {3: 2}, number=200)


def test_a_query_keeps_the_arrays_it_began_with():
    weights = made_weights()
    before = made_snapshot(weights, [made_row(0, {1: 4}), made_row(1, {2: 4})])
    arrays = [block.levels.copy() for block in before.blocks]
    after = before.with_rows([made_row(0, {}, listed=False, patient_id=None, listed_from=None, seq=9), made_row(300, {1: 1})])
    assert all((block.levels == kept).all() for block, kept in zip(before.blocks, arrays, strict=True))
    assert ask(before, {1: 4}).best[0][1] == 1000
    assert 1000 not in {patient for _score, patient in ask(after, {1: 4}).best}


def test_blocks_without_changes_are_shared(monkeypatch):
    monkeypatch.setattr(live, "BLOCK", 4)
    before = made_snapshot(made_weights(), [made_row(slot, {1: 1}) for slot in range(12)])
    after = before.with_rows([made_row(5, {2: 3}, seq=99)])
    assert [one is other for one, other in zip(before.blocks, after.blocks, strict=True)] == [True, False, True]


def test_whoever_is_not_listed_or_waits_or_is_left_out_is_never_met():
    weights = made_weights()
    rows = [
        made_row(0, {1: 4}),
        made_row(1, {1: 4}, listed=False, listed_from=None),
        made_row(2, {1: 4}, listed_from=NOW + timedelta(seconds=2)),
        made_row(3, {1: 4}, patient_id=None),
        made_row(4, {1: 4}),
    ]
    hits = ask(made_snapshot(weights, rows), {1: 4}, without=[996])
    assert [patient for _score, patient in hits.best] == [1000]
    assert (hits.considered, hits.sharing) == (1, 1)


def test_nobody_is_met_a_moment_too_early():
    row = made_row(0, {1: 4}, listed_from=NOW.replace(microsecond=1))
    assert live._seconds(row) == int(NOW.timestamp()) + 1
    assert live._seconds(row._replace(listed_from=NOW.replace(microsecond=0))) == int(NOW.timestamp())
    assert live._seconds(row._replace(listed=False)) == NEVER


def test_few_who_pass_have_the_scores_that_they_have_among_many():
    dice, weights = random.Random(2), made_weights()
    said = [{dice.randrange(40): dice.randint(1, 4) for _ in range(6)} for _ in range(300)]
    rows = [made_row(slot, one, role="parent" if slot % 20 == 0 else "person") for slot, one in enumerate(said)]
    snapshot = made_snapshot(weights, rows)
    everybody = {patient: score for score, patient in ask(snapshot, said[3], number=300).best}
    few = ask(snapshot, said[3], number=300, filters=Filters(role="parent"))
    assert few.considered == 15
    assert few.best == [(everybody[patient], patient) for _score, patient in few.best]
    assert len(few.best) == sum(row.patient_id in everybody for row in rows if row.role == "parent")


FIELDS = {"role": Role.values, "age_band": PatientAge.values, "onset_age": OnsetAge.values, "tumour": Tumour.values}


def test_filters_and_places_keep_exactly_those_that_pass():
    dice, weights = random.Random(8), made_weights()
    codes = ["en", "de", "uk", "zh-hant"]
    rows = []
    for slot in range(400):
        columns = {name: dice.choice(["", *values]) for name, values in FIELDS.items()}
        columns |= {"languages": dice.sample(codes, dice.randint(0, 3)), "place_id": dice.choice([None, 12_345_678, 99, 5])}
        rows.append(made_row(slot, {1: 2, 5: 3}, **columns))
    snapshot = made_snapshot(weights, rows)
    for _ in range(60):
        wanted = {name: dice.choice(["", "", *values]) for name, values in FIELDS.items()} | {"language": dice.choice(["", *codes])}
        places = dice.choice([None, {99}, {5, 12_345_678}, {31_337}, set()])
        hits = ask(snapshot, {1: 2}, number=400, filters=Filters(**wanted), places=places)
        expected = {
            row.patient_id
            for row in rows
            if all(getattr(row, name) == wanted[name] for name in FIELDS if wanted[name])
            and (not wanted["language"] or wanted["language"] in row.languages)
            and (places is None or row.place_id in places)
        }
        assert {patient for _score, patient in hits.best} == expected
        assert (hits.considered, hits.sharing) == (len(expected), 400)


@pytest.mark.parametrize("wanted", [{"role": "queen"}, {"age_band": "0"}, {"language": "xx"}, {"tumour": "256"}])
def test_a_filter_that_is_no_choice_finds_nobody(wanted):
    hits = ask(made_snapshot(made_weights(), [made_row(0, {1: 2})]), {1: 2}, filters=Filters(**wanted))
    assert hits.best == []
    assert hits.considered == 0


def test_an_array_takes_a_byte_a_row_and_patient():
    weights = made_weights()
    snapshot = made_snapshot(weights, [made_row(slot, {1: 2}) for slot in range(1000)])
    columns = sum(getattr(block, name).nbytes for block in snapshot.blocks for name in live._COLUMNS)
    assert sum(block.levels.nbytes for block in snapshot.blocks) == len(weights.layout.sets) * 1024
    assert columns / 1024 <= 32


# With the database


def closest(patient):
    """Return the patients (ids) that the arrays give for one, the best first."""
    snapshot = live.snapshot(patient.condition_id)
    packed = live.vocabulary.unpack(bytes(MatchingProfile.objects.get(patient=patient).levels))
    places = snapshot.weights.layout.positions
    levels = snapshot.weights.layout.levels_of({term: packed[place] for term, place in places.items() if place in packed})
    hits = snapshot.query(levels, now=timezone.now(), number=20, without=[patient.pk])
    return [patient_id for _score, patient_id in hits.best]


def add_answer(patient, name, severity):
    check_in_of(patient, {symptom(patient.condition, name): severity})
    profiles.refresh([patient.pk])


@pytest.mark.django_db
def test_where_nobody_was_ever_compared_there_is_no_array():
    assert live.snapshot(with_kinds().pk) is None
    assert live.current_weights(with_kinds().pk) is None


@pytest.mark.django_db
def test_inside_a_transaction_one_sees_ones_own_writes_and_the_process_keeps_nothing():
    condition = with_kinds()
    me, other = compared(condition, {"Rash": 2}), compared(condition, {"Rash": 2})
    assert closest(me) == [other.pk]
    profiles.take_out([other.pk])
    assert closest(me) == []
    assert live._kept == {}


@pytest.mark.django_db(transaction=True)
def test_a_change_costs_two_queries_and_none_costs_one(django_assert_num_queries):
    condition = with_kinds()
    patients = [compared(condition, {"Rash": 2}) for _ in range(3)]
    live.snapshot(condition.pk)
    with django_assert_num_queries(1):
        live.snapshot(condition.pk)
    add_answer(patients[0], "Flutter", 1)
    add_answer(patients[1], "Flutter", 1)
    with django_assert_num_queries(2):
        live.snapshot(condition.pk)
    with django_assert_num_queries(1):
        live.snapshot(condition.pk)


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_in_the_array():
    condition = with_kinds()
    me, other = compared(condition, {"Rash": 2}), compared(condition, {"Squint": 2})
    assert closest(me) == []
    with transaction.atomic():
        add_answer(other, "Rash", 2)
        assert closest(me) == [other.pk], "the transaction itself reads what it has written"
        transaction.set_rollback(True)
    assert closest(me) == []
    # The number that was rolled back is given again, to another change: this one must not be missed.
    add_answer(other, "Rash", 1)
    assert closest(me) == [other.pk]


@pytest.mark.django_db(transaction=True)
def test_what_is_not_committed_yet_is_seen_by_nobody_else():
    condition = with_kinds()
    me, other = compared(condition, {"Rash": 2}), compared(condition, {"Squint": 2})
    seen = []

    def look():
        try:
            seen.append(closest(me))
        finally:
            connection.close()

    with transaction.atomic():
        add_answer(other, "Rash", 2)
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    look()
    assert seen == [[], [other.pk]]


ASK = """
import sys, django
django.setup()
from django.db import connection
from django.utils import timezone
from soulmates import live
connection.ensure_connection()
for line in sys.stdin:
    condition, place, severity = map(int, line.split())
    found = live.snapshot(condition)
    term = next(term for term, where in found.weights.layout.positions.items() if where == place)
    hits = found.query(found.weights.layout.levels_of({term: severity}), now=timezone.now(), number=20)
    print(*sorted(patient for _score, patient in hits.best), flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_a_committed_change_on_its_next_query_and_not_before(settings):
    condition = with_kinds()
    me, other = compared(condition, {"Rash": 2}), compared(condition, {"Squint": 2})
    place = live.vocabulary.places(condition.pk)[0][symptom(condition, "Rash").pk]
    name = settings.DATABASES["default"]["NAME"]
    start = f"from django.conf import settings\nimport tests.settings\ntests.settings.DATABASES['default']['NAME'] = {str(name)!r}\n"
    script = "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'\n" + start + ASK
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def asked():
            process.stdin.write(f"{condition.pk} {place} 2\n")
            process.stdin.flush()
            return [int(word) for word in process.stdout.readline().split()]

        try:
            assert asked() == [me.pk]
            with transaction.atomic():
                add_answer(other, "Rash", 2)
                assert asked() == [me.pk]
            assert asked() == [me.pk, other.pk]
            with transaction.atomic():
                profiles.take_out([me.pk])
                transaction.set_rollback(True)
            assert asked() == [me.pk, other.pk]
            profiles.take_out([other.pk])
            assert asked() == [me.pk]
            profiles.rebuild(condition)
            assert asked() == [me.pk, other.pk]  # the record says so: it was taken out by hand
        finally:
            process.stdin.close()


@pytest.mark.django_db(transaction=True)
def test_a_deleted_record_is_a_column_of_nothing():
    condition = with_kinds()
    me, other = compared(condition, {"Rash": 2}), compared(condition, {"Rash": 2})
    assert closest(me) == [other.pk]
    slot = MatchingProfile.objects.get(patient=other).slot
    other.delete()
    profiles.sweep()
    assert closest(me) == []
    block = live.snapshot(condition.pk).blocks[0]
    assert not block.levels[:, slot].any()
    assert (block.patients[slot], block.totals[slot], block.listed_from[slot]) == (0, 0, NEVER)


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_and_a_restored_backup_make_the_array_anew():
    condition = with_kinds()
    people = [compared(condition, {"Rash": 2}) for _ in range(4)]
    live.snapshot(condition.pk)
    people[1].delete()
    profiles.sweep()
    profiles.rebuild(condition)
    assert closest(people[0]) == [people[2].pk, people[3].pk]
    assert live.snapshot(condition.pk).blocks[0].patients[:4].tolist() == [people[0].pk, people[2].pk, people[3].pk, 0]
    # A backup: the rows and the counter of before, under the same epoch.
    add_answer(people[0], "Flutter", 1)
    live.snapshot(condition.pk)
    MatchingProfile.objects.filter(patient=people[3]).update(seq=1)
    MatchingProfile.objects.filter(patient=people[2]).update(seq=2)
    MatchingProfile.objects.filter(patient=people[0]).update(seq=3)
    MatchingState.objects.update(seq=3)
    assert live.snapshot(condition.pk).last == 3


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_between_the_two_queries_of_a_refresh_mixes_nothing(monkeypatch):
    condition = with_kinds()
    people = [compared(condition, {"Rash": 2}) for _ in range(3)]
    live.snapshot(condition.pk)
    people[0].delete()
    profiles.sweep()
    read, rebuilt = live._read, []

    def slow_read(held, seq):
        if not rebuilt:
            rebuilt.append(profiles.rebuild(condition))
        return read(held, seq)

    monkeypatch.setattr(live, "_read", slow_read)
    found = live.snapshot(condition.pk)
    assert rebuilt == [2]
    assert found.blocks[0].patients[:3].tolist() == [people[1].pk, people[2].pk, 0]


@pytest.mark.django_db(transaction=True)
def test_a_vocabulary_that_grew_keeps_older_rows_readable():
    condition = with_kinds()
    me, other = compared(condition, {"Rash": 2}), compared(condition, {"Rash": 2})
    assert closest(me) == [other.pk]
    rows = live.snapshot(condition.pk).weights.layout
    old = bytes(MatchingProfile.objects.get(patient=other).levels)
    news = [SymptomFactory(plain_name=f"New {number}") for number in range(3)]
    for new in news:
        ConditionSymptomFactory(condition=condition, symptom=new)
    check_in_of(me, {news[2]: 4})
    profiles.refresh([me.pk])
    assert closest(me) == [other.pk]
    assert len(live.snapshot(condition.pk).weights.layout.terms) == len(rows.terms) + 3
    assert bytes(MatchingProfile.objects.get(patient=other).levels) == old
    check_in_of(other, {news[2]: 4, symptom(condition, "Rash"): 0})
    profiles.refresh([other.pk])
    assert closest(me) == [other.pk]


@pytest.mark.django_db(transaction=True)
def test_new_weights_change_scores_and_leave_the_arrays():
    condition = with_kinds()
    compared(condition, {"Rash": 2})
    before = live.snapshot(condition.pk)
    assert weights.refresh_weights(condition, again=True)
    after = live.snapshot(condition.pk)
    assert (before.weights.version, after.weights.version) == (1, 2)
    assert after.blocks is before.blocks
    assert live.current_weights(condition.pk) is after.weights


@pytest.mark.django_db(transaction=True)
def test_many_threads_at_once_read_whole_states_only():
    condition = with_kinds()
    me, other = compared(condition, {"Rash": 2}), compared(condition, {"Rash": 2})
    faults, stop = [], threading.Event()

    def look():
        try:
            while not stop.is_set():
                snapshot = live.snapshot(condition.pk)
                for block in snapshot.blocks:
                    listed = block.listed_from != NEVER
                    assert (block.totals[listed] > 0).all()
                    assert not block.levels[:, ~listed].any()
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    member = owner_of(other)
    for number in range(12):
        Member.objects.filter(pk=member.pk).update(suspended_at=None if number % 2 else timezone.now())
        profiles.refresh_member(member)
    stop.set()
    for thread in threads:
        thread.join()
    assert not faults
    assert closest(me) == [other.pk]
