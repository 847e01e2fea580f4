"""Trains the contextual model on shards (shards.py). Can be stopped at any moment and started again.

    python train.py SHARDS_DIR OUT_DIR [--seconds N] [--decay-seconds N] [--lr X] [--start MODEL_DIR]

Starts from all-MiniLM-L6-v2. A batch is --groups groups of papers that are near each other: the hard negatives of each other.
The loss of a batch is the sum of
  contrast    cross-entropy of the similarities of queries and passages at temperature .05 (InfoNCE), and, with less
              weight, of passages and queries
  summed      the same for the sum with the static model's similarities: the model learns what the static one misses
  nested      the same for the leading 128 dimensions (Kusupati et al. 2022, Matryoshka representations)
  divergence  KL divergence to the sum of both teachers' similarities at temperature .07: a neighbor that also answers is no
              mistake
  anchor      the mean distance of the vectors from those of the first teacher, which has seen far more than papers
The learning rate rises over the first steps and stays; --decay-seconds ends a run with a fall to a fiftieth, for a model to be
used; a file `decay` in OUT_DIR starts the fall early. A later run goes on from the last checkpoint before the fall. After the
last shard the shards are used again, in other batches.
"""
import argparse
import json
import os
import random
import time

import numpy as np
import torch
import torch.nn.functional as F
from papers import GROUP
from shards import QUERIES
from tokenizer import TEACHER, unknown_rows
from transformers import AutoModel

TEMPERATURE, TEACHER_TEMPERATURE = 0.05, 0.07
BACK, SUMMED, NESTED = 0.3, 0.5, 0.2
NESTED_DIMENSIONS = 128
QUERY_BLOCKS = 4
CHECKPOINT_SECONDS = 600
PARTS = ('contrast', 'back', 'summed', 'nested', 'divergence', 'anchor')


class Shard:
    def __init__(self, path):
        arrays = np.load(path)
        self.query_ids, self.passage_ids = (
            [ids[a:b] for a, b in zip(starts, starts[1:])]
            for ids, starts in ((arrays[f'{side}_ids'], arrays[f'{side}_starts']) for side in ('query', 'passage'))
        )
        names = ('teacher_queries', 'teacher_passages', 'static_queries', 'static_passages')
        vectors = [F.normalize(torch.from_numpy(arrays[name]).float(), dim=1) for name in names]
        self.teacher_queries, self.teacher_passages, self.static_queries, self.static_passages = vectors

    def batches(self, seed, groups):
        """Rows of the passages of each batch: some groups, in random order."""
        order = list(range(len(self.passage_ids) // GROUP))
        random.Random(seed).shuffle(order)
        for i in range(0, len(order) - groups + 1, groups):
            yield [group * GROUP + k for group in order[i : i + groups] for k in range(GROUP)]


def encode_block(model, ids):
    """Unit vectors, texts × dimensions: the mean of the last layer's token vectors (Reimers & Gurevych 2019)."""
    longest = max(map(len, ids))
    tokens = torch.zeros((len(ids), longest), dtype=torch.long)
    mask = torch.zeros_like(tokens)
    for row, text in enumerate(ids):
        tokens[row, : len(text)] = torch.as_tensor(np.asarray(text, np.int64))
        mask[row, : len(text)] = 1
    with torch.autocast('cpu', dtype=torch.bfloat16):
        hidden = model(input_ids=tokens, attention_mask=mask).last_hidden_state
    weights = mask[..., None].float()
    return F.normalize((hidden.float() * weights).sum(1) / weights.sum(1), dim=1)


def encode(model, ids, blocks):
    """Encodes texts in blocks of similar length, because padding costs time."""
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    size = -(-len(ids) // blocks)
    vectors = torch.cat([encode_block(model, [ids[i] for i in order[k : k + size]]) for k in range(0, len(ids), size)])
    place = torch.empty(len(ids), dtype=torch.long)
    place[torch.tensor(order)] = torch.arange(len(ids))
    return vectors[place]


def losses(model, shard, rows):
    query_rows = [row * QUERIES + k for row in rows for k in range(QUERIES)]
    x = encode(model, [shard.query_ids[i] for i in query_rows], QUERY_BLOCKS)
    y = encode(model, [shard.passage_ids[i] for i in rows], 1)
    passages, queries = torch.tensor(rows), torch.tensor(query_rows)
    target = torch.arange(len(rows)).repeat_interleave(QUERIES)
    cosines = x @ y.T
    static = shard.static_queries[queries] @ shard.static_passages[passages].T
    both = static + shard.teacher_queries[queries] @ shard.teacher_passages[passages].T
    k = NESTED_DIMENSIONS
    nested = F.normalize(x[:, :k], dim=1) @ F.normalize(y[:, :k], dim=1).T
    return (
        F.cross_entropy(cosines / TEMPERATURE, target),
        F.cross_entropy(cosines[::QUERIES].T / TEMPERATURE, torch.arange(len(rows))),
        F.cross_entropy((cosines + static) / TEMPERATURE, target),
        F.cross_entropy(nested / TEMPERATURE, target),
        F.kl_div(
            torch.log_softmax(cosines / TEMPERATURE, 1), torch.softmax(both / TEACHER_TEMPERATURE, 1), reduction='batchmean'
        ),
        2 - (x * shard.teacher_queries[queries]).sum(1).mean() - (y * shard.teacher_passages[passages]).sum(1).mean(),
    )


def save(path, state):
    torch.save(state, f'{path}.writing')
    os.replace(f'{path}.writing', path)


def open_shard(folder, number, end):
    """The shard with a number, or an earlier one if there are not so many; waits for the first. None at the end of time."""
    waited = False
    while time.time() < end:
        path = os.path.join(folder, f'shard-{number:04d}.npz')
        available = len([name for name in os.listdir(folder) if name.startswith('shard-') and 'writing' not in name])
        if not os.path.exists(path) and available > 0:
            path = os.path.join(folder, f'shard-{number % available:04d}.npz')
        if os.path.exists(path):
            return Shard(path)
        if not waited:
            print(f'waits for {path}', flush=True)
        waited = True
        time.sleep(5)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('shards')
    parser.add_argument('out')
    parser.add_argument('--start', default=TEACHER)
    parser.add_argument('--seconds', type=float, default=3600)
    parser.add_argument('--decay-seconds', type=float, default=0)
    parser.add_argument('--lr', type=float, default=5e-5)
    parser.add_argument('--warmup', type=int, default=100)
    parser.add_argument('--divergence', type=float, default=1.0)
    parser.add_argument('--anchor', type=float, default=1.0)
    parser.add_argument('--groups', type=int, default=2)
    options = parser.parse_args()
    weights = torch.tensor([1.0, BACK, SUMMED, NESTED, options.divergence, options.anchor])
    os.makedirs(options.out, exist_ok=True)
    torch.manual_seed(2)
    # Eager attention: a third faster here than the fused kind.
    model = AutoModel.from_pretrained(options.start, attn_implementation='eager')
    if options.start == TEACHER:
        table, (a, b) = model.embeddings.word_embeddings.weight.data, unknown_rows()
        table[[a, b]] = table[[b, a]]
    model.train()
    for module in model.modules():
        # Distillation needs no dropout: the targets are soft, and every step counts.
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    decayed = [p for n, p in model.named_parameters() if p.ndim > 1 and 'embeddings' not in n]
    others = [p for n, p in model.named_parameters() if not (p.ndim > 1 and 'embeddings' not in n)]
    groups = [{'params': decayed, 'weight_decay': 0.01}, {'params': others, 'weight_decay': 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=options.lr, betas=(0.9, 0.98))
    step, shard_number, batch_number = 0, 0, 0
    checkpoint = os.path.join(options.out, 'checkpoint.pt')
    if os.path.exists(checkpoint):
        state = torch.load(checkpoint, weights_only=False)
        model.load_state_dict(state['model'])
        optimizer.load_state_dict(state['optimizer'])
        step, shard_number, batch_number = state['step'], state['shard'], state['batch']
        print(f'goes on from step {step}, shard {shard_number}', flush=True)

    def write_checkpoint():
        position = {'step': step, 'shard': shard_number, 'batch': batch_number}
        save(checkpoint, {'model': model.state_dict(), 'optimizer': optimizer.state_dict(), **position})

    start = last_checkpoint = time.time()
    end = start + options.seconds
    sums, counted, since = torch.zeros(len(PARTS)), 0, time.time()
    log = open(os.path.join(options.out, 'log.jsonl'), 'a')
    decays_now = os.path.join(options.out, 'decay')
    decay_begun = False
    while (shard := open_shard(options.shards, shard_number, end)) is not None:
        for number, rows in enumerate(shard.batches(shard_number, options.groups)):
            if number < batch_number:
                continue
            if not decay_begun and os.path.exists(decays_now):
                end = min(end, time.time() + options.decay_seconds)
            left = end - time.time()
            if left <= 0:
                break
            factor = min(1.0, (step + 1) / options.warmup)
            if options.decay_seconds > 0 and left < options.decay_seconds:
                if not decay_begun:
                    write_checkpoint()
                    decay_begun = True
                factor *= max(0.02, left / options.decay_seconds)
            for group in optimizer.param_groups:
                group['lr'] = options.lr * factor
            parts = torch.stack(losses(model, shard, rows))
            optimizer.zero_grad(set_to_none=True)
            (parts @ weights).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step, batch_number = step + 1, number + 1
            sums += parts.detach()
            counted += 1
            if step % 20 == 0:
                rate = counted * len(rows) / (time.time() - since)
                line = {'step': step, **dict(zip(PARTS, (sums / counted).tolist())), 'passagesPerSecond': rate}
                log.write(json.dumps({name: round(value, 4) for name, value in line.items()}) + '\n')
                log.flush()
                print(' '.join(f'{k} {v:.4g}' for k, v in line.items()), f'left {left / 60:.0f} min', flush=True)
                sums, counted, since = torch.zeros(len(PARTS)), 0, time.time()
            if not decay_begun and time.time() - last_checkpoint > CHECKPOINT_SECONDS:
                write_checkpoint()
                last_checkpoint = time.time()
        else:
            shard_number, batch_number = shard_number + 1, 0
            continue
        break
    if not decay_begun:
        write_checkpoint()
    model.eval()
    model.save_pretrained(os.path.join(options.out, f'model-{step:06d}'))
    print(f'model-{step:06d} saved', flush=True)


if __name__ == '__main__':
    main()
