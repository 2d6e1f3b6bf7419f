"""PostgreSQL's text search: a column `vector` on the entries, a configuration for each language, trigrams for the vocabulary."""

# ruff: noqa: S608 - what is put into the SQL here are our own constants and places for values, never a reader's word.

from collections.abc import Collection

from django.db import connection

from search.engines.query import START, STOP, Hit, Query, Shown
from search.words import base, parts

# Languages with a stemmer; a migration made `search_<code>` for each, and `search_simple` for the rest.
_CODES = "ar hy eu ca da nl en fi fr de el hi hu id ga it lt ne no pt ro ru sr es sv ta tr yi"
STEMMED = tuple(_CODES.split())
_SIMPLE = "search_simple"
_CONFIGURATION_OF_ROW = (
    "(CASE split_part(lower(language), '-', 1) "
    + " ".join(f"WHEN '{code}' THEN 'search_{code}'::regconfig" for code in STEMMED)
    + f" ELSE '{_SIMPLE}'::regconfig END)"
)
_WEIGHTS = "{0.1, 0.2, 0.6, 1.0}"  # D is not used; text, words, title
_HEADLINE = f'StartSel="{START}", StopSel="{STOP}", MaxWords=34, MinWords=20, ShortWord=0'
_MARKS = "./:@_&=+-<>#~"
_ENDS = 24  # characters compared to see whether a snippet begins or ends inside the text


def store(entry_ids: Collection[int]) -> None:
    """Take up these entries."""
    _run(
        "UPDATE search_entry SET vector ="
        f" setweight(to_tsvector({_CONFIGURATION_OF_ROW}, {_plain('title')}), 'A')"
        f" || setweight(to_tsvector({_CONFIGURATION_OF_ROW}, {_plain('words')}), 'B')"
        f" || setweight(to_tsvector({_CONFIGURATION_OF_ROW}, {_plain('text')}), 'C')"
        " WHERE id = ANY(%s)",
        [list(entry_ids)],
    )


def forget(entry_ids: Collection[int]) -> None:
    """Do nothing: the vector goes with its row."""


def clear() -> None:
    """Do nothing: the vectors go with their rows."""


def lock() -> None:
    """Keep other writers of the index out until the transaction ends; readers go on."""
    _run("LOCK TABLE search_entry IN SHARE ROW EXCLUSIVE MODE")


def tidy() -> None:
    """Let the planner know how common words are."""
    _run("ANALYZE search_entry")
    _run("ANALYZE search_word")


def match(query: Query, limit: int) -> list[Hit]:
    """Return what matches, best first, among the newest `limit`."""
    wanted, wanted_values = _tsquery(query, every=query.every)
    ranked, ranked_values = _tsquery(query, every=False)  # ranked word by word, else nearness in a long text would beat a title
    condition, values = "", []
    for column in ("audience", "language", "kind"):
        allowed = getattr(query, f"{column}s")
        if allowed is not None:
            condition += f" AND {column} = ANY(%s)"
            values.append(list(allowed))
    rows = _run(
        "SELECT id, kind, object_id, language FROM ("
        f" SELECT id, kind, object_id, language, vector FROM search_entry WHERE vector @@ ({wanted}){condition} ORDER BY id DESC LIMIT %s"
        f") AS newest ORDER BY ts_rank('{_WEIGHTS}', vector, ({ranked}), 1) DESC, id DESC",
        [*wanted_values, *values, limit, *ranked_values],
    )
    return [Hit(*row) for row in rows]


def show(query: Query, entry_ids: Collection[int]) -> dict[int, Shown]:
    """Return how these entries are shown, by id."""
    wanted, values = _tsquery(query, every=False)
    rows = _run(
        f"SELECT id, title, address, language, ts_headline({_CONFIGURATION_OF_ROW}, text, ({wanted}), %s),"
        f" left(text, {_ENDS}), right(text, {_ENDS})"
        " FROM search_entry WHERE id = ANY(%s)",
        [*values, _HEADLINE, list(entry_ids)],
    )
    return {pk: Shown(title, address, language, _with_ellipses(snippet, head, tail)) for pk, title, address, language, snippet, head, tail in rows}


def nearest(words: Collection[str], audiences: Collection[str]) -> dict[str, dict[str, int]]:
    """Return, for each word, the 40 that share most trigrams with it, each with its witness."""
    queries, values = [], []
    for number, word in enumerate(words):
        queries.append(f"(SELECT {number}, word, entry_id FROM search_word WHERE audience = ANY(%s) ORDER BY word <-> %s LIMIT 40)")
        values += [list(audiences), word]
    found: dict[str, dict[str, int]] = {word: {} for word in words}
    listed = list(words)
    for number, near, witness in _run(" UNION ALL ".join(queries), values):
        found[listed[number]][near] = witness
    return found


def _tsquery(query: Query, *, every: bool) -> tuple[str, list[str]]:
    """Return the query as SQL and its values, in the configuration of each language: a text is found in the one it is written in.

    Words reach PostgreSQL as plain text only, never in the language of its operators.
    """
    codes = STEMMED if query.languages is None else [base(language) for language in query.languages]
    configurations = dict.fromkeys([*(f"search_{code}" for code in codes if code in STEMMED), _SIMPLE])
    sql, values = [], []
    for configuration in configurations:
        pieces = []
        for word in query.words:
            piece, more = _word(word, configuration, goes_on=query.goes_on(word))
            pieces.append(piece)
            values += more
        sql.append("(" + (" && " if every else " || ").join(pieces) + ")")
    return " || ".join(sql), values


def _word(word: str, configuration: str, *, goes_on: bool) -> tuple[str, list[str]]:
    """Return one word as SQL and its values."""
    if goes_on:  # letters and digits only
        return f"(plainto_tsquery('{configuration}', %s) || to_tsquery('{configuration}', %s))", [word, f"{word}:*"]
    inner = parts(word)
    if inner == [word]:
        return f"plainto_tsquery('{configuration}', %s)", [word]
    # The parts in a row are what vectors hold; the word as it stands is what ts_headline finds in the text.
    return f"(phraseto_tsquery('{configuration}', %s) || phraseto_tsquery('{configuration}', %s))", [" ".join(inner), word]


def _plain(column: str) -> str:
    """Return a column as SQL, without the marks in which PostgreSQL's parser sees more: "end.Begin" is a host to it, "a/b" a path."""
    return f"translate({column}, '{_MARKS}', '{' ' * len(_MARKS)}')"


def _with_ellipses(snippet: str, head: str, tail: str) -> str:
    """Return the snippet with "…" where the text goes on before or after it."""
    plain = snippet.replace(START, "").replace(STOP, "")
    before = "" if plain.startswith(head[: len(plain)]) else "…"
    after = "" if plain.endswith(tail[-len(plain) :]) else "…"
    return f"{before}{snippet}{after}"


def _run(sql: str, values: Collection = ()) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.fetchall() if cursor.description else []
