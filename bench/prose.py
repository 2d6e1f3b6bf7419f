"""Time of rendering hostile and plain texts at the length limit of 20,000 characters. Goal: at most 0.2 s each."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from prose.markdown import render

LIMIT = 20_000
TEXTS = {
    "plain paragraphs": "A line of plain words that a member might write, and another one. " * 400,
    "quotes": "> " * 10_000,
    "quotes and bullets": "> - " * 5_000,
    "tabs and bullets": "\n".join("\t" * depth + "- x" for depth in range(200)),
    "brackets": "[" * LIMIT,
    "emphasis": "*a " * 7_000,
    "backticks": "`" * LIMIT,
    "less-than": "<" * LIMIT,
    "links": "[a](https://b.example/c) " * 800,
    "table, 5 columns": "|" + "a|" * 5 + "\n|" + "-|" * 5 + "\n" + "b\n" * 9_990,
    "table, 12 columns": "|" + "a|" * 11 + "\n|" + "-|" * 11 + "\n" + "b\n" * 9_980,
    "table, 1000 columns": "|" + "a|" * 1000 + "\n|" + "-|" * 1000 + "\n" + "b\n" * 8_000,
}

if __name__ == "__main__":
    print(f"{'text':24}     ms     bytes")
    for name, text in TEXTS.items():
        started = time.perf_counter()
        safe = render(text[:LIMIT])
        print(f"{name:24} {(time.perf_counter() - started) * 1000:6.1f} {len(safe):9}")
