"""An e-mail address in the admin: masked everywhere, and shown once to an administrator who says why."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members import cleanup, data_rights
from members.actions import leaving
from members.actions.staff import look_at_address
from members.admin import masked
from members.models import AddressLook, User
from tests.factories import EditorFactory, UserFactory, editors_group
from tests.staff import sign_in_staff

pytestmark = pytest.mark.django_db
SECRET = "zelda.quill@private.example"
WHY = "She wrote from it and asked for help."
LIST = "/admin/members/user/"


@pytest.fixture
def account():
    """The account whose address it is about."""
    return UserFactory(email=SECRET)


@pytest.fixture
def boss():
    """An administrator."""
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def desk(boss):
    """The administrator's browser."""
    client = Client()
    sign_in_staff(client, boss)
    return client


def address_of(user):
    """Return where its address can be seen."""
    return reverse("admin:members_user_address", args=[user.pk])


def words(response):
    """Return a page as text."""
    return response.content.decode()


def looking_staff():
    """Return the browser of somebody on the team who may look at accounts, and is no administrator."""
    user = EditorFactory()
    user.user_permissions.add(*editors_group().permissions.model.objects.filter(codename__in=("view_user", "change_user", "view_addresslook")))
    client = Client()
    sign_in_staff(client, user)
    return client


def test_no_page_of_an_account_shows_its_address(desk, account):
    names = ("members_user_change", "members_user_history", "members_user_address")
    pages = [words(desk.get(reverse(f"admin:{name}", args=[account.pk]))) for name in names]
    for page in (*pages, words(desk.get(LIST)), words(desk.get(LIST, {"q": "zelda"}))):
        assert "quill" not in page
        assert "private.example" not in page
    assert "z…@p…" in pages[0]


@pytest.mark.parametrize("email, seen", [("anna@example.org", "a…@e…"), ("a@b.c", "a…@b…"), ('"odd@name"@host.example', '"…@h…')])
def test_a_masked_address_has_two_letters_left(email, seen):
    assert masked(email) == seen


def test_an_address_is_not_changed_here(desk, account):
    desk.post(reverse("admin:members_user_change", args=[account.pk]), {"email": "new@private.example", "is_active": "on"})
    account.refresh_from_db()
    assert account.email == SECRET


@pytest.mark.parametrize("typed, found", [(SECRET, True), (SECRET.upper(), True), (SECRET[:-1], False), ("zelda", False), ("private.example", False)])
def test_an_account_is_found_by_the_whole_address_alone(desk, account, typed, found):
    assert (account in desk.get(LIST, {"q": typed}).context["cl"].result_list) == found


def test_who_is_no_administrator_cannot_try_addresses(account):
    client = looking_staff()
    assert account in client.get(LIST).context["cl"].result_list
    assert account not in client.get(LIST, {"q": SECRET}).context["cl"].result_list


def test_an_address_is_shown_once_to_whoever_says_why(desk, boss, account):
    before = timezone.now()
    response = desk.post(address_of(account), {"reason": f" {WHY} "})
    assert SECRET in words(response)
    assert "no-store" in response["Cache-Control"]
    look = AddressLook.objects.get()
    assert (look.by, look.about, look.reason) == (boss, account.member.public_id, WHY)
    assert look.at >= before
    assert SECRET not in words(desk.get(address_of(account)))


@pytest.mark.parametrize("reason", ["", "   ", "because", " because  \n "])
def test_without_a_reason_it_is_not_shown(desk, account, reason):
    response = desk.post(address_of(account), {"reason": reason})
    assert response.status_code == 422
    assert SECRET not in words(response)
    assert not AddressLook.objects.exists()
    if reason.strip():
        assert "because" in words(response)  # what was typed stays


def test_the_action_itself_asks_for_a_reason(boss, account):
    with pytest.raises(ValueError, match="reason"):
        look_at_address(by=boss, member=account.member, reason=" ")
    assert not AddressLook.objects.exists()


def test_nobody_but_an_administrator_sees_an_address(account):
    response = Client().post(address_of(account), {"reason": WHY})
    assert response.status_code == 403  # signed out: what was typed is handed back
    assert SECRET not in words(response)
    assert Client().get(address_of(account)).status_code == 302
    member = Client()
    member.force_login(UserFactory())
    assert member.post(address_of(account), {"reason": WHY}).status_code == 302
    assert looking_staff().post(address_of(account), {"reason": WHY}).status_code == 403
    assert not AddressLook.objects.exists()


@pytest.mark.parametrize("hours", [settings.STAFF_REAUTHENTICATION_HOURS + 1, 1])
def test_an_administrator_has_to_have_shown_just_now_that_it_is_they(boss, account, hours):
    client = Client()
    sign_in_staff(client, boss, hours_ago=hours)
    response = client.post(address_of(account), {"reason": WHY})
    assert response.status_code == 302
    assert not AddressLook.objects.exists()


def test_an_account_that_is_not_there_is_a_404(desk):
    assert desk.get(reverse("admin:members_user_address", args=[999_999])).status_code == 404


# The log


def test_administrators_read_the_log_and_nobody_changes_it(desk, boss, account):
    look_at_address(by=boss, member=account.member, reason=WHY)
    look = AddressLook.objects.get()
    log = reverse("admin:members_addresslook_changelist")
    one = reverse("admin:members_addresslook_change", args=[look.pk])
    page = words(desk.get(log))
    assert WHY in page
    assert account.member.public_id in page
    assert SECRET not in page
    assert desk.get(one).status_code == 200
    assert desk.post(one, {"reason": "Another one, of later."}).status_code == 403
    assert desk.post(reverse("admin:members_addresslook_delete", args=[look.pk]), {"post": "yes"}).status_code == 403
    assert desk.get(reverse("admin:members_addresslook_add")).status_code == 403
    desk.post(log, {"action": "delete_selected", "_selected_action": [look.pk], "post": "yes"})
    assert AddressLook.objects.get().reason == WHY
    assert looking_staff().get(log).status_code == 403


def test_a_member_sees_in_their_data_when_it_was_and_no_more(boss, account):
    look_at_address(by=boss, member=account.member, reason=WHY)
    data = data_rights.export(account.member)["members"]
    assert data["account"]["times an administrator looked at the address"] == [AddressLook.objects.get().at]
    assert WHY not in json.dumps(data, default=str)
    (line,) = (line for line in data_rights.held(account.member) if "looked" in str(line.what))
    assert line.number == 1
    assert data_rights.export(boss.member)["members"]["account"]["times an administrator looked at the address"] == []


def test_after_an_erasure_only_that_and_when_it_was_is_left(boss, account, tmp_path, settings):
    settings.ERASURE_LEDGER = tmp_path / "ledger.jsonl"
    look_at_address(by=boss, member=account.member, reason=WHY)
    leaving.erase(member=account.member)
    look = AddressLook.objects.get()
    assert (look.by, look.about, look.reason) == (boss, "", "")
    User.objects.filter(pk=boss.pk).delete()
    look.refresh_from_db()
    assert look.by is None


def test_a_look_is_forgotten_after_three_years(boss, account):
    for days in (3 * 365 - 1, 3 * 365 + 1):
        look_at_address(by=boss, member=account.member, reason=f"{days} days ago")
        AddressLook.objects.filter(reason__startswith=str(days)).update(at=timezone.now() - timedelta(days=days))
    assert "looks at addresses: 1 deleted" in cleanup.forget_account_records()
    assert AddressLook.objects.get().reason.startswith(str(3 * 365 - 1))
