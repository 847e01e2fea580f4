import { type Steps, spans } from '../../core/cooperative.ts';
import { eachPhraseAt, type Phrases } from './extract-phrases.ts';
import { JOINING, type WordTexts } from './tokenized-texts.ts';

/** A word is lower case where at least this share of its occurrences is: titles and heads of sentences raise the others. */
const LOWER_SHARE = 0.25;

/** Texts between two steps. */
const AT_ONCE = 1024;

/**
 * How each of the wanted phrases is written, by phrase: in the form (singular, plural) in which it stands most often where
 * it is not part of a longer phrase, each word with the capitals that it mostly has in abstracts.
 */
export function* surfacesOf(
  texts: WordTexts,
  { table }: Phrases,
  wanted: ReadonlySet<number>,
): Steps<Map<number, string>> {
  const writeWord = wordWriter(texts);
  const isWanted = new Uint8Array(table.count());
  for (const phrase of wanted) isWanted[phrase] = 1;
  const forms = new Map<number, Map<string, number>>();
  const read = (text: number) => {
    const end = texts.starts[text + 1];
    for (let at = texts.starts[text]; at < end; at++) {
      eachPhraseAt(texts, table, at, end, (phrase, length) => {
        if (!isWanted[phrase]) return;
        let form = '';
        for (let i = at; i < at + length; i++) form += `${i > at ? ' ' : ''}${texts.codes[i]}`;
        const counts = forms.get(phrase) ?? new Map<string, number>();
        // Where nothing follows, number and meaning are the phrase's own: 'agent systems' are no agent.
        counts.set(form, (counts.get(form) ?? 0) + (isFollowed(texts, at + length, end) ? 1 : 1000));
        forms.set(phrase, counts);
      });
    }
  };
  yield* spans(texts.count, AT_ONCE, (from, to) => {
    for (let text = from; text < to; text++) read(text);
  });
  const written = new Map<number, string>();
  for (const [phrase, counts] of forms) {
    const spelled = new Map<string, number>();
    for (const [form, times] of counts) {
      const text = together(form.split(' ').map((code) => writeWord(Number(code))));
      spelled.set(text, (spelled.get(text) ?? 0) + times);
    }
    written.set(phrase, [...spelled].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0][0]);
  }
  return written;
}

/** A word as it is mostly written. `sure` where an abstract says so: titles begin every word with a capital. */
interface Written {
  readonly text: string;
  readonly sure: boolean;
}

/** 'task Completion' is 'task completion', where only a title has the second word. */
function together(words: readonly Written[]): string {
  const isLower = words.some(({ text, sure }) => sure && text === text.toLowerCase());
  const lowered = ({ text, sure }: Written) =>
    isLower && !sure && /^\p{Lu}?\p{Ll}+(?:-\p{Lu}?\p{Ll}+)*$/u.test(text) ? text.toLowerCase() : text;
  return words.map(lowered).join(' ');
}

function isFollowed(texts: WordTexts, at: number, end: number): boolean {
  return at < end && texts.codes[at] >= 0 && texts.kinds[texts.keyOfSurface[texts.codes[at]]] !== JOINING;
}

/** Writes a surface as that word is mostly written: 'Diffusion' as 'diffusion', 'Gaussian' and 'GRPO' as they are. */
function wordWriter(texts: WordTexts): (surface: number) => Written {
  const times = new Int32Array(texts.surfaces.length);
  for (let text = 0; text < texts.count; text++) {
    for (let at = texts.abstracts[text]; at < texts.starts[text + 1]; at++) {
      if (texts.codes[at] >= 0) times[texts.codes[at]]++;
    }
  }
  const spellings = new Map<string, number[]>();
  texts.surfaces.forEach((surface, number) => {
    const lower = surface.toLowerCase();
    const known = spellings.get(lower);
    if (known) known.push(number);
    else spellings.set(lower, [number]);
  });
  return (surface) => {
    const lower = texts.surfaces[surface].toLowerCase();
    const all = spellings.get(lower) ?? [surface];
    const total = all.reduce((sum, one) => sum + times[one], 0);
    const lowered = all.find((one) => texts.surfaces[one] === lower);
    if (lowered !== undefined && times[lowered] >= LOWER_SHARE * total) return { text: lower, sure: total > 0 };
    const most = all.reduce((best, one) => (times[one] > times[best] ? one : best));
    return { text: texts.surfaces[most], sure: total > 0 };
  };
}
