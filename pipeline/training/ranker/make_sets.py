"""Makes two judged sets that the ranker learns from, as folders in BEIR layout.

    python make_sets.py CORPUS_DIR OUT_DIR

Both search papers of 2023 or later.
  OUT_DIR/written  queries that were written for papers and kept out of the training of the contextual model
                   (written-queries.jsonl.xz); ids are `paper|kind`
  OUT_DIR/known    parts of papers: a title, some words of a title, a part of a sentence, some rare words; and longer texts as
                   people paste them, from a sentence to title and abstract
"""
import argparse
import json
import lzma
import os
import random
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'contextual'))
from papers import read_papers  # noqa: E402
from shards import WRITTEN, WRITTEN_KINDS, Keywords, fragment_of, split_sentences  # noqa: E402

SEED = 5
OTHER_PAPERS = 7_500
KNOWN_ITEMS = 150
KNOWN_ITEM_PAPERS = 3_000
RECENT = re.compile(r'arxiv:2[3-6]\d\d\.')
MIN_ABSTRACT = 300


def write_set(folder, papers, queries):
    """queries: (query id, text, paper id)."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'corpus.jsonl'), 'w') as corpus:
        for paper in papers:
            corpus.write(json.dumps({'_id': paper['id'], 'title': paper['title'], 'text': paper['abstract']}) + '\n')
    with open(os.path.join(folder, 'queries.jsonl'), 'w') as texts, open(os.path.join(folder, 'qrels.tsv'), 'w') as qrels:
        qrels.write('query-id\tcorpus-id\tscore\n')
        for query, text, paper in queries:
            texts.write(json.dumps({'_id': query, 'text': text}) + '\n')
            qrels.write(f'{query}\t{paper}\t1\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('corpus')
    parser.add_argument('out')
    options = parser.parse_args()
    with lzma.open(WRITTEN, 'rt') as lines:
        written = {(q['id'], q['title']): q for q in map(json.loads, lines)}
    rng = random.Random(SEED)
    papers = read_papers(options.corpus)
    seen, held_out, others = set(), [], []
    for paper in papers:
        if paper['id'] in seen or paper['abstract'] == '':
            continue
        seen.add(paper['id'])
        query = written.get((paper['id'], paper['title']))
        if query and query['heldOut']:
            held_out.append(paper)
        elif not query and RECENT.match(paper['id']) and len(paper['abstract']) >= MIN_ABSTRACT:
            others.append(paper)
    rng.shuffle(others)
    others = others[:OTHER_PAPERS]
    searched = held_out + others
    rng.shuffle(searched)
    queries = [
        (f"{paper['id']}|{kind}", written[paper['id'], paper['title']][kind], paper['id'])
        for paper in held_out
        for kind in WRITTEN_KINDS
    ]
    write_set(os.path.join(options.out, 'written'), searched, queries)
    keywords, known = Keywords(papers), []
    for paper in others[:KNOWN_ITEMS]:
        sentence = rng.choice(split_sentences(paper['abstract']) or [paper['abstract']])
        for kind, text in (
            ('title', paper['title']),
            ('words', fragment_of(paper['title'], rng)),
            ('sentence', fragment_of(sentence, rng)),
            ('rare', keywords.choose(f"{paper['title']}. {paper['abstract']}", rng)),
            ('whole', sentence),
            ('half', paper['abstract'][: len(paper['abstract']) // 2]),
            ('abstract', paper['abstract']),
            ('paper', f"{paper['title']}\n{paper['abstract']}"),
        ):
            if text.strip():
                known.append((f"{paper['id']}|{kind}", text, paper['id']))
    write_set(os.path.join(options.out, 'known'), others[:KNOWN_ITEM_PAPERS], known)
    print(f'{len(queries)} written and {len(known)} known-item queries')


if __name__ == '__main__':
    main()
