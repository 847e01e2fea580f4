import { expect, it } from 'vitest';
import { arxivPdf } from '../../../../web/text/links.ts';

it.each([
  ['arxiv:2504.15921', 'https://arxiv.org/abs/2504.15921', '2504.15921'],
  ['a', 'http://www.arxiv.org/abs/1412.6980v9?context=cs', '1412.6980v9'],
  ['a', 'https://doi.org/10.48550/arXiv.2501.12948', '2501.12948'],
  ['a', 'https://huggingface.co/papers/2501.12948', '2501.12948'],
  ['arXiv:math.GT/0309136', null, 'math.GT/0309136'],
  ['2501.12948v2', 'https://openreview.net/forum?id=x', '2501.12948v2'],
])('the PDF of %s at %s is that of %s', (id, url, number) => {
  expect(arxivPdf({ id, url })).toBe(`https://arxiv.org/pdf/${number}`);
});

it.each([
  ['a-slug-c3425759', null],
  ['2513.12345', null],
  ['2504.1592', null],
  ['cs/0112017', null],
  ['arxiv:2504.15921', 'https://arxiv.org/pdf/2504.15921'],
  ['a', 'https://evil.org/?https://arxiv.org/abs/2504.15921'],
  ['a', 'https://arxiv.org/abs/../login'],
  ['arxiv:"><script>', 'javascript:arxiv.org/abs/2504.15921'],
])('none is made up for %s at %s', (id, url) => {
  expect(arxivPdf({ id, url })).toBeNull();
});
