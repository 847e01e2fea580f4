"""Learns the weights of the ranker from judged queries.

    python fit.py FEATURES_DIR --sets NAME:WEIGHT … [--hold-out N] [--folds 5] [--penalty X] [--out WEIGHTS.json]

FEATURES_DIR has the files that `npm run ranker:features` writes. The score of a candidate is
Σ feature · max(0, w₀ + Σ wⱼ · query featureⱼ): no feature counts against a paper. The loss is the cross-entropy of the
softmax over a query's candidates against its judged papers (ListNet, Cao et al. 2007), plus a penalty on the squared weights of standardized features. Each set counts as
much as its weight says, whatever its number of queries; a set of weight 0 is only measured. With --hold-out, N queries of
scifact-train are learned from in no fold, and only these are measured. Prints, for each set, MRR@10, success@10 and nDCG@10
by cross-validation: all queries for one paper are in the same fold. With --out, weights are then learned from all queries and
written for raw features, one row per candidate feature, and FOLDS-NAME.json gets those of each fold, for `npm run
bench:judged`.
"""
import argparse
import json
import os
import zlib

import numpy as np
import torch

FEATURES = ['lexical', 'contextual', 'static', 'coverage', 'titleCoverage']
# Candidate features of each kind of ranker, as numbers in FEATURES.
KINDS = {'hybrid': [0, 1, 2, 3, 4], 'semantic': [1, 2]}
DEPTH = 10
FOLD_SEED = 3


def kind_and_paper(set_name, query_id):
    """The kind of a query and the paper that it is for, where ids say so (`A-1-recall`, `id|stranger`)."""
    separator = '-' if set_name == 'daily_known_item' else '|'
    paper, found, kind = query_id.rpartition(separator)
    return (kind, paper) if found else ('', query_id)


def load(folder, name):
    with open(os.path.join(folder, f'{name}.json')) as file:
        queries = json.load(file)['queries']
    values = np.fromfile(os.path.join(folder, f'{name}.bin'), np.float32).reshape(-1, len(FEATURES))
    loaded, at = [], 0
    for query in queries:
        count = len(query['grades'])
        features, grades = values[at : at + count], np.array(query['grades'], np.float32)
        at += count
        judged = sorted((grade for grade in query['judged'] if grade > 0), reverse=True)
        if not judged:
            continue
        kept = np.ones(count, bool)
        if query['self'] >= 0:
            # As in BEIR, a document with the id of the query is no answer.
            kept[query['self']] = False
        kind, paper = kind_and_paper(name, query['id'])
        loaded.append(
            {
                'set': name,
                'kind': kind,
                'id': query['id'],
                'paper': f'{name} {paper}',
                'heldOut': False,
                'features': features[kept],
                'grades': grades[kept],
                'judged': judged,
                'query': np.array(query['ofQuery'], np.float32),
            }
        )
    return loaded


def metrics(scores, query):
    grades = query['grades'][np.argsort(-scores, kind='stable')[:DEPTH]]
    hits = np.flatnonzero(grades > 0)
    gain = (grades / np.log2(np.arange(len(grades)) + 2)).sum()
    ideal = sum(grade / np.log2(rank + 2) for rank, grade in enumerate(query['judged'][:DEPTH]))
    return (1 / (hits[0] + 1) if len(hits) else 0.0, float(len(hits) > 0), gain / ideal)


class Ranker:
    def __init__(self, features, penalty):
        self.features, self.penalty = features, penalty

    def standardize_query(self, values):
        return (values - self.query_mean) / self.query_deviation

    def fit(self, queries, set_weights):
        train = [query for query in queries if (query['grades'] > 0).any()]
        everything = np.concatenate([query['features'] for query in train])
        self.mean, self.deviation = everything.mean(0), everything.std(0) + 1e-6
        of_queries = np.stack([query['query'] for query in train])
        self.query_mean, self.query_deviation = of_queries.mean(0), of_queries.std(0) + 1e-6
        longest = max(len(query['grades']) for query in train)
        features = torch.zeros(len(train), longest, len(self.features))
        mask = torch.zeros(len(train), longest, dtype=torch.bool)
        target = torch.zeros(len(train), longest)
        for i, query in enumerate(train):
            count = len(query['grades'])
            standardized = (query['features'] - self.mean) / self.deviation
            features[i, :count] = torch.from_numpy(standardized[:, self.features])
            mask[i, :count] = True
            target[i, :count] = torch.from_numpy(query['grades'] / query['grades'].sum())
        ones = np.ones((len(train), 1))
        query_features = torch.from_numpy(np.hstack([ones, self.standardize_query(of_queries)]).astype(np.float32))
        counts = {}
        for query in train:
            counts[query['set']] = counts.get(query['set'], 0) + 1
        shares = torch.tensor([set_weights[query['set']] / counts[query['set']] for query in train], dtype=torch.float32)
        shares /= shares.sum()
        weights = torch.zeros(len(self.features), query_features.shape[1])
        weights[:, 0] = 0.5
        weights.requires_grad_(True)
        penalties = torch.full_like(weights, self.penalty)
        # The main weights may grow: the penalty is against weights that depend on the query without need.
        penalties[:, 0] *= 0.1
        optimizer = torch.optim.LBFGS([weights], max_iter=300, line_search_fn='strong_wolfe', tolerance_grad=1e-6)

        def loss():
            optimizer.zero_grad()
            of_query = (query_features @ weights.T).clamp(min=0)
            scores = torch.einsum('qnf,qf->qn', features, of_query).masked_fill(~mask, -1e9)
            losses = -(target * torch.log_softmax(scores, 1).masked_fill(~mask, 0)).sum(1)
            total = (shares * losses).sum() + (penalties * weights**2).sum()
            total.backward()
            return total

        optimizer.step(loss)
        self.weights = weights.detach().numpy()
        return self

    def score(self, query):
        of_query = np.concatenate([[1], self.standardize_query(query['query'])])
        standardized = (query['features'] - self.mean) / self.deviation
        return standardized[:, self.features] @ np.maximum(0, self.weights @ of_query)


def report(queries, scores, label):
    by_name = {}
    some_held_out = {query['set'] for query in queries if query['heldOut']}
    for query, of_candidates in zip(queries, scores):
        if query['set'] in some_held_out and not query['heldOut']:
            continue
        names = {query['set'], f"{query['set']} {query['kind']}".strip()}
        for name in names:
            by_name.setdefault(name, []).append(metrics(of_candidates, query))
    print(label)
    for name in sorted(by_name):
        mrr, success, ndcg = np.array(by_name[name]).mean(0)
        print(f'  {name:34s} MRR {mrr:.3f}  success {success:.3f}  nDCG {ndcg:.4f}  ({len(by_name[name])} queries)')


def folds_of(queries, folds):
    papers = sorted({query['paper'] for query in queries}, key=lambda paper: zlib.crc32(paper.encode()))
    np.random.default_rng(FOLD_SEED).shuffle(papers)
    return {paper: i % folds for i, paper in enumerate(papers)}


def cross_validate(queries, set_weights, features, penalty, fold_of):
    """The scores of each query by the ranker that was learned without its fold, and these rankers."""
    scores, rankers = [None] * len(queries), []
    for fold in range(max(fold_of.values()) + 1):
        used = [q for q in learnable(queries, set_weights) if fold_of[q['paper']] != fold]
        ranker = Ranker(features, penalty).fit(used, set_weights)
        rankers.append(ranker)
        for i, query in enumerate(queries):
            if fold_of[query['paper']] == fold:
                scores[i] = ranker.score(query)
    return scores, rankers


def learnable(queries, set_weights):
    return [query for query in queries if set_weights[query['set']] > 0 and not query['heldOut']]


def hold_out(queries, count):
    """Marks some queries of scifact-train as held out, always the same, and drops no other."""
    of_set = sorted((q for q in queries if q['set'] == 'scifact-train'), key=lambda q: zlib.crc32(q['id'].encode()))
    for query in of_set[:count]:
        query['heldOut'] = True


def raw_weights(ranker):
    """Weights for features that are not standardized: candidate features × (1 + query features). Terms that are equal for all
    candidates of a query are left out, because they change no order."""
    scaled = ranker.weights / ranker.deviation[ranker.features][:, None]
    of_query = scaled[:, 1:] / ranker.query_deviation
    constant = scaled[:, 0] - of_query @ ranker.query_mean
    weights = np.zeros((len(FEATURES), 1 + len(ranker.query_mean)))
    weights[ranker.features] = np.hstack([constant[:, None], of_query])
    return weights


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('features')
    parser.add_argument('--sets', nargs='+', required=True)
    parser.add_argument('--folds', type=int, default=5)
    parser.add_argument('--penalty', type=float, default=0.003)
    parser.add_argument('--hold-out', type=int, default=0)
    parser.add_argument('--out')
    options = parser.parse_args()
    set_weights = {name: float(weight) for name, weight in (part.split(':') for part in options.sets)}
    queries = [query for name in set_weights for query in load(options.features, name)]
    hold_out(queries, options.hold_out)
    report(queries, [q['features'] @ np.array([0.5, 0.25, 0.25, 0, 0]) for q in queries], 'hybrid, fixed weights')
    report(queries, [q['features'] @ np.array([0, 0.5, 0.5, 0, 0]) for q in queries], 'semantic, fixed weights')
    learned, of_folds, fold_of = {}, [{} for _ in range(options.folds)], folds_of(queries, options.folds)
    for kind, features in KINDS.items():
        scores, rankers = cross_validate(queries, set_weights, features, options.penalty, fold_of)
        report(queries, scores, f'{kind}, learned, {options.folds} folds')
        used = learnable(queries, set_weights)
        learned[kind] = raw_weights(Ranker(features, options.penalty).fit(used, set_weights)).tolist()
        for fold, ranker in enumerate(rankers):
            of_folds[fold][kind] = raw_weights(ranker).tolist()
    if options.out:
        with open(options.out, 'w') as file:
            json.dump(learned, file)
        for name in set_weights:
            of_query = {query['id']: fold_of[query['paper']] for query in queries if query['set'] == name}
            with open(os.path.join(os.path.dirname(options.out), f'FOLDS-{name}.json'), 'w') as file:
                json.dump({'foldOf': of_query, 'weights': of_folds}, file)


if __name__ == '__main__':
    main()
