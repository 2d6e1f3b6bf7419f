"""The database's own full-text engine, behind one interface.

Each engine is a module with these functions, in the connection of the caller's transaction:

- `store(entry_ids)`: take up rows of Entry that were just saved. `forget(entry_ids)`: drop them, before the rows go. `clear()`: drop all.
- `lock()`: keep other writers of the index out until the transaction ends. `tidy()`: after much was written, make reading fast.
- `match(query, limit)`: a list of Hit, best first, among the newest `limit` matches. One SQL query.
- `show(query, entry_ids)`: Shown by entry id, matches of any word marked. One SQL query.
- `nearest(words, audiences)`: for each word, some words of the vocabulary that look like it, with an entry that has them. One SQL query.
"""

from types import ModuleType

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from search.engines import postgresql, sqlite

_BY_VENDOR = {"sqlite": sqlite, "postgresql": postgresql}


def engine() -> ModuleType:
    """Return the engine of the database in use. Raises ImproperlyConfigured for one that has none."""
    try:
        return _BY_VENDOR[connection.vendor]
    except KeyError:
        raise ImproperlyConfigured(f"The search works on SQLite and PostgreSQL, not on {connection.vendor}.") from None
