"""SQLite's FTS5: the table `search_fts`, its rowid the entry's id."""

# ruff: noqa: S608 - what is put into the SQL here are our own constants and places for values, never a reader's word.

from collections.abc import Collection

from django.db import connection

from search.engines.query import START, STOP, Hit, Query, Shown

# Title, words, text. FTS5 flattens repetition: only weights this far apart keep a title above a text that says the word forty times.
_WEIGHTS = "100.0, 30.0, 1.0"
_SNIPPET_TOKENS = 30
_CHUNK = 500


def store(entry_ids: Collection[int]) -> None:
    """Take up these entries."""
    for ids in _chunks(entry_ids):
        # OR REPLACE: a row without an entry (left by a test's flush, say) must not stand in the way.
        _run(
            "INSERT OR REPLACE INTO search_fts (rowid, title, words, text)"
            f" SELECT id, title, words, text FROM search_entry WHERE id IN ({_places(ids)})",
            ids,
        )


def forget(entry_ids: Collection[int]) -> None:
    """Drop these entries."""
    for ids in _chunks(entry_ids):
        _run(f"DELETE FROM search_fts WHERE rowid IN ({_places(ids)})", ids)


def clear() -> None:
    """Drop everything."""
    _run("DELETE FROM search_fts")


def lock() -> None:
    """Do nothing: a transaction that writes holds the whole database."""


def tidy() -> None:
    """Merge the index into one piece."""
    _run("INSERT INTO search_fts (search_fts) VALUES ('optimize')")


def match(query: Query, limit: int) -> list[Hit]:
    """Return what matches, best first, among the newest `limit`."""
    condition, values = "", []
    for column in ("audience", "language", "kind"):
        wanted = getattr(query, f"{column}s")
        if wanted is not None:
            condition += f" AND entry.{column} IN ({_places(wanted)})"
            values += wanted
    # CROSS JOIN: SQLite keeps this order, and so walks the matches from the newest on instead of every entry.
    rows = _run(
        "SELECT id, kind, object_id, language FROM ("
        f" SELECT entry.id, entry.kind, entry.object_id, entry.language, bm25(search_fts, {_WEIGHTS}) AS score"
        " FROM search_fts CROSS JOIN search_entry AS entry ON entry.id = search_fts.rowid"
        f" WHERE search_fts MATCH %s{condition} ORDER BY search_fts.rowid DESC LIMIT %s"
        ") ORDER BY score, id DESC",
        [expression(query), *values, limit],
    )
    return [Hit(*row) for row in rows]


def show(query: Query, entry_ids: Collection[int]) -> dict[int, Shown]:
    """Return how these entries are shown, by id."""
    # The range and the plus: else FTS5 opens the query anew for every id, which costs a common word 20 ms.
    rows = _run(
        f"SELECT entry.id, entry.title, entry.address, entry.language, snippet(search_fts, 2, %s, %s, '…', {_SNIPPET_TOKENS})"
        " FROM search_fts CROSS JOIN search_entry AS entry ON entry.id = search_fts.rowid"
        f" WHERE search_fts MATCH %s AND search_fts.rowid BETWEEN %s AND %s AND +search_fts.rowid IN ({_places(entry_ids)})",
        [START, STOP, expression(query), min(entry_ids), max(entry_ids), *entry_ids],
    )
    return {row[0]: Shown(*row[1:]) for row in rows}


def nearest(words: Collection[str], audiences: Collection[str]) -> dict[str, dict[str, int]]:
    """Return, for each word, up to 60 of about its length that share most pairs of letters with it, each with its witness."""
    queries, values = [], []
    for number, word in enumerate(words):
        pairs = sorted({word[place : place + 2] for place in range(len(word) - 1)})
        shared = " + ".join("(instr(word, %s) > 0)" for _ in pairs)
        queries.append(
            f"SELECT {number}, word, entry_id FROM (SELECT word, entry_id FROM search_word WHERE audience IN ({_places(audiences)})"
            f" AND length(word) BETWEEN %s AND %s ORDER BY {shared} DESC, abs(length(word) - %s), word LIMIT 60)"
        )
        values += [*audiences, len(word) - 2, len(word) + 2, *pairs, len(word)]
    found: dict[str, dict[str, int]] = {word: {} for word in words}
    listed = list(words)
    for number, near, witness in _run(" UNION ALL ".join(queries), values):
        found[listed[number]][near] = witness
    return found


def expression(query: Query) -> str:
    """Return the query in FTS5's language. Every word is a string in quotes, so that nothing in it is an operator."""
    wanted = []
    for word in query.words:
        quoted = '"' + word.replace('"', '""') + '"'
        wanted.append(f"({quoted} OR {quoted} *)" if query.goes_on(word) else quoted)  # the whole word counts twice: it goes first
    return (" AND " if query.every else " OR ").join(wanted)


def _run(sql: str, values: Collection = ()) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.fetchall() if cursor.description else []


def _places(values: Collection) -> str:
    return ", ".join(["%s"] * len(values))


def _chunks(ids: Collection[int]) -> list[list[int]]:
    """Return the ids in pieces that fit SQLite's number of parameters."""
    listed = list(ids)
    return [listed[start : start + _CHUNK] for start in range(0, len(listed), _CHUNK)]
