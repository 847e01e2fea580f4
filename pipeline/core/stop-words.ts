/** Lists of English words that are ignored or restricted in keyphrases and queries. All words are in lower case. */

/** Words that may stand inside a keyphrase (chain of thought), but not at its beginning or end. */
export const connectorWords: ReadonlySet<string> = new Set(['of', 'to', 'in', 'for', 'and', 'with', 'the', 'on', 'by']);

/** English function words. */
const FUNCTION_WORDS = `
a about above across after again against all along already also although always am among an any are around as at away be
became because become becomes been before behind being below between beyond both but can cannot could did do does doing
done down during each either else enough especially etc even ever every far few first from fully further furthermore get
given gives go had has have having he hence her here hers him his how however i if instead into is it its itself just
last later least less let like likely made mainly make makes making many may me might more moreover most mostly much
must my namely near nearly need needs neither never nevertheless next no nor not nothing now off often once one ones
only onto or other others otherwise our ours out over own per perhaps quite rather really same second see seen several
she should since so some still such than that their them themselves then there thereby therefore these they third this
those though three through throughout thus together too toward towards two under unless until up upon us use used useful
user uses using usually various very via was way ways we well were what when where whereas whether which while who whole
whom whose why will within without would yet you your zero e.g i.e eg ie et al vs non respectively due towards amongst
among four five six seven eight nine ten
`;

/**
 * Words with which papers of every field describe themselves (propose, state-of-the-art), so that they do not
 * distinguish topics.
 */
const SCHOLARLY_WORDS = `
ability able abstract accordingly accurate accurately achieve achieved achieves achieving address addressed
addresses addressing advance advanced advancement advances advantage aim aims allow allowing allows analyse analyze
analyzing applicability application applications applied apply applying approach approaches appropriate arbitrary
art article aspect aspects author authors available average baseline baselines based basic basis benefit benefits
best better bridge broad broader build building built call called capable capabilities capability capture captures
carefully case cases challenges challenging choice close closely combination combine combined combines combining
common commonly compare compared comparing comparison compelling complete complex complexity component components
comprehensive comprehensively conduct conducted consider considered considering consist consistent consistently
consists constrain contain contains contribute contribution contributions correspond corresponding costly create
creating crucial current currently deal dedicated define defined demonstrate demonstrated demonstrates demonstrating
depend dependent depends describe described design designed designing desired despite detail detailed determine
develop developed developing development difference different difficult difficulty directly discover discuss diverse
diversity easily easy effect effective effectively effectiveness effects efficiency efficient efficiently effort
eliminate emerge emerged emerging employ employed employing employs empirical empirically enable enabled enables
enabling encounter end enhance enhanced enhances enhancing ensure ensures ensuring entire entirely equip essential
establish established evaluate evaluated evaluates evaluating evaluations evidence examine example examples
excellent exhibit exhibits exist existing expensive experimental experimentally explicit explicitly exploit explore
explored explores exploring extend extended extensive extensively fact facilitate fail fails fields finally find
finding findings finds flexible focus focused focuses focusing follow followed following form formulate formulation
foster foundational frameworks full fundamental future gain gains gap gaps general generally github give
good great greater greatly grow growing handle hard help helps high higher highlight highlighting highlights
highly huge human-like idea identify impact implement implementation implemented implications importance important
importantly impressive improve improved improvement improvements improves improving include included includes
including incorporate incorporates incorporating increase increased increases increasing increasingly independent
individual inherent inherently insight insights inspire inspired integrate integrated integrates integrating
introduce introduced introduces introducing investigate investigation involve involves involving issue issues key
kind known lack lacks larger largely lead leading leads levels leverage leveraged leverages leveraging limit
limitation limitations limited limits literature little look lower main maintain maintaining maintains
major manner meaningful means measure meet methodology methods mitigate modern modify motivate motivated multiple
nature necessary need needed new notable notably novel number numerous observe observed obtain obtained offer
offering offers open-source operate opportunities optimal order orders original outperform outperformed
outperforming outperforms overall overcome paper papers paramount part particular particularly pave paves paving
perform performances performed performing performs plays popular pose poses positive possible potential potentially
power powerful practical practice present presented presenting presents prevalent previous previously primarily
primary principle principled prior procedure produce produced produces producing progress project promise promising
proper properly properties property propose proposed proposes proposing prove proven provide provided provides
providing publicly purpose range ranging rapid rapidly rates real real-world realistic realize reason reasonable
recent recently recognize reduce reduced reduces reducing reduction relate related relative relatively release
released relevant reliable reliably rely relies relying remain remains remarkable remarkably report reported
represent require required requirement requirements requires requiring researcher researchers respect
result resulting results reveal reveals rich robust room run scenario scenarios scope seek series serve serves
settings setup short show showcase showed showing shown shows significant significantly similar simple simply
simultaneously single smaller solution solutions solve solved solving specific specifically specify standard
state-of-the-art steps straightforward strategies strength strong stronger studied studies study substantial
substantially success successful successfully suffer suffers sufficient suggest suggesting suggests suitable
superior superiority support supports surpass surpasses surpassing systematic systematically technical tackle tackles tackling
take taken takes technique techniques term terms tested tests theoretical theoretically thorough thoroughly times
today traditional traditionally turn type types typical typically ultimately underexplored underlying understand
unified unify unique unlike unprecedented utilize utilized utilizes utilizing valid validate validated variety vast
version versatile view wide widely widespread work works yield yielding yields trained train learn learned learns
inputs outputs across-the-board scores
`;

/** Words that are never part of a keyphrase: a keyphrase ends before them. */
export const stopWords: ReadonlySet<string> = setOf(`${FUNCTION_WORDS} ${SCHOLARLY_WORDS}`);

/** Words that are ignored in a query: 'robots that learn to push' searches for robots, learn and push. */
export const queryStopWords: ReadonlySet<string> = new Set([...setOf(FUNCTION_WORDS), ...connectorWords]);

/**
 * Words that are part of many keyphrases (world model, test time, large language model), but too generic to form one by
 * themselves.
 */
export const genericWords: ReadonlySet<string> = setOf(`
model models data dataset datasets learning training representation representations feature features system systems
task tasks process processes problem problems framework frameworks mechanism mechanisms structure structures knowledge
test tests time times scale set sets evaluation survey step steps level levels field fields analysis rate rates value
values metric metrics score scores information experiment experiments performance quality accuracy input output inputs
outputs strategy strategies pipeline pipelines paradigm paradigms challenge challenges setting settings target targets
resource resources large research generation understanding modeling modelling estimation prediction predictions
synthesis benchmarking assessment failure failures question questions answer answers domain domains dimension
dimensions category categories condition conditions small long low open role roles hand hands state intelligence
discovery review reviews idea ideas direction directions group groups foundation error errors pattern patterns lens
`);

function setOf(words: string): Set<string> {
  return new Set(words.split(/\s+/).filter((word) => word !== ''));
}

/**
 * Words with a low weight as topic labels: a phrase of these words alone (machine learning, deep neural network) fits
 * most papers in computer science.
 */
export const ubiquitousWords: ReadonlySet<string> = setOf(`
machine deep neural network networks artificial intelligence ai learning large language llm llms model models system
systems
`);

/** Words that say too little as the name of a topic, although they are keywords: 'style transfer' is a name, 'style' is not. */
export const vagueWords: ReadonlySet<string> = setOf(`
content reasoning geometry identity motion rendering brain verification exploration style planning simulation physics
environment interaction behavior control memory skill trajectory reward alignment safety diversity consistency efficiency
robustness compression latency throughput context attention embedding similarity uncertainty noise distribution annotation
`);

/** Words that are a keyphrase only together with another word: 'object detection' is one, 'detection' is not. */
export const nonStandaloneWords: ReadonlySet<string> = setOf(`
algorithm algorithms architecture architectures network networks theory theories benchmark benchmarks background
image images video videos text texts word words token tokens object objects scene scenes concept concepts people
detection recognition classification
`);
