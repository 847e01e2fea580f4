/** What people type and paste, and what it is read as. Kept by hand. */
import type { Filter, Sort } from '../../../pipeline/core/query/ast.ts';

/** What is read of an input. What is not named is empty; `text` is the input itself, `freeText` is `text`. */
export interface Reading {
  readonly text?: string;
  readonly freeText?: string;
  readonly phrases?: readonly string[];
  readonly prefixes?: readonly string[];
  /** `-word`, `-"a phrase"`, `-prefix*`, without the minus. */
  readonly excluded?: readonly string[];
  readonly like?: readonly string[];
  readonly not?: readonly string[];
  readonly filters?: readonly Filter[];
  readonly sort?: Sort;
}

/** Typed queries. */
export const typed: readonly (readonly [string, Reading])[] = [
  ['', {}],
  ['diffusion models', {}],
  ['  diffusion \n models ', { text: 'diffusion models' }],
  ['"reversal curse"', { freeText: 'reversal curse', phrases: ['reversal curse'] }],
  ['why the "reversal curse" happens', { freeText: 'why the reversal curse happens', phrases: ['reversal curse'] }],
  ['“reversal curse” in LLMs', { freeText: 'reversal curse in LLMs', phrases: ['reversal curse'] }],
  ['„reversal  curse“', { text: '„reversal curse“', freeText: 'reversal curse', phrases: ['reversal curse'] }],
  ['like:2501.12948', { text: '', like: ['2501.12948'] }],
  ['robots like:a like:b not:c like:a', { text: 'robots', like: ['a', 'b'], not: ['c'] }],
  ['like:"odd id with spaces" grasping', { text: 'grasping', like: ['odd id with spaces'] }],
  ['like:"say ""hi"""', { text: '', like: ['say "hi"'] }],
  ['like:https://arxiv.org/abs/2501.12948', { text: '', like: ['https://arxiv.org/abs/2501.12948'] }],
  [
    'topic:3 topic:7 rewards',
    {
      text: 'rewards',
      filters: [
        { kind: 'topic', topic: 3, excluded: false },
        { kind: 'topic', topic: 7, excluded: false },
      ],
    },
  ],
  ['topic:none', { text: '', filters: [{ kind: 'topic', topic: 'none', excluded: false }] }],
  ['topic:"robot grasping"', { text: '', filters: [{ kind: 'topic', topic: 'robot grasping', excluded: false }] }],
  ['-topic:3 agents', { text: 'agents', filters: [{ kind: 'topic', topic: 3, excluded: true }] }],
  ['org:nvidia', { text: '', filters: [{ kind: 'org', org: 'nvidia', excluded: false }] }],
  [
    'org:"Google DeepMind" -org:google',
    {
      text: '',
      filters: [
        { kind: 'org', org: 'Google DeepMind', excluded: false },
        { kind: 'org', org: 'google', excluded: true },
      ],
    },
  ],
  [
    'author:hinton -author:"Yann  LeCun" capsules',
    {
      text: 'capsules',
      filters: [
        { kind: 'author', author: 'hinton', excluded: false },
        { kind: 'author', author: 'Yann LeCun', excluded: true },
      ],
    },
  ],
  ['org:“Google DeepMind”', { text: '', filters: [{ kind: 'org', org: 'Google DeepMind', excluded: false }] }],
  [
    'category:cs.LG -category:cs.CL parsing',
    {
      text: 'parsing',
      filters: [
        { kind: 'category', category: 'cs.LG', excluded: false },
        { kind: 'category', category: 'cs.CL', excluded: true },
      ],
    },
  ],
  [
    'agents since:2025-01 until:2025-03-15',
    {
      text: 'agents',
      filters: [
        { kind: 'since', date: '2025-01' },
        { kind: 'until', date: '2025-03-15' },
      ],
    },
  ],
  ['Since:2025', { text: '', filters: [{ kind: 'since', date: '2025' }] }],
  ['agents since:2025 agents', { text: 'agents agents', filters: [{ kind: 'since', date: '2025' }] }],
  ['authors:>10', { text: '', filters: [{ kind: 'authors', compare: '>', count: 10 }] }],
  [
    'authors:>=2 authors:<=5',
    {
      text: '',
      filters: [
        { kind: 'authors', compare: '>=', count: 2 },
        { kind: 'authors', compare: '<=', count: 5 },
      ],
    },
  ],
  [
    'comments:5 comments:=5 comments:≥5 comments:<6',
    {
      text: '',
      filters: [
        { kind: 'comments', compare: '=', count: 5 },
        { kind: 'comments', compare: '>=', count: 5 },
        { kind: 'comments', compare: '<', count: 6 },
      ],
    },
  ],
  ['has:code diffusion', { text: 'diffusion', filters: [{ kind: 'has', what: 'code', excluded: false }] }],
  ['-has:Code', { text: '', filters: [{ kind: 'has', what: 'code', excluded: true }] }],
  ['within:r:-1,0.5,2,3', { text: '', filters: [{ kind: 'within', shape: 'r:-1,0.5,2,3', excluded: false }] }],
  [
    'Within:"r:-1, 0.5, 2, 3; -l:0,0,1,0,1,1" robots',
    { text: 'robots', filters: [{ kind: 'within', shape: 'r:-1,0.5,2,3;-l:0,0,1,0,1,1', excluded: false }] },
  ],
  [
    'robots -within:t:3;*p:2401.1,a%2Cb',
    { text: 'robots', filters: [{ kind: 'within', shape: 't:3;*p:2401.1,a%2Cb', excluded: true }] },
  ],
  ['diffusion -survey', { text: 'diffusion', excluded: ['survey'] }],
  ['-survey, -review diffusion', { text: 'diffusion', excluded: ['survey', 'review'] }],
  ['grasping -"reinforcement learning"', { text: 'grasping', excluded: ['"reinforcement learning"'] }],
  ['grasping -“imitation learning”.', { text: 'grasping', excluded: ['"imitation learning"'] }],
  ['pruning -transf*', { text: 'pruning', excluded: ['transf*'] }],
  ['models -n-gram -C++', { text: 'models', excluded: ['n-gram', 'C++'] }],
  ['transf*', { freeText: 'transf', prefixes: ['transf'] }],
  ['self-superv* pruning', { freeText: 'self-superv pruning', prefixes: ['self-superv'] }],
  ['robots sort:date', { text: 'robots', sort: 'date' }],
  ['SORT:Comments robots sort:comments', { text: 'robots', sort: 'comments' }],
  [
    '"world model" agent* like:2401.1 topic:none since:2024 -game sort:date',
    {
      text: '"world model" agent*',
      freeText: 'world model agent',
      phrases: ['world model'],
      prefixes: ['agent'],
      like: ['2401.1'],
      filters: [
        { kind: 'topic', topic: 'none', excluded: false },
        { kind: 'since', date: '2024' },
      ],
      excluded: ['game'],
      sort: 'date',
    },
  ],
];

/** An abstract with everything in it that the grammar knows. */
export const abstract = `Large models fail. Note: we call this the "reversal curse" (see https://example.org/a:b). In
fine-tuning of A* and R* -based planners, e.g. topic:modeling with authors:many and sort:merge, the cost is -x_i + -0.5
\\"o per step -- a gap that state-of-
-the-art systems never close. We show that -"quoted" text, since:20x5, prefix* and time: 10:30 do no harm. Code: none.
The rest of this text is here to make it as long as real abstracts are.`;

/** Pasted titles and sentences: what looks like grammar and is not. */
export const pasted: readonly (readonly [string, Reading])[] = [
  ['GPT-4: a study', {}],
  ['Note: we show', {}],
  ['https://arxiv.org/abs/2501.12948', {}],
  ['Meet me at time: 10:30', {}],
  ['C++: a language of its time', {}],
  ['since: 2025', {}],
  ['The org: a history of like: buttons', {}],
  ['schema.org:Person and (topic:3)', {}],
  ['RePrompt - Prompting by Gradient -- Revisited', {}],
  ['a threshold of -0.5 and -3 dB', {}],
  ['State-of-the-Art Text-to-Image, Sub- and Super-resolution', {}],
  ['write to jane-doe@example.org', {}],
  ['$\\alpha$-divergence, \\textbf{bold} and $-\\nabla f$', {}],
  ['Universal Teichm\\"uller spaces and K\\"ahler manifolds', {}],
  ['A 5" screen, a 6" pen', {}],
  ['A* Search, D* Lite and C* algebras', {}],
  ['Informed RRT*: Optimal Sampling-based Path Planning', {}],
  ['--help --verbose', {}],
  ['Is P != NP? 3 > 2, x:=5, {a:b}', {}],
  ["ICL CIPHERS: Quantifying \"Learning'' in In-Context Learning", {}],
  ['he said "never', {}],
  ['🤖: robots, “curly', {}],
  ['sort:', {}],
  ['-', {}],
  ['""', {}],
  ['- " " -"" *', {}],
  [
    '"Why Should I Trust You?": Explaining the Predictions of Any Classifier',
    {
      freeText: 'Why Should I Trust You?: Explaining the Predictions of Any Classifier',
      phrases: ['Why Should I Trust You?'],
    },
  ],
  [
    'DecoFuse: Decomposing the "What", "Where", and ("How")',
    { freeText: 'DecoFuse: Decomposing the What, Where, and (How)', phrases: ['What', 'Where', 'How'] },
  ],
  [abstract, { text: abstract.replaceAll('\n', ' ') }],
  [
    `like:2401.1 -survey ${abstract} since:2025 -review`,
    {
      text: abstract.replaceAll('\n', ' '),
      like: ['2401.1'],
      filters: [{ kind: 'since', date: '2025' }],
      excluded: ['survey', 'review'],
    },
  ],
];

/** Inputs that are refused, and the whole message. */
export const refused: readonly (readonly [string, string])[] = [
  [
    'diffusion since:20x5',
    "character 11: 'since:20x5' is no date; write since:2025, since:2025-01 or since:2025-01-07",
  ],
  [
    'until:2025-02-30',
    "character 1: 'until:2025-02-30' is no date; write until:2025, until:2025-01 or until:2025-01-07",
  ],
  ['🤖 since:25', "character 3: 'since:25' is no date; write since:2025, since:2025-01 or since:2025-01-07"],
  [
    'authors:many',
    "character 1: 'authors:many' is no number of authors; write authors:5, authors:>5, authors:>=5, authors:<5 or authors:<=5",
  ],
  [
    'comments:-1',
    "character 1: 'comments:-1' is no number of comments; write comments:5, comments:>5, comments:>=5, comments:<5 or comments:<=5",
  ],
  ['has:video', "character 1: 'has:video' is not known; write has:code"],
  ['sort:new', "character 1: 'sort:new' is no order; write sort:relevance, sort:date or sort:comments"],
  ['sort:date x sort:comments', "character 13: 'sort:comments' comes after sort:date; write one order only"],
  ['x org:""', 'character 3: \'org:""\' is empty; write a value directly after the colon, or leave it out'],
  ['org:"Google Deep', 'character 1: \'org:"Google\' has a quote that is not closed; write org:"…"'],
  [
    'like:"a"b"',
    'character 1: \'like:"a"b"\' goes on after its closing quote; write a space after like:"…", or "" for a quote within',
  ],
  ['-since:2025', "character 1: '-since:2025' cannot be excluded; write until: and the last day that fits"],
  ['x -like:a', "character 3: '-like:a' cannot be excluded; write not: and the id"],
  [
    `since:${'9'.repeat(90)}`,
    `character 1: 'since:${'9'.repeat(73)}…' is no date; write since:2025, since:2025-01 or since:2025-01-07`,
  ],
];
