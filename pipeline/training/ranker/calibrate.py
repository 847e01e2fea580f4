"""Learns the weights of the match score, which decides whether a corpus answers a query, from queries that people wrote.

    python calibrate.py FEATURES_DIR SET…

FEATURES_DIR has the files that `npm run ranker:features` writes. The queries of the sets are answered; the off-topic queries
of everyday life, run against the same papers, are not. Each feature is z-scored by the off-topic queries of its set, as in
pipeline/search/calibration/answerability.ts. The weights are those of a logistic regression; each set counts the same. A set
is measured with weights that were learned from the others: how many of its queries have a higher score than 96 % of the
off-topic queries.
"""
import argparse
import json
import os

import numpy as np
import torch

# Names have no deviation over off-topic queries, which contain none, and keep their weight.
FEATURES = ['coverage', 'similarity', 'proximity']
NAMES_WEIGHT = 4
PERCENTILE = 0.96


def load(folder, name):
    with open(os.path.join(folder, f'{name}.json')) as file:
        data = json.load(file)
    off_topic = np.array([[answer[f] for f in FEATURES] for answer in data['offTopic']])
    mean, deviation = off_topic.mean(0), off_topic.std(0) + 1e-9
    answers = np.array([[query['answer'][f] for f in FEATURES] for query in data['queries']])
    names = np.array([query['answer']['names'] for query in data['queries']])
    kinds = [query['id'].replace('|', '-').rpartition('-')[2] for query in data['queries']]
    return (off_topic - mean) / deviation, (answers - mean) / deviation, names, kinds


def learn(sets):
    parts = [(x, 0.0) for x, *_ in sets] + [(x, 1.0) for _, x, *_ in sets]
    x = torch.from_numpy(np.concatenate([x for x, _ in parts]).astype(np.float32))
    y = torch.cat([torch.full((len(x),), label) for x, label in parts])
    share = torch.cat([torch.full((len(x),), 1 / len(x)) for x, _ in parts])
    weights = torch.zeros(len(FEATURES) + 1, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn='strong_wolfe')

    def loss():
        optimizer.zero_grad()
        logits = x @ weights[:-1] + weights[-1]
        losses = torch.nn.functional.binary_cross_entropy_with_logits(logits, y, reduction='none')
        total = (losses * share).sum() / share.sum() + 0.01 * (weights[:-1] ** 2).sum()
        total.backward()
        return total

    optimizer.step(loss)
    return weights.detach().numpy()[:-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('features')
    parser.add_argument('sets', nargs='+')
    options = parser.parse_args()
    sets = [load(options.features, name) for name in options.sets]
    for i, name in enumerate(options.sets):
        off_topic, answers, names, kinds = sets[i]
        for label, weights in (
            ('now', np.array([0.7, 1.2, 0.6])),
            ('learned without it', learn(sets[:i] + sets[i + 1 :])),
        ):
            threshold = np.quantile(off_topic @ weights, PERCENTILE)
            answered = answers @ weights + NAMES_WEIGHT * names > threshold
            by_kind = {kind: [a for a, k in zip(answered, kinds) if k == kind] for kind in sorted(set(kinds))}
            shares = [f'{kind} {np.mean(of_kind):.3f}' for kind, of_kind in by_kind.items()] if len(by_kind) < 9 else []
            print(f'{name:18s} {label:18s} answered {answered.mean():.3f}  {weights.round(2)}  {"  ".join(shares)}')
    print('all sets', dict(zip(FEATURES, learn(sets).round(3).tolist())))


if __name__ == '__main__':
    main()
