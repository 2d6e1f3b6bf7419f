"""A made condition, small and valid, written into a folder; tests break it in one place each."""

from pathlib import Path

FILES = {
    "condition.yaml": """\
slug: made-up
language: en
name: Made-up syndrome
short_name: MUS
intro: A syndrome made for tests.
description: A syndrome made for tests.
frequency_source: S2
hpo_release: "2025-01-16"
names:
  - {name: Invented syndrome, kind: synonym, source: S1}
codes:
  - {system: Orphanet, code: "ORPHA:0", source: S1}
groups:
  - {key: first, title: First, topics: [causes, later, planned]}
paths:
  - {key: new, title: New here, text: Begin here., topics: [causes, later]}
symptom_categories:
  - {key: eyes, title: Eyes}
treatment_kinds:
  - {key: medicine, title: Medicines}
credits:
  - {text: Thanks to the makers., url: ""}
""",
    "sources.yaml": """\
- {key: S1, title: A paper about it, kind: cohort, year: 2020, doi: 10.1000/made.up}
- {key: S2, title: Another paper, kind: review, uncertain: true}
""",
    "ancestors.yaml": """\
- {hpo_id: "HP:0000118", name: Phenotypic abnormality, ic: 0.0, n_diseases: 10, is_a: []}
- {hpo_id: "HP:0000478", name: Abnormality of the eye, ic: 1.0, n_diseases: 4, is_a: ["HP:0000118"]}
""",
    "symptoms.yaml": """\
- hpo_id: "HP:0010543"
  slug: opsoclonus
  name: Opsoclonus
  plain_name: Dancing eyes
  category: eyes
  synonyms: [jumping eyes]
  is_a: ["HP:0000478"]
  ancestors: ["HP:0000478", "HP:0000118"]
  ic: 7.3
  n_diseases: 8
  frequency: very-frequent
  support: core
  sources: [S1]
""",
    "treatments.yaml": """\
- {slug: rest, name: Rest, plain_name: Rest, kind: medicine, used_for: Everything, evidence_level: none, sources: [S1]}
""",
    "organisations.yaml": """\
- {name: A charity, country: GB, kind: charity, offers: "It listens.[@S1]", url: "https://charity.example", source: S1, seen: 2026-01-01}
""",
    "glossary.yaml": """\
- {term: ataxia, slug: ataxia, also: [ataxic], text: Unsteady movement.}
""",
    "help-numbers.yaml": """\
- {country: GB, kind: emergency, name: Emergency, number: "999", url: "https://numbers.example", seen: 2026-01-01}
""",
    "overview.md": """\
---
title: Made-up syndrome
nav_title: Overview
short_answer: It is made up.[@S1]
unknown: Everything else.[@us]
compiled: 2026-01-01
review_due: 2026-12-01
---
| Key fact | In short |
| --- | --- |
| How rare | Very.[@S1] |
""",
    "topics/causes.md": """\
---
title: What causes it?
nav_title: Causes
short_answer: |
  Nobody knows.[@S1] It comes with ataxia.[@S2]
unknown: The cause.[@us]
related: [topic:later, symptom:opsoclonus, topic:planned]
compiled: 2026-01-01
review_due: 2026-12-01
---
## What was looked at?

Much was looked at.[@S1] See [what comes later](topic:later), [a plan](topic:planned) and [dancing eyes](symptom:opsoclonus).

## What was found?

Nothing.[@S2 @S1]
""",
    "topics/later.md": """\
---
title: What comes later?
nav_title: Later
short_answer: More.[@S1]
unknown: When.[@us]
related: [topic:causes]
compiled: 2026-01-01
review_due: 2026-12-01
---
## Later

Later.[@S1]
""",
    "symptoms/opsoclonus.md": """\
---
title: Dancing eyes (opsoclonus)
nav_title: Dancing eyes
short_answer: The eyes dance.[@S1]
unknown: Why.[@us]
frequencies:
  - {label: Study of ten children, count: 9, total: 10, source: S1}
compiled: 2026-01-01
review_due: 2026-12-01
---
## What families notice

The eyes dance.[@S1]
""",
    "treatments/rest.md": """\
---
title: Rest
nav_title: Rest
short_answer: Rest is rest.[@S1]
unknown: Whether it helps.[@us]
evidence:
  - {claim: It was tried, study: One family, people: 4, year: 2020, source: S2, confidence: very low}
questions: [How long?]
compiled: 2026-01-01
review_due: 2026-12-01
---
## What is it for?

For tiredness.[@S1]
""",
}


def write(folder: Path) -> Path:
    """Write the condition into a folder and return it."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replace a piece of one file, which must be there."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new), encoding="utf-8")
