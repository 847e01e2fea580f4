/**
 * Questions a reader of the sample pages could ask, written from reading the papers, none of them in a paper's own
 * words alone. Each stands with the reason for the place it expects.
 */
export interface Question {
  readonly query: string;
  /** The beginning of the title that must be found. */
  readonly title: string;
  /** The last place that is still right, 1 the first. */
  readonly within: number;
  readonly because: string;
}

export const questions: readonly Question[] = [
  {
    query: 'robots that learn to push and grasp objects',
    title: 'Learning Synergies between Pushing and Grasping',
    within: 1,
    because: 'it is the one paper about both; others only grasp',
  },
  {
    query: 'benchmarks for agents that plan a trip',
    title: "Can We Rely on LLM Agents to Draft Long-Horizon Plans? Let's Take TravelPlanner",
    within: 3,
    because: 'TravelPlanner is a benchmark of planning journeys; no other paper plans one, but many plan',
  },
  {
    query: 'making long videos, minute after minute, without the quality collapsing',
    title: 'Self-Forcing++',
    within: 1,
    because: 'it names both: minute-scale videos, and quality that falls as errors add up',
  },
  {
    query: 'composing music that listeners prefer',
    title: 'MusicRL',
    within: 1,
    because: 'the only paper on music, and it tunes on what people preferred',
  },
  {
    query: 'an agent running a small business over many days',
    title: 'Vending-Bench',
    within: 1,
    because: 'its agents keep a vending machine going; the abstract says business once, the rest is meaning',
  },
  {
    query: 'predicting chaos far into the future',
    title: 'Model scale versus domain knowledge in statistical forecasting of chaotic systems',
    within: 1,
    because: 'forecasting chaos is its subject, and how far ahead is its measure',
  },
  {
    query: 'robot hand rotating an object between its fingers',
    title: 'DexNDM',
    within: 2,
    because: 'in-hand rotation is just that, and the abstract never says fingers',
  },
  {
    query: 'solving geometry problems with auxiliary lines',
    title: 'GeometryZero',
    within: 1,
    because: 'the one paper on geometry; auxiliary construction is what it rewards',
  },
  {
    query: 'planning delivery routes for trucks with language models',
    title: 'From Words to Routes',
    within: 1,
    because: 'vehicle routing is the planning of delivery routes; the abstract says neither truck nor delivery route',
  },
  {
    query: 'how the two halves of the brain control movement',
    title: 'Left/Right Brain, human motor control',
    within: 1,
    because: 'halves of the brain are its hemispheres, movement is motor control',
  },
  {
    query: 'language model agents that play Minecraft',
    title: 'Describe, Explain, Plan and Select',
    within: 2,
    because: 'two papers put language models into Minecraft, this is the one whose agent plays by itself',
  },
];
