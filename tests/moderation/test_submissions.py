"""One result for a form that is sent twice, and for the same text within minutes."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from moderation import submissions
from moderation.models.records import Submission
from moderation.submissions import AlreadySentError, new_key, once
from tests.factories import UserFactory

THREADS = 50


def send(member, key, text="A text.", address="/there/"):
    with once(member=member, key=key, text=text) as sent:
        sent.address = address


@pytest.mark.django_db
def test_a_form_sent_again_finds_what_became_of_it():
    member, key = UserFactory().member, new_key()
    send(member, key)
    with pytest.raises(AlreadySentError) as again:
        send(member, key, text="Another text.")
    assert (again.value.address, again.value.same_form) == ("/there/", True)


@pytest.mark.django_db
def test_the_same_text_by_another_form_is_refused_for_five_minutes(monkeypatch):
    member = UserFactory().member
    send(member, new_key(), "Does  sleep come back?")
    with pytest.raises(AlreadySentError) as again:
        send(member, new_key(), "does sleep\ncome back?")
    assert (again.value.address, again.value.same_form) == ("/there/", False)
    now = submissions.timezone.now()
    monkeypatch.setattr(submissions.timezone, "now", lambda: now + timedelta(minutes=5, seconds=1))
    send(member, new_key(), "Does sleep come back?")


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", [1, 150, 299])
def test_the_five_minutes_are_whole_wherever_they_begin(monkeypatch, seconds):
    member = UserFactory().member
    start = submissions.timezone.now().replace(minute=4, second=40)
    monkeypatch.setattr(submissions.timezone, "now", lambda: start)
    send(member, new_key())
    Submission.objects.update(created_at=start)
    monkeypatch.setattr(submissions.timezone, "now", lambda: start + timedelta(seconds=seconds))
    with pytest.raises(AlreadySentError):
        send(member, new_key())


@pytest.mark.django_db
def test_two_members_may_say_the_same_and_even_with_the_same_key():
    key = new_key()
    send(UserFactory().member, key)
    send(UserFactory().member, key)
    assert Submission.objects.count() == 2


@pytest.mark.django_db
def test_what_fails_is_kept_nowhere_and_may_be_sent_again():
    member, key = UserFactory().member, new_key()
    with pytest.raises(ZeroDivisionError), once(member=member, key=key, text="A text."):
        raise ZeroDivisionError
    send(member, key)
    assert Submission.objects.get().address == "/there/"


@pytest.mark.django_db
def test_who_forgets_the_address_is_told():
    with pytest.raises(ValueError, match="where the thing stands"), once(member=UserFactory().member, key=new_key(), text=""):
        pass
    assert not Submission.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "short", "x" * 41, "with a space in it", "null\x00null\x00null", "ключключключ"])
def test_a_key_that_is_none_of_ours_guards_nothing_and_breaks_nothing(key):
    member = UserFactory().member
    send(member, key, "First.")
    send(member, key, "Second.")
    with pytest.raises(AlreadySentError):
        send(member, key, "First.")


@pytest.mark.django_db
def test_without_a_text_the_key_alone_counts():
    member = UserFactory().member
    send(member, new_key(), "")
    send(member, new_key(), " \n ")
    assert set(Submission.objects.values_list("digest", flat=True)) == {""}


@pytest.mark.django_db
def test_the_text_itself_is_not_kept():
    member = UserFactory().member
    send(member, new_key(), "A text that nobody else shall read.")
    row = Submission.objects.values().get()
    assert "nobody" not in repr(row)
    assert len(row["digest"]) == 64


class AnyForm(TestCase):
    @given(st.lists(st.tuples(st.sampled_from(["key-number-1", "key-number-2", "key-number-3"]), st.sampled_from(["a", "b", "c", ""])), max_size=12))
    def test_any_order_of_forms_leaves_each_key_and_each_text_once(self, forms):
        member = UserFactory().member
        taken, addresses = [], set()
        for key, text in forms:
            try:
                send(member, key, text)
                taken.append((key, text))
            except AlreadySentError as error:
                known = any(other == key or (text and said == text) for other, said in taken)
                addresses.add(error.address if known else "refused without a reason")
        assert addresses <= {"/there/"}
        assert max(Counter(key for key, _text in taken).values(), default=1) == 1
        assert max(Counter(text for _key, text in taken if text).values(), default=1) == 1
        assert Submission.objects.filter(member=member).count() == len(taken)


def _at_once(work) -> list[str]:
    """Let 50 threads do the same at the same moment; return what each met."""
    outcomes, gate = [], threading.Barrier(THREADS)

    def one(number):
        try:
            gate.wait()
            work(number)
            outcomes.append("written")
        except AlreadySentError as error:
            outcomes.append(error.address)
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db
def test_a_form_whose_text_was_sent_again_later_is_still_known(monkeypatch):
    """The second row took the text over; the key of the first says what became of it."""
    member, key = UserFactory().member, new_key()
    send(member, key, "Does sleep come back?", address="/first/")
    Submission.objects.update(created_at=submissions.timezone.now() - timedelta(minutes=6))
    send(member, new_key(), "Does sleep come back?", address="/second/")
    with pytest.raises(AlreadySentError) as again:
        send(member, key, "Does sleep come back?")
    assert again.value.address == "/first/"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", ["form", "text", "text of yesterday"])
def test_fifty_at_the_same_moment_have_one_result(same):
    member, key = UserFactory().member, new_key()

    if same == "text of yesterday":
        send(member, new_key(), "A text.")
        Submission.objects.update(created_at=submissions.timezone.now() - timedelta(days=1))
    before = Submission.objects.count()

    def work(number):
        with transaction.atomic():
            send(member, key if same == "form" else new_key(), f"Text {number}" if same == "form" else "A text.", address="/one/")

    outcomes = Counter(_at_once(work))
    assert outcomes == {"written": 1, "/one/": THREADS - 1}
    assert Submission.objects.count() == before + 1
