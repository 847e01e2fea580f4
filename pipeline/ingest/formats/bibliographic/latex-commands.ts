/** What commands of LaTeX mean in running text. */

/** Accents, and other commands that the library knows only together with an argument. */
export const ACCENTS = new Set([
  ...'\'`^"~=.',
  ...'uvHtcdbrkGUfh',
  'textcommabelow',
  'textsuperscript',
  'textsubscript',
  'cyrchar',
  'bar',
  'overline',
]);
/** Those of them that stand over or change all of their argument, not only its first character. */
export const WHOLE_ARGUMENT = new Set(['t', 'textsuperscript', 'textsubscript', 'cyrchar', 'bar', 'overline']);
/** What accents without a letter become. */
export const BARE_ACCENTS = new Map([...'\'`^"~=.'].map((accent) => [accent, accent]));

/** What becomes of characters, and of what TeX makes one character of. */
export const REPLACEMENTS = new Map([
  ['{', ''],
  ['}', ''],
  ['~', ' '],
  ['--', '–'],
  ['---', '—'],
  ['``', '“'],
  ["''", '”'],
  ['?`', '¿'],
  ['!`', '¡'],
]);

/** Commands of one character that is no letter. Every other one is white space. */
export const SYMBOLS = new Map([
  ...[...'{}%&_#$@*|()[]<>0123456789'].map((symbol) => [symbol, symbol] as const),
  ['-', ''],
  ['/', ''],
  ['!', ''],
]);
SYMBOLS.set('@', '').set('(', '\\(').set(')', '\\)').set('[', '\\[').set(']', '\\]');

/** Commands that are white space. */
export const SPACES = new Set('par newline linebreak quad qquad enspace thinspace space hfill item hline'.split(' '));
/** Commands that change how text looks, and nothing else. */
export const FONTS = new Set(
  (
    'bf it rm sc sf sl tt em bfseries itshape scshape slshape upshape rmfamily sffamily ttfamily mdseries normalfont ' +
    'tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge protect relax noindent allowbreak left ' +
    'right displaystyle textstyle nobreak xspace ignorespaces unskip emph textbf textit textrm textsc textsf textsl ' +
    'texttt textup textmd textnormal text underline mbox hbox makebox fbox uppercase lowercase MakeUppercase ' +
    'MakeLowercase NoCaseChange mkbibemph mkbibbold mkbibitalic textcite'
  ).split(' '),
);
/** Commands whose argument is an address or a path. */
export const ADDRESSES = new Set(['url', 'path', 'nolinkurl']);
/** Commands that are dropped together with their argument. */
export const HIDDEN = new Set(
  'cite citep citet label ref eqref footnote thanks noopsort SortNoop vphantom phantom hphantom hspace vspace'.split(
    ' ',
  ),
);
/** Commands that are one text, by name. */
export const NAMES = new Map([
  ['LaTeX', 'LaTeX'],
  ['TeX', 'TeX'],
  ['BibTeX', 'BibTeX'],
  ['LaTeXe', 'LaTeX2e'],
  ['lq', '‘'],
  ['rq', '’'],
  ['degree', '°'],
  ['ensuremath', ''],
  ['backslash', '\\'],
  ['lbrace', '{'],
  ['rbrace', '}'],
]);
