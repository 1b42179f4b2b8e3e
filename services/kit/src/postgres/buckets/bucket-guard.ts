import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  DeleteQueryNode,
  InsertQueryNode,
  OperatorNode,
  ParensNode,
  PrimitiveValueListNode,
  RawNode,
  ReferenceNode,
  SelectQueryNode,
  TableNode,
  TupleNode,
  UpdateQueryNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
  type KyselyPlugin,
  type OperationNode,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryResult,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely';

/** The column that every table of a sharded database begins its primary key with. */
const column = 'bucket';

/**
 * Throws when a statement of one bucket's work could see or touch rows of another: an insert must set `bucket`, anything
 * else name it in its condition, and where the value can be seen it must be this one. It looks at what the query builder was
 * told; into raw SQL and nested queries it does not look.
 */
export function refuseOtherBuckets(node: OperationNode, bucket: number): void {
  if (InsertQueryNode.is(node)) refuseRows(node, bucket);
  else if (UpdateQueryNode.is(node) || DeleteQueryNode.is(node) || readsTable(node)) {
    const condition = node.where?.where;
    const given = condition === undefined ? [] : bucketsIn(condition);
    if (given.length === 0)
      throw new Error(`a statement without its ${column} would look at every bucket of the shard`);
    for (const value of given) refuseValue(value, bucket);
  }
}

/** Refuses them in everything that is asked through it. */
export class BucketGuard implements KyselyPlugin {
  readonly #bucket: number;

  constructor(bucket: number) {
    this.#bucket = bucket;
  }

  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    refuseOtherBuckets(node, this.#bucket);
    return node;
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }
}

/** Where the value of `bucket` stands in the rows of an insert, -1 if it has none. */
export function bucketIndexOf(node: InsertQueryNode): number {
  return node.columns?.findIndex((one) => one.column.name === column) ?? -1;
}

function refuseRows(node: InsertQueryNode, bucket: number): void {
  if (!node.values || !ValuesNode.is(node.values)) return;
  const index = bucketIndexOf(node);
  if (index < 0) throw new Error(`an insert must set ${column}`);
  for (const row of node.values.values) {
    if (PrimitiveValueListNode.is(row)) refuseValue(row.values[index], bucket);
    else if (ValueListNode.is(row)) refuseValue(valueOf(row.values[index]), bucket);
  }
}

/** A name given by `with` looks like a table, so a query that has any is let pass. */
function readsTable(node: OperationNode): node is SelectQueryNode {
  if (!SelectQueryNode.is(node) || node.with) return false;
  return node.from?.froms.some((from) => TableNode.is(AliasNode.is(from) ? from.node : from)) ?? false;
}

const unseen = Symbol('a value that only the server knows');

/** What the condition compares `bucket` with, `unseen` for anything but a plain value. Alternatives (`or`) do not count. */
function bucketsIn(condition: OperationNode): unknown[] {
  if (AndNode.is(condition)) return [...bucketsIn(condition.left), ...bucketsIn(condition.right)];
  if (ParensNode.is(condition)) return bucketsIn(condition.node);
  if (RawNode.is(condition)) return condition.sqlFragments.some((text) => /\bbucket\b/.test(text)) ? [unseen] : [];
  return BinaryOperationNode.is(condition) ? bucketsComparedIn(condition) : [];
}

function bucketsComparedIn({ leftOperand, operator, rightOperand }: BinaryOperationNode): unknown[] {
  if (TupleNode.is(leftOperand)) return leftOperand.values.some(isBucket) ? [unseen] : [];
  if (!isBucket(leftOperand)) return [];
  return OperatorNode.is(operator) && operator.operator === '=' ? [valueOf(rightOperand)] : [];
}

function isBucket(node: OperationNode): boolean {
  return ReferenceNode.is(node) && ColumnNode.is(node.column) && node.column.column.name === column;
}

function valueOf(node: OperationNode | undefined): unknown {
  return node && ValueNode.is(node) ? node.value : unseen;
}

function refuseValue(value: unknown, bucket: number): void {
  if (value !== unseen && value !== bucket)
    throw new Error(`a statement for ${column} ${String(value)} in the work of ${column} ${bucket}`);
}
