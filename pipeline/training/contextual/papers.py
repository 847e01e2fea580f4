"""Orders the papers of the corpus into groups of near ones: in a batch made of groups, each paper has hard negatives.

    python papers.py CORPUS_DIR OUT_DIR --project REPOSITORY

Writes OUT_DIR/papers.jsonl (id, title, abstract) and OUT_DIR/static.npy, the leading 512 dimensions of their vectors by the
static model, as float16, in the same order: group after group of GROUP papers.
"""
import argparse
import json
import lzma
import os
import random
import subprocess
import tempfile

import numpy as np

SEED = 20261130
GROUP = 32
STATIC_DIMENSIONS = 512
STATIC_MODEL = 'paperfield-static'
# Vectors are split into groups by these leading dimensions.
SPLIT_DIMENSIONS = 128
TWO_MEANS_STEPS = 6
TWO_MEANS_SAMPLE = 20_000


def read_papers(corpus):
    """Papers of all sciences whose title has at least 12 and whose abstract at least 250 characters, without repeated
    abstracts, in a fixed random order."""
    papers, seen = [], set()
    for name in ('papers-cs', 'papers-other-sciences'):
        with lzma.open(os.path.join(corpus, f'{name}.jsonl.xz'), 'rt') as lines:
            for line in lines:
                paper = json.loads(line)
                title, abstract = (paper.get('title') or '').strip(), (paper.get('abstract') or '').strip()
                if len(title) < 12 or len(abstract) < 250:
                    continue
                key = hash(abstract[:200])
                if key in seen:
                    continue
                seen.add(key)
                papers.append({'id': paper['id'], 'title': title, 'abstract': abstract})
    random.Random(SEED).shuffle(papers)
    return papers


def static_vectors(project, papers):
    """Unit vectors of papers by the project's static model, papers × STATIC_DIMENSIONS."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, 'in.jsonl'), os.path.join(folder, 'out.npy')
        with open(source, 'w') as out:
            for paper in papers:
                out.write(json.dumps({'title': paper['title'], 'abstract': paper['abstract']}) + '\n')
        command = ['node', 'pipeline/paperfield.mjs', 'embed', source, '--model', STATIC_MODEL, '--out', target]
        subprocess.run(command, cwd=project, check=True, capture_output=True)
        vectors = np.array(np.load(target, mmap_mode='r')[:, :STATIC_DIMENSIONS])
    if len(vectors) != len(papers):
        raise SystemExit(f'{len(papers) - len(vectors)} papers were skipped by paperfield embed')
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def group_by_nearness(vectors, rng):
    """Lists of at most GROUP rows that are near each other: two-means, split at the median, until a part is small enough."""
    groups, stack = [], [np.arange(len(vectors))]
    while stack:
        rows = stack.pop()
        if len(rows) <= GROUP:
            groups.append(rows)
            continue
        x = vectors[rows, :SPLIT_DIMENSIONS].astype(np.float32)
        sample = x if len(x) < TWO_MEANS_SAMPLE else x[rng.choice(len(x), TWO_MEANS_SAMPLE, replace=False)]
        a, b = sample[rng.choice(len(sample), 2, replace=False)]
        for _ in range(TWO_MEANS_STEPS):
            difference = sample @ (a - b)
            side = difference > np.median(difference)
            a, b = sample[side].mean(0), sample[~side].mean(0)
        # The first half is a multiple of the group size, so that nearly all groups are full.
        half = max(GROUP, (len(rows) // 2 + GROUP - 1) // GROUP * GROUP)
        order = np.argpartition(x @ (a - b), min(half, len(rows) - 1))
        stack += [rows[order[:half]], rows[order[half:]]]
    return groups


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('corpus')
    parser.add_argument('out')
    parser.add_argument('--project', required=True)
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    papers = read_papers(options.corpus)
    print(f'{len(papers)} papers', flush=True)
    vectors = static_vectors(options.project, papers).astype(np.float16)
    rng = np.random.default_rng(SEED)
    full = [group for group in group_by_nearness(vectors, rng) if len(group) == GROUP]
    rng.shuffle(full)
    order = np.concatenate(full)
    np.save(os.path.join(options.out, 'static.npy'), vectors[order])
    with open(os.path.join(options.out, 'papers.jsonl'), 'w') as out:
        for row in order:
            out.write(json.dumps(papers[row]) + '\n')
    print(f'{len(order)} papers in {len(full)} groups', flush=True)


if __name__ == '__main__':
    main()
