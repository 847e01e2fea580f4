/**
 * Folds spellings of one English word into one: British and American ('behaviour', 'behavior'), irregular plurals
 * ('matrices', 'matrix'). The analyzer folds the words of papers and queries alike before it stems them, so that either
 * spelling finds both. A rule may make a word that does not exist:
 * this does no harm as long as no other word becomes the same.
 */

/** Plurals with other endings than `-s`, and what Porter's stemmer would not make equal. */
const IRREGULAR_PLURALS: ReadonlyMap<string, string> = new Map(
  (
    'matrices:matrix vertices:vertex indices:index indexes:index appendices:appendix simplices:simplex cortices:cortex ' +
    'analyses:analysis hypotheses:hypothesis theses:thesis syntheses:synthesis diagnoses:diagnosis crises:crisis ' +
    'parentheses:parenthesis prognoses:prognosis axes:axis criteria:criterion phenomena:phenomenon corpora:corpus ' +
    'spectra:spectrum quanta:quantum momenta:momentum maxima:maximum minima:minimum optima:optimum extrema:extremum ' +
    'equilibria:equilibrium automata:automaton strata:stratum errata:erratum symposia:symposium formulae:formula ' +
    'lemmata:lemma stigmata:stigma schemata:schema nebulae:nebula antennae:antenna larvae:larva loci:locus foci:focus ' +
    'nuclei:nucleus stimuli:stimulus radii:radius genera:genus bacteria:bacterium fungi:fungus calculi:calculus ' +
    'tori:torus mice:mouse children:child women:woman men:man feet:foot teeth:tooth leaves:leaf lives:life wolves:wolf ' +
    'halves:half knives:knife shelves:shelf'
  )
    .split(' ')
    .map((pair): [string, string] => {
      const [plural, singular] = pair.split(':');
      return [plural, singular];
    }),
);

/** Words that differ in more than a rule says. */
const BRITISH_WORDS: ReadonlyMap<string, string> = new Map(
  (
    'grey:gray greys:gray greyscale:grayscale programme:program programmes:programs aluminium:aluminum ' +
    'artefact:artifact artefacts:artifacts ageing:aging judgement:judgment judgements:judgments mould:mold ' +
    'moulds:molds moulding:molding plough:plow sceptic:skeptic sceptical:skeptical scepticism:skepticism ' +
    'aeroplane:airplane aeroplanes:airplanes manoeuvre:maneuver manoeuvres:maneuvers manoeuvring:maneuvering ' +
    'manoeuvrability:maneuverability manoeuvrable:maneuverable defence:defense defences:defenses offence:offense ' +
    'offences:offenses licence:license licences:licenses pretence:pretense practise:practice practised:practiced ' +
    'practising:practicing learnt:learned spelt:spelled centring:centering centred:centered fulfil:fulfill ' +
    'fulfils:fulfills enrol:enroll enrolment:enrollment instalment:installment skilful:skillful wilful:willful'
  )
    .split(' ')
    .map((pair): [string, string] => {
      const [british, american] = pair.split(':');
      return [british, american];
    }),
);

/** Verbs in -ise, without this ending, that are spelled so everywhere: their nouns end in -ision ('precise, precision'). */
const ALWAYS_ISE =
  /(?:superv|rev|prec|exerc|adv|dev|prom|no|ra|pra|expert|prem|ch|enterpr|surpr|compr|conc|inc|exc|dem|desp|gu|ru|parad|merchand|telev|improv|po|^ar|circumc|treat|w|mort|advert|^ka|sunr)$/;
const ISE = /^([a-z]{2,})is(e|ed|es|er|ers|ing|able|ation|ations|ational)$/;

/** Further differences between British and American spelling that follow rules. */
const BRITISH_PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/(?<=(?:anal|paral|catal|electrol|hydrol|dial))ys(?=(?:e|ed|er|ers|ing)$)/, 'yz'],
  [
    /(?<=^(?:mis)?(?:col|behavi|neighb|fav|lab|vap|tum|hon|hum|rum|flav|harb|od|arm|endeav|rig|vig|parl|sav|splend|val))our/,
    'or',
  ],
  [
    /(?<=(?:model|label|signal|travel|cancel|channel|tunnel|level|fuel|equal|total|counsel|panel|parallel|dial|initial|spiral|unravel|marshal))l(?=(?:ed|ing|er|ers|ation|ations)$)/,
    '',
  ],
  [/(?<=(?:cent|fib|lit|theat|calib|spect|lust|met))re(?=s?$)/, 'er'],
  [/(?<=(?:catal|dial|anal|epil|prol|monol))ogue(?=s?$)/, 'og'],
  [/^anaesth/, 'anesth'],
  [/^haem(?=[aeio])/, 'hem'],
  [/(?<=leuk|an|isch|ur|hyperglyc|hypoglyc|bacter|septic)aem(?=i[ac])/, 'em'],
  [/paed(?=i|o)/, 'ped'],
  [/^oestr/, 'estr'],
  [/^foet(?=us|al)/, 'fet'],
  [/^oesoph/, 'esoph'],
  [/oedema/, 'edema'],
  [/^sulph/, 'sulf'],
  [/rrhoea/, 'rrhea'],
];
const MIN_RULE_LETTERS = 5;

/**
 * One spelling for all spellings of a word.
 *
 * @param surface the word, normalized by the analyzer
 * @example
 * foldSpelling('behaviour'); // 'behavior'
 * foldSpelling('matrices'); // 'matrix'
 */
export function foldSpelling(surface: string): string {
  const known = IRREGULAR_PLURALS.get(surface) ?? BRITISH_WORDS.get(surface);
  if (known !== undefined) return known;
  if (surface.length < MIN_RULE_LETTERS) return surface;
  const [, root, ending] = ISE.exec(surface) ?? [];
  let folded = root === undefined || ALWAYS_ISE.test(root) ? surface : `${root}iz${ending}`;
  for (const [pattern, american] of BRITISH_PATTERNS) folded = folded.replace(pattern, american);
  return folded;
}
