"""Pseudonyms: cleaned, bounded, in one alphabet, nobody's look-alike."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from members.actions.people import rename
from members.names import LONGEST, SHORTEST, clean_pseudonym, scripts, skeleton
from tests.factories import ConditionFactory, UserFactory


@pytest.mark.parametrize("name", ["Mika", "Ana-Lucía", "Jonas 2", "Мария", "美咲", "O’Neill", "نور", "two words"])
def test_a_name_of_any_alphabet_is_taken(name):
    assert clean_pseudonym(name) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "short"),
        ("x", "short"),
        ("\u200b \u202e", "short"),
        ("x" * (LONGEST + 1), "long"),
        ("字" * 41, "long"),
        ("\U00020000" * 35, "long"),
        ("<b>Mika", "signs"),
        ("Mika \U0001f600", "signs"),
        ("....", "letters"),
        ("12", "letters"),
        ("Mаria", "scripts"),  # the second letter is Cyrillic
        ("call 0612345678", "contact"),
        ("moderator", "reserved"),
        ("M0derator", "reserved"),
        ("Dr Mika", "reserved"),
        ("the team", "reserved"),
    ],
)
def test_an_odd_name_is_refused_with_the_reason(name, code):
    with pytest.raises(ValidationError) as caught:
        clean_pseudonym(name)
    assert caught.value.code == code


def test_spaces_controls_and_overrides_are_cleaned_away():
    assert clean_pseudonym("  Mi\u202eka \t two ") == "Mika two"


def test_composed_and_decomposed_letters_are_one_name():
    assert clean_pseudonym("Ame\u0301lie") == "Am\u00e9lie"


@pytest.mark.parametrize(
    ("one", "other"), [("Mika", "MIKA"), ("Mika", "M1ka"), ("Mika", "Mi.ka"), ("Amélie", "Amelie"), ("Corn", "Com"), ("lilo", "1il0")]
)
def test_look_alikes_share_a_skeleton(one, other):
    assert skeleton(one) == skeleton(other)


def test_different_names_have_different_skeletons():
    assert len({skeleton(name) for name in ("Mika", "Mica", "Jonas", "Ana", "Anna")}) == 5


@given(st.text(max_size=60))
def test_whatever_is_accepted_is_bounded_and_stays_the_same_when_cleaned_again(text):
    try:
        name = clean_pseudonym(text)
    except ValidationError:
        return
    assert SHORTEST <= len(name) <= LONGEST
    assert len(scripts(name)) <= 1
    assert clean_pseudonym(name) == name


@pytest.mark.django_db
def test_a_name_that_looks_like_a_taken_one_is_refused():
    first, second = UserFactory().member, UserFactory().member
    rename(member=first, to="Mika")
    with pytest.raises(ValidationError, match="taken, or looks like one that is"):
        rename(member=second, to="M1ka")
    second.refresh_from_db()
    assert second.pseudonym.startswith("member-")


@pytest.mark.django_db
def test_nobody_is_named_like_the_site_or_a_condition(settings):
    member, condition = UserFactory().member, ConditionFactory()
    for name in (settings.SITE_NAME, condition.slug):
        with pytest.raises(ValidationError, match="somebody of the site"):
            rename(member=member, to=name)


@pytest.mark.django_db
def test_a_member_may_change_how_their_own_name_is_written():
    member = UserFactory().member
    rename(member=member, to="Mika")
    rename(member=member, to="MIKA")
    member.refresh_from_db()
    assert member.pseudonym == "MIKA"
