"""The style sheet is one file when it is collected, and small."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import find
from django.contrib.staticfiles.storage import StaticFilesStorage

from oms_community.storages import SiteStaticFilesStorage, join_imports, without_comments

PARTS = {"a.css": "a { color: red }", "sub/b.css": 'b { background: url("../x.svg") }', "sub/c.css": '@import "a.css";'}


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Return the storage after our own files went through it, as collectstatic does."""
    source = StaticFilesStorage(location=str(Path(settings.BASE_DIR) / "static"), base_url="/static/")
    storage = SiteStaticFilesStorage(location=str(tmp_path_factory.mktemp("static")), base_url="/static/")
    names = [str(path.relative_to(source.location)) for path in Path(source.location).rglob("*") if path.is_file()]
    for name in names:
        with source.open(name) as file:
            storage.save(name, file)
    for _name, _new, processed in storage.post_process({name: (source, name) for name in names}):
        assert not isinstance(processed, Exception), processed
    return storage


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('@import "a.css";', "a { color: red }"),
        ('@import "a.css" layer(base);', "@layer base {\na { color: red }\n}"),
        ('@import "a.css" layer(base) print;', "@media print {\n@layer base {\na { color: red }\n}\n}"),
        ('@import "a.css" (min-width: 40rem);', "@media (min-width: 40rem) {\na { color: red }\n}"),
        ('@import "sub/b.css" layer(x);', '@layer x {\nb { background: url("x.svg") }\n}'),
    ],
)
def test_an_import_becomes_what_it_imports(line, expected):
    assert join_imports(line, PARTS.__getitem__) == expected


def test_an_import_inside_an_import_is_refused_by_name():
    with pytest.raises(ValueError, match=r"sub/c\.css"):
        join_imports('@import "sub/c.css";', PARTS.__getitem__)


def test_the_collected_sheet_imports_nothing_and_keeps_the_order_of_layers(collected):
    with collected.open(collected.stored_name("css/main.css")) as file:
        sheet = file.read().decode()
    assert "@import" not in sheet
    assert sheet.index("@layer reset, tokens, base") < sheet.index("@layer tokens {") < sheet.index("@layer components {")
    assert "@media print {\n@layer utilities {" in sheet
    assert sheet.count("{") == sheet.count("}")
    assert "/*" not in sheet


def test_comments_and_indents_stay_at_home():
    assert without_comments('/* a\n b */\n\n@layer a {\n  b { c: d }  /* e */\n  f::before { content: "g  h"; }\n}\n') == (
        '@layer a {\nb { c: d }\nf::before { content: "g  h"; }\n}\n'
    )


def test_a_first_visit_is_small(collected):
    """The whole style sheet in 12 KB, everything a page fetches beside itself in 14 KB, compressed; the social card in 80 KB."""
    sizes = {}
    for name in ("css/main.css", "js/print.js", "img/favicon.svg"):
        with collected.open(collected.stored_name(name)) as file:
            sizes[name] = len(gzip.compress(file.read()))
    assert sizes["css/main.css"] <= 12 * 1024
    assert sum(sizes.values()) <= 14 * 1024
    assert Path(find("img/og.png")).stat().st_size <= 80 * 1024


def test_the_sheets_keep_the_rules_of_the_house():
    ours = (path for path in (Path(settings.BASE_DIR) / "static" / "css").rglob("*.css") if path.name != "admin.css")  # that one speaks Django's
    for path in ours:
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        assert "!important" not in text, path.name
        assert not any("/*" in string or "*/" in string for string in re.findall(r'"[^"\n]*"', path.read_text())), path.name
        assert not re.search(r"\b(transition|animation|scroll-behavior|position: sticky)\b", text), path.name
        assert not re.search(r"\b(margin|padding|border)-(left|right)\b|\b(left|right):", text), path.name
        if path.name not in ("tokens.css", "print.css"):
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(|hsl\(", text), path.name


def test_scripts_carry_no_address_and_no_storage():
    for path in (Path(settings.BASE_DIR) / "static" / "js").rglob("*.js"):
        assert not re.search(r"https?://|localStorage|sessionStorage|document\.cookie|innerHTML", path.read_text()), path.name
