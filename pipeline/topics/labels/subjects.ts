/**
 * Subjects of research, as a taxonomy of three levels: areas, fields, and subjects of these. Topics are named by them where
 * most of their papers are about one (name-by-subject.ts). Research on language models and vision is divided most finely.
 */

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
LLM agents and applications: language models used as agents, in tools, search, science and software
  LLM agents: autonomous language model agents that plan, use tools and act in environments
    Multi-agent systems: several language model agents that communicate, cooperate, debate and divide work
    Agent memory: memory systems of agents, long-term memory, experience, context management
    Agent skills and self-evolution: agents that learn skills from experience and improve themselves
    Agent benchmarks: evaluation of agents on long-horizon tasks and workflows
    Agent training: reinforcement learning of agents, environments, trajectories, multi-turn training
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
  Data and tables: structured data, data analysis, databases
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
    Multilingual models: low-resource languages, cross-lingual transfer, language coverage
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
  Society and professions: law, education, finance, society
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
    Efficient reasoning: overthinking, shorter reasoning, adaptive thinking, token budgets
    Training of reasoning models: distillation, data and reinforcement learning for reasoning
    Latent reasoning: implicit reasoning, continuous thought, hidden-state computation
    Test-time scaling: parallel sampling, search, verification at inference time
  Reinforcement learning for LLMs: rewards, policy gradient, training of language models by reinforcement learning
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
    Logical reasoning: puzzles, deduction, symbolic reasoning
  Knowledge distillation: teacher, student, on-policy distillation, small models
Language model training and efficiency: pretraining, architectures, compression and inference of language models
  Language model pretraining: pretraining data, corpora, training of base models
    Pretraining data: data curation, filtering, data mixture, synthetic data
    Tokenization: tokenizers, subwords, vocabulary, byte-level models
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
    Image restoration and super-resolution: denoising, enhancement, low-level vision
    Graphic design and text rendering: posters, graphics, layouts, fonts
    Vector graphics and CAD: SVG, computer-aided design, sketches
    Style transfer: artistic styles, stylization
    Autoregressive image generation: visual tokenizers, token prediction for images
    Visual tokenizers and autoencoders: VAE, latent spaces, image tokenization
    Fashion: clothing, virtual try-on
    Art and cultural heritage: paintings, museums, history
  Video generation: text-to-video, video diffusion models
    Long video generation: autoregressive video, streaming, memory
    Efficient video generation: acceleration, caching, streaming and distillation of video models
    Video editing: editing and manipulation of videos
    Controllable video generation: camera control, motion control
    Audio-visual generation: video with sound, synchronized audio and video
    Human avatars and talking heads: digital humans, portraits, lip synchronization
    Physical plausibility: physics in videos, physical reasoning
  Diffusion models: theory and training of diffusion and flow matching models
    Diffusion model acceleration: few-step generation, distillation, caching, fast sampling
    Diffusion guidance and sampling: classifier-free guidance, samplers
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
