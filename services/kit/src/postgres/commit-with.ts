import {
  AliasNode,
  CommonTableExpressionNameNode,
  CommonTableExpressionNode,
  createQueryId,
  DeleteQueryNode,
  IdentifierNode,
  InsertQueryNode,
  ReturningNode,
  SelectionNode,
  SelectQueryNode,
  sql,
  TableNode,
  UpdateQueryNode,
  ValuesNode,
  WithNode,
  type OperationNode,
  type OperationNodeSource,
  type QueryExecutorProvider,
} from 'kysely';
import { committing } from './held-begin.ts';
import { sqlStateOf } from './sql-errors.ts';

/** An insert, update or deletion of the query builder, with what else it writes as common table expressions. */
export type Write = OperationNodeSource;

const divisionByZero = '22012';

/**
 * Runs a write and commits; false when it wrote no row of its own table, and then all of it, common table expressions included, has been
 * rolled back: the server finds that out by a division, as part of the statement.
 */
export async function commitWith(db: QueryExecutorProvider, write: Write): Promise<boolean> {
  const executor = db.getExecutor();
  const statement = executor.compileQuery(insisting(write.toOperationNode()), createQueryId());
  try {
    await executor.executeQuery({ ...statement, sql: `${statement.sql} ${committing}` });
    return true;
  } catch (error) {
    if (sqlStateOf(error) === divisionByZero) return false;
    throw error;
  }
}

const name = 'wrote';
const one = SelectionNode.create(AliasNode.create(sql`1`.toOperationNode(), IdentifierNode.create('one')));
const perRow = SelectionNode.create(
  AliasNode.create(sql`1 / count(one)`.toOperationNode(), IdentifierNode.create('once')),
);

/** `with <its own>, wrote as (<the write> returning 1) select 1 / count(…) from wrote`: only so far out may a WITH hold writes. */
function insisting(node: OperationNode): SelectQueryNode {
  if (!InsertQueryNode.is(node) && !UpdateQueryNode.is(node) && !DeleteQueryNode.is(node))
    throw new Error('only an insert, an update or a deletion can commit its transaction');
  if (InsertQueryNode.is(node) && !(node.values && ValuesNode.is(node.values)))
    throw new Error('an insert of what a query finds cannot commit its transaction: it carries no fence');
  const { with: own, ...bare } = node;
  const write = { ...bare, returning: ReturningNode.create([one]) };
  const wrote = CommonTableExpressionNode.create(CommonTableExpressionNameNode.create(name), write);
  const all = own ? WithNode.cloneWithExpression(own, wrote) : WithNode.create(wrote);
  return SelectQueryNode.cloneWithSelections(SelectQueryNode.createFrom([TableNode.create(name)], all), [perRow]);
}
