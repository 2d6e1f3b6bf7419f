"""What letters exports, erases, and stops at once."""

import json

import pytest
from django.core.mail import send_mail
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from letters import actions, own_part
from letters.kinds import Kind
from letters.models import Notice, OutgoingMail, Watch
from members.models.account import AccountChange
from tests.letters.conftest import new_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    member = new_member(emails=True)
    member.user.emailaddress_set.create(email="Second@example.org", verified=False)
    AccountChange.objects.create(
        user=member.user, kind=AccountChange.Kind.EMAIL, old_email="before@example.org", digest="x" * 64, expires_at=timezone.now()
    )
    other = new_member()
    actions.notify(member=member, kind=Kind.CONSENT, target=other, actor=other)
    actions.notify(member=other, kind=Kind.CONSENT, target=other, actor=member)
    actions.watch(member=member, target=other)
    for address in (member.user.email.upper(), "second@example.org", "before@example.org", "somebody@else.example"):
        send_mail("Code", "123456", None, [address])
    return member


def test_an_export_holds_kinds_and_dates_and_no_words(member):
    found = own_part.export(member)
    assert [notice["kind"] for notice in found["notices"]] == [Kind.CONSENT]
    assert (found["watched things"], len(found["mail"])) == (1, 4)
    text = json.dumps(found, cls=DjangoJSONEncoder)
    assert "123456" not in text
    assert "example.org" not in text


def test_an_erase_leaves_nothing_of_the_member_and_all_of_others(member):
    own_part.erase(member)
    assert OutgoingMail.objects.get().address == "somebody@else.example"
    assert not member.notices.exists()
    assert not Watch.objects.exists()
    assert Notice.objects.count() == 1


def test_an_erase_can_run_twice_and_after_the_account_is_gone(member):
    own_part.erase(member)
    member.user.delete()
    send_mail("Late", "x", None, [member.user.email])
    own_part.erase(member)
    assert OutgoingMail.objects.filter(address=member.user.email).count() == 0
    assert Notice.objects.get().actor is None


def test_who_leaves_gets_account_mail_only(member):
    own_part.standing_changed(member)
    assert OutgoingMail.objects.notices_of(member.pk).count() == 1
    member.leaving_at = timezone.now()
    member.save()
    own_part.standing_changed(member)
    assert OutgoingMail.objects.notices_of(member.pk).count() == 0
    assert OutgoingMail.objects.waiting().count() == 4
