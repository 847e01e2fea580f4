/** What arXiv has of a paper, told from facts that came with it: pure. */
import type { PaperAnswer } from '../../server/contract.ts';

/** Since April 2007, by year and month: four digits until 2014, then five. */
const NEW =
  /^(?:0[7-9]|1[0-4])(?:0[1-9]|1[0-2])\.\d{4}(?:v\d+)?$|^(?:1[5-9]|[2-9]\d)(?:0[1-9]|1[0-2])\.\d{5}(?:v\d+)?$/;
/** Before, within an archive: `hep-th/9901001`, `math.GT/0309136`. */
const OLD = /^[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{2})?\/\d{7}(?:v\d+)?$/;

/** Pages that have one of arXiv's numbers in their address. */
const PAGES = [
  /^https?:\/\/(?:www\.|export\.)?arxiv\.org\/(?:abs|html)\/([^?#]+?)\/?(?:[?#]|$)/i,
  /^https?:\/\/(?:dx\.)?doi\.org\/10\.48550\/arxiv\.([^?#]+)$/i,
  /^https?:\/\/huggingface\.co\/papers\/([^?#]+)$/,
];

/** Where arXiv has a paper as PDF; null where neither address nor id says that it is there, or the address is the PDF. */
export function arxivPdf({ id, url }: Pick<PaperAnswer, 'id' | 'url'>): string | null {
  if (url && /^https?:\/\/(?:www\.|export\.)?arxiv\.org\/pdf\//i.test(url)) return null;
  const inUrl = PAGES.map((page) => url?.match(page)?.[1]).find((number) => number !== undefined);
  const named = /^arxiv:(.+)$/i.exec(id)?.[1];
  const number = [inUrl, named].find((one) => one !== undefined && (NEW.test(one) || OLD.test(one)));
  const known = number ?? (NEW.test(id) ? id : undefined);
  return known === undefined ? null : `https://arxiv.org/pdf/${known}`;
}
