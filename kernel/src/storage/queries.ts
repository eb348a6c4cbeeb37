import { RowCountError } from './errors.ts'
import type { SqlQuery } from './sql.ts'

export interface QueryResult<Row> {
  readonly rows: readonly Row[]
  readonly rowCount: number
}

/** A statement that runs thousands of times a second: planned once per connection. `text` is a constant of the source. */
export interface HotStatement {
  /** At most 63 bytes, the same name always with the same text. */
  readonly name: string
  readonly text: string
  /** As `pg` takes them: arrays become arrays, objects become json. */
  readonly values: readonly unknown[]
  /** It changes rows, and so may wait for whoever has locked them. */
  readonly writes?: true
}

/** What a database and a transaction can both do. `Row` is the caller's word: rows are not validated. */
export interface Queries {
  any<Row>(query: SqlQuery): Promise<Row[]>
  maybeOne<Row>(query: SqlQuery): Promise<Row | undefined>
  one<Row>(query: SqlQuery): Promise<Row>
  /** The only column of the only row. */
  value<Value>(query: SqlQuery): Promise<Value>
  query<Row = unknown>(query: SqlQuery): Promise<QueryResult<Row>>
  hot<Row>(statement: HotStatement): Promise<Row[]>
}

export interface Runner {
  run(query: SqlQuery): Promise<QueryResult<unknown>>
  runHot(statement: HotStatement): Promise<readonly unknown[]>
}

export const createQueries = ({ run, runHot }: Runner): Queries => ({
  any: async <Row>(query: SqlQuery) => (await run(query)).rows as Row[],
  maybeOne: async <Row>(query: SqlQuery) => {
    const { rows } = await run(query)
    if (rows.length > 1) throw new RowCountError('at most one', rows.length)
    return rows[0] as Row | undefined
  },
  one: async <Row>(query: SqlQuery) => onlyRow<Row>(await run(query)),
  value: async <Value>(query: SqlQuery) => Object.values(onlyRow<object>(await run(query)))[0] as Value,
  query: async <Row>(query: SqlQuery) => (await run(query)) as QueryResult<Row>,
  hot: async <Row>(statement: HotStatement) => (await runHot(statement)) as Row[],
})

const onlyRow = <Row>({ rows }: QueryResult<unknown>): Row => {
  if (rows.length !== 1) throw new RowCountError('exactly one', rows.length)
  return rows[0] as Row
}
