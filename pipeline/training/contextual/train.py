"""Trains the contextual model on prepared shards (prepare.py). Can be stopped at any moment and started again.

    python train.py SHARDS_DIR OUT_DIR [--seconds N] [--decay-seconds N] [--lr X]

Starts from all-MiniLM-L6-v2. Each batch is half neighbors: papers near a random one by the static model, the hard
negatives of each other. The loss of a batch is the sum of
  cross-entropy   of the similarities of queries and passages at temperature .05, in both directions (InfoNCE)
  KL divergence   to the sum of both teachers' similarities at temperature .07: a neighbor that also answers is no mistake
  anchor          the mean distance of the vectors from those of the first teacher
The learning rate rises over the first steps and stays; --decay-seconds ends a run with a fall to a fiftieth, for a model to be used.
A later run goes on from the last checkpoint before the fall.
"""
import argparse
import json
import os
import random
import time

import numpy as np
import torch
import torch.nn.functional as F
from encoder import encode
from prepare import QUERY_TOKENS, TEACHER
from transformers import AutoModel

TEMPERATURE, TEACHER_TEMPERATURE = 0.05, 0.07
BATCH, POOL = 64, 4096
CHECKPOINT_SECONDS = 600


class Shard:
    def __init__(self, path, passage_tokens):
        arrays = np.load(path)
        self.count = len(arrays['query_starts']) - 1
        self.query_ids = self._split(arrays, 'query', QUERY_TOKENS)
        self.passage_ids = self._split(arrays, 'passage', passage_tokens)
        self.teacher_queries, self.teacher_passages, self.static_queries, self.static_passages = (
            torch.from_numpy(arrays[name]).float()
            for name in ('teacher_queries', 'teacher_passages', 'static_queries', 'static_passages')
        )

    @staticmethod
    def _split(arrays, side, longest):
        ids, starts = arrays[f'{side}_ids'], arrays[f'{side}_starts']
        texts = []
        for a, b in zip(starts, starts[1:]):
            text = ids[a:b]
            # The final special token stays when a text is cut.
            texts.append(text if len(text) <= longest else np.concatenate([text[: longest - 1], text[-1:]]))
        return texts

    def batches(self, seed):
        """Rows of batches: half of each are the neighbors of a random paper, half are random; each paper at most once."""
        rng = random.Random(seed)
        left = list(range(self.count))
        rng.shuffle(left)
        while len(left) >= 2 * BATCH:
            pool = left[-POOL:]
            vectors = self.static_passages[torch.tensor(pool)]
            near = (vectors @ vectors[-1]).topk(BATCH // 2)[1].tolist()
            chosen = {pool[i] for i in near}
            for row in left:
                if len(chosen) == BATCH:
                    break
                chosen.add(row)
            left = [row for row in left if row not in chosen]
            yield sorted(chosen)


def losses(model, shard, rows, anchor_weight):
    x = encode(model, [shard.query_ids[i] for i in rows])
    y = encode(model, [shard.passage_ids[i] for i in rows])
    index = torch.tensor(rows)
    scores = x @ y.T / TEMPERATURE
    target = torch.arange(len(rows))
    contrast = 0.5 * (F.cross_entropy(scores, target) + F.cross_entropy(scores.T, target))
    both = shard.static_queries[index] @ shard.static_passages[index].T
    both = both + shard.teacher_queries[index] @ shard.teacher_passages[index].T
    divergence = F.kl_div(torch.log_softmax(scores, 1), torch.softmax(both / TEACHER_TEMPERATURE, 1), reduction='batchmean')
    anchor = 2 - (x * shard.teacher_queries[index]).sum(1).mean() - (y * shard.teacher_passages[index]).sum(1).mean()
    return contrast, divergence, anchor_weight * anchor


def save(path, state):
    torch.save(state, f'{path}.writing')
    os.replace(f'{path}.writing', path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('shards')
    parser.add_argument('out')
    parser.add_argument('--seconds', type=float, default=3600)
    parser.add_argument('--decay-seconds', type=float, default=0)
    parser.add_argument('--lr', type=float, default=4e-5)
    parser.add_argument('--warmup', type=int, default=80)
    parser.add_argument('--anchor', type=float, default=1.0)
    parser.add_argument('--passage-tokens', type=int, default=128)
    parser.add_argument('--stop-after-shards', type=int, default=10**9)
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    torch.manual_seed(2)
    # Eager attention: a third faster here than the fused kind.
    model = AutoModel.from_pretrained(TEACHER, attn_implementation='eager')
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
    sums, counted, since = np.zeros(4), 0, time.time()
    log = open(os.path.join(options.out, 'log.jsonl'), 'a')
    finished_shards = 0
    decay_begun = False
    while time.time() < end and finished_shards < options.stop_after_shards:
        path = os.path.join(options.shards, f'shard-{shard_number:04d}.npz')
        waited = False
        while not os.path.exists(path) and time.time() < end:
            if not waited:
                print(f'waits for {path}', flush=True)
            waited = True
            time.sleep(5)
        if not os.path.exists(path):
            break
        shard = Shard(path, options.passage_tokens)
        for number, rows in enumerate(shard.batches(shard_number)):
            if number < batch_number:
                continue
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
            parts = losses(model, shard, rows, options.anchor)
            loss = sum(parts)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            batch_number = number + 1
            sums += [p.item() for p in parts] + [loss.item()]
            counted += 1
            if step % 20 == 0:
                rate = counted * BATCH / (time.time() - since)
                mean = sums / counted
                line = {'step': step, 'contrast': mean[0], 'divergence': mean[1], 'anchor': mean[2], 'loss': mean[3], 'rate': rate}
                log.write(json.dumps({k: round(v, 4) for k, v in line.items()}) + '\n')
                log.flush()
                print(' '.join(f'{k} {v:.4g}' for k, v in line.items()), f'left {left / 60:.0f} min', flush=True)
                sums, counted, since = np.zeros(4), 0, time.time()
            if not decay_begun and time.time() - last_checkpoint > CHECKPOINT_SECONDS:
                write_checkpoint()
                last_checkpoint = time.time()
        else:
            shard_number, batch_number = shard_number + 1, 0
            finished_shards += 1
            continue
        break
    if not decay_begun:
        write_checkpoint()
    model.eval()
    model.save_pretrained(os.path.join(options.out, f'model-{step:06d}'))
    print(f'model-{step:06d} saved', flush=True)


if __name__ == '__main__':
    main()
