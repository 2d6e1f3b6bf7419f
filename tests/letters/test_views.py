"""The page of notices: what may be seen now, newest first; e-mails on and off; the way out of a mail."""

import re
from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from letters import actions, notice_mail
from letters.kinds import Kind
from letters.models import Notice, OutgoingMail
from members import consents
from members.actions import people
from members.models.consent import Consent, Purpose
from members.models.member import Member
from tests.html import Document
from tests.letters.conftest import DAY, HOUR, new_member
from tests.rooms.world import sign_in

pytestmark = pytest.mark.django_db
LIST, READ, SETTINGS = "/notices/", "/notices/read/", "/notices/settings/"


@pytest.fixture
def member():
    return new_member()


@pytest.fixture
def browser(member):
    client = Client()
    sign_in(client, member.user)
    return client


def tell(member, target=None, at=None, actor=None):
    notice = actions.notify(member=member, kind=Kind.CONSENT, target=target or new_member(), actor=actor)
    if at:
        Notice.objects.filter(pk=notice.pk).update(created_at=at)
        notice.refresh_from_db()
    return notice


def shown(response):
    """Return the numbers of the notices on a page, from the top."""
    return [int(number) for number in re.findall(r'href="/notices/(\d+)/"', response.content.decode())]


# Who


@pytest.mark.parametrize("address", [LIST, SETTINGS, "/notices/1/"])
def test_visitors_are_sent_to_sign_in(client, address):
    assert client.get(address).url.startswith(reverse("account_login"))


def test_nobody_sees_or_changes_the_notices_of_others(browser, member):
    other = tell(new_member())
    assert shown(browser.get(LIST)) == []
    assert browser.get(f"/notices/{other.pk}/").status_code == 404
    browser.post(READ, {"notice": other.pk})
    browser.post(READ)
    other.refresh_from_db()
    assert other.is_unread


@pytest.mark.parametrize("pk", [4711, 10**30])
def test_a_notice_that_is_not_there_is_a_404(browser, pk):
    assert browser.get(f"/notices/{pk}/").status_code == 404


def test_reading_marks_by_post_only(browser):
    assert browser.get(READ).status_code == 405


# What


def test_newest_first_by_day_with_new_in_words(browser, member):
    now = timezone.localtime().replace(hour=12)
    old, today = tell(member, at=now - timedelta(days=40)), tell(member, at=now)
    yesterday = tell(member, at=now - DAY)
    actions.mark_read(member=member, notice=yesterday.pk)
    response = browser.get(LIST)
    assert shown(response) == [today.pk, yesterday.pk, old.pk]
    page = Document(response.content)
    headings = ["".join(heading.itertext()).strip() for heading in page.all("h2")]
    assert headings[:2] == ["Today", "Yesterday"]
    assert str((now - timedelta(days=40)).year) in headings[2]
    rows = [row for row in page.all("li") if row.find("h3") is not None]
    assert ["New" in "".join(row.itertext()).split() for row in rows] == [True, False, True]


def test_an_empty_page_says_what_will_come(browser):
    page = browser.get(LIST).content.decode()
    assert "Nothing for you at the moment" in page
    assert "Mark all as read" not in page


def test_what_may_not_be_seen_any_more_is_not_shown_and_goes(browser, member):
    target, gone = new_member(), new_member()
    hidden, kept = tell(member, target), tell(member)
    deleted = tell(member, gone)
    gone.user.delete()
    people.block(member=target, other=member)
    assert shown(browser.get(LIST)) == [kept.pk]
    assert not Notice.objects.filter(pk__in=[hidden.pk, deleted.pk]).exists()


def test_what_somebody_did_who_is_now_blocked_or_muted_is_not_shown(browser, member):
    blocked, blocker, muted, friend = (new_member() for _number in range(4))
    notices = [tell(member, actor=actor) for actor in (blocked, blocker, muted, friend)]
    people.block(member=member, other=blocked)
    people.block(member=blocker, other=member)
    people.mute(member=member, other=muted)
    assert shown(browser.get(LIST)) == [notices[-1].pk]


def test_a_whole_page_of_vanished_things_does_not_hide_what_is_older(browser, member):
    kept = tell(member, at=timezone.now() - DAY)
    target = new_member()
    type_id = ContentType.objects.get_for_model(Member).pk
    Notice.objects.bulk_create(
        Notice(member=member, kind=Kind.CONSENT, content_type_id=type_id, object_id=target.pk + 1000 + number) for number in range(50)
    )
    assert shown(browser.get(LIST)) == [kept.pk]
    assert member.notices.count() == 1


def test_a_notice_of_a_part_that_was_taken_out_is_gone(browser, member):
    nowhere = ContentType.objects.create(app_label="gone", model="thing")
    Notice.objects.create(member=member, kind=Kind.CONSENT, content_type=nowhere, object_id=1)
    assert shown(browser.get(LIST)) == []


def test_a_consent_with_new_words_leads_to_the_consents_until_it_is_answered(browser, member, monkeypatch):
    consents.give(member=member, purpose=Purpose.EMAILS, form="test")
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(2, "New words."))
    actions.tell_of_new_words()
    notice = member.notices.get()
    assert shown(browser.get(LIST)) == [notice.pk]
    assert browser.get(f"/notices/{notice.pk}/").url == reverse("members:consent_list")
    consents.give(member=member, purpose=Purpose.EMAILS, form="test")
    assert shown(browser.get(LIST)) == []


def test_a_consent_of_somebody_else_is_never_shown(browser, member):
    other = new_member(emails=True)
    tell(member, Consent.objects.get(member=other))
    assert shown(browser.get(LIST)) == []


@pytest.mark.parametrize("rows", [1, 15])
def test_the_page_needs_the_same_queries_for_any_length(browser, member, rows, django_assert_num_queries):
    for _row in range(rows):
        tell(member)
    browser.get(LIST)  # content types are asked for once in a process
    with django_assert_num_queries(7):  # session, user; unread, notices, targets, consent, condition
        assert len(shown(browser.get(LIST))) == rows


# Pages


def test_older_ones_follow_without_a_gap_or_a_double(browser, member):
    start = timezone.now() - 2 * DAY
    for number in range(45):
        tell(member, at=start + timedelta(minutes=number // 3))  # three at a time: the number decides among them
    seen, address = [], LIST
    while address:
        response = browser.get(address)
        seen += shown(response)
        older = re.search(r'rel="next" href="([^"]+)"', response.content.decode())
        address = older and older[1]
    assert seen == list(member.notices.values_list("pk", flat=True))
    assert len(seen) == 45


@pytest.mark.parametrize("before", ["x", "-1-1", "9" * 40, "1-", "9999999999999999-999999999999999999", "1-1"])
def test_a_made_up_page_is_a_sensible_one(browser, member, before):
    tell(member)
    assert browser.get(LIST, {"before": before}).status_code == 200


def test_below_the_last_row_the_page_says_so(browser):
    page = browser.get(LIST, {"before": "1-1"}).content.decode()
    assert "There is nothing older" in page
    assert f'href="{LIST}"' in page


# Reading


def test_opening_marks_as_read_and_leads_there(browser, member):
    target = new_member()
    notice = tell(member, target)
    assert browser.get(f"/notices/{notice.pk}/").url == target.get_absolute_url()
    notice.refresh_from_db()
    assert not notice.is_unread


def test_asking_for_the_head_alone_marks_nothing(browser, member):
    notice = tell(member)
    browser.head(f"/notices/{notice.pk}/")
    notice.refresh_from_db()
    assert notice.is_unread


def test_a_notice_whose_target_vanished_says_so(browser, member):
    target = new_member()
    notice = tell(member, target)
    people.block(member=target, other=member)
    response = browser.get(f"/notices/{notice.pk}/", follow=True)
    assert "not there any more" in response.content.decode()
    assert not member.notices.exists()


def test_one_or_all_are_marked_as_read(browser, member):
    one, two, three = (tell(member) for _number in range(3))
    response = browser.post(READ, {"notice": two.pk}, follow=True)
    assert "1 notice is marked as read" in response.content.decode()
    assert set(Notice.objects.unread(member)) == {one, three}
    response = browser.post(READ, follow=True)
    assert "2 notices are marked as read" in response.content.decode()
    assert "nothing left" in browser.post(READ, follow=True).content.decode()


def test_what_came_after_the_page_was_shown_stays_unread(browser, member):
    seen = tell(member)
    until = re.search(r'name="until" value="(\d+)"', browser.get(LIST).content.decode())[1]
    later = tell(member, at=timezone.now() + HOUR)
    browser.post(READ, {"until": until})
    assert list(Notice.objects.unread(member)) == [later]
    seen.refresh_from_db()
    assert not seen.is_unread


@pytest.mark.parametrize("data", [{"notice": "x"}, {"notice": "9" * 60}, {"until": "-4"}, {"until": ["1", "2"]}, {"member": "1"}])
def test_odd_answers_break_nothing(browser, member, data):
    tell(member)
    assert browser.post(READ, data).status_code == 302


# E-mails


def test_a_yes_needs_its_own_tick(browser, member):
    page = Document(browser.get(SETTINGS).content)
    box = next(one for one in page.all("input") if one.get("name") == "agreed")
    assert box.get("checked") is None
    response = browser.post(SETTINGS, {})
    assert response.status_code == 422
    assert Document(response.content).title.startswith("Error: ")
    assert not consents.holds(member, Purpose.EMAILS)
    assert browser.post(SETTINGS, {"agreed": "on"}).status_code == 302
    assert Consent.objects.get(member=member, withdrawn_at=None).form == "notices"


def test_one_press_ends_them_and_drops_what_waits(browser, member):
    consents.give(member=member, purpose=Purpose.EMAILS, form="test")
    tell(member)
    assert OutgoingMail.objects.waiting().exists()
    response = browser.post(SETTINGS, {"off": "1"}, follow=True)
    assert "E-mails about notices are off" in response.content.decode()
    assert not consents.holds(member, Purpose.EMAILS)
    assert not OutgoingMail.objects.exists()


def test_the_list_has_the_press_too(browser, member):
    assert "Switch e-mails off" not in browser.get(LIST).content.decode()
    consents.give(member=member, purpose=Purpose.EMAILS, form="test")
    assert "Switch e-mails off" in browser.get(LIST).content.decode()


def test_new_words_are_shown_as_a_pause(browser, member, monkeypatch):
    consents.give(member=member, purpose=Purpose.EMAILS, form="test")
    monkeypatch.setitem(consents.TEXTS, Purpose.EMAILS, consents.Words(2, "New words."))
    page = browser.get(SETTINGS).content.decode()
    assert "E-mails are paused" in page
    browser.post(SETTINGS, {"agreed": "on"})
    assert consents.holds(member, Purpose.EMAILS)


# The way out of a mail


def address_of(member):
    return reverse("letters:mail_off", args=[notice_mail.token(notice_mail.standing_consent(member))])


def test_opening_the_link_changes_nothing_and_pressing_it_ends_the_mails():
    member = new_member(emails=True)
    client = Client(enforce_csrf_checks=True)  # mail programs have no cookies
    address = address_of(member)
    page = client.get(address)
    assert "Switch e-mails off?" in page.content.decode()
    assert member.pseudonym not in page.content.decode()
    assert consents.holds(member, Purpose.EMAILS)
    done = client.post(address, {"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert not consents.holds(member, Purpose.EMAILS)
    assert "E-mails are off" in client.get(address).content.decode()


def test_an_old_link_does_not_end_a_later_yes():
    member = new_member(emails=True)
    address = address_of(member)
    consents.withdraw(member=member, purpose=Purpose.EMAILS)
    consents.give(member=member, purpose=Purpose.EMAILS, form="test")
    Client().post(address)
    assert consents.holds(member, Purpose.EMAILS)


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "x" * 500])
def test_a_made_up_link_is_answered_kindly_and_does_nothing(client, token):
    for ask in (client.get, client.post):
        response = ask(f"/notices/off/{token}/")
        assert response.status_code == 404
        assert "does not work any more" in response.content.decode()


def test_a_link_works_for_two_months(client, monkeypatch):
    member = new_member(emails=True)
    address = address_of(member)
    monkeypatch.setattr(notice_mail, "LASTS", 0)
    assert client.post(address).status_code == 404
    assert consents.holds(member, Purpose.EMAILS)


def test_a_signed_reference_of_another_kind_is_no_way_out(client):
    member = new_member()
    consent = consents.give(member=member, purpose=Purpose.HEALTH, form="test")
    assert client.post(f"/notices/off/{notice_mail.token(consent)}/").status_code == 404
    assert consents.holds(member, Purpose.HEALTH)
