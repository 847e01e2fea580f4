import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stemOf } from '../../../../../pipeline/search/lexical/analyzer.ts';
import { foldSpelling } from '../../../../../pipeline/search/lexical/fold-spelling.ts';

const spellings: readonly (readonly [string, string])[] = [
  ['behaviour behavioural misbehaviour', 'behavior behavioral misbehavior'],
  ['colour coloured colourful colourless', 'color colored colorful colorless'],
  ['neighbour neighbours neighbourhood', 'neighbor neighbors neighborhood'],
  ['tumour vapour odour rigour endeavour', 'tumor vapor odor rigor endeavor'],
  ['optimise optimised optimising optimiser optimisation', 'optimize optimized optimizing optimizer optimization'],
  ['generalise generalisable generalisations', 'generalize generalizable generalizations'],
  ['organisational summarises tokenisers', 'organizational summarizes tokenizers'],
  ['colourised anaesthetised sulphonised', 'colorized anesthetized sulfonized'],
  ['analyse analysed analysing analyser catalyse', 'analyze analyzed analyzing analyzer catalyze'],
  ['modelling labelled signalling travelled cancelled', 'modeling labeled signaling traveled canceled'],
  ['centre centres centred centring', 'center centers centered centering'],
  ['fibre metre kilometres calibre', 'fiber meter kilometers caliber'],
  ['catalogue dialogues analogue', 'catalog dialogs analog'],
  ['haemoglobin anaemia leukaemia ischaemic', 'hemoglobin anemia leukemia ischemic'],
  ['paediatric oestrogen foetus oesophagus', 'pediatric estrogen fetus esophagus'],
  ['oedema sulphate diarrhoea anaesthesia', 'edema sulfate diarrhea anesthesia'],
  ['defence licence practise judgement artefacts', 'defense license practice judgment artifacts'],
  ['grey programme ageing aluminium manoeuvre', 'gray program aging aluminum maneuver'],
  ['learnt fulfil enrolment sceptical', 'learned fulfill enrollment skeptical'],
];

const plurals: readonly (readonly [string, string])[] = [
  ['matrices vertices indices indexes appendices', 'matrix vertex index index appendix'],
  ['analyses hypotheses syntheses crises axes', 'analysis hypothesis synthesis crisis axis'],
  ['criteria phenomena corpora spectra', 'criterion phenomenon corpus spectrum'],
  ['maxima minima optima equilibria automata', 'maximum minimum optimum equilibrium automaton'],
  ['formulae nebulae larvae loci nuclei stimuli radii', 'formula nebula larva locus nucleus stimulus radius'],
  ['mice children women feet teeth leaves halves', 'mouse child woman foot tooth leaf half'],
];

describe('British and American spellings have one stem', () => {
  test.each(spellings)('%s: %s', (british, american) => {
    expect(british.split(' ').map(stemOf)).toEqual(american.split(' ').map(stemOf));
  });
});

describe('irregular plurals have the stem of their singular', () => {
  test.each(plurals)('%s: %s', (plural, singular) => {
    expect(plural.split(' ').map(stemOf)).toEqual(singular.split(' ').map(stemOf));
  });
});

describe('a word that is spelled so everywhere stays', () => {
  const words =
    'noise noises denoising raise raising praised precise concise exercise exercises revise revised supervised ' +
    'unsupervised advise devise promise promising compromise otherwise pairwise pointwise likewise wise rise rising ' +
    'arise arises surprise surprising comprise comprises enterprise expertise disguise paradise premise demise ' +
    'excise incised franchise merchandise televised improvised advertise treatise cruise bruises poise ' +
    'four hour hours pour tour source course journal contour detour paramour glamour ' +
    'acre are here there where genre massacre ogre ' +
    'league dialect analysis analyst catalyst paralysis controlling controlled excelled called filling ' +
    'basis thesis iris bus gas lens focus virus species series news physics bias means data media';
  test.each(words.split(' '))('%s', (word) => {
    expect(foldSpelling(word)).toBe(word);
  });
});

test('only forms of one word share a stem', () => {
  const words =
    'metric metrics meter metre prize price prise program programming progress license licensing lice color collar ' +
    'labor laboratory favor favorite center central centroid leaf leave life live half have man men mean ' +
    'index indicate vertex vertical matrix maternal optimum optimal axis axiom analysis analytic analog analogy ' +
    'gray gravy mold model modal mode defense defend practice practical fetus fetal';
  const groups = new Map<string, string[]>();
  for (const word of words.split(' ')) groups.set(stemOf(word), [...(groups.get(stemOf(word)) ?? []), word]);
  const merged = [...groups.values()].filter(({ length }) => length > 1).map((group) => group.join(' '));
  expect(merged).toEqual([
    'metric metrics',
    'meter metre',
    'prize prise',
    'program programming',
    'license licensing',
    'man men',
    'analog analogy',
    'practice practical',
  ]);
});

test('a folded word stays as it is when it is folded again', () => {
  for (const word of [...spellings, ...plurals].flat().flatMap((words) => words.split(' '))) {
    expect(foldSpelling(foldSpelling(word))).toBe(foldSpelling(word));
  }
});

test('a word of any other alphabet or with digits stays', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'αβ漢字0123456789éа') }), (word) => {
      expect(foldSpelling(word)).toBe(word);
    }),
    { seed: 2 },
  );
});
