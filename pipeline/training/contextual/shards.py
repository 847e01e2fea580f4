"""Makes shards of training pairs for the contextual model.

    python shards.py PAPERS_DIR OUT_DIR --project REPOSITORY --teacher TEACHER.onnx [--from-shard I] [--shards K]

PAPERS_DIR is the output of papers.py. Each paper gives a passage and three queries that belong to it:
  title      its title; the passage is then the abstract alone
  sentence   a sentence of the abstract, which is cut out of the passage
  fragment   a few words of a sentence or of the title, in lower case, as one would type them
  keywords   a few rare words of the paper
  written    a query that was written for the paper (written-queries.jsonl.xz), in every shard, with other queries each time
A shard holds the token ids of both sides, as the model will see them (tokenizer.py; of abstracts, `omitWords` of its settings are
left out), and, as float16, the vectors of both teachers: all-MiniLM-L6-v2 as an ONNX graph (export.py), which sees the whole
text, and the static model. Shards are independent of each other.
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

import numpy as np
import onnxruntime
from papers import GROUP, SEED, group_by_nearness, static_vectors
from tokenizer import TEACHER, load_tokenizer
from transformers import AutoTokenizer

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


class Student:
    """Token ids as the model that is trained will see them (pipeline/embedding/embedder.ts, embeddingInputOf)."""

    def __init__(self, project):
        settings = os.path.join(project, 'data', 'models', 'paperfield-contextual', 'paperfield.json')
        self.omitted = set(json.load(open(settings))['omitWords'])
        self.tokenizers = [load_tokenizer(project, tokens) for tokens in (QUERY_TOKENS, PASSAGE_TOKENS)]

    def query_ids(self, queries):
        return [encoding.ids for encoding in self.tokenizers[0].encode_batch(queries)]

    def passage_ids(self, passages):
        return [encoding.ids for encoding in self.tokenizers[1].encode_batch([self.shorten(p) for p in passages])]

    def shorten(self, passage):
        title, separator, abstract = passage.partition('\n') if '\n' in passage else ('', '', passage)
        return title + separator + ' '.join(word for word in abstract.split() if self.bare(word) not in self.omitted)

    @staticmethod
    def bare(word):
        bare = re.sub(r'^[^A-Za-z0-9]+|[^A-Za-z0-9]+$', '', word)
        return bare[:1].lower() + bare[1:]


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
        self.tokenizer = AutoTokenizer.from_pretrained(TEACHER)

    def embed(self, texts, max_tokens):
        ids = self.tokenizer(texts, truncation=True, max_length=max_tokens)['input_ids']

        def embed_one(text):
            return self.session.run(None, {'input_ids': np.asarray(text, np.int64)[None]})[0][0].astype(np.float16)

        with ThreadPoolExecutor(2) as pool:
            return np.stack(list(pool.map(embed_one, ids)))


def write_shard(path, pairs, static, student, teacher, project):
    queries, passages = [q for qs, _ in pairs for q in qs], [d for _, d in pairs]
    arrays = {'static_passages': static}
    arrays['query_ids'], arrays['query_starts'] = ragged(student.query_ids(queries))
    arrays['passage_ids'], arrays['passage_starts'] = ragged(student.passage_ids(passages))
    as_papers = [{'title': q or 'paper', 'abstract': q or 'paper'} for q in queries]
    arrays['static_queries'] = static_vectors(project, as_papers).astype(np.float16)
    arrays['teacher_queries'] = teacher.embed(queries, QUERY_TOKENS)
    arrays['teacher_passages'] = teacher.embed(passages, PASSAGE_TOKENS)
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
    keywords, student, teacher = Keywords(papers), Student(options.project), Teacher(options.teacher)
    for shard in range(options.from_shard, options.from_shard + options.shards):
        path = os.path.join(options.out, f'shard-{shard:04d}.npz')
        if os.path.exists(path):
            continue
        start, rng = time.time(), random.Random(SEED + shard)
        # After the last paper the papers are used again, with other pairs.
        rows = [(shard * options.size + i) % len(papers) for i in range(options.size)]
        pairs = [make_pairs(papers[row], rng, keywords) for row in rows]
        pairs += [written_pairs(papers[row], rng, written[papers[row]['id'], papers[row]['title']]) for row in written_rows]
        write_shard(path, pairs, static[rows + written_rows], student, teacher, options.project)
        print(f'{path}: {len(pairs)} passages in {time.time() - start:.0f} s', flush=True)


if __name__ == '__main__':
    main()
