"""Each fault in a file gives one clear line: file, line, field."""

from datetime import date

import pytest
from django.db import models

from conditions.loading import schema
from conditions.loading.lines import ContentFaults
from conditions.loading.reader import folder_digest, read_condition
from conditions.models import (
    AncestorTerm,
    Condition,
    ConditionCode,
    ConditionName,
    ConditionSymptom,
    EvidenceRow,
    FrequencyRow,
    GlossaryTerm,
    HelpNumber,
    Organisation,
    Revision,
    Source,
    Symptom,
    Topic,
    Treatment,
)
from tests.conditions.condition_files import edit, write


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "made-up")


def faults(folder, **options):
    with pytest.raises(ContentFaults) as caught:
        read_condition(folder, **{"today": date(2026, 11, 24), **options})
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
        ("topics/causes.md", "Nothing.[@S2 @S1]", "Nothing.[@S2 @S7]", "topics/causes.md, line 17, body: There is no source S7."),
        (
            "topics/causes.md",
            "with ataxia.[@S2]",
            "with ataxia.[@S8]",
            "topics/causes.md, line 5, short_answer: There is no source S8.",
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
        ("condition.yaml", "kind: synonym,", 'kind: synonym, note: "Old.[@S9]",', "condition.yaml, line 10, names.0.note: There is no source S9"),
        ("condition.yaml", '"ORPHA:0",', '"ORPHA:0", note: "Old.[@]",', "condition.yaml, line 12, codes.0.note: “[@]” is no mark"),
        (
            "condition.yaml",
            "codes:\n",
            "  - {name: Invented syndrome}\ncodes:\n",
            "condition.yaml, line 11, names.1.name: “Invented syndrome” stands here twice.",
        ),
        (
            "condition.yaml",
            "groups:\n",
            '  - {system: Orphanet, code: "ORPHA:0", source: S2}\ngroups:\n',
            "condition.yaml, line 13, codes.1.code: “Orphanet, ORPHA:0” stands here twice.",
        ),
        ("condition.yaml", "paths:\n", "  - {key: first, title: Again, topics: []}\npaths:\n", "line 15, groups.1.key: “first” stands here twice."),
        (
            "condition.yaml",
            "symptom_categories:\n",
            "  - {key: new, title: Again, text: Here., topics: [causes, later]}\nsymptom_categories:\n",
            "line 17, paths.1.key: “new” stands here twice.",
        ),
        ("condition.yaml", "treatment_kinds:\n", "  - {key: eyes, title: Again}\ntreatment_kinds:\n", "symptom_categories.1.key: “eyes” stands here"),
        ("condition.yaml", "credits:\n", "  - {key: medicine, title: Again}\ncredits:\n", "treatment_kinds.1.key: “medicine” stands here twice."),
        (
            "help-numbers.yaml",
            "- {country: GB",
            '- {country: GB, kind: emergency, name: Emergency, number: "1", url: "https://a.example", seen: 2026-01-01}\n- {country: GB',
            "help-numbers.yaml, line 2, 1.name: “GB, emergency, Emergency” stands here twice.",
        ),
        ("condition.yaml", "name: Made-up syndrome", 'name: "Made\\0up"', "condition.yaml, line 3, name: A character here is no text: take it out."),
        ("topics/later.md", "Later.[@S1]", "Late\0r.[@S1]", "topics/later.md, line 12: A character here is no text: take it out."),
        ("sources.yaml", "- {key: S2", "- &x [*x]\n- {key: S2", "sources.yaml, line 2, 1.0: This is used again by an alias (*): write it out."),
        ("sources.yaml", "- {key: S2", "- %s1%s\n- {key: S2" % ("[" * 900, "]" * 900), "The lists lie too deep in one another."),
        ("symptoms.yaml", "ic: 7.3", "ic: .nan", "symptoms.yaml, line 9, 0.ic: "),
        ("symptoms.yaml", "n_diseases: 8", "n_diseases: 99999999999", "symptoms.yaml, line 10, 0.n_diseases: "),
        ("topics/causes.md", "compiled: 2026-01-01", "compiled: 2026-11-25", "topics/causes.md, line 8, compiled: This day is still to come"),
        ("organisations.yaml", "seen: 2026-01-01", "seen: 2026-11-25", "organisations.yaml, line 1, 0.seen: This day is still to come"),
        ("help-numbers.yaml", "seen: 2026-01-01", "seen: 9999-12-31", "help-numbers.yaml, line 1, 0.seen: This day is still to come"),
        ("topics/later.md", "Later.[@S1]", "Later.[@]", "topics/later.md, line 12, body: “[@]” is no mark"),
        ("topics/later.md", "Later.[@S1]", "Later.[@S1 and more\nLast.[@S1]", "topics/later.md, line 12, body: “[@S1 and more” is no mark"),
        ("topics/later.md", "Later.[@S1]", "Title\n===\n\nLater.[@S1]", "topics/later.md, line 12, body: Headings begin at ##"),
        ("topics/later.md", "Later.[@S1]", "#### Deep\n\nLater.[@S1]", "topics/later.md, line 12, body: “Deep” skips a level of headings."),
        ("topics/later.md", "Later.[@S1]", "Later.[@S1]\n\nA fact.", "topics/later.md, line 14, body: “A fact.” has no source"),
        ("topics/later.md", "## Later", "## Sources", "topics/later.md, line 10, body: The page has a part called “Sources” already"),
    ],
)
def test_a_fault_is_named_by_file_line_and_field(folder, name, old, new, line):
    edit(folder, name, old, new)
    found = faults(folder)
    assert any(line in fault for fault in found), found


def test_what_is_due_for_a_check_is_no_fault(folder):
    assert read_condition(folder, today=date(2030, 1, 1)).pages


def test_a_folder_named_like_a_file_is_one_line(folder):
    (folder / "topics/zz.md").mkdir()
    assert faults(folder) == ["topics/zz.md, line 1: The file cannot be read: it is a folder."]


def test_a_file_that_cannot_be_read_is_one_line(folder):
    (folder / "topics/zz.md").symlink_to(folder / "topics/zz.md")
    assert faults(folder) == ["topics/zz.md, line 1: The file cannot be read: Too many levels of symbolic links."]


def test_a_second_overview_is_told(folder):
    (folder / "overview.md").rename(folder / "topics/overview.md")
    assert faults(write(folder)) == ["topics/overview.md, line 2: The overview is the file overview.md."]


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


# Which columns a shape is stored in; a field that has no column by its own name is named below.
STORED = {
    schema.Name: [ConditionName],
    schema.Code: [ConditionCode],
    schema.ConditionFile: [Condition],
    schema.SourceEntry: [Source],
    schema.AncestorEntry: [AncestorTerm],
    schema.SymptomEntry: [Symptom, ConditionSymptom],
    schema.TreatmentEntry: [Treatment],
    schema.OrganisationEntry: [Organisation],
    schema.GlossaryEntry: [GlossaryTerm],
    schema.HelpEntry: [HelpNumber],
    schema.PageHead: [Revision],
    schema.SymptomHead: [Revision],
    schema.TreatmentHead: [Revision],
    schema.Frequency: [FrequencyRow],
    schema.Evidence: [EvidenceRow],
    schema.RedFlags: [],
    schema.Group: [],
    schema.Titled: [],
    schema.Path: [],  # kept in one JSON column, as credits are
    schema.Credit: [],
}
ELSEWHERE = {
    (schema.ConditionFile, "hpo_release"): [(Condition, "vocabulary_release")],
    (schema.ConditionFile, "frequency_source"): [(Source, "key")],
    (schema.HelpEntry, "text"): [(HelpNumber, "text_number")],
    (schema.RedFlags, "title"): [(Revision, "red_flags_title")],
    (schema.Group, "key"): [(Topic, "group")],
    (schema.Titled, "key"): [(ConditionSymptom, "category"), (Treatment, "kind")],
    **{(shape, "source"): [(Source, "key")] for shape in (schema.Name, schema.Code, schema.OrganisationEntry, schema.Frequency, schema.Evidence)},
}
LARGEST = {"PositiveSmallIntegerField": 32767, "PositiveIntegerField": 2147483647}
SHAPES = [shape for shape in vars(schema).values() if isinstance(shape, type) and issubclass(shape, schema.Strict) and shape is not schema.Strict]


def columns(shape, name):
    found = [(model, name) for model in STORED[shape] if name in {field.name for field in model._meta.get_fields()}]
    for model, column in ELSEWHERE.get((shape, name), found):
        yield model._meta.get_field(column)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_what_the_files_may_hold_fits_its_column(shape):
    """SQLite would keep what is too long; PostgreSQL stops in the middle of the load."""
    odd = []
    for name, rule in shape.model_json_schema()["properties"].items():
        for one in rule.get("anyOf", [rule]):
            for column in columns(shape, name):
                if one.get("type") == "string" and isinstance(column, models.CharField):
                    longest = max(map(len, one["enum"])) if "enum" in one else one.get("maxLength")
                    odd += [name] if longest is None or longest > column.max_length else []
                elif one.get("type") == "integer":
                    odd += [name] if one.get("maximum", 10**12) > LARGEST[column.get_internal_type()] or one.get("minimum", -1) < 0 else []
    assert odd == []


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if STORED[shape]], ids=lambda shape: shape.__name__)
def test_each_short_field_has_a_column_that_bounds_it(shape):
    """A new field of a shape must not slip past the test above."""
    loose = {"compiled", "review_due", "seen", "related"}
    for name, rule in shape.model_json_schema()["properties"].items():
        kinds = {one.get("type") for one in rule.get("anyOf", [rule])}
        if kinds & {"string", "integer"} and name not in loose:
            assert list(columns(shape, name)), name
