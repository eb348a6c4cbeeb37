import type { Sql, SqlTransaction } from './capabilities.ts'
import type { Ask } from './host.ts'
import { sql, type SqlStatement, type SqlValue } from './sql.ts'

/**
 * Transactions ask in messages of their own: whoever waits to begin one waits for those that have, and must not keep
 * their answers back. Within a transaction one thing is asked after the other.
 */
function createTransaction(transaction: string, ask: Ask): { readonly within: SqlTransaction, end(name: string): Promise<unknown> } {
  let last: Promise<unknown> = Promise.resolve()
  const askNext = (name: string, input: object): Promise<unknown> => {
    const next = last.then(() => ask(name, { ...input, transaction }, { isAlone: true }))
    last = next.catch(() => { /* who asked hears of it */ })
    return next
  }
  return {
    within: Object.assign(
      async <Row>(parts: TemplateStringsArray, ...values: readonly SqlValue[]) => await askNext('db.query', { statement: sql(parts, ...values) }) as readonly Row[],
      { enqueue: async (operation: string, input: unknown, key: string) => { await askNext('db.enqueue', { operation, input, key }) } },
    ),
    end: (name) => askNext(name, {}),
  }
}

export function createSql(ask: Ask): Sql {
  const run = async <Row>(parts: TemplateStringsArray, ...values: readonly SqlValue[]): Promise<readonly Row[]> => await ask('db.query', { statement: sql(parts, ...values) }) as readonly Row[]
  return Object.assign(run, {
    batch: async <Row>(statements: readonly SqlStatement[]) => await ask('db.batch', { statements }) as readonly (readonly Row[])[],
    async tx<Result>(work: (transaction: SqlTransaction) => Result | Promise<Result>): Promise<Result> {
      const { within, end } = createTransaction(await ask('db.begin', {}, { isAlone: true }) as string, ask)
      let result: Result
      try {
        result = await work(within)
      } catch (error) {
        await end('db.rollback').catch(() => { /* it is over already */ })
        throw error
      }
      await end('db.commit')
      return result
    },
  })
}
