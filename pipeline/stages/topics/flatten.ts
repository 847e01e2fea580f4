import { OUTLIER, type TopicNode } from '../../core/topics.ts';
import type { Branch } from './growth.ts';

/** Branches as nodes in preorder, their level the number of nodes above them; and the deepest node of each paper. */
export function flatten(
  roots: readonly Branch[],
  papers: number,
): { readonly nodes: TopicNode[]; readonly leafOfRow: Int32Array; readonly idOf: ReadonlyMap<Branch, number> } {
  const nodes: TopicNode[] = [];
  const leafOfRow = new Int32Array(papers).fill(OUTLIER);
  const idOf = new Map<Branch, number>();
  const lay = (branch: Branch, parent: number | null, level: number): void => {
    const id = nodes.length;
    const splitsAt = branch.parts.length > 0 ? branch.splitsAt : null;
    idOf.set(branch, id);
    nodes.push({ id, parent, level, end: id + 1, size: branch.rows.length, splitsAt });
    for (const row of branch.rows) leafOfRow[row] = id;
    for (const part of inOrder(branch.parts)) lay(part, id, level + 1);
    nodes[id] = { ...nodes[id], end: nodes.length };
  };
  for (const root of inOrder(roots)) lay(root, null, 0);
  return { nodes, leafOfRow, idOf };
}

/** The larger first, of equal ones that with the first paper. */
function inOrder(branches: readonly Branch[]): Branch[] {
  return [...branches].sort((a, b) => b.rows.length - a.rows.length || a.rows[0] - b.rows[0]);
}
