/** The config file that `paperfield config init` writes: what most people set, with a comment for each. */

/**
 * The text of a config file. Only Hugging Face's daily papers are fetched; all other kinds of sources are there as comments.
 *
 * @param schema path of the JSON Schema, seen from the folder of the config file
 */
export function exampleConfig(schema: string): string {
  return `{
  // Lets editors complete and check this file. Comments and trailing commas are allowed.
  "$schema": ${JSON.stringify(schema)},

  // Snapshots, caches and everything that was fetched.
  "dataDir": "data",

  // Sent to the sources: operators want to be able to reach you.
  // "contact": "you@example.org",

  // 'paperfield serve' runs a night by itself: fetches what is new and builds. As in cron; here every day at 3.
  // "nightly": "0 3 * * *",
  // "nightlyTimeZone": "Europe/Berlin",

  // Where papers come from. 'paperfield fetch' fetches what is new, 'paperfield fetch --dry-run' only looks.
  // All options of every kind: docs/sources.md.
  "sources": [
    // Hugging Face daily papers, day by day.
    {
      "kind": "daily-papers",
      "name": "daily",
      // "from": "2026-01-01",
    },

    // A query of arXiv, newest first. At most 30,000 papers.
    // {
    //   "kind": "arxiv",
    //   "name": "arxiv-ir",
    //   "query": "cat:cs.IR",
    //   "from": "2026-01-01"
    // },

    // A whole repository with OAI-PMH, such as all of arXiv's computer science.
    // {
    //   "kind": "oai-pmh",
    //   "name": "arxiv-cs",
    //   "url": "https://oaipmh.arxiv.org/oai",
    //   "set": "cs",
    //   "metadataPrefix": "arXiv",
    //   "from": "2026-11-01"
    // },

    // Works of OpenAlex by filter. With a free key in OPENALEX_API_KEY, more than 10,000.
    // {
    //   "kind": "openalex",
    //   "name": "openalex",
    //   "filter": "primary_topic.id:t10028,has_abstract:true",
    //   "from": "2025-01-01"
    // },

    // Any feed in RSS or Atom.
    // { "kind": "feed", "name": "arxiv-feed", "url": "https://rss.arxiv.org/atom/cs.IR" },

    // One file of JSON Lines, also compressed. A server of your own network must be allowed by name.
    // {
    //   "kind": "jsonl",
    //   "name": "lab",
    //   "url": "http://papers.lab.example/papers.jsonl",
    //   "allowPrivate": ["papers.lab.example"]
    // },

    // Your Zotero library, while Zotero runs.
    // { "kind": "zotero", "name": "zotero" },

    // Files and folders on this machine.
    // { "kind": "files", "name": "my-files", "paths": ["papers/"] },
  ],
}
`;
}
