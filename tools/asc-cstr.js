// Transform for asc: replaces every cstr('literal') of the kernel by memory.data<u8>([...bytes, 0]), the address of
// static NUL-terminated UTF-8 bytes. Plain JavaScript, because asc loads it before anything of ours is built.
import { Node, NodeKind } from 'assemblyscript';

export function afterParse(parser) {
  for (const source of parser.sources) {
    if (!source.internalPath.startsWith('~lib')) replaceIn(source);
  }
}

const NOT_CHILDREN = new Set(['range', 'source', 'parent']);

function replaceIn(node) {
  for (const key of Object.keys(node)) {
    const child = node[key];
    if (NOT_CHILDREN.has(key) || typeof child !== 'object' || child === null) continue;
    if (isCstr(child)) node[key] = dataOf(child);
    else if (Array.isArray(child) || child.range) replaceIn(child);
  }
}

function isCstr(node) {
  return node.kind === NodeKind.Call && node.expression.text === 'cstr' && typeof node.args[0]?.value === 'string';
}

function dataOf(call) {
  const { range } = call;
  const bytes = [...new TextEncoder().encode(call.args[0].value), 0];
  const literals = bytes.map((byte) => Node.createIntegerLiteralExpression(globalThis.i64_new(byte, 0), range));
  const u8 = Node.createNamedType(Node.createSimpleTypeName('u8', range), null, false, range);
  const data = Node.createPropertyAccessExpression(
    Node.createIdentifierExpression('memory', range, false),
    Node.createIdentifierExpression('data', range, false),
    range,
  );
  return Node.createCallExpression(data, [u8], [Node.createArrayLiteralExpression(literals, range)], range);
}
