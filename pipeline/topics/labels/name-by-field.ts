/** Names the topics of the top level by fields of research, where one field stands out. */
import { createSeededRandom, sampleRows } from '../../core/algorithms/random.ts';
import { computeScoreStats, type ScoreStats, zScore } from '../../core/algorithms/statistics.ts';
import { dotWithRow, type Vectors } from '../../core/vectors.ts';
import type { EmbedTexts } from './meaning-coverage.ts';

/** How similar a field is to papers in general is estimated from this many papers of the corpus. */
const CORPUS_SAMPLE = 500;
/** How similar a field is to a topic is estimated from at most this many papers of the topic. */
const TOPIC_SAMPLE = 200;
/** A field names a topic only if it is among this many fields that are nearest to the topic's papers. */
const MAX_RANK = 6;
/** The mean cosine of a field with the topic's papers must be this many deviations above that with papers in general. */
const MIN_DEVIATIONS = 0.35;
/** At least this share of the topic's papers must be nearer to the field than papers are on average. */
const MIN_SHARE = 0.6;

/**
 * Finds a field for each top-level topic: one that is near to its papers, and much nearer than to the other papers. No two
 * topics get the same field; a topic without a fitting field is left out.
 *
 * @param topics the top-level topics
 * @param rowsOf the rows of a topic's papers
 */
export async function nameByField(
  topics: readonly number[],
  vectors: Vectors,
  rowsOf: (topic: number) => Int32Array,
  embed: EmbedTexts,
): Promise<ReadonlyMap<number, string>> {
  const names = new Map<number, string>();
  // A single topic is the whole corpus: nothing distinguishes it from the others.
  if (topics.length < 2) return names;
  const embedded = await embed(fields.map(({ name, about }) => `${name}: ${about}`));
  const random = createSeededRandom(1);
  const corpus = sampleRows(vectors.count, CORPUS_SAMPLE, random);
  const vectorOf = (field: number) => embedded.subarray(field * vectors.dimensions, (field + 1) * vectors.dimensions);
  const cosines = (field: number, rows: Int32Array) =>
    Float32Array.from(rows, (row) => dotWithRow(vectors, row, vectorOf(field)));
  const stats: ScoreStats[] = fields.map((_, field) => computeScoreStats(cosines(field, corpus)));
  const candidates = topics.flatMap((topic) => {
    const rows = rowsOf(topic);
    const sample = sampleRows(rows.length, TOPIC_SAMPLE, random).map((i) => rows[i]);
    const near = fields.map((_, field) => ({ topic, field, cosines: cosines(field, sample) }));
    return near
      .map((one) => ({ ...one, mean: computeScoreStats(one.cosines).mean }))
      .sort((a, b) => b.mean - a.mean)
      .slice(0, MAX_RANK)
      .map((one) => ({ ...one, score: zScore(one.mean, stats[one.field]) }))
      .filter(({ field, cosines: all, score }) => {
        const share = all.reduce((count, cosine) => count + (cosine > stats[field].mean ? 1 : 0), 0) / all.length;
        return score >= MIN_DEVIATIONS && share >= MIN_SHARE;
      });
  });
  candidates.sort((a, b) => b.score - a.score || a.topic - b.topic || a.field - b.field);
  const used = new Set<number>();
  for (const { topic, field } of candidates) {
    if (names.has(topic) || used.has(field)) continue;
    names.set(topic, fields[field].name);
    used.add(field);
  }
  return names;
}

/** A field of research. */
interface Field {
  readonly name: string;
  /** What its papers are about, in words that they use; embedded together with the name. */
  readonly about: string;
}

const FIELD_LINES = `
Computer vision: images, object detection, segmentation, recognition, visual understanding
Image and video generation: diffusion models, image synthesis, text-to-image, video generation, editing
3D vision and graphics: 3D reconstruction, rendering, neural radiance fields, meshes, point clouds, geometry
Vision and language: vision-language models, visual question answering, captioning, multimodal understanding
Natural language processing: text, language, translation, summarization, dialogue, question answering
Language models: large language models, pretraining, fine-tuning, prompting, alignment, in-context learning
Reasoning: chain-of-thought, mathematical reasoning, verifiable rewards, test-time compute, proofs by language models
Agents: language model agents, tool use, web and computer use, multi-agent systems, memory, planning
Reinforcement learning: policies, rewards, exploration, Markov decision processes, value functions
Robotics: robots, manipulation, grasping, locomotion, navigation, vision-language-action models
Autonomous driving: vehicles, driving, trajectories, traffic scenes, lidar
Speech and audio: speech recognition, speech synthesis, sound, voice, audio understanding
Music: music generation, songs, melodies, instruments, audio of music
Software engineering: code, programs, repositories, bugs, testing, code generation
Programming languages: compilers, type systems, semantics, program analysis, verification
Machine learning: supervised learning, optimization, generalization, neural networks, classification
Learning theory: bounds, convergence, sample complexity, generalization theory, statistical learning
Optimization: convex optimization, gradient methods, stochastic optimization, solvers
Efficient computing: quantization, compression, inference acceleration, hardware, memory, serving
Interpretability: explanations, mechanistic interpretability, features, attributions, sparse autoencoders
Safety and security of AI: jailbreaks, attacks, defenses, alignment, harm, robustness, watermarking
Fairness and ethics: bias, fairness, society, values, governance, responsible AI
Graph learning: graph neural networks, nodes, link prediction, knowledge graphs
Time series: forecasting, temporal data, anomaly detection, sequences
Recommendation: recommender systems, users, items, click-through rate, personalization
Information retrieval: search, ranking, documents, dense retrieval, question answering over documents
Data management: databases, queries, tables, data integration, SQL, storage
Data mining: clustering, patterns, large datasets, feature selection
Human-computer interaction: users, interfaces, user studies, design, accessibility
Education: students, teachers, learning, courses, tutoring, assessment
Law: legal documents, courts, legal reasoning, contracts
Finance: markets, stocks, trading, risk, portfolios
Medicine: patients, diagnosis, clinical data, disease, treatment, medical imaging
Public health: epidemics, COVID-19, infection, populations, health policy
Biology: cells, genes, proteins, evolution, genomics
Drug discovery and chemistry: molecules, drugs, binding, chemical reactions, proteins
Neuroscience: brain, neurons, fMRI, EEG, neural activity, cognition
Psychology and emotion: emotion, affect, personality, mental health, behavior
Social science: social networks, politics, opinion, communities, misinformation
Economics: markets, games, mechanisms, prices, welfare, incentives
Games: playing games, game theory, chess, Go, video games, equilibria
Remote sensing and earth: satellite images, land, geospatial data, maps
Climate and weather: weather forecasting, climate, atmosphere, ocean
Physics simulation: fluid dynamics, partial differential equations, simulation, surrogates
Materials science: materials, crystals, properties, alloys, batteries
Energy and power: power systems, energy, electricity, smart grids, buildings
Manufacturing and industry: production, inspection, maintenance, factories
Agriculture and food: crops, plants, food, recipes
Sports and human motion: human motion, pose, action, sports, animation
Faces and biometrics: face recognition, identity, fingerprints, deepfakes
Documents and text recognition: OCR, document understanding, handwriting, charts, tables
Machine translation: translation, multilingual models, low-resource languages
Knowledge and logic: knowledge representation, ontologies, logic, automated reasoning
Theorem proving: formal proofs, proof assistants, Lean, formal verification
Privacy and federated learning: federated learning, differential privacy, data protection
Cybersecurity: malware, intrusion detection, vulnerabilities, networks
Cryptography: encryption, protocols, keys, zero-knowledge proofs, secure computation
Networks and communications: wireless networks, channels, antennas, protocols, 5G
Distributed systems: cloud, scheduling, consensus, storage, blockchain
Computer architecture: processors, accelerators, memory hierarchy, chips, FPGA
Quantum computing: quantum algorithms, qubits, circuits, entanglement, error correction
Signal processing: signals, sampling, denoising, compressed sensing, filtering
Information theory: channel capacity, codes, entropy, error correction, compression
Control: control systems, stability, feedback, optimal control, estimation
Algorithms and complexity: algorithms, approximation, complexity classes, data structures, hardness
Combinatorics and graph theory: graphs, coloring, enumeration, extremal combinatorics
Discrete geometry: polytopes, convex bodies, tilings, point configurations
Algebra: groups, rings, modules, representations, Lie algebras
Algebraic geometry: varieties, schemes, moduli spaces, sheaves, cohomology
Number theory: primes, modular forms, L-functions, Diophantine equations
Geometry and topology: manifolds, knots, curvature, homology, foliations
Analysis: operators, function spaces, harmonic analysis, inequalities
Differential equations: partial differential equations, existence, regularity, solutions
Dynamical systems: chaos, ergodic theory, attractors, bifurcations
Probability: random processes, limit theorems, Markov chains, random matrices
Statistics: estimation, inference, regression, Bayesian methods, hypothesis tests
Mathematical physics: integrable systems, spectral theory, quantum field theory, rigorous results
Numerical analysis: numerical methods, finite elements, discretization, error estimates
Logic and foundations: set theory, model theory, computability, proof theory
Category theory: categories, functors, homotopy theory, operads
Astrophysics: stars, galaxies, black holes, exoplanets, observations
Cosmology: dark matter, dark energy, inflation, cosmic microwave background
High energy physics: particles, collider, standard model, quarks, neutrinos
String theory and gravity: strings, supersymmetry, holography, general relativity, black holes
Nuclear physics: nuclei, hadrons, heavy ion collisions
Condensed matter: superconductors, magnetism, topological phases, electrons in solids
Quantum physics: quantum mechanics, entanglement, measurement, open quantum systems
Optics and photonics: lasers, light, photonic devices, imaging
Atomic and molecular physics: atoms, molecules, spectroscopy, cold gases
Soft matter and biophysics: polymers, colloids, membranes, active matter
Statistical physics: phase transitions, critical phenomena, spin models, nonequilibrium
Fluid mechanics: turbulence, flows, waves, vortices
Plasma physics: plasmas, fusion, magnetohydrodynamics
Complex networks: networks in nature and society, synchronization, spreading, communities
Geophysics: earthquakes, seismic waves, earth interior, planetary science
Cell and molecular biology: gene regulation, signaling, cells, RNA
Ecology and evolution: species, populations, ecosystems, selection
Genomics: sequencing, genomes, variants, single-cell data
`;

/** The fields, each with what it is about. */
const fields: readonly Field[] = FIELD_LINES.trim()
  .split('\n')
  .map((line) => {
    const colon = line.indexOf(':');
    return { name: line.slice(0, colon), about: line.slice(colon + 2) };
  });
