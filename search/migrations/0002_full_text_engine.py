"""What the database's own full-text engine needs beside the tables."""

from django.db import migrations

# Code of a language, and the name of PostgreSQL's configuration and stemmer for it.
LANGUAGES = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "da": "danish", "nl": "dutch", "en": "english", "fi": "finnish",
    "fr": "french", "de": "german", "el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

SQLITE = [
    """CREATE VIRTUAL TABLE search_fts
       USING fts5(title, words, text, tokenize = "porter unicode61 remove_diacritics 2", prefix = '2 3')""",
]
SQLITE_BACK = ["DROP TABLE search_fts"]

POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS unaccent",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    *(
        statement
        for code, name, stemmer in [*((code, name, f"{name}_stem") for code, name in LANGUAGES.items()), ("simple", "simple", "simple")]
        for statement in (
            f"CREATE TEXT SEARCH CONFIGURATION search_{code} (COPY = pg_catalog.{name})",
            # unaccent hands on what it made: "épilepsie" and "epilepsie" reach the stemmer alike.
            f"ALTER TEXT SEARCH CONFIGURATION search_{code} ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {stemmer}",
        )
    ),
    "ALTER TABLE search_entry ADD COLUMN vector tsvector",
    "CREATE INDEX search_entry_vector ON search_entry USING gin (vector)",
    "CREATE INDEX search_word_trigrams ON search_word USING gist (word gist_trgm_ops)",
]
# The extensions stay: others may use them by then.
POSTGRESQL_BACK = [
    "DROP INDEX search_word_trigrams",
    "ALTER TABLE search_entry DROP COLUMN vector",
    *(f"DROP TEXT SEARCH CONFIGURATION search_{code}" for code in [*LANGUAGES, "simple"]),
]


def build(apps, schema_editor):
    """Make the structure of this database's engine."""
    _run(schema_editor, {"sqlite": SQLITE, "postgresql": POSTGRESQL})


def drop(apps, schema_editor):
    """Take it away again; the entries stay."""
    _run(schema_editor, {"sqlite": SQLITE_BACK, "postgresql": POSTGRESQL_BACK})


def _run(schema_editor, statements):
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """FTS5 on SQLite; on PostgreSQL a vector, a configuration for each language, and trigrams."""

    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(build, drop)]
