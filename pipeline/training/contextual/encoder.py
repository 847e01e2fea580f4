"""Runs the encoder: batches of texts of similar length, mean pooling, unit vectors."""
import numpy as np
import torch
import torch.nn.functional as F


def as_rectangle(ids):
    """Token ids, texts × the longest of them, and a mask that is 1 for tokens and 0 for padding."""
    longest = max(map(len, ids))
    tokens = torch.zeros((len(ids), longest), dtype=torch.long)
    mask = torch.zeros((len(ids), longest), dtype=torch.long)
    for row, text in enumerate(ids):
        tokens[row, : len(text)] = torch.as_tensor(np.asarray(text, np.int64))
        mask[row, : len(text)] = 1
    return tokens, mask


def encode(model, ids):
    """Unit vectors, texts × dimensions: the mean of the last layer's token vectors (Reimers & Gurevych 2019)."""
    tokens, mask = as_rectangle(ids)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        hidden = model(input_ids=tokens, attention_mask=mask).last_hidden_state
    weights = mask[..., None].float()
    return F.normalize((hidden.float() * weights).sum(1) / weights.sum(1), dim=1)


@torch.no_grad()
def embed(model, ids, tokens_per_batch=8192):
    """Unit vectors of many texts, the longest first, in batches of about the same number of tokens."""
    order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
    out = None
    at = 0
    while at < len(order):
        size = max(1, tokens_per_batch // len(ids[order[at]]))
        rows = order[at : at + size]
        vectors = encode(model, [ids[i] for i in rows]).numpy()
        if out is None:
            out = np.zeros((len(ids), vectors.shape[1]), np.float32)
        out[rows] = vectors
        at += size
    return out
