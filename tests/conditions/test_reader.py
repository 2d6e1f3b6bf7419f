"""Each fault in a file gives one clear line: file, line, field."""

import pytest

from conditions.loading.lines import ContentFaults
from conditions.loading.reader import folder_digest, read_condition
from tests.conditions.condition_files import edit, write


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "made-up")


def faults(folder, **options):
    with pytest.raises(ContentFaults) as caught:
        read_condition(folder, **options)
    return [str(fault) for fault in caught.value.faults]


def test_a_right_folder_is_read_whole(folder):
    files = read_condition(folder)
    assert sorted((page.kind, page.slug) for page in files.pages) == [
        ("symptom", "opsoclonus"),
        ("topic", "causes"),
        ("topic", "later"),
        ("topic", "overview"),
        ("treatment", "rest"),
    ]
    assert files.condition.short_name == "MUS"


def test_the_digest_follows_every_byte(folder):
    before = folder_digest(folder)
    edit(folder, "topics/later.md", "More.", "Most.")
    assert folder_digest(folder) != before


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        ("sources.yaml", "title: A paper about it, ", "", "sources.yaml, line 1, 0.title: This field is missing."),
        ("sources.yaml", "kind: review", "kindd: review", "sources.yaml, line 2, 1.kindd: This field is not known here."),
        ("sources.yaml", "year: 2020", "year: soon", "sources.yaml, line 1, 0.year: Input should be a valid integer"),
        ("sources.yaml", "key: S2", "key: S1", "sources.yaml, line 2, 1.key: “S1” stands here twice."),
        ("condition.yaml", "slug: made-up\n", "slug: made-up\nslug: again\n", "condition.yaml, line 2, slug: This field stands here twice."),
        ("condition.yaml", "language: en", "language: [en", "condition.yaml, line 3: This is no valid YAML"),
        ("condition.yaml", "topics: [causes, later]}", "topics: [causes, never]}", "paths.0.topics.1: There is no topic “never” in the groups."),
        ("condition.yaml", "source: S1}\ncodes", "source: S9}\ncodes", "names.0.source: There is no source S9 in sources.yaml."),
        ("symptoms.yaml", "category: eyes", "category: ears", "symptoms.yaml, line 5, 0.category: “ears” is not listed in condition.yaml."),
        (
            "symptoms.yaml",
            'is_a: ["HP:0000478"]',
            'is_a: ["HP:0000479"]',
            "symptoms.yaml, line 7, 0.is_a.0: The HPO id HP:0000479 is not known here.",
        ),
        ("symptoms.yaml", 'hpo_id: "HP:0010543"', "hpo_id: HP:10543", "symptoms.yaml, line 1, 0.hpo_id: String should match pattern"),
        ("symptoms.yaml", 'ancestors: ["HP:0000478", "HP:0000118"]', 'ancestors: ["HP:0000478"]', "they differ in HP:0000118."),
        ("ancestors.yaml", "n_diseases: 10, is_a: []", 'n_diseases: 10, is_a: ["HP:0000478"]', "The ancestors run in a circle"),
        ("topics/causes.md", "Nothing.[@S2 @S1]", "Nothing.[@S2 @S7]", "topics/causes.md, line 17, body: There is no source S7 in sources.yaml."),
        (
            "topics/causes.md",
            "with ataxia.[@S2]",
            "with ataxia.[@S8]",
            "topics/causes.md, line 5, short_answer: There is no source S8 in sources.yaml.",
        ),
        ("topics/causes.md", "(topic:later)", "(topic:never)", "topics/causes.md, line 13, body: The link topic:never leads nowhere."),
        ("topics/causes.md", "(topic:later)", "(/oms/later/)", "topics/causes.md, line 13, body: The link (/oms/later/) is none we know"),
        ("topics/causes.md", "topic:planned]", "topic:unknown]", "topics/causes.md, line 7, related.2: topic:unknown leads nowhere."),
        ("topics/causes.md", "[topic:later, symptom", "[topic:causes, symptom", "related.0: A page is not related to itself."),
        ("topics/causes.md", "## What was found?", "# What was found?", "Headings begin at ##"),
        ("topics/causes.md", "Nothing.[@S2 @S1]", "Nothing.[S2]", "“[S2]” is no mark: write [@S1]."),
        ("topics/causes.md", "review_due: 2026-12-01", "review_due: 2025-12-01", "review_due is not after compiled"),
        ("topics/causes.md", "compiled: 2026-01-01", "compiled: January", "topics/causes.md, line 8, compiled: Input should be a valid date"),
        ("topics/causes.md", "unknown: The cause.[@us]\n", "", "topics/causes.md, line 2, unknown: This field is missing."),
        ("symptoms/opsoclonus.md", "count: 9", "count: 11", "frequencies.0: count is larger than total"),
        ("treatments/rest.md", "confidence: very low", "confidence: certain", "evidence.0.confidence: Input should be"),
        ("treatments/rest.md", "source: S2", "source: S3", "treatments/rest.md, line 7, evidence.0.source: There is no source S3 in sources.yaml."),
        ("help-numbers.yaml", 'number: "999", ', "", "a number to call or to text is missing"),
        ("glossary.yaml", "text: Unsteady movement.", 'text: "Unsteady.[@S5]"', "glossary.yaml, line 1, 0.text: There is no source S5"),
    ],
)
def test_a_fault_is_named_by_file_line_and_field(folder, name, old, new, line):
    edit(folder, name, old, new)
    found = faults(folder)
    assert any(line in fault for fault in found), found


def test_all_faults_are_told_at_once(folder):
    edit(folder, "sources.yaml", "kind: review", "kindd: review")
    edit(folder, "topics/later.md", "nav_title: Later\n", "")
    assert len(faults(folder)) >= 3


def test_a_missing_file_is_one_line(folder):
    (folder / "glossary.yaml").unlink()
    assert faults(folder) == ["glossary.yaml, line 1: The file is missing."]


def test_a_missing_folder_is_one_line(tmp_path):
    assert faults(tmp_path / "nowhere")[0].endswith("There is no such folder.")


def test_a_page_without_a_head_is_told(folder):
    (folder / "topics/later.md").write_text("# Later", encoding="utf-8")
    assert faults(folder) == ["topics/later.md, line 1: The file has to begin with --- and a YAML head."]


def test_a_page_whose_head_does_not_end_is_told(folder):
    (folder / "topics/later.md").write_text("---\ntitle: Later\n", encoding="utf-8")
    assert "has no end" in faults(folder)[0]


def test_a_file_that_is_no_text_is_told_with_its_line(folder):
    (folder / "topics/later.md").write_bytes(b"---\ntitle: \xff\n---\n")
    assert faults(folder) == ["topics/later.md, line 2: The file is no UTF-8 text."]


def test_a_page_outside_of_the_vocabulary_is_told(folder):
    (folder / "symptoms/opsoclonus.md").rename(folder / "symptoms/hiccups.md")
    assert "symptoms/hiccups.md, line 2: There is no symptom “hiccups” in symptoms.yaml." in faults(folder)


def test_a_topic_outside_of_the_groups_is_told(folder):
    edit(folder, "condition.yaml", "[causes, later, planned]", "[causes, planned]")
    assert "topics/later.md, line 2: This topic stands in no group of condition.yaml." in faults(folder)


def test_a_reserved_slug_is_refused(folder):
    assert "condition.yaml, line 1, slug: “made-up” is an address of the site itself: choose another." in faults(
        folder, reserved=frozenset({"made-up"})
    )


def test_a_reserved_topic_is_refused(folder):
    assert any("“planned” is an address of the site itself" in fault for fault in faults(folder, reserved_topics=frozenset({"planned"})))
