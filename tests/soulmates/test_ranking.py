"""Who is shown as a match: by the measure, and never anybody who may not be met, whatever an array says."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from members import consents
from members.actions.patients import accept, invite
from members.models.choices import AgeBand, Level, Relation
from members.models.consent import Purpose
from members.models.member import Member
from members.models.patient import Guardian, Patient
from members.models.relations import Block
from soulmates import live, ranking
from soulmates.actions import profiles
from soulmates.models.check_in import KeptOut, SharedFacts
from soulmates.models.profile import MatchingProfile
from soulmates.ranking import Filters, can_match, one, top
from tests.factories import UserFactory
from tests.soulmates.factories import check_in_of, compared, owner_of, symptom, with_kinds

pytestmark = pytest.mark.django_db
SAID = {"Rash": 2, "Flutter": 3}


@pytest.fixture
def condition():
    return with_kinds()


@pytest.fixture
def mine(condition):
    """Give the patient for whom matches are looked for."""
    return compared(condition, SAID)


def found(patient, **wanted):
    """Return the patients that somebody's owner gets, the best first."""
    return [match.patient for match in top(patient, by=owner_of(patient), **wanted).matches]


def stale(monkeypatch):
    """Let the process answer from the array it has now, whatever is written later."""
    held = {}
    snapshot = live.snapshot
    monkeypatch.setattr(live, "snapshot", lambda condition: held.setdefault(condition, snapshot(condition)))


def test_the_closest_are_first_and_equals_stand_by_their_id(condition, mine):
    far = compared(condition, {"Squint": 1, "Snoring": 4})
    near, twin, other_twin = compared(condition, {"Rash": 2}), compared(condition, SAID), compared(condition, SAID)
    assert found(mine) == [twin, other_twin, near, far]
    assert found(mine, number=1) == [twin]


def test_a_match_comes_with_reasons_percent_and_its_owner(condition, mine):
    other = compared(condition, {"Rash": 4, "Dancing eyes": 1, "Snoring": 2}, role="parent")
    (match,) = top(mine, by=owner_of(mine)).matches
    terms = {name: symptom(condition, name).hpo_id for name in ("Rash", "Flutter", "Dancing eyes", "Snoring")}
    explanation = match.explanation
    assert (match.patient, match.member, match.shows) == (other, owner_of(other), None)
    assert [(reason.hpo_id, reason.mine, reason.theirs) for reason in explanation.shared] == [(terms["Rash"], 2, 4)]
    assert [(reason.hpo_id, reason.mine, reason.theirs) for reason in explanation.related] == [("HP:0000478", 3, 1)]
    assert [term.hpo_id for term in explanation.only_mine] == [terms["Flutter"]]
    assert [term.hpo_id for term in explanation.only_theirs] == [terms["Dancing eyes"], terms["Snoring"]]
    assert 0 < match.percent < 100
    assert match.score == explanation.score


def test_a_twin_is_a_hundred_percent(condition, mine):
    compared(condition, SAID)
    assert [match.percent for match in top(mine, by=owner_of(mine)).matches] == [100]


def test_who_shares_nothing_is_compared_and_no_match(condition, mine):
    compared(condition, {"Shaking": 4})
    result = top(mine, by=owner_of(mine))
    assert (result.matches, result.considered, result.sharing) == ([], 1, 1)


def test_another_condition_is_another_world(mine):
    elsewhere = compared(with_kinds(), SAID)
    assert found(mine) == []
    assert one(mine, elsewhere, owner_of(mine)) is None


def suspend(_me, other):
    Member.objects.filter(pk=other.pk).update(suspended_at=timezone.now())


def leave(_me, other):
    Member.objects.filter(pk=other.pk).update(leaving_at=timezone.now())


def grow_young(_me, other):
    Member.objects.filter(pk=other.pk).update(age_band=AgeBand.UNDER_18)


def close(_me, other):
    other.user.is_active = False
    other.user.save()


def withdraw(_me, other):
    other.consents.filter(purpose=Purpose.MATCHING).update(withdrawn_at=timezone.now())


def withdraw_health(_me, other):
    other.consents.filter(purpose=Purpose.HEALTH).update(withdrawn_at=timezone.now())


def read_older_words(_me, other):
    other.consents.filter(purpose=Purpose.MATCHING).update(version=0)


def block(me, other):
    Block.objects.create(blocker=me, blocked=other)


def be_blocked(me, other):
    Block.objects.create(blocker=other, blocked=me)


def block_a_second_guardian(me, other):
    second = UserFactory().member
    Guardian.objects.create(patient=other.guardianships.get().patient, member=second, relation=Relation.PARENT, level=Level.VIEW)
    Block.objects.create(blocker=me, blocked=second)


def hand_over(_me, other):
    patient, heir = other.guardianships.get().patient, UserFactory().member
    patient.guardians.update(level=Level.EDIT)
    Guardian.objects.create(patient=patient, member=heir, relation=Relation.SELF, level=Level.OWNER)


def help_me(me, other):
    Guardian.objects.create(patient=other.guardianships.get().patient, member=me, relation=Relation.PARENT, level=Level.VIEW)


AWAY = [
    *(suspend, leave, grow_young, close, withdraw, withdraw_health, read_older_words, block, be_blocked),
    *(block_a_second_guardian, hand_over, help_me),
]


@pytest.mark.parametrize("what_happens", AWAY, ids=[each.__name__ for each in AWAY])
@pytest.mark.parametrize("array", ["fresh", "stale", "deaf"])
def test_who_may_not_be_met_is_no_match_in_lists_or_by_address(what_happens, array, condition, mine, monkeypatch):
    other, third = compared(condition, SAID), compared(condition, {"Rash": 1})
    me = owner_of(mine)
    assert found(mine) == [other, third]
    if array != "fresh":
        stale(monkeypatch)
        live.snapshot(condition.pk)
    what_happens(me, owner_of(other))
    if array != "deaf":  # deaf: even the row was never told
        profiles.refresh([other.pk])
    assert found(mine) == [third]
    assert one(mine, other, me) is None
    assert one(mine, third, me).patient == third


def test_in_the_first_day_one_may_look_and_is_not_met(condition, mine):
    new = compared(condition, SAID, days=0)
    assert found(mine) == []
    assert one(mine, new, owner_of(mine)) is None
    assert can_match(new, owner_of(new)) == ""
    assert found(new) == [mine]


def test_one_never_meets_another_patient_of_ones_own(condition, mine):
    other = compared(condition, SAID)
    other.guardians.update(member=owner_of(mine))
    profiles.refresh([other.pk])
    assert found(mine) == []


def test_a_stale_array_costs_another_round_and_no_match(condition, mine, monkeypatch):
    monkeypatch.setattr(ranking, "SPARE", 1)
    others = [compared(condition, SAID) for _ in range(12)]
    stale(monkeypatch)
    assert found(mine, number=4) == others[:4]
    profiles.take_out([patient.pk for patient in others[:6]])
    assert found(mine, number=4) == others[6:10]


def test_an_array_that_is_behind_a_row_never_gives_an_old_score(condition, mine, monkeypatch):
    first, second = compared(condition, SAID), compared(condition, {"Rash": 2})
    stale(monkeypatch)
    assert found(mine) == [first, second]
    check_in_of(first, {symptom(condition, "Rash"): 0, symptom(condition, "Flutter"): 0, symptom(condition, "Dancing eyes"): 1})
    profiles.refresh([first.pk])
    matches = top(mine, by=owner_of(mine)).matches
    assert [match.patient for match in matches] == [second, first]
    assert all(match.score == one(mine, match.patient, owner_of(mine)).score for match in matches)


def test_a_change_between_the_array_and_the_rows_is_asked_again_from_the_newer_array(condition, mine, monkeypatch):
    first, second = compared(condition, SAID), compared(condition, {"Rash": 2})
    monkeypatch.setattr(ranking, "SPARE", 0)
    held, real = [live.snapshot(condition.pk)], live.snapshot
    monkeypatch.setattr(live, "snapshot", lambda pk: held.pop() if held else real(pk))
    check_in_of(first, {symptom(condition, "Rash"): 0, symptom(condition, "Flutter"): 0, symptom(condition, "Dancing eyes"): 1})
    profiles.refresh([first.pk])
    assert found(mine, number=1) == [second]


def test_what_is_kept_out_on_either_side_is_in_no_score_reason_or_list(condition, mine):
    other = compared(condition, {"Rash": 2, "Flutter": 3, "Snoring": 4})
    for patient, name in ((other, "Snoring"), (other, "Flutter"), (mine, "Rash")):
        KeptOut.objects.create(patient=patient, symptom=symptom(condition, name))
    profiles.refresh([mine.pk, other.pk])
    # Mine is now Flutter only, theirs Rash only: nothing is shared.
    assert found(mine) == []
    KeptOut.objects.filter(patient=mine).delete()
    profiles.refresh([mine.pk])
    (match,) = top(mine, by=owner_of(mine)).matches
    named = {term.hpo_id for term in (*match.explanation.shared, *match.explanation.related, *match.explanation.only_theirs)}
    assert named == {symptom(condition, "Rash").hpo_id}


@settings(max_examples=25, deadline=None)
@given(
    theirs=st.dictionaries(st.sampled_from(["Flutter", "Squint", "Snoring", "Shaking"]), st.integers(1, 4), min_size=1),
    hidden=st.dictionaries(st.sampled_from(["Rash", "Night waking", "Dancing eyes"]), st.integers(1, 4)),
)
def test_a_patient_who_hides_something_answers_exactly_like_one_who_never_said_it(theirs, hidden):
    condition = with_kinds()
    mine = compared(condition, {"Rash": 2, "Flutter": 3, "Night waking": 4, "Snoring": 1})
    silent, hiding = compared(condition, theirs), compared(condition, theirs | hidden)
    for name in hidden:
        KeptOut.objects.create(patient=hiding, symptom=symptom(condition, name))
    profiles.refresh([hiding.pk])
    me = owner_of(mine)
    one_, other = one(mine, silent, me), one(mine, hiding, me)
    assert (one_ and one_.explanation) == (other and other.explanation)
    by_patient = {match.patient.pk: match.explanation for match in top(mine, by=me).matches}
    assert by_patient.get(silent.pk) == by_patient.get(hiding.pk)


SHOWN = {"role": "parent", "age_band": "2-4", "onset_age": "0-1", "tumour": "found", "language": "de"}


@pytest.mark.parametrize("name", SHOWN)
def test_a_filter_on_what_is_hidden_finds_as_little_as_on_what_was_never_said(name, condition, mine):
    fields = {"role": "parent", "languages": ["de"], "role_visibility": "nobody", "languages_visibility": "nobody"}
    hiding, silent = compared(condition, SAID, **fields), compared(condition, SAID)
    Patient.objects.filter(pk=hiding.pk).update(age_band="2-4", onset_age="0-1", tumour="found")
    profiles.refresh([hiding.pk])
    assert found(mine) == [hiding, silent]
    assert found(mine, filters=Filters(**{name: SHOWN[name]})) == []

    Member.objects.filter(guardianships__patient=hiding).update(role_visibility="members", languages_visibility="members")
    SharedFacts.objects.create(patient=hiding, age=True, onset=True, tumour=True)
    profiles.refresh([hiding.pk])
    assert found(mine, filters=Filters(**{name: SHOWN[name]})) == [hiding]
    assert top(mine, by=owner_of(mine), filters=Filters(**{name: SHOWN[name]})).considered == 1


@pytest.mark.parametrize(
    "what,reason",
    [
        ({"age_band": AgeBand.UNDER_18}, ranking.TOO_YOUNG),
        ({"suspended_at": timezone.now()}, ranking.NOT_YOURS),
        ({"leaving_at": timezone.now()}, ranking.NOT_YOURS),
    ],
)
def test_who_may_not_look_gets_a_reason_and_nobody(what, reason, condition, mine):
    other = compared(condition, SAID)
    Member.objects.filter(pk=owner_of(mine).pk).update(**what)
    assert can_match(mine, owner_of(mine)) == reason
    assert found(mine) == []
    assert one(mine, other, owner_of(mine)) is None


def test_a_stranger_to_the_record_gets_nobody(condition, mine):
    other = compared(condition, SAID)
    assert can_match(mine, owner_of(other)) == ranking.NOT_YOURS
    assert top(mine, by=owner_of(other)).matches == []
    assert one(mine, other, owner_of(other)) is None


def test_without_ones_own_yes_one_does_not_look(condition, mine):
    compared(condition, SAID)
    consents.withdraw(member=owner_of(mine), purpose=Purpose.MATCHING)
    assert can_match(mine, owner_of(mine)) == ranking.NOT_AGREED
    assert found(mine) == []


def test_a_second_guardian_looks_with_a_yes_of_their_own(condition, mine):
    other = compared(condition, SAID)
    second = UserFactory().member
    for purpose in (Purpose.HEALTH, Purpose.CARER):
        consents.give(member=second, purpose=purpose, form="test")
    accept(code=invite(patient=mine, by=owner_of(mine), level=Level.VIEW), by=second)
    assert can_match(mine, second) == ranking.NOT_AGREED
    consents.give(member=second, purpose=Purpose.MATCHING, form="test")
    assert can_match(mine, second) == ""
    assert [match.patient for match in top(mine, by=second).matches] == [other]
    consents.withdraw(member=owner_of(mine), purpose=Purpose.MATCHING)
    assert can_match(mine, second) == ranking.OWNER_NOT_AGREED
    assert top(mine, by=second).matches == []


def test_without_a_symptom_there_is_nothing_to_compare(condition):
    nothing = compared(condition, {"Rash": 0})
    assert can_match(nothing, owner_of(nothing)) == ranking.NOT_LISTED


def test_facts_come_only_as_far_as_they_are_shown(condition, mine):
    other = compared(condition, SAID)
    SharedFacts.objects.create(patient=other, onset=True)
    (match,) = top(mine, by=owner_of(mine)).matches
    assert (match.shows.age, match.shows.onset, match.shows.tumour) == (False, True, False)


@pytest.mark.parametrize("number", [1, 40])
def test_matches_need_the_same_few_queries_for_any_number(number, condition, mine, django_assert_num_queries):
    for _ in range(number):
        compared(condition, SAID)
    me = Member.objects.select_related("user").get(pk=owner_of(mine).pk)
    live.snapshot(condition.pk)
    # One's own side, the counter, the changed rows, who is left out, the chosen: and in a transaction the weights, which nobody keeps there.
    with django_assert_num_queries(6):
        matches = top(mine, by=me).matches
        for match in matches:
            assert (match.patient.nickname, match.member.pseudonym, match.member.user.is_active) == ("Bean", match.member.pseudonym, True)
            assert not hasattr(match.member, "location")
            assert match.shows is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [1, 40])
def test_a_process_that_knows_the_community_needs_four_queries(number, django_assert_num_queries):
    condition = with_kinds()
    mine = compared(condition, SAID)
    for _ in range(number):
        compared(condition, SAID)
    me = Member.objects.select_related("user").get(pk=owner_of(mine).pk)
    live.snapshot(condition.pk)
    with django_assert_num_queries(4):
        assert len(top(mine, by=me).matches) == min(number, 20)
    compared(condition, SAID)
    with django_assert_num_queries(5):
        top(mine, by=me)
    other = Patient.objects.order_by("pk").last()
    with django_assert_num_queries(3):
        one(mine, other, by=me)


def test_a_long_block_list_is_one_query_and_all_of_it_is_left_out(condition, mine):
    me = owner_of(mine)
    others = [compared(condition, SAID) for _ in range(12)]
    Block.objects.bulk_create(Block(blocker=me, blocked=owner_of(patient)) for patient in others[:5])
    Block.objects.bulk_create(Block(blocked=me, blocker=owner_of(patient)) for patient in others[5:9])
    assert found(mine) == others[9:]
    assert top(mine, by=me).considered == 3


def test_a_row_that_is_not_there_yet_waits_out_its_day(condition, mine):
    other = compared(condition, SAID)
    MatchingProfile.objects.filter(patient=other).update(listed_from=timezone.now() + timedelta(hours=1))
    assert one(mine, other, owner_of(mine)) is None
