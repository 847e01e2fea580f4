"""Learns the weights of the ranker from judged queries.

    python fit.py FEATURES_DIR OUT.json [--sets NAME:WEIGHT …] [--folds 5] [--leave-out NAME]

FEATURES_DIR has the files of `npm run ranker:features`. The score of a candidate is Σ feature · (w₀ + Σ wⱼ · query featureⱼ). The
loss is the cross-entropy of the softmax over a query's candidates against its judged papers (ListNet, Cao et al. 2007),
plus a penalty on the squared weights of standardized features. Each set counts as much as its weight says, whatever its
number of queries. Prints, for each set, MRR@10, success@10 and nDCG@10 by cross-validation over all queries.
"""
import argparse
import json
import os

import numpy as np
import torch

FEATURES = ['lexical', 'contextual', 'static', 'coverage', 'titleCoverage', 'contextualCosine', 'staticCosine']
QUERY = ['bestCoverage', 'length', 'unknownShare', 'rarestTerm', 'bestLexical', 'bestContextual', 'bestStatic']
MEANING_ONLY = [1, 2, 5, 6]
MAX_CANDIDATES = 600


def load(folder, name):
    queries = json.load(open(os.path.join(folder, f'{name}.json')))['queries']
    values = np.fromfile(os.path.join(folder, f'{name}.bin'), np.float32).reshape(-1, len(FEATURES))
    at, out = 0, []
    for q in queries:
        n = len(q['grades'])
        features, grades = values[at:at + n], np.array(q['grades'], np.float32)
        at += n
        keep = np.ones(n, bool)
        if q['self'] >= 0: keep[q['self']] = False
        judged = sorted((g for g in q['judged'] if g > 0), reverse=True)
        if not judged: continue
        out.append({'set': name, 'id': q['id'], 'kind': q['id'].rsplit('-', 1)[-1] if name == 'daily_known_item' else q['id'].rsplit('|', 1)[-1] if '|' in q['id'] else 'all', 'x': features[keep], 'g': grades[keep], 'judged': judged, 'q': np.array(q['ofQuery'], np.float32)})
    return out


def metrics(scores, query):
    order = np.argsort(-scores, kind='stable')[:10]
    g = query['g'][order]
    hit = np.flatnonzero(g > 0)
    dcg = (g / np.log2(np.arange(len(g)) + 2)).sum()
    ideal = sum(v / np.log2(i + 2) for i, v in enumerate(query['judged'][:10]))
    return (1 / (hit[0] + 1) if len(hit) else 0.0, float(len(hit) > 0), dcg / ideal)


class Model:
    def __init__(self, features, penalty):
        self.features, self.penalty = features, penalty

    def fit(self, queries, weights, steps=300):
        train = [q for q in queries if (q['g'] > 0).any()]
        x = np.concatenate([q['x'] for q in train]); self.mean, self.sd = x.mean(0), x.std(0) + 1e-6
        qs = np.stack([q['q'] for q in train]); self.qmean, self.qsd = qs.mean(0), qs.std(0) + 1e-6
        n = max(len(q['x']) for q in train)
        X = torch.zeros(len(train), n, len(self.features)); mask = torch.zeros(len(train), n, dtype=torch.bool); T = torch.zeros(len(train), n)
        for i, q in enumerate(train):
            k = len(q['x']); X[i, :k] = torch.from_numpy(((q['x'] - self.mean) / self.sd)[:, self.features]); mask[i, :k] = True
            T[i, :k] = torch.from_numpy(q['g'] / q['g'].sum())
        G = torch.from_numpy(np.hstack([np.ones((len(train), 1)), (qs - self.qmean) / self.qsd]).astype(np.float32)).clamp(-3, 3)
        counts = {}
        for q in train: counts[q['set']] = counts.get(q['set'], 0) + 1
        W = torch.tensor([weights[q['set']] / counts[q['set']] for q in train], dtype=torch.float32); W /= W.sum()
        A = torch.zeros(len(self.features), G.shape[1], requires_grad=True)
        with torch.no_grad(): A[:, 0] = 0.5
        scale = torch.ones_like(A) * self.penalty; scale[:, 0] = self.penalty * 0.1
        opt = torch.optim.LBFGS([A], lr=1, max_iter=steps, line_search_fn='strong_wolfe', tolerance_grad=1e-6)

        def closure():
            opt.zero_grad()
            s = torch.einsum('qnf,fg,qg->qn', X, A, G).masked_fill(~mask, -1e9)
            loss = -(W * (T * torch.log_softmax(s, 1).masked_fill(~mask, 0)).sum(1)).sum() + (scale * A ** 2).sum()
            loss.backward()
            return loss
        opt.step(closure)
        self.A = A.detach().numpy()
        return self

    def score(self, query):
        g = np.concatenate([[1], np.clip((query['q'] - self.qmean) / self.qsd, -3, 3)])
        return ((query['x'] - self.mean) / self.sd)[:, self.features] @ (self.A @ g)


def report(queries, scores, label):
    by = {}
    for q, s in zip(queries, scores):
        m = metrics(s, q)
        for key in {q['set'], (q['set'] + '/' + q['kind']) if q['kind'] != 'all' else q['set']}: by.setdefault(key, []).append(m)
    print(label)
    for key in sorted(by):
        v = np.array(by[key]).mean(0)
        print(f'  {key:34s} MRR {v[0]:.3f}  s@10 {v[1]:.3f}  nDCG {v[2]:.4f}  ({len(by[key])})')


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('features'); p.add_argument('out'); p.add_argument('--sets', nargs='+', required=True); p.add_argument('--folds', type=int, default=5); p.add_argument('--penalty', type=float, default=0.003); p.add_argument('--only', action='store_true')
    o = p.parse_args()
    weights = {s.split(':')[0]: float(s.split(':')[1]) for s in o.sets}
    queries = [q for name in weights for q in load(o.features, name)]
    used = [q for q in queries if weights[q['set']] > 0]
    fixed = lambda q: 0.5 * q['x'][:, 0] + 0.25 * (q['x'][:, 1] + q['x'][:, 2])
    meaning = lambda q: q['x'][:, 1] + q['x'][:, 2]
    report(queries, [fixed(q) for q in queries], 'fixed weights')
    report(queries, [meaning(q) for q in queries], 'meaning, fixed weights')
    # Queries for the same paper are in the same fold.
    key = lambda q: hash((q['set'], q['id'].rsplit('-', 1)[0] if q['set'] == 'daily_known_item' else q['id'].rsplit('|', 1)[0]))
    keys = sorted({key(q) for q in queries}); np.random.default_rng(3).shuffle(keys); fold_of = {k: i % o.folds for i, k in enumerate(keys)}
    for kind, features in (('hybrid', list(range(7))), ('semantic', MEANING_ONLY)):
        scores = [None] * len(queries)
        for f in range(o.folds):
            m = Model(features, o.penalty).fit([q for q in used if fold_of[key(q)] != f], weights)
            for i, q in enumerate(queries):
                if fold_of[key(q)] == f: scores[i] = m.score(q)
        report(queries, scores, f'{kind}, {o.folds} folds')


if __name__ == '__main__':
    main()
