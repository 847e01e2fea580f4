/**
 * Names topics by subjects of research: a name says what most of the papers are about, in the words that the field uses,
 * whether or not the papers use these words.
 */
import { createSeededRandom, sampleRows } from '../../core/algorithms/random.ts';
import { computeScoreStats, mean } from '../../core/algorithms/statistics.ts';
import type { Checkpoint } from '../../core/cooperative.ts';
import { dotWithRow, type Vectors } from '../../core/vectors.ts';
import { NAME_SEPARATOR } from './label-phrase.ts';
import type { EmbedTexts } from './meaning-coverage.ts';

/** How many papers of the corpus are about each subject is estimated from this many of them. */
const CORPUS_SAMPLE = 2000;
/** The subjects of a topic are estimated from at most this many of its papers. */
const TOPIC_SAMPLE = 128;
/** Topics of fewer papers are named by their phrases: a few papers may be near to a subject by chance. */
const MIN_PAPERS = 8;

/**
 * Of the mean cosine that a subject has with all papers, this share is subtracted from its cosines: some descriptions are
 * near to every paper. Without any, 'LLM agents' describes half of a corpus; with all of it, rare subjects win by chance.
 */
const MEAN_SHARE = 0.5;
/**
 * A paper is about its nearest subject, and about those that are less than this many deviations of the cosines farther: a
 * paper on robots that learn by rewards is about both.
 */
const MAX_DEVIATIONS_BEHIND = 0.5;

/** At least this share of a topic's papers must be about the subject that names it. */
const MIN_SHARE = 0.45;
/** A narrower subject is preferred if it has this share of the papers of the wider one. */
const MIN_SHARE_OF_NARROWER = 0.85;
/** Each part of a name of two subjects needs this share of the papers, and both together `MIN_SHARE`. */
const MIN_SHARE_OF_PART = 0.2;
/**
 * From this level on, two narrower subjects are preferred to a field that divides into subjects, if they have this share of
 * the papers of the field together: 'Finance · time series forecasting' to 'Domain applications'.
 */
const MIN_LEVEL_OF_NARROW_PAIRS = 2;
const MIN_SHARE_OF_NARROW_PAIR = 0.85;
/** If no two subjects do, one with this share names the topic, if that is so many times its share of the corpus. */
const MIN_SHARE_OF_RARE = 0.35;
const MIN_LIFT_OF_RARE = 5;
/**
 * Phrases describe hardly any of the papers of upper levels and large topics: if nothing else does, two subjects with this
 * share each name such a topic.
 */
const MAX_LEVEL_OF_ANY_TWO = 1;
const MIN_PAPERS_OF_ANY_TWO = 100;
const MIN_SHARE_OF_ANY_PART = 0.12;
/** A name of two subjects has at most this many characters. */
const MAX_LENGTH_OF_TWO = 56;

/** Which papers are about which subjects. */
interface SubjectsOfPapers {
  /** Per row that was measured, the subjects that the paper is about, with all entries that these belong to. */
  readonly subjectsOf: ReadonlyMap<number, ReadonlySet<number>>;
  /** The share of the corpus that is about each subject. */
  readonly corpusShares: Float64Array;
}

/** A subject as the name of a topic. */
interface Candidate {
  readonly subject: number;
  /** The share of the topic's papers that are about it. */
  readonly share: number;
  /**
   * The subject's term in the Kullback–Leibler divergence of the topic from the corpus, p · ln(p/q): high if it describes most
   * papers of the topic and few of the others.
   */
  readonly score: number;
}

/**
 * Finds the parts of names for topics: one subject that most of a topic's papers are about, or two that are about half of them together.
 * No two topics have the same name, and a topic has no subject that an ancestor has or that is wider than one of these; areas
 * name only top-level topics. Topics that no subject describes are left out.
 *
 * @param parentOf the parent of each topic, −1 for a root; parents come before their subtopics
 * @param rowsOf the rows of a topic's papers
 * @param embed embeds the descriptions of the subjects
 */
export async function nameBySubject(
  parentOf: Int32Array,
  vectors: Vectors,
  rowsOf: (topic: number) => Int32Array,
  embed: EmbedTexts,
  checkpoint: Checkpoint,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const names = new Map<number, readonly string[]>();
  const random = createSeededRandom(1);
  const samples = Array.from(parentOf, (_, topic) => {
    const rows = rowsOf(topic);
    return sampleRows(rows.length, TOPIC_SAMPLE, random).map((i) => rows[i]);
  });
  const measured = await findSubjects(vectors, samples, embed, checkpoint);
  if (!measured) return names;
  const levelOf = levelsOf(parentOf);
  const usedBy = new Map<number, readonly number[]>();
  const used = new Set<number>();
  const usedPairs = new Set<string>();
  for (let level = 0; level <= Math.max(-1, ...levelOf); level++) {
    const topics = Array.from(parentOf.keys())
      .filter((topic) => levelOf[topic] === level && samples[topic].length >= MIN_PAPERS)
      .map((topic) => ({ topic, candidates: candidatesFor(samples[topic], measured, level === 0) }))
      .sort((a, b) => (b.candidates[0]?.score ?? 0) - (a.candidates[0]?.score ?? 0) || a.topic - b.topic);
    for (const { topic, candidates } of topics) {
      const blocked = blockedSubjects(topic, parentOf, usedBy);
      const allowed = candidates.filter(({ subject }) => !blocked.has(subject));
      const isAnyPairAllowed = level <= MAX_LEVEL_OF_ANY_TWO || samples[topic].length >= MIN_PAPERS_OF_ANY_TWO;
      const chosen = chooseSubjects(allowed, used, usedPairs, samples[topic], measured, level, isAnyPairAllowed);
      if (chosen.length === 0) continue;
      usedPairs.add(keyOf(chosen));
      // Of two subjects each may be mainly about a subtopic, which then has it alone.
      if (chosen.length === 1) {
        usedBy.set(topic, chosen);
        used.add(chosen[0]);
      }
      names.set(topic, namesOf(chosen));
    }
  }
  return names;
}

/** Finds the subjects of the sampled papers and of a sample of the corpus; undefined if no description has an embedding. */
async function findSubjects(
  vectors: Vectors,
  samples: readonly Int32Array[],
  embed: EmbedTexts,
  checkpoint: Checkpoint,
): Promise<SubjectsOfPapers | undefined> {
  const embedded = await embed(subjects.map(({ description }) => description));
  if (!embedded.some((component) => component !== 0)) return undefined;
  const corpus = sampleRows(vectors.count, CORPUS_SAMPLE, createSeededRandom(2));
  const vectorOf = (subject: number) =>
    embedded.subarray(subject * vectors.dimensions, (subject + 1) * vectors.dimensions);
  const stats = subjects.map((_, subject) =>
    computeScoreStats(Float32Array.from(corpus, (row) => dotWithRow(vectors, row, vectorOf(subject)))),
  );
  const maxBehind = MAX_DEVIATIONS_BEHIND * mean(stats.map(({ deviation }) => deviation));
  const rows = [...new Set([...corpus, ...samples.flatMap((sample) => [...sample])])];
  const subjectsOf = new Map<number, ReadonlySet<number>>();
  const cosines = new Float32Array(subjects.length);
  for (const [done, row] of rows.entries()) {
    for (let subject = 0; subject < subjects.length; subject++) {
      cosines[subject] = dotWithRow(vectors, row, vectorOf(subject)) - MEAN_SHARE * stats[subject].mean;
    }
    const nearest = cosines.reduce((best, cosine) => Math.max(best, cosine), Number.NEGATIVE_INFINITY);
    const found = new Set<number>();
    for (let subject = 0; subject < subjects.length; subject++) {
      if (cosines[subject] < nearest - maxBehind) continue;
      for (let entry = subject; entry >= 0; entry = subjects[entry].parent) found.add(entry);
    }
    subjectsOf.set(row, found);
    if (done % 64 === 0) await checkpoint(done / rows.length);
  }
  return { subjectsOf, corpusShares: sharesOf(corpus, subjectsOf) };
}

/** The share of some papers that are about each subject. */
function sharesOf(rows: Int32Array, subjectsOf: SubjectsOfPapers['subjectsOf']): Float64Array {
  const shares = new Float64Array(subjects.length);
  for (const row of rows) for (const subject of subjectsOf.get(row) ?? []) shares[subject]++;
  return shares.map((count) => count / Math.max(1, rows.length));
}

/** The subjects of a topic's papers, the one with the highest score first; of equal ones, the narrower. */
function candidatesFor(
  sample: Int32Array,
  { subjectsOf, corpusShares }: SubjectsOfPapers,
  isTopLevel: boolean,
): Candidate[] {
  return Array.from(sharesOf(sample, subjectsOf), (share, subject): Candidate => {
    const lift = share / Math.max(corpusShares[subject], 1 / CORPUS_SAMPLE);
    return { subject, share, score: share > 0 ? share * Math.log(lift) : 0 };
  })
    .filter(({ subject, score }) => score > 0 && (isTopLevel || subjects[subject].parent >= 0))
    .sort((a, b) => b.score - a.score || b.subject - a.subject);
}

/**
 * One subject or two for the name of a topic, or none.
 *
 * @param used the subjects that name other topics: none of them names this one alone
 * @param usedPairs the pairs of subjects that name other topics, by `keyOf`
 * @param isAnyPairAllowed whether two subjects name the topic even if neither is frequent
 */
function chooseSubjects(
  candidates: readonly Candidate[],
  used: ReadonlySet<number>,
  usedPairs: ReadonlySet<string>,
  sample: Int32Array,
  measured: SubjectsOfPapers,
  level: number,
  isAnyPairAllowed: boolean,
): number[] {
  const free = candidates.filter(({ subject }) => !used.has(subject));
  const single = free.find(({ share }) => share >= MIN_SHARE);
  if (single) {
    const { subject, share } = narrowest(single, free);
    const narrower = candidates.filter((candidate) => isSubject(candidate.subject));
    const minShare = MIN_SHARE_OF_NARROW_PAIR * share;
    const isField = level >= MIN_LEVEL_OF_NARROW_PAIRS && !isSubject(subject);
    return (isField && choosePair(narrower, MIN_SHARE_OF_PART, minShare, usedPairs, sample, measured)) || [subject];
  }
  const pair = choosePair(candidates, MIN_SHARE_OF_PART, MIN_SHARE, usedPairs, sample, measured);
  if (pair) return pair;
  const rare = free.find(
    ({ subject, share }) => share >= MIN_SHARE_OF_RARE && share >= MIN_LIFT_OF_RARE * measured.corpusShares[subject],
  );
  if (rare) return [rare.subject];
  return (isAnyPairAllowed && choosePair(candidates, MIN_SHARE_OF_ANY_PART, 0, usedPairs, sample, measured)) || [];
}

/** The two subjects with the highest scores, each with a minimal share and both together with another one. */
function choosePair(
  candidates: readonly Candidate[],
  minShareOfPart: number,
  minShare: number,
  usedPairs: ReadonlySet<string>,
  sample: Int32Array,
  { subjectsOf }: SubjectsOfPapers,
): number[] | undefined {
  const parts = candidates.filter(({ share }) => share >= minShareOfPart);
  for (const [i, first] of parts.entries()) {
    for (const second of parts.slice(i + 1)) {
      const pair = [first.subject, second.subject];
      if (usedPairs.has(keyOf(pair))) continue;
      if (belongsTo(first.subject, second.subject) || belongsTo(second.subject, first.subject)) continue;
      const isAboutOne = (row: number) => pair.some((subject) => subjectsOf.get(row)?.has(subject));
      const isLong = namesOf(pair).join(NAME_SEPARATOR).length > MAX_LENGTH_OF_TWO;
      if (!isLong && sample.filter(isAboutOne).length >= minShare * sample.length) return pair;
    }
  }
  return undefined;
}

/** A key that is equal for equal subjects in any order. */
function keyOf(chosen: readonly number[]): string {
  return [...chosen].sort((a, b) => a - b).join(' ');
}

/** A subject that belongs to the given one and that nearly as many papers are about; the given one if there is none. */
function narrowest(candidate: Candidate, candidates: readonly Candidate[]): Candidate {
  const narrower = candidates.find(
    ({ subject, share }) =>
      subjects[subject].parent === candidate.subject && share >= MIN_SHARE_OF_NARROWER * candidate.share,
  );
  return narrower ? narrowest(narrower, candidates) : candidate;
}

/** Whether an entry is a subject, which belongs to a field of an area, or a part of one. */
function isSubject(entry: number): boolean {
  const { parent } = subjects[entry];
  return parent >= 0 && subjects[parent].parent >= 0;
}

function belongsTo(subject: number, wider: number): boolean {
  for (let entry = subject; entry >= 0; entry = subjects[entry].parent) if (entry === wider) return true;
  return false;
}

/** The subjects that a topic's ancestors have, and all that these belong to. */
function blockedSubjects(
  topic: number,
  parentOf: Int32Array,
  usedBy: ReadonlyMap<number, readonly number[]>,
): Set<number> {
  const blocked = new Set<number>();
  for (let ancestor = parentOf[topic]; ancestor >= 0; ancestor = parentOf[ancestor]) {
    for (const subject of usedBy.get(ancestor) ?? []) {
      for (let entry = subject; entry >= 0; entry = subjects[entry].parent) blocked.add(entry);
    }
  }
  return blocked;
}

function levelsOf(parentOf: Int32Array): Int32Array {
  const levels = new Int32Array(parentOf.length);
  for (const [topic, parent] of parentOf.entries()) levels[topic] = parent < 0 ? 0 : levels[parent] + 1;
  return levels;
}

/** The names of subjects; all but the first begin with a lower-case letter, unless with an acronym or a number. */
function namesOf(chosen: readonly number[]): string[] {
  return chosen.map((subject, i) => {
    const { name } = subjects[subject];
    return i === 0 ? name : name.replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase());
  });
}

// The subjects: a taxonomy of areas, fields, and subjects of these. Research on language models and vision is divided most finely.

/** One entry of the taxonomy. */
export interface Subject {
  readonly name: string;
  /** The name and what its papers are about, in words that they use: what is embedded. */
  readonly description: string;
  /** The entry that this one belongs to; −1 for an area. */
  readonly parent: number;
}

/** One entry per line, `name: what it is about`, two spaces deeper than the entry that it belongs to. */
const TAXONOMY = `
Language model applications: language models used in tools, search, science, software and society
  LLM agents: autonomous language model agents that plan, use tools and act in environments
    Multi-agent systems: several language model agents that communicate, cooperate, debate and divide work
    Agent memory: memory systems of agents, long-term memory, experience, context management
    Agent skills and self-evolution: agents that learn skills from experience and improve themselves
    Agent benchmarks: evaluation of agents on long-horizon tasks and workflows
    Agentic reinforcement learning: training of agents by reinforcement, environments, trajectories, multi-turn training
    Agent planning: planning, orchestration, workflows, long-horizon tasks
    GUI agents: computer use, mobile and desktop interfaces, graphical user interfaces, grounding of screens
    Web agents: browsing, web navigation, websites
    Deep research agents: search agents, information seeking, report writing, browsing for answers
    Multimodal search agents: agents that search with images and text
    Tool use: function calling, tool learning, model context protocol, APIs
  Code and software engineering: programs, repositories, coding by language models
    Coding agents: software engineering agents, repositories, issues, pull requests
    Repository-level software engineering: repositories, context, software evolution
    Code generation: program synthesis, competitive programming, code language models
    Code testing and repair: bugs, unit tests, program repair, vulnerability detection
    Kernel and compiler optimization: GPU kernels, compilers, high-performance code generation
    Website and UI generation: front-end code, webpages, designs to code
  AI for science: scientific discovery, research by machines, science
    AI for scientific research: automated discovery, hypotheses, AI scientists, literature
    Peer review: reviewing of papers, review generation, scientific writing
    Scientific literature: citations, papers, scholarly documents, surveys
    Molecules and drug discovery: molecules, binding, chemistry, drug design
    Proteins and genomics: protein design, DNA, biology, single cells
    Materials science: crystals, materials discovery
    Weather and earth science: forecasting of weather, climate, geoscience
    Physics simulation: partial differential equations, neural operators, fluid dynamics
    Neuroscience and brain signals: EEG, fMRI, brain decoding
  Structured data and time series: tables, databases, data analysis, time series
    Text-to-SQL: natural language to database queries
    Table understanding: structured data, tables, spreadsheets
    Data science agents: notebooks, data analysis, machine learning engineering
    Tabular data: tabular learning, feature engineering
    Time series forecasting: temporal data, anomaly detection
  Retrieval and question answering: finding documents and answers
    Retrieval-augmented generation: RAG, knowledge retrieval for language models
    Dense retrieval: text embeddings, reranking, information retrieval, search
    Knowledge graphs: entities, relations, graph reasoning, knowledge bases
    Question answering: answering questions over text, multi-hop reasoning
    Recommender systems: user preferences, items, sequential recommendation
  Documents and text: processing of documents and text
    Document parsing and OCR: document parsing, OCR, layouts, PDF, forms
    Information extraction: named entities, relations, structured extraction
    Summarization: summaries of documents, dialogues and videos
  Languages and translation: languages of the world, multilingual processing
    Machine translation: translation between languages, parallel data, multilingual translation
    Multilingual language models: multilingual language models, low-resource languages, cross-lingual transfer
    Culture and languages: cultural knowledge, dialects, regional benchmarks
  Dialogue and personalization: assistants that talk with people
    Dialogue systems: conversation, chatbots, assistants, multi-turn interaction
    Role-playing and personas: characters, personality, role-play agents
    Personalization: user preferences, personalized assistants and generation
    Creative writing: stories, poetry, narratives, long-form writing
    Human-AI interaction: users, trust, teams, interaction with assistants
    Emotion and mental health: affect, empathy, counseling, psychology
  Trustworthy AI: safety, privacy, bias, hallucination and reliability of language models
    Reliability of language models: hallucination, factuality, confidence, truthfulness
      Hallucination: factuality, truthfulness, detection of hallucinated content
      Uncertainty and calibration: confidence, abstention, knowing what is not known
      Misinformation and fact-checking: claims, fake news, verification of facts
      Chain-of-thought faithfulness: monitoring of reasoning, hidden reasoning, honesty
    Safety and security: attacks, harm, defenses, privacy, alignment with safety rules
      Agent safety: attacks on agents, prompt injection, risks of tool use, secure agents
      AI safety: safety alignment, refusal, guardrails, harmful content
      Jailbreak attacks and defenses: adversarial prompts, red-teaming, safety guardrails
      Privacy and memorization: unlearning, membership inference, leakage of training data
      Adversarial robustness: adversarial examples, attacks on classifiers
      Cybersecurity: malware, intrusion, penetration testing
    Watermarking and detection of generated text and images: AI-generated text, deepfakes, provenance
    Bias and fairness: social bias, stereotypes, fairness of models
  Interpretability: mechanistic interpretability, sparse autoencoders, features, circuits, probing
    Activation steering: steering vectors, control of model behavior, representations
  Evaluation and alignment: benchmarks, judges, preferences and rewards of language models
    LLM evaluation: benchmarks of language models, test sets, leaderboards
    Domain-specific benchmarks: expert knowledge, professional tasks, industry applications
    LLM-as-a-judge: automatic evaluation by language models, judges, biases of judges
    Reward models: preference models, reward modeling, rubrics, human preferences
    Learning from feedback: critiques, natural language feedback, self-refinement
    Preference alignment: RLHF, direct preference optimization, alignment with human values
  Domain applications: law, education, finance, professions, society
    AI and society: governance, policy, labor, economy, ethics of AI
    Social simulation: simulated societies, opinion, human behavior
    Law and legal AI: legal documents, courts, legal reasoning
    Education: students, tutoring, teaching, exams
    Finance: markets, trading, financial documents
    Games: game playing, game agents, video games, strategic games
    Forecasting of events: predictions of future events, markets
    E-commerce: products, shopping, advertising
    Urban computing: traffic, cities, mobility
    Sports: matches, players, analytics
    Food and cooking: recipes, nutrition
    Agriculture: crops, plants
    Blockchain and smart contracts: transactions, contracts
Reasoning and reinforcement learning: reasoning of language models, trained by rewards
  Reasoning models: long chain-of-thought, thinking, test-time compute
    LLM reasoning: reasoning abilities of large language models
    Reasoning benchmarks: exams and expert-level questions that test reasoning, evaluation of reasoning models
    Efficient reasoning: overthinking, shorter reasoning, adaptive thinking, token budgets
    Training of reasoning models: distillation, data and reinforcement learning for reasoning
    Latent reasoning: implicit reasoning, continuous thought, hidden-state computation
    Test-time scaling: parallel sampling, search, verification at inference time
  Reinforcement learning: rewards, policies, policy gradient, exploration, training by reinforcement
    RL with verifiable rewards: RLVR, GRPO, policy optimization for reasoning
    Policy optimization: GRPO, PPO, clipping, trust region, stability of RL training
    Exploration and entropy in RL: entropy collapse, diversity, exploration
    Credit assignment: process rewards, step-level rewards, advantage estimation
    Process reward models: step-level verification, verifiers, critics
    Self-play and self-improvement: self-training, self-generated tasks, curriculum
    Offline and deep reinforcement learning: value functions, control tasks, policies
  Mathematics and logic: mathematical and logical reasoning, proofs
    Mathematical reasoning: math problems, olympiad, arithmetic, geometry problems
    Theorem proving: formal proofs, Lean, proof assistants
    Algorithm discovery: heuristics and programs found by evolutionary search with language models
    Logical reasoning: puzzles, deduction, symbolic reasoning
  Knowledge distillation: teacher, student, small models
    On-policy distillation: self-distillation and distillation on the outputs of the student, language models
Language model training and efficiency: pretraining, architectures, compression and inference of language models
  Language model pretraining: pretraining data, corpora, training of base models
    Pretraining data: data curation, filtering, data mixture, synthetic data
    Tokenization: tokenizers, subwords, vocabulary, byte-level models
    Training objectives of language models: next-token, multi-token and latent prediction
    Scaling laws: compute-optimal training, predictions of loss
    Optimizers and training dynamics: Adam, Muon, learning rate, loss landscape, stability
    Small language models: compact models, on-device models
    Open language models: technical reports of released model families
  Post-training: fine-tuning and adaptation of language models
    Synthetic data: generated training data, instruction data
    Instruction tuning: supervised fine-tuning, data selection, instruction following
    Parameter-efficient fine-tuning: LoRA, adapters, low-rank adaptation
    Model merging: merging of weights, task vectors
    Continual learning: catastrophic forgetting, knowledge editing, lifelong learning
    Knowledge editing: updating facts in models
    In-context learning: demonstrations, prompts, few-shot learning
    Prompt optimization: prompt engineering, automatic prompts
  Efficient language models: efficient architectures, compression, inference acceleration
    Mixture-of-experts: expert routing, sparse models, load balancing
    Attention and long context: sparse attention, linear attention, long-context models, state space models
    KV cache compression: memory of inference, cache eviction
    Quantization and pruning: low-bit models, compression, sparsity
    LLM inference and serving: throughput, latency, GPU scheduling, parallelism
    Speculative decoding: draft models, parallel decoding, faster generation
    Transformer architectures: layers, residual connections, normalization, positional encoding
    Recurrent and state space models: Mamba, linear recurrence
    Hardware and chip design: circuits, Verilog, accelerators
  Diffusion language models: masked diffusion, parallel text generation, denoising of tokens
Vision and language: images, videos and text understood together
  Multimodal LLMs: vision-language models, image and text understanding
    Visual question answering: questions about images
    Visual hallucination: object hallucination in vision-language models
    Visual token compression: token pruning, efficient vision-language models
    Training of vision-language models: data curation, compact models, distillation, architectures
    Image captioning: descriptions of images, dense captions
    Vision-language alignment: CLIP, contrastive pretraining, cross-modal alignment
    Multimodal retrieval: image-text retrieval, multimodal embeddings, visual documents
    Chart and diagram understanding: charts, plots, figures, infographics
    Omni-modal models: audio, vision and text in one model
    Unified multimodal models: understanding and generation in one model
  Visual reasoning: reasoning about images, thinking with images, visual puzzles
    Spatial reasoning: 3D understanding by vision-language models, geometry of scenes
    RL for multimodal reasoning: RL for vision-language models, visual rewards
    Referring and grounding: visual grounding, referring expressions, pointing
  Video understanding: video language models, temporal reasoning, long videos
    Video retrieval and grounding: temporal grounding, moments
    Egocentric video: first-person video, activities
    Action recognition: activities, human actions in video
    Video segmentation and tracking: object tracking, video object segmentation
  Visual recognition and representation: recognition of what images show
    Vision encoders: self-supervised visual representations, vision transformers, image features
    Object detection and segmentation: detection, segmentation, open-vocabulary recognition
    Image classification: recognition, fine-grained categories, robustness
    Face and person analysis: faces, identity, re-identification
    Remote sensing: satellite images, geospatial models, aerial imagery
    Anomaly detection: defects, outliers, industrial inspection
    Sign language: sign language translation and recognition
Medicine and health: patients, clinics, diseases
  Medical imaging: radiology, CT, MRI, pathology, medical image segmentation
  Medical reasoning and healthcare: clinical language models, diagnosis, health records
Visual generation and 3D: images, videos and 3D scenes that are generated or reconstructed
  Image generation and editing: synthesis and editing of images
    Text-to-image generation: image synthesis from prompts, diffusion models
    Reasoning for image generation: planning, chain-of-thought and knowledge in image generation
    Image editing: instruction-based editing, manipulation of images
    Personalized image generation: subject-driven generation, customization, identity preservation
    Image and video restoration: super-resolution, denoising, low-light enhancement, relighting, low-level vision
    Graphic design and text rendering: posters, graphics, layouts, fonts
    Vector graphics and CAD: SVG, computer-aided design, sketches
    Style transfer: artistic styles, stylization
    Story and figure illustration: story visualization, scientific figures, illustrations, comics
    Autoregressive image generation: visual tokenizers, token prediction for images
    Visual tokenizers and autoencoders: VAE, latent spaces, image tokenization
    Fashion: clothing, virtual try-on
    Art and cultural heritage: paintings, museums, history
  Video generation: text-to-video, video diffusion models
    Long video generation: autoregressive video, streaming, memory
    Efficient video generation: acceleration, caching, streaming and distillation of video models
    Video editing: editing of videos, insertion and removal of objects
    Controllable video generation: camera control, motion control
    Audio-visual generation: video with sound, synchronized audio and video
    Human avatars and talking heads: digital humans, portraits, lip synchronization
    Physical plausibility: physics in videos, physical reasoning
  Diffusion models: theory and training of diffusion and flow matching models
    Diffusion model acceleration: few-step generation, distillation, caching, fast sampling
    Diffusion guidance and sampling: classifier-free guidance, samplers
    Latent diffusion models: latent spaces, representation autoencoders, diffusion transformers
    Alignment of diffusion models: reward fine-tuning, preference optimization for image generation
    Generative modeling theory: flows, normalizing flows, energy-based models
  World models: simulated environments, prediction of dynamics, interactive video
  3D vision and graphics: three-dimensional scenes and shapes
    3D generation: text-to-3D, meshes, assets
    3D reconstruction: geometry from images, multi-view, point maps, depth
    3D Gaussian splatting: radiance fields, novel view synthesis, rendering
    Depth and geometry estimation: monocular depth, surface normals, camera pose
    Point clouds: LiDAR, 3D perception
    3D scene understanding: scenes, indoor, 3D question answering
    Scene generation: indoor scenes, cities, layouts, environments
    Human motion: motion generation, pose, dance, animation of bodies
Robotics and driving: machines that move in the world
  Robotics: robots, manipulation, locomotion, embodied control
    Vision-language-action models: robot policies from vision and language
    Robot manipulation: grasping, dexterous hands, imitation learning
    Humanoid and legged robots: locomotion, whole-body control
    Robot navigation: vision-and-language navigation, embodied navigation
    Embodied AI: embodied agents, planning, household tasks
    Drones and aerial robots: UAV, aerial navigation
  Autonomous driving: vehicles, driving scenes, trajectories
Speech and audio: sounds, voices and music
  Speech: spoken language
    Speech recognition: ASR, transcription
    Speech synthesis: text-to-speech, voice cloning
    Speech language models: spoken dialogue, voice assistants
    Speaker recognition and enhancement: speakers, noise, separation
  Audio: sounds
    Audio understanding: sounds, audio language models, audio question answering
    Audio generation: sound effects, text-to-audio
  Music: music generation, music understanding, songs
Machine learning: learning from data, methods and theory
  Graph learning: graph neural networks, nodes and edges
  Federated learning: distributed private training
  Causality: causal inference, causal discovery
  Bayesian methods: inference, uncertainty, variational methods
  Representation learning: self-supervised learning, embeddings, disentanglement
  Optimal transport: Wasserstein distance, couplings
  Learning theory: generalization, sample complexity, bounds
Networks and computing: computers, networks and their hardware
  Wireless networks: communications, 6G, edge computing
  Quantum computing: quantum circuits, quantum machine learning
Computing and networks: computer systems, software, networks and security
  Programming languages: compilers, type systems, semantics, program analysis, verification
  Human-computer interaction: users, interfaces, user studies, design, accessibility
  Data management: databases, queries, tables, data integration, SQL, storage
  Data mining: clustering, patterns, large datasets, feature selection
  Cryptography: encryption, protocols, keys, zero-knowledge proofs, secure computation
  Networks and communications: wireless networks, channels, antennas, protocols, 5G
  Distributed systems: cloud, scheduling, consensus, storage, blockchain
  Computer architecture: processors, accelerators, memory hierarchy, chips, FPGA
  Software engineering: code, programs, repositories, bugs, testing, code generation
Signals, control and information: signals, systems, control and coding
  Signal processing: signals, sampling, denoising, compressed sensing, filtering
  Information theory: channel capacity, codes, entropy, error correction, compression
  Control: control systems, stability, feedback, optimal control, estimation
  Energy and power: power systems, energy, electricity, smart grids, buildings
  Manufacturing and industry: production, inspection, maintenance, factories
Theoretical computer science: algorithms, complexity, logic
  Algorithms and complexity: algorithms, approximation, complexity classes, data structures, hardness
  Knowledge and logic: knowledge representation, ontologies, logic, automated reasoning
Mathematics: theorems, proofs and mathematical structures
  Combinatorics and graph theory: graphs, coloring, enumeration, extremal combinatorics
  Discrete geometry: polytopes, convex bodies, tilings, point configurations
  Algebra: groups, rings, modules, representations, Lie algebras
  Algebraic geometry: varieties, schemes, moduli spaces, sheaves, cohomology
  Number theory: primes, modular forms, L-functions, Diophantine equations
  Geometry and topology: manifolds, knots, curvature, homology, foliations
  Analysis: operators, function spaces, harmonic analysis, inequalities
  Differential equations: partial differential equations, existence, regularity, solutions
  Dynamical systems: chaos, ergodic theory, attractors, bifurcations
  Numerical analysis: numerical methods, finite elements, discretization, error estimates
  Logic and foundations: set theory, model theory, computability, proof theory
  Category theory: categories, functors, homotopy theory, operads
  Optimization: convex optimization, gradient methods, stochastic optimization, solvers
Probability and statistics: random processes, estimation and inference
  Probability: random processes, limit theorems, Markov chains, random matrices
  Statistics: estimation, inference, regression, Bayesian methods, hypothesis tests
  Statistical physics: phase transitions, critical phenomena, spin models, nonequilibrium
Astronomy: stars, galaxies, planets and the universe
  Astrophysics: stars, galaxies, black holes, exoplanets, observations
  Cosmology: dark matter, dark energy, inflation, cosmic microwave background
Physics: matter, energy, forces and particles
  Mathematical physics: integrable systems, spectral theory, quantum field theory, rigorous results
  High energy physics: particles, collider, standard model, quarks, neutrinos
  String theory and gravity: strings, supersymmetry, holography, general relativity, black holes
  Nuclear physics: nuclei, hadrons, heavy ion collisions
  Condensed matter: superconductors, magnetism, topological phases, electrons in solids
  Quantum physics: quantum mechanics, entanglement, measurement, open quantum systems
  Optics and photonics: lasers, light, photonic devices, imaging
  Atomic and molecular physics: atoms, molecules, spectroscopy, cold gases
  Soft matter and biophysics: polymers, colloids, membranes, active matter
  Fluid mechanics: turbulence, flows, waves, vortices
  Plasma physics: plasmas, fusion, magnetohydrodynamics
  Complex networks: networks in nature and society, synchronization, spreading, communities
  Geophysics: earthquakes, seismic waves, earth interior, planetary science
Life sciences: cells, genes, organisms and their evolution
  Biology: cells, genes, proteins, evolution, genomics
  Cell and molecular biology: gene regulation, signaling, cells, RNA
  Ecology and evolution: species, populations, ecosystems, selection
  Genomics: sequencing, genomes, variants, single-cell data
Economics and social science: markets, societies, networks of people
  Economics: markets, games, mechanisms, prices, welfare, incentives
  Social science: social networks, politics, opinion, communities, misinformation
  Public health: epidemics, COVID-19, infection, populations, health policy
`;

/** The taxonomy: each entry comes after the one that it belongs to. */
export const subjects: readonly Subject[] = parseTaxonomy(TAXONOMY);

function parseTaxonomy(text: string): Subject[] {
  const parsed: Subject[] = [];
  const path: number[] = [];
  for (const line of text.trim().split('\n')) {
    const description = line.trim();
    const depth = (line.length - line.trimStart().length) / 2;
    path[depth] = parsed.length;
    parsed.push({
      name: description.slice(0, description.indexOf(':')),
      description,
      parent: depth === 0 ? -1 : path[depth - 1],
    });
  }
  return parsed;
}
