"""Measure the search on made entries, on the database of DATABASE_URL: python bench/search_small.py [NUMBER]

Makes a database of its own and drops it again. Prints milliseconds (median of 15): what a page of results asks, indexing one entry.
"""

import os
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms_community.settings")

import django

django.setup()

from django.db import connection  # noqa: E402

from search import actions, sources  # noqa: E402
from search.queries import search  # noqa: E402
from search.sources import Document, SearchSource  # noqa: E402

COMMON, RARE, TYPED_WRONG = "sleep", "zebrafinch", "zebrafinhc"
REPEATS = 15


class Post:
    """A made post: a title and some eighty words, the common one in half of all."""

    def __init__(self, pk, words, dice):
        """Write it."""
        self.pk = pk
        self.title = " ".join(dice.choices(words, k=6))
        self.text = " ".join(dice.choices(words, k=80)) + (f" {COMMON}" if pk % 2 else "") + (f" {RARE}" if pk % 10_000 == 1 else "")


def made_posts(number):
    """Give posts in words whose frequencies fall as in real language."""
    dice = random.Random(7)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    words = ["".join(dice.choices(syllables, k=dice.randint(2, 5))) for _ in range(30_000)]
    words = [words[min(int(dice.paretovariate(0.9)), 29_999)] for _ in range(200_000)]
    return (Post(pk, words, dice) for pk in range(1, number + 1))


def documents(posts):
    """Return what the index takes."""
    return [Document("post", post.pk, "en", post.title, post.text, f"/posts/{post.pk}/") for post in posts]


def milliseconds(call):
    """Return the median of repeated calls."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def main(number):
    """Fill an index, ask it, print what it took."""
    sources._sources.clear()
    sources.register(SearchSource("post", "Posts", "Post", Post, documents, lambda: made_posts(number), id_of=lambda post: post.pk))
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        started = time.perf_counter()
        actions.rebuild()
        print(f"{connection.vendor}, {number} entries, made in {time.perf_counter() - started:.1f} s")
        for label, text in (
            ("word in half of all", COMMON),
            ("rare word", RARE),
            ("two words", f"{COMMON} {RARE}"),
            ("mistyped", TYPED_WRONG),
        ):
            found = search(text, user=None, languages=("en",))
            took = milliseconds(lambda text=text: search(text, user=None, languages=("en",)))
            print(f"{label:>22}: {took:7.1f} ms  ({found.total} found{', suggests ' + found.suggestion if found.suggestion else ''})")
        extra = list(made_posts(40))
        for post in extra:
            post.pk += number
        print(f"{'index one entry':>22}: {milliseconds(lambda: actions.index('post', [extra.pop()])):7.1f} ms")
        gone = iter(range(number, 0, -7))
        print(f"{'remove one entry':>22}: {milliseconds(lambda: actions.remove('post', [next(gone)])):7.1f} ms")
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
