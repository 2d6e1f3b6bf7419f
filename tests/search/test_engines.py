"""The structure beside the tables: made, complete, and taken away again."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from search import engines
from search.engines import postgresql

POSTGRESQL = pytest.mark.skipif("connection.vendor != 'postgresql'")


def test_a_database_without_an_engine_is_named(monkeypatch):
    monkeypatch.setattr(engines, "_BY_VENDOR", {})
    with pytest.raises(ImproperlyConfigured, match=connection.vendor):
        engines.engine()


@pytest.mark.django_db(transaction=True)
def test_the_structure_can_be_taken_away_and_made_again(leaves, titles):
    call_command("migrate", "search", "zero", verbosity=0)
    call_command("migrate", verbosity=0)  # all of it: what is built on the search went with it
    leaves.put("Sleep")
    assert titles("sleep") == ["Sleep"]


@POSTGRESQL
@pytest.mark.django_db
def test_every_language_has_its_configuration():
    with connection.cursor() as cursor:
        cursor.execute("SELECT cfgname FROM pg_ts_config WHERE cfgname LIKE 'search\\_%%'", [])
        made = {name for (name,) in cursor.fetchall()}
    assert made == {f"search_{code}" for code in [*postgresql.STEMMED, "simple"]}


@POSTGRESQL
@pytest.mark.parametrize(
    ("language", "text", "typed"),
    [
        ("de", "Die Anfälle kamen nachts.", "anfall"),
        ("es", "Los temblores empezaron.", "temblor"),
        ("fr", "Des crises épileptiques.", "epileptique"),
    ],
)
def test_a_text_is_stemmed_in_its_own_language(leaves, titles, language, text, typed):
    leaves.put("Title", text=text, language=language)
    assert titles(typed, languages=("en", language)) == ["Title"]
