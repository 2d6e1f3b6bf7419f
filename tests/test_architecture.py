"""The floors hold: imports point down only, nothing hides inside a function, the locks name no host."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = {
    "search": 0,
    "prose": 0,
    "conditions": 1,
    "members": 2,
    "letters": 3,
    "moderation": 4,
    "forum": 5,
    "stories": 5,
    "soulmates": 5,
    "oms_community": 6,
}
# A module that another package names in its settings must exist on the top floor; nothing else may be imported from there.
FILES = [path for app in FLOORS if (ROOT / app).is_dir() for path in sorted((ROOT / app).rglob("*.py"))]


def _imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            yield node, node.module or ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_point_down(path):
    app = path.relative_to(ROOT).parts[0]
    up = []
    for node, module in _imports(ast.parse(path.read_text(encoding="utf-8"))):
        other = module.split(".")[0]
        if other in FLOORS and other != app and FLOORS[other] >= FLOORS[app]:
            up.append(f"line {node.lineno}: {module}")
    assert not up, f"{path.name} imports from its own floor or above: {up}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_import_of_ours_hides_inside_a_function(path):
    hidden = []
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name != "ready":
            hidden += [module for _node, module in _imports(function) if module.split(".")[0] in FLOORS]
    assert not hidden


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_locked_row_may_still_be_pointed_at(path):
    """PostgreSQL checks foreign keys at commit, behind every other lock: a row locked whole would make writers beside us wait for each other."""
    whole = [
        call.lineno
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "select_for_update"
        if "no_key" not in [word.arg for word in call.keywords]
    ]
    assert not whole


def test_every_app_has_a_floor():
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert apps <= set(FLOORS)


def test_prose_and_search_know_no_model_of_ours():
    for path in (ROOT / "prose").rglob("*.py"):
        assert "django.db" not in path.read_text(encoding="utf-8"), path.name


def test_the_code_names_no_condition():
    words = re.compile(r"\bOMS\b|opsoclonus|\boms/", re.IGNORECASE)
    allowed = {"oms_community/settings.py"}  # the site's default name
    found = []
    for path in [*FILES, *(ROOT / "templates").rglob("*.html"), *(ROOT / "static").rglob("*.css"), *(ROOT / "static").rglob("*.js")]:
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8").replace("content/oms", "")
        found += [f"{name}: {match.group()}" for match in words.finditer(text) if name not in allowed]
    assert not found


@pytest.mark.parametrize("name", ["run", "test"])
def test_locks_have_hashes_and_no_addresses(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    packages = re.findall(r"^[a-zA-Z][^\s=]*==", text, flags=re.MULTILINE)
    assert len(packages) > 10
    for block in re.split(r"^(?=[a-zA-Z])", text, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_templates_hold_no_inline_script_style_or_handler():
    odd = re.compile(r"\sstyle=|\son[a-z]+=[\"']|<style|<script(?![^>]*\bsrc=)[^>]*>")
    found = []
    for path in (ROOT / "templates").rglob("*.html"):
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in odd.finditer(path.read_text(encoding="utf-8"))]
    assert not found
