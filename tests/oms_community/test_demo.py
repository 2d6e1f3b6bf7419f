"""The demonstration: generated, marked, and never in production."""

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError

from members.models import Member, User
from oms_community.demo import PASSWORD, load_demo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def debug(settings):
    settings.DEBUG = True


def test_it_makes_editors_and_an_administrator_once(capsys):
    call_command("load_demo")
    call_command("load_demo")
    assert capsys.readouterr().out == "Demonstration: 3 accounts made.\nDemonstration: nothing to do.\n"
    assert User.objects.filter(is_demo=True, is_staff=True).count() == Member.objects.count() == 3
    assert User.objects.get(email="editor@demo.example").has_perm("conditions.decide_revision")


def test_it_refuses_when_debug_is_off(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="only loaded with DEBUG on"):
        call_command("load_demo")
    assert not User.objects.exists()


def test_its_accounts_sign_in_only_while_debug_is_on(settings, client):
    load_demo()
    settings.DEBUG = True
    assert authenticate(username="editor@demo.example", password=PASSWORD)
    client.login(username="editor@demo.example", password=PASSWORD)
    settings.DEBUG = False
    assert authenticate(username="editor@demo.example", password=PASSWORD) is None
    assert client.get("/admin/").status_code == 302


def test_the_deploy_check_fails_while_they_exist():
    call_command("check", "--deploy", "--tag", "security", "--fail-level", "ERROR")
    load_demo()
    with pytest.raises(SystemCheckError, match="members.E001"):
        call_command("check", "--deploy", "--tag", "security", "--fail-level", "ERROR")
