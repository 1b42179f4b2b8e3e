import {
  CommonTableExpressionNameNode,
  CommonTableExpressionNode,
  DeleteQueryNode,
  InsertQueryNode,
  PrimitiveValueListNode,
  QueryNode,
  sql,
  UpdateQueryNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
  WithNode,
  type Kysely,
  type KyselyPlugin,
  type OperationNode,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryId,
  type QueryResult,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely';
import { bucketIndexOf, refuseOtherBuckets } from './bucket-guard.ts';

/** The bucket is not this shard's to write, or not any more. */
export class Fenced extends Error {
  override name = 'Fenced';
}

/**
 * Keeps a process with a stale map from writing to a bucket's old owner: each transaction holds its bucket's row of
 * `routing.bucket_owner` FOR SHARE, in the epoch that the process knows, and whoever moves the bucket waits for those. The row is asked
 * for by a CTE of the transaction's first write, which costs no round trip; as a statement of its own it cost up to 18 %.
 * A plugin of the transaction it belongs to; `hold` comes before the commit, or after a statement that committed.
 */
export class Fence implements KyselyPlugin {
  readonly #bucket: number;
  readonly #epoch: number;
  readonly #carriers = new WeakSet<QueryId>();
  #isHeld = false;

  constructor(bucket: number, epoch: number) {
    this.#bucket = bucket;
    this.#epoch = epoch;
  }

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    refuseOtherBuckets(node, this.#bucket);
    const carrier = this.#isHeld ? undefined : this.#carrierOf(node);
    if (carrier) this.#carriers.add(queryId);
    return carrier ?? node;
  }

  async transformResult({ queryId, result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    // A row was written, so the row of the fence was there; if none was, it may be for either reason.
    if (this.#carriers.has(queryId) && (result.numAffectedRows ?? 0n) > 0n) this.#isHeld = true;
    return result;
  }

  /** Throws Fenced unless the row is held. Only when no statement could carry the fence, or none wrote a row, it asks for it. */
  async hold<Tables>(tx: Kysely<Tables>): Promise<void> {
    if (this.#isHeld) return;
    const { rows } = await sql`${this.#row()}`.execute(tx);
    if (rows.length === 0) throw new Fenced();
    this.#isHeld = true;
  }

  /** After a statement that commits: one that wrote a row has found the row of the fence, and after one that wrote none it is not held. */
  ended(isWritten: boolean): void {
    this.#isHeld = isWritten;
  }

  /** An insert into a fenced bucket fails because its bucket is null. */
  hasRefused(error: unknown): boolean {
    if (error instanceof Fenced) return true;
    if (this.#isHeld || !(error instanceof Error) || !('code' in error)) return false;
    return error.code === '23502' && 'column' in error && error.column === 'bucket';
  }

  #row() {
    return sql`select bucket from routing.bucket_owner
      where bucket = ${this.#bucket} and epoch = ${this.#epoch} and mode = 'rw' for share`;
  }

  #carrierOf(node: RootOperationNode): RootOperationNode | undefined {
    if (InsertQueryNode.is(node)) {
      const values = valuesWithin(node);
      return values && { ...node, values, with: this.#with(node.with) };
    }
    if (!UpdateQueryNode.is(node) && !DeleteQueryNode.is(node)) return undefined;
    const isOurs = sql`exists (select from fence)`.toOperationNode();
    return { ...QueryNode.cloneWithWhere(node, isOurs), with: this.#with(node.with) };
  }

  #with(own: WithNode | undefined): WithNode {
    const name = CommonTableExpressionNameNode.create('fence');
    const fence = CommonTableExpressionNode.create(name, sql`(${this.#row()})`.toOperationNode());
    return own ? WithNode.cloneWithExpression(own, fence) : WithNode.create(fence);
  }
}

/** The rows of an insert, the first with its bucket out of the fence: null, and so refused, when that has none. */
function valuesWithin(node: InsertQueryNode): OperationNode | undefined {
  const index = bucketIndexOf(node);
  if (index < 0 || !node.values || !ValuesNode.is(node.values)) return undefined;
  const [first, ...others] = node.values.values;
  if (!first) return undefined;
  const values = PrimitiveValueListNode.is(first) ? first.values.map(ValueNode.create) : first.values;
  const bucket = sql`(select bucket from fence)`.toOperationNode();
  return ValuesNode.create([ValueListNode.create(values.with(index, bucket)), ...others]);
}
