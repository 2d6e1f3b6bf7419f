"""Settings from the environment: a missing or odd value stops the start and says which."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from oms_community.env import database, env, env_bool, env_int, env_list, load_dotenv

ROOT = Path(__file__).parent.parent.parent


def start(*command, **environment):
    """Run manage.py with exactly these settings."""
    clean = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
    return subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env={**clean, **environment}, capture_output=True, text=True)


GOOD = {
    "SECRET_KEY": "a-secret-of-this-test-only-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "site.example",
    "SITE_URL": "https://site.example",
    "DATABASE_URL": "sqlite:///var/check.sqlite3",
    "CACHE_URL": "redis://127.0.0.1:6379/0",
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SECRET_KEY": ""}, "Set SECRET_KEY in the environment"),
        ({"ALLOWED_HOSTS": ""}, "Set ALLOWED_HOSTS in the environment"),
        ({"SITE_URL": ""}, "Set SITE_URL in the environment"),
        ({"SITE_URL": "site.example"}, "SITE_URL is 'site.example'"),
        ({"DEBUG": "perhaps"}, "DEBUG is 'perhaps'"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL starts with 'mysql'"),
        ({"TASK_LATE_SECONDS": "soon"}, "TASK_LATE_SECONDS is 'soon'"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL is 'LOUD'"),
    ],
)
def test_the_start_stops_and_says_which_setting_is_odd(change, words):
    result = start("check", **{**GOOD, **change})
    assert result.returncode == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def deploy_check(tmp_path, **change):
    """Run the check that a deployment runs, with a database of its own."""
    return start("check", "--deploy", "--fail-level", "WARNING", **{**GOOD, "DATABASE_URL": f"sqlite:///{tmp_path}/deploy.sqlite3", **change})


@pytest.mark.parametrize("change", [{}, {"BEHIND_PROXY": "1", "TRUSTED_PROXIES": "1"}])
def test_the_deploy_check_has_nothing_to_say(tmp_path, change):
    result = deploy_check(tmp_path, **change)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(("change", "said"), [({"CACHE_URL": ""}, "members.W001"), ({"BEHIND_PROXY": "1"}, "members.W002")])
def test_the_deploy_check_says_where_limits_would_count_wrongly(tmp_path, change, said):
    result = deploy_check(tmp_path, **change)
    assert result.returncode == 1
    assert said in result.stderr


def test_in_production_cookies_are_of_this_host_alone_and_sent_over_tls_only(tmp_path):
    wanted = """
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY,
      s.SESSION_COOKIE_DOMAIN, s.SESSION_COOKIE_PATH, s.SESSION_COOKIE_SAMESITE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0)
"""
    result = start("shell", "--no-imports", "-c", wanted, **GOOD)
    assert result.stdout.split() == ["__Host-session", "__Host-csrf", "True", "True", "True", "None", "/", "Lax", "True", "True"], result.stderr


def test_every_setting_of_the_example_is_read_somewhere():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    settings = (ROOT / "oms_community" / "settings.py").read_text(encoding="utf-8")
    for line in example.splitlines():
        if line and not line.startswith("#"):
            assert f'"{line.split("=")[0]}"' in settings, line


def test_every_setting_read_stands_in_the_example():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name in re.findall(r'env(?:_\w+)?\("([A-Z_]+)"', (ROOT / "oms_community" / "settings.py").read_text(encoding="utf-8")):
        assert f"{name}=" in example, name


def test_a_value_is_one_of_the_choices(monkeypatch):
    monkeypatch.setenv("COLOUR", "blue")
    assert env("COLOUR", choices=("red", "blue")) == "blue"
    with pytest.raises(ImproperlyConfigured, match="one of: red"):
        env("COLOUR", choices=("red",))


@pytest.mark.parametrize(("value", "result"), [("1", True), ("yes", True), ("0", False), ("", False), ("OFF", False)])
def test_yes_and_no(monkeypatch, value, result):
    monkeypatch.setenv("FLAG", value)
    assert env_bool("FLAG", True) is result


@pytest.mark.parametrize("value", ["-1", "1.5", "٣", "99999999999"])
def test_an_odd_number_is_refused(monkeypatch, value):
    monkeypatch.setenv("NUMBER", value)
    with pytest.raises(ImproperlyConfigured):
        env_int("NUMBER", 5)


def test_a_list_drops_blanks(monkeypatch):
    monkeypatch.setenv("HOSTS", " a, ,b ")
    assert env_list("HOSTS") == ["a", "b"]


def test_a_socket_folder_is_a_host(tmp_path):
    found = database("postgresql:///site?host=/run/pg&user=postgres", tmp_path)
    assert (found["NAME"], found["HOST"], found["USER"], found["PORT"]) == ("site", "/run/pg", "postgres", "")


def test_a_password_may_hold_signs(tmp_path):
    found = database("postgresql://one:p%40ss%2Fword@db.example:6543/site?sslmode=require", tmp_path)
    assert (found["PASSWORD"], found["PORT"], found["OPTIONS"]) == ("p@ss/word", "6543", {"sslmode": "require"})


@pytest.mark.parametrize("url", ["sqlite:///", "postgresql://host", "postgresql://host:port/x", "nonsense"])
def test_an_odd_database_is_refused(url, tmp_path):
    with pytest.raises(ImproperlyConfigured):
        database(url, tmp_path)


def test_a_relative_sqlite_path_starts_from_the_project(tmp_path):
    assert database("sqlite:///var/x.sqlite3", tmp_path)["NAME"] == tmp_path / "var/x.sqlite3"
    assert database("sqlite:////somewhere/x.sqlite3", tmp_path)["NAME"] == Path("/somewhere/x.sqlite3")


def test_dotenv_gives_way_to_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("ONE", "kept")
    monkeypatch.delenv("TWO", raising=False)
    (tmp_path / ".env").write_text("# a comment\nONE=lost\nTWO='taken'\n", encoding="utf-8")
    load_dotenv(tmp_path / ".env")
    assert (os.environ["ONE"], os.environ.pop("TWO")) == ("kept", "taken")


def test_a_broken_dotenv_names_its_line(tmp_path):
    (tmp_path / ".env").write_text("ONE=1\nTWO\n", encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match=r"\.env, line 2"):
        load_dotenv(tmp_path / ".env")
