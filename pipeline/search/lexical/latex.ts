/** What a LaTeX command is to a reader of words. */
export interface LatexCommand {
  /** `word`: a word of its own. `letters`: part of the word it stands in, none for an accent. `break`: no word. */
  readonly kind: 'word' | 'letters' | 'break';
  readonly text: string;
  /** The place behind the command and those arguments that are no words of the text. */
  readonly end: number;
}

const greek =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega'.split(
    ' ',
  );

/** The names of Greek letters, for `α-divergence` to be found by `alpha` and the other way round. */
export const greekNames: ReadonlyMap<string, string> = new Map(
  [...'αβγδεζηθικλμνξοπρστυφχψω'].map((letter, i) => [letter, greek[i]]),
);

/** Commands that people read and search for: `$\alpha$-divergence`, `$\ell_1$ loss`, `$O(\log n)$`. */
const readAloud: ReadonlyMap<string, string> = new Map([
  ...greek.flatMap((name): [string, string][] => [
    [name, name],
    [`var${name}`, name],
  ]),
  ...'log ln exp sin cos tan min max'.split(' ').map((name): [string, string] => [name, name]),
  ['eps', 'epsilon'],
  ['ell', 'l'],
]);

/** Letters that have a command: `S\o ren`, `{\L}ukasz`. */
const letters = new Map(
  'o:o O:o l:l L:l aa:a AA:a ae:ae AE:ae oe:oe OE:oe ss:ss i:i j:j'.split(' ').map((pair): [string, string] => {
    const [name, text] = pair.split(':');
    return [name, text];
  }),
);

const NAME = /[a-zA-Z]+/y;
/** Accents over the next letter (`Poincar\'e`, `Erd\H{o}s`), and places where a word may be hyphenated. */
const SIGN_ACCENT = /['`^"~=.-](?=\s?[a-zA-Z{\\])/y;
const LETTER_ACCENT = /[cHvukrdbt](?=\{\\?[a-zA-Z]\})/y;
/** `\'s` is an escaped apostrophe more often than an ś. */
const POSSESSIVE = /'s(?![a-zA-Z])/y;
/** Commands whose first argument is a key, an address or a color. */
const UNREAD =
  /^(?:[a-zA-Z]*cite[a-zA-Z]*|[a-zA-Z]*ref|label|begin|end|url|textcolor|color|unicode|hyperlink|includegraphics)$/;
const UNREAD_ARGUMENT = /\*?(?:\[[^\]]{0,200}\])?\{[^{}]{0,200}\}/y;

/** Reads the command whose backslash stands at `at`. */
export function readLatexCommand(text: string, at: number): LatexCommand {
  const name = matchAt(NAME, text, at + 1);
  if (name === '') {
    const possessive = matchAt(POSSESSIVE, text, at + 1);
    if (possessive !== '') return { kind: 'break', text: '', end: at + 3 };
    if (matchAt(SIGN_ACCENT, text, at + 1) !== '') return { kind: 'letters', text: '', end: at + 2 };
    // `\%`, `\_`, `\\`; half of a surrogate pair is no sign that can be escaped.
    return { kind: 'break', text: '', end: Math.min(text.length, at + (text.charCodeAt(at + 1) < 128 ? 2 : 1)) };
  }
  const end = at + 1 + name.length;
  if (matchAt(LETTER_ACCENT, text, at + 1) !== '' && name.length === 1) return { kind: 'letters', text: '', end };
  const letter = letters.get(name);
  // TeX swallows the space behind a command.
  if (letter) return { kind: 'letters', text: letter, end: text.charAt(end) === ' ' ? end + 1 : end };
  const word = readAloud.get(name.toLowerCase());
  if (word) return { kind: 'word', text: word, end };
  return { kind: 'break', text: '', end: end + (UNREAD.test(name) ? matchAt(UNREAD_ARGUMENT, text, end).length : 0) };
}

/** What a sticky expression matches at a place; empty for nothing. */
function matchAt(expression: RegExp, text: string, at: number): string {
  expression.lastIndex = at;
  return expression.exec(text)?.[0] ?? '';
}
