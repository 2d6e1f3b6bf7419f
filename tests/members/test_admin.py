"""Accounts in the admin: addresses stay private, and nobody gives themselves a role."""

import re
import threading

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.urls import reverse

from letters.actions import send_notice_mail
from letters.models import OutgoingMail
from members.actions import people
from members.admin import AccountForm
from members.models import Member, User
from members.models.consent import Purpose
from soulmates.models.location import AreaCount
from tests.factories import PASSWORD, EditorFactory, UserFactory, editors_group
from tests.forum import factories as writing
from tests.soulmates.map_people import member_in
from tests.staff import sign_in_staff

pytestmark = pytest.mark.django_db
LIST = "admin:members_user_changelist"


def signed_in(user):
    client = Client()
    sign_in_staff(client, user)
    return client


def administrator(**fields):
    return UserFactory(is_staff=True, is_superuser=True, **fields)


def page_of(user):
    return reverse("admin:members_user_change", args=[user.pk])


def sent(user, **changes):
    """Return what a browser sends from an account's page; a change to None leaves a box unticked."""
    data = {"email": user.email, "groups": [group.pk for group in user.groups.all()]}
    data |= {name: "on" for name in ("is_active", "is_staff", "is_superuser") if getattr(user, name)}
    return {name: value for name, value in {**data, **changes}.items() if value is not None}


# Who


@pytest.mark.parametrize("path", ["admin:members_user_changelist", "admin:members_user_add", "admin:members_member_changelist"])
def test_only_administrators_come_here(path):
    for client in (Client(), signed_in(UserFactory())):
        assert client.get(reverse(path)).url.startswith(reverse("admin:login"))
    assert signed_in(EditorFactory()).get(reverse(path)).status_code == 403
    assert signed_in(administrator()).get(reverse(path)).status_code == 200


def test_staff_with_the_permission_to_change_accounts_still_only_look():
    user, other = EditorFactory(), UserFactory(email="other@private.example")
    codenames = ("view_user", "change_user", "add_user", "delete_user")
    permissions = editors_group().permissions.model.objects.filter(codename__in=codenames, content_type__app_label="members")
    user.user_permissions.add(*permissions)
    client = signed_in(user)
    page = client.get(page_of(other))
    assert page.status_code == 200
    assert "other@private.example" not in page.content.decode()
    for target in (user, other):
        assert client.post(page_of(target), sent(target, is_superuser="on")).status_code == 403
        assert client.post(reverse("admin:auth_user_password_change", args=[target.pk]), {}).status_code == 403
    assert client.get(reverse("admin:members_user_add")).status_code == 403
    assert not User.objects.filter(is_superuser=True).exists()


def test_nobody_deletes_an_account_here():
    other = UserFactory()
    client = signed_in(administrator())
    assert client.post(reverse("admin:members_user_delete", args=[other.pk]), {"post": "yes"}).status_code == 403
    client.post(reverse(LIST), {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"})
    assert User.objects.filter(pk=other.pk).exists()


# Addresses


def test_the_list_shows_numbers_and_pseudonyms_and_no_address():
    other = UserFactory(email="other@private.example")
    page = signed_in(administrator()).get(reverse(LIST)).content.decode()
    assert f"account {other.pk}" in page
    assert other.member.pseudonym in page
    assert "other@private.example" not in page


@pytest.mark.parametrize("rows", [1, 15])
def test_the_list_needs_the_same_queries_for_any_length(rows, django_assert_num_queries):
    for _number in range(rows):
        EditorFactory()
    client = signed_in(administrator())
    with django_assert_num_queries(7):
        client.get(reverse(LIST))


def test_an_address_is_neither_searched_nor_filtered_for():
    UserFactory(email="other@private.example")
    client = signed_in(administrator())
    assert not client.get(reverse(LIST), {"q": "other@private"}).context["cl"].result_list
    for lookup in ("email", "email__startswith", "password__startswith"):
        assert client.get(reverse(LIST), {lookup: "o"}).status_code == 400
    assert client.get(reverse("admin:members_member_changelist"), {"user__email__startswith": "o"}).status_code == 400


def test_members_are_found_by_pseudonym_and_only_shown():
    member = UserFactory().member
    client = signed_in(administrator())
    found = client.get(reverse("admin:members_member_changelist"), {"q": member.pseudonym}).context["cl"].result_list
    assert list(found) == [member]
    path = reverse("admin:members_member_change", args=[member.pk])
    assert client.get(path).status_code == 200
    client.post(path, {"pseudonym": "Changed"})
    assert Member.objects.get(pk=member.pk).pseudonym == member.pseudonym


# Roles


def test_an_administrator_gives_and_takes_roles():
    user = UserFactory()
    client = signed_in(administrator())
    group = editors_group()
    assert client.post(page_of(user), sent(user, is_staff="on", groups=[group.pk])).status_code == 302
    user.refresh_from_db()
    assert user.is_staff
    assert list(user.groups.all()) == [group]
    client.post(page_of(user), sent(user, is_active=None, groups=[]))
    user.refresh_from_db()
    assert not user.is_active
    assert not user.groups.exists()


def test_nobody_changes_their_own_role():
    user = administrator()
    administrator()
    client = signed_in(user)
    assert not client.get(page_of(user)).context["adminform"].form.fields.keys() & {"groups", "is_staff", "is_superuser", "is_active"}
    sending = sent(user, is_active=None, is_staff=None, is_superuser=None, groups=[editors_group().pk])
    assert client.post(page_of(user), sending).status_code == 302
    user.refresh_from_db()
    assert user.is_active
    assert user.is_staff
    assert user.is_superuser
    assert not user.groups.exists()


def test_an_administrator_can_be_put_out_while_another_one_stays():
    other = administrator()
    signed_in(administrator()).post(page_of(other), sent(other, is_superuser=None))
    other.refresh_from_db()
    assert not other.is_superuser


@pytest.mark.parametrize("taken", ["is_active", "is_superuser"])
def test_the_last_active_administrator_stays(taken):
    last = administrator()
    administrator(is_active=False)
    form = AccountForm(sent(last, **{taken: None}), instance=last)
    assert not form.is_valid()
    assert "last active administrator" in form.non_field_errors()[0]


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_put_each_other_out_at_once():
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("SQLite in memory has a single connection.")
    pair = [administrator(), administrator()]
    start = threading.Barrier(2)

    def put_out(by, other):
        client = signed_in(by)
        data = sent(other, is_superuser=None)
        start.wait(timeout=10)
        client.post(page_of(other), data)
        connection.close()

    threads = [threading.Thread(target=put_out, args=two) for two in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1


# New accounts and passwords


def add(client, **changes):
    return client.post(reverse("admin:members_user_add"), {"email": "New@Private.Example", "password1": PASSWORD, "password2": PASSWORD, **changes})


def test_a_new_account_has_its_member_and_no_rights():
    response = add(signed_in(administrator()))
    user = User.objects.get(email="New@private.example")
    assert response.url == page_of(user)
    assert Member.objects.filter(user=user).exists()
    assert user.check_password(PASSWORD)
    assert (user.is_staff, user.is_superuser) == (False, False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"email": "TAKEN@private.example"}, "email"), ({"email": "no address"}, "email"), ({"password2": "other"}, "password2")],
)
def test_a_new_account_that_is_not_right_is_explained(changes, field):
    UserFactory(email="taken@private.example")
    response = add(signed_in(administrator()), **changes)
    assert list(response.context["adminform"].form.errors) == [field]


def test_nobody_sets_the_password_of_an_account_that_is_there():
    user = UserFactory()
    new = "another-long-password"
    path = reverse("admin:auth_user_password_change", args=[user.pk])
    client = signed_in(administrator())
    assert client.get(path).status_code == 403
    assert client.post(path, {"usable_password": "true", "password1": new, "password2": new, "set-password": "1"}).status_code == 403
    assert "password" not in client.get(page_of(user)).context["adminform"].form.fields
    client.post(page_of(user), sent(user, password=new, password1=new, password2=new))
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_rights_are_changed_only_by_whoever_has_shown_just_now_that_it_is_they():
    user, client = UserFactory(), Client()
    sign_in_staff(client, administrator(), hours_ago=1)
    assert client.get(page_of(user)).status_code == 200
    response = client.post(page_of(user), sent(user, is_staff="on"))
    assert response.url.startswith(reverse("account_reauthenticate"))
    user.refresh_from_db()
    assert not user.is_staff
    assert client.post(response.url, {"password": PASSWORD}).status_code == 302
    user.refresh_from_db()
    assert user.is_staff  # what was sent went on, once


# What is written down, and the policy


def test_the_log_holds_numbers_and_no_address():
    client = signed_in(administrator())
    add(client)
    user = User.objects.get(email="New@private.example")
    client.post(page_of(user), sent(user, email="renamed@private.example", is_staff="on"))
    for entry in LogEntry.objects.all():
        assert entry.object_repr == f"account {user.pk}"
        assert "private.example" not in entry.change_message
    history = client.get(reverse("admin:members_user_history", args=[user.pk])).content.decode()
    assert "private.example" not in history.replace(client.get(page_of(user)).wsgi_request.user.email, "")


def test_pages_hold_nothing_inline():
    user = administrator()
    client = signed_in(user)
    for path in (reverse(LIST), reverse("admin:members_user_add"), page_of(user), page_of(UserFactory()), reverse("admin:members_member_changelist")):
        assert not re.search(r"\sstyle=|\son[a-z]+=[\"']|<style", client.get(path).content.decode()), path


def test_signing_in_takes_the_address_in_any_case():
    user = administrator(email="boss@example.org")
    client = Client()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    client.post(reverse("account_login"), {"login": "BOSS@example.org", "password": PASSWORD})
    assert client.get(reverse("admin:index")).wsgi_request.user == user


def badge_of(member):
    return reverse("admin:members_member_change", args=[member.pk])


def test_an_administrator_gives_and_takes_the_badge_and_nothing_else():
    client = signed_in(administrator())
    member = UserFactory().member
    name = member.pseudonym
    client.post(badge_of(member), {"verified_as": "Physiotherapist", "pseudonym": "Doctor No", "is_admin": "on", "role": "professional"})
    member.refresh_from_db()
    assert (member.verified_as, member.pseudonym, member.is_admin, member.role) == ("Physiotherapist", name, False, "")
    client.post(badge_of(member), {"verified_as": ""})
    member.refresh_from_db()
    assert member.verified_as == ""


def test_nobody_gives_themselves_the_badge():
    user = administrator()
    signed_in(user).post(badge_of(user.member), {"verified_as": "Physiotherapist"})
    assert Member.objects.get(pk=user.member.pk).verified_as == ""


def test_an_editor_gives_no_badge():
    member = UserFactory().member
    assert signed_in(EditorFactory()).post(badge_of(member), {"verified_as": "Physiotherapist"}).status_code == 403
    assert Member.objects.get(pk=member.pk).verified_as == ""


@pytest.fixture
def kept_pages(settings):
    """Keep visitors' pages, as production does."""
    settings.KEEP_VISITOR_PAGES = True
    caches["visitor_pages"].clear()
    yield
    caches["visitor_pages"].clear()


def test_whoever_is_switched_off_is_gone_from_map_pages_and_queue_at_once_and_comes_back(kept_pages):
    condition = writing.condition()
    member = member_in(condition, "FR", Purpose.EMAILS, kept_posts=10)
    people.rename(member=member, to="Quiet Otter")
    asked = writing.question(by=member, title="Who else sleeps badly?")
    named = writing.answer(asked, body=f"You are right, @{member.pseudonym}.")
    assert send_notice_mail(member=member, subject="News", text="News.")
    client = signed_in(administrator())
    addresses = ("/questions/", asked.get_absolute_url())

    def shown():
        named.refresh_from_db()
        return (
            sum(AreaCount.objects.filter(area="FR").values_list("n", flat=True)),
            *(member.pseudonym in Client().get(address).content.decode() for address in addresses),
            member.public_id in named.body_html,
        )

    assert shown() == (1, True, True, True)
    user = member.user
    client.post(page_of(user), sent(user, is_active=None))
    assert shown() == (0, False, False, False)
    assert not OutgoingMail.objects.waiting().notices_of(member.pk).exists()
    user.refresh_from_db()
    client.post(page_of(user), sent(user, is_active="on"))
    assert shown() == (1, True, True, True)


def test_what_leaves_an_account_on_tells_no_part(monkeypatch):
    told = []
    monkeypatch.setattr("members.data_rights.standing_changed", told.append)
    user = UserFactory()
    signed_in(administrator()).post(page_of(user), sent(user, is_staff="on"))
    assert not told
