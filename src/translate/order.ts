// Dominators and loops of a region's blocks ("A Simple, Fast Dominance Algorithm", Cooper, Harvey, Kennedy; "Beyond
// Relooper", Ramsey). Invariant: afterwards the graph is reducible: an edge into the middle of a loop has become a way out.
import { type Block, successors } from './graph.ts';

export interface Node {
  block: Block;
  /** Position in reverse postorder. */
  order: number;
  dominator: Node | undefined;
  /** Nodes whose immediate dominator this is, in reverse postorder. */
  children: Node[];
  predecessors: Node[];
  /** Edges within the region, by offset. */
  successors: Map<number, Node>;
  /** A back edge leads here. */
  loop: boolean;
  /** Several forward edges lead here. */
  merge: boolean;
}

/** Nodes in reverse postorder, the entry first. */
export function orderBlocks(blocks: Map<number, Block>, entry: number): Node[] {
  const dropped = new Set<string>();
  for (;;) {
    const nodes = reversePostorder(blocks, entry, dropped);
    findDominators(nodes);
    const before = dropped.size;
    for (const node of nodes) {
      for (const [at, to] of node.successors) {
        if (to.order <= node.order && !dominates(to, node)) dropped.add(`${node.block.at}>${at}`);
      }
    }
    if (dropped.size === before) return finish(nodes);
  }
}

function reversePostorder(blocks: Map<number, Block>, entry: number, dropped: Set<string>): Node[] {
  const nodes = new Map<number, Node>();
  const postorder: Node[] = [];
  const visit = (at: number): Node => {
    const block = blocks.get(at)!;
    const node: Node = {
      block,
      order: 0,
      dominator: undefined,
      children: [],
      predecessors: [],
      successors: new Map(),
      loop: false,
      merge: false,
    };
    nodes.set(at, node);
    for (const to of successors(block)) {
      if (!blocks.has(to) || dropped.has(`${at}>${to}`)) continue;
      const next = nodes.get(to) ?? visit(to);
      node.successors.set(to, next);
      next.predecessors.push(node);
    }
    postorder.push(node);
    return node;
  };
  visit(entry);
  postorder.reverse().forEach((node, order) => {
    node.order = order;
  });
  return postorder;
}

function findDominators(nodes: Node[]): void {
  const [entry] = nodes;
  entry.dominator = entry;
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of nodes.slice(1)) {
      let found: Node | undefined;
      for (const from of node.predecessors) {
        if (from.dominator) found = found ? intersect(found, from) : from;
      }
      if (found === node.dominator) continue;
      node.dominator = found;
      changed = true;
    }
  }
}

function intersect(one: Node, other: Node): Node {
  let a = one;
  let b = other;
  while (a !== b) {
    while (a.order > b.order) a = a.dominator!;
    while (b.order > a.order) b = b.dominator!;
  }
  return a;
}

function dominates(a: Node, b: Node): boolean {
  let node = b;
  while (node.order > a.order) node = node.dominator!;
  return node === a;
}

function finish(nodes: Node[]): Node[] {
  for (const node of nodes) {
    if (node.order) node.dominator!.children.push(node);
    node.loop = node.predecessors.some(({ order }) => order >= node.order);
    node.merge = node.predecessors.filter(({ order }) => order < node.order).length > 1;
  }
  return nodes;
}
