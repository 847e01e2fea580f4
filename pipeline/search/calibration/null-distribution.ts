/** Measures how well off-topic queries match a corpus by chance. Real queries are compared with this distribution. */
import { computeScoreStats, roundToDigits } from '../../core/algorithms/statistics.ts';
import { processInChunks } from '../../core/cooperative.ts';
import type { Effects } from '../../core/effects.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import { runBuildTask } from '../../runtime/scheduling.ts';
import { type RetrievalIndex, retrieveCandidates } from '../candidates.ts';
import { queryTerms } from '../lexical/bm25.ts';
import {
  answerFeatures,
  createMatchFeatureExtractor,
  type MatchFeatures,
  type NullDistribution,
  rawMatchScore,
} from './answerability.ts';

/** In a corpus of fewer papers the distribution is not measured, because it would not be reliable. */
const MIN_PAPERS = 20;

/**
 * Runs the off-topic queries against a corpus and returns the distribution of their match scores. Real queries are
 * compared with it; see answerability.ts.
 *
 * @returns undefined for a corpus of fewer than 20 papers
 */
export async function measureNullDistribution(
  index: RetrievalIndex,
  embedder: Embedder,
  effects: Effects,
): Promise<NullDistribution | undefined> {
  if (index.invertedIndex.paperCount < MIN_PAPERS) {
    effects.debug(
      `null distribution: none, because there are fewer than ${MIN_PAPERS} papers; every query counts as answered`,
    );
    return undefined;
  }
  const progress = effects.startProgress('null distribution', offTopicQueries.length);
  const { dimensions } = embedder.settings;
  const embeddings = await embedder.embedQueries(offTopicQueries);
  const features: MatchFeatures[] = [];
  const search = (text: string, i: number) => {
    const terms = queryTerms(index.invertedIndex, text);
    const vectors = [embeddings.subarray(i * dimensions, (i + 1) * dimensions)];
    const candidates = retrieveCandidates(index, { terms, vectors });
    const featuresOf = createMatchFeatureExtractor(index.invertedIndex, terms, text, candidates);
    features.push(answerFeatures(featuresOf, candidates));
  };
  const task = processInChunks(offTopicQueries.length, (from, to) => {
    for (let i = from; i < to; i++) search(offTopicQueries[i], i);
  });
  const onProgress = (share: number) => progress.update(Math.round(share * offTopicQueries.length));
  await runBuildTask(task, effects.signal, onProgress);
  progress.finish(`${offTopicQueries.length} off-topic queries`);
  const statsOf = (feature: keyof MatchFeatures) =>
    computeScoreStats(Float32Array.from(features, (answer) => answer[feature]));
  const stats = { coverage: statsOf('coverage'), similarity: statsOf('similarity'), proximity: statsOf('proximity') };
  // Scores are rounded to four digits, because people read the manifest in which they are stored.
  const scores = features.map((answer) => roundToDigits(rawMatchScore(answer, stats), 4)).sort((a, b) => a - b);
  return { ...stats, scores };
}

/**
 * Questions of everyday life (cooking, law, sport, gardens, history) that no collection of research papers is about:
 * their best hits are matches by chance. If a corpus is about some of them after all, real queries need a higher score
 * to count as answered. Answerability is tested with other queries (test/fixtures/off-topic.txt).
 */
export const offTopicQueries: readonly string[] = [
  'why did my custard curdle',
  'best flour for homemade pizza crust',
  'how long does cooked chicken keep in the fridge',
  'substitute for buttermilk in pancakes',
  'slow cooked lamb shoulder with rosemary and garlic',
  'my banana bread is always soggy in the middle',
  'pickling cucumbers without sugar',
  'how to sharpen a kitchen knife on a whetstone',
  'can I freeze leftover mashed potato',
  'making marmalade from seville oranges',
  'can my landlord raise the rent halfway through a lease',
  'how to contest a parking ticket',
  'notice period for resigning during probation',
  'what makes a handwritten will valid',
  'small claims court fees',
  "neighbour's tree hanging over my fence who pays",
  'power of attorney for an elderly parent',
  'how many players are on a rugby union team',
  'marathon tapering in the last two weeks',
  'leg before wicket rule in cricket',
  'best grip for a tennis backhand',
  'who won the 1966 world cup final',
  'how to stop slicing my golf drives',
  'swimming butterfly stroke breathing tips',
  'tomato leaves turning yellow at the bottom',
  'when to plant garlic cloves',
  'how to get rid of slugs without pellets',
  'moving a hydrangea to a shadier spot',
  'compost heap smells of ammonia',
  'lawn full of moss after a wet winter',
  'which vegetables grow well in pots on a balcony',
  'dripping kitchen tap washer replacement',
  'how to unblock a shower drain full of hair',
  'patching a hole in plasterboard',
  'radiator cold at the top but hot at the bottom',
  'toilet keeps running after flushing',
  'removing old wallpaper with steam',
  'damp patch on the bedroom ceiling below the bathroom',
  'causes of the fall of the roman republic',
  'daily life of a medieval blacksmith',
  'who were the wives of henry the eighth in order',
  'the black death and its effect on peasant wages',
  'why did napoleon invade russia',
  'shipping routes of the hanseatic league',
  'what shoes to wear with a navy suit',
  'how to get red wine stains out of a silk blouse',
  '1920s flapper dresses and beaded handbags',
  'are skinny jeans out of style now',
  'my cat keeps scratching the sofa',
  'house training an eight week old puppy',
  'how often should you clean out a hamster cage',
  'foods that are poisonous to dogs',
  'why does my rabbit thump its back feet at night',
  'cheap ferries from athens to santorini',
  'do I need a visa to visit vietnam for two weeks',
  'what to pack for a week in iceland in november',
  'best area to stay in lisbon with small children',
  'lost luggage compensation from the airline',
  'meaning of lent and ash wednesday',
  'how do muslims perform wudu before prayer',
  'difference between catholic and orthodox easter',
  'what happens at a bar mitzvah',
  'should I pay off my mortgage early or save',
  'tax allowance for working from home expenses',
  'how does inheritance tax work when gifting a house',
  'opening a joint savings account with my partner',
  'is a fixed rate mortgage better right now',
  'how to read bass clef for beginners',
  'sore fingertips from playing steel string guitar',
  'what grade piano piece is fur elise',
  'how often should a violin be restrung',
  'seating plan etiquette for divorced parents of the bride',
  'how much to tip the wedding caterer',
  'wording for evening only invitations',
  'ideas for cheap table centrepieces at a barn reception',
  'squeaking brakes when reversing',
  'how to change a flat tyre on the roadside',
  'engine oil light stays on after a top up',
  'car battery dead after being parked for two weeks',
  'toddler refuses to eat anything green',
  'when do babies start sleeping through the night',
  'potty training a stubborn three year old',
  'how to handle sibling fights on long journeys',
  'why does it always rain on bank holidays',
  'difference between sleet and hail',
  'who is the narrator of wuthering heights',
  'themes of jealousy in othello',
  'poems by emily dickinson about death',
  'stamp duty for first time buyers',
  'selling a house with subsidence',
  'how to cut a dovetail joint by hand',
  'oiling a teak garden bench',
  'casting on stitches with circular needles',
  'how to fix a dropped stitch in garter rows',
  'waterproofing old leather hiking boots',
  'which red wine goes with roast duck',
  'why did neville chamberlain sign the munich agreement',
  'home remedy for a bee sting',
  'getting rid of hiccups quickly',
  'how to plait long hair into a crown',
  'can you reheat rice the next day',
  'how to stop pastry shrinking in the tin',
  'which cut of beef for a stew',
  'sourdough starter has a grey liquid on top',
  'vegetarian starter for a dinner party of eight',
  'how many teaspoons in a tablespoon',
  'roasting chestnuts in the oven',
  'thai green curry without coconut milk',
  'keeping basil alive on the windowsill',
  'how to carve a turkey',
  'do I have to give my ex half of the house',
  'what happens if you miss jury service',
  'can a shop refuse a refund without a receipt',
  'changing my name after getting married',
  'is a verbal agreement binding when selling a horse',
  'dog bit the postman am I liable',
  'how to become a notary',
  'rights of a tenant when the boiler breaks',
  'offside rule explained simply',
  'how long is an olympic swimming pool',
  'training plan for a first ten kilometre run',
  'what is a googly',
  'best exercises for a stiff lower back',
  'highest mountain bike trail in the alps',
  'who holds the record for most grand slam titles',
  'warming up before a game of squash',
  'how to string a badminton racket',
  'formula one points for tenth place',
  'pruning roses in february',
  'black spots on the leaves of my pear tree',
  'seeds to sow with children in spring',
  'how deep to plant tulip bulbs',
  'keeping foxes away from the bins',
  'bees nesting in the garden wall',
  'why are my carrots forked',
  'fitting a cat flap in a glass door',
  'paint flaking off the window sill',
  'how to level an uneven concrete floor',
  'which drill bit for brick',
  'washing machine leaves white marks on dark clothes',
  'tiling round a bath',
  'how to bleed a radiator',
  'the princes in the tower who killed them',
  'life on board a tea clipper',
  "causes of the peasants' revolt",
  'when was the printing press brought to england',
  "women's work in the second world war",
  'how did the egyptians move the stones of the pyramids',
  "queen victoria's children and whom they married",
  'is it rude to wear white to a funeral',
  'how to break in stiff leather shoes',
  'ironing a shirt without creases',
  'wool coat full of moth holes',
  'which earrings suit a round face',
  'curling fine hair that will not hold',
  'how long do goldfish live',
  'my horse is lame on the left front leg',
  'why does my parrot pull out its feathers',
  'lambing in cold weather',
  'taking a kitten on a train',
  'night train from paris to vienna',
  'is tap water safe to drink in mexico',
  'driving in scotland in january',
  'how much cash to take to morocco',
  'camping by a lake with a baby',
  'missed my connecting flight because of fog',
  'what the archbishop says at a coronation',
  'fasting hours in ramadan this year',
  'songs for a christening',
  'why do buddhists shave their heads',
  'lighting candles on the eve of the sabbath',
  'pension credit for a widow over eighty',
  'can I cancel a gym membership early',
  'premium bonds or a savings account',
  'how much does it cost to raise a child',
  'selling old coins found in the attic',
  'tuning a ukulele by ear',
  'words of auld lang syne',
  'how to read music for the recorder',
  'choir pieces for a winter concert',
  'who plays the villain in the new spy film',
  'board games for two people on a rainy evening',
  'crossword clue river in yorkshire five letters',
  'what to write in a sympathy card',
  'present for a retiring headmaster',
  'how to ask your boss for a day off',
  'speech of the best man in two minutes',
  'clutch slips when going uphill',
  'parking permit for a hired van',
  'scratches on an alloy wheel',
  'bicycle chain keeps coming off',
  'sunburn on the shoulders what helps',
  'splinter under a fingernail',
  'cough syrup for a two year old',
  'when does the snow melt in the pyrenees',
  'moon rise and tide times tomorrow',
  'what did mister darcy say to elizabeth',
  'knitting a scarf in moss stitch',
  'glueing a broken china cup',
  'how to fold a paper crane',
];
