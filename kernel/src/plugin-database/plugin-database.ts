import { RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Snapshots, StoredKind } from '../plugin-storage/index.ts'
import type { Database } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import { createHomes } from './homes.ts'
import { createMigrate } from './migrations.ts'
import { createOutbox, type OutboxLetter, type Send } from './outbox.ts'
import { createOwners } from './owner.ts'
import type { Session } from './sessions.ts'
import { createSpace } from './space.ts'
import { createStatementParser } from './statement-parser.ts'
import type { StatementEffect } from './statement-judge.ts'
import { createTables } from './tables.ts'
import { createTransactions, type OpenTransaction } from './transactions.ts'
import { encodeValue, type StatementValue } from './values.ts'

/** One statement as a plugin writes it: what stands between the values. */
export interface Statement {
  readonly parts: readonly string[]
  readonly values: readonly StatementValue[]
}

/** Who asks. */
export interface DatabaseCaller {
  readonly pluginId: string
  readonly invocationId: string
  readonly maximumMegabytes: number
  /** Ids of the channels that whoever made the plugin run may read. */
  readonly readable: () => Promise<readonly string[]>
  /** Hears how much every answer has. */
  readonly onBytes?: (bytes: number) => void
}

type ResultRows = readonly Record<string, unknown>[]

/** Tables of plugins, each with a schema and a login role of its own. */
export interface PluginDatabase {
  query(caller: DatabaseCaller, statement: Statement, transactionId?: string): Promise<ResultRows>
  /** All of them or none. */
  batch(caller: DatabaseCaller, statements: readonly Statement[]): Promise<readonly ResultRows[]>
  begin(caller: DatabaseCaller): Promise<string>
  /** Has an operation done once the transaction is committed. The same key is taken once while it waits. */
  enqueue(caller: DatabaseCaller, transactionId: string, letter: OutboxLetter): Promise<void>
  commit(caller: DatabaseCaller, transactionId: string): Promise<void>
  rollback(caller: DatabaseCaller, transactionId: string): Promise<void>
  endOfInvocation(invocationId: string): void
  /** Sends what was committed and not sent yet. */
  resume(pluginId: string): Promise<void>
  size(pluginId: string): Promise<number>
  readonly tables: StoredKind
  stop(): Promise<void>
}

interface DatabaseDependencies {
  readonly db: Database
  readonly snapshots: Snapshots
  readonly send: Send
  readonly clock: Clock
  readonly log: Log
}

const maximumTextLength = 20_000
const maximumValues = 1000
const maximumLetters = 100
const rowCostBytes = 50

export function createPluginDatabase({ db, snapshots, send, clock, log }: DatabaseDependencies): PluginDatabase {
  const owners = createOwners({ db })
  const homes = createHomes({ db, owners })
  const parser = createStatementParser()
  const space = createSpace({ homes, clock })
  const transactions = createTransactions({ homes })
  const outbox = createOutbox({ homes, send, log })
  const migrate = createMigrate({ homes, parser, clock })
  const tables = createTables({
    homes, owners, snapshots, migrate,
    onChange(pluginId) {
      space.forget(pluginId)
      transactions.endOfPlugin(pluginId)
    },
  })

  interface Ready { readonly text: string, readonly values: readonly unknown[], readonly effect: StatementEffect }
  const ready = async ({ pluginId, readable, maximumMegabytes }: DatabaseCaller, { parts, values }: Statement): Promise<Ready> => {
    if (parts.length !== values.length + 1) throw new RookeryError('invalid_input', { field: 'values', reason: 'there must be one between each two parts' })
    if (values.length > maximumValues) throw new RookeryError('invalid_input', { field: 'values', reason: `there are more than ${maximumValues}` })
    const text = parts.map((part, index) => (index === 0 ? part : `$${index}${part}`)).join('')
    if (text.length > maximumTextLength) throw new RookeryError('statement_refused', { reason: `it has more than ${maximumTextLength} characters` })
    const effect = await parser.judge(text, { schema: await homes.schemaOf(pluginId), isMigration: false })
    await space.assertRoom(pluginId, effect, maximumMegabytes)
    let channels: readonly string[] | undefined
    const encoded: unknown[] = []
    for (const value of values) encoded.push('readable' in value ? channels ??= await readable() : encodeValue(value.value))
    return { text, values: encoded, effect }
  }

  const run = async ({ pluginId, onBytes }: DatabaseCaller, session: Session, { text, values, effect }: Ready): Promise<ResultRows> => {
    const { rows, rowCount, bytes } = await session.run(text, values)
    space.note(pluginId, effect, rowCount)
    // Small rows cost more than their bytes.
    onBytes?.(bytes + rows.length * rowCostBytes)
    return rows
  }

  const find = ({ pluginId, invocationId }: DatabaseCaller, id: string): OpenTransaction => transactions.find(pluginId, invocationId, id)

  return {
    tables,
    size: homes.size,
    async query(caller, statement, transactionId) {
      const transaction = transactionId === undefined ? undefined : find(caller, transactionId)
      const what = await ready(caller, statement)
      if (transaction) return run(caller, transaction.session, what)
      return homes.use(caller.pluginId, (session) => run(caller, session, what))
    },
    async batch(caller, statements) {
      const all: Ready[] = []
      for (const statement of statements) all.push(await ready(caller, statement))
      return homes.use(caller.pluginId, async (session) => {
        await session.runAll('begin')
        try {
          const results: ResultRows[] = []
          for (const each of all) results.push(await run(caller, session, each))
          await session.runAll('commit')
          return results
        } catch (error) {
          await session.runAll('rollback').catch(() => {})
          throw error
        }
      })
    },
    begin: async ({ pluginId, invocationId }) => (await transactions.begin(pluginId, invocationId)).id,
    async enqueue(caller, transactionId, { key, operation, input, causeDepth }) {
      const transaction = find(caller, transactionId)
      if (transaction.letters >= maximumLetters) throw new RookeryError('invalid_input', { field: 'key', reason: `a transaction has at most ${maximumLetters} of them` })
      await space.assertRoom(caller.pluginId, 'grow', caller.maximumMegabytes)
      transaction.letters += 1
      await transaction.session.run('insert into rookery_outbox (key, operation, input, cause_depth) values ($1, $2, $3, $4) on conflict (key) do nothing', [key, operation, JSON.stringify(input), causeDepth])
    },
    async commit(caller, transactionId) {
      const transaction = find(caller, transactionId)
      await transactions.commit(transaction)
      if (transaction.letters > 0) outbox.drain(caller.pluginId)
    },
    rollback: (caller, transactionId) => transactions.rollback(find(caller, transactionId)),
    endOfInvocation: transactions.endOf,
    async resume(pluginId) {
      if (await owners.hasSchema(pluginId)) outbox.drain(pluginId)
    },
    async stop() {
      await outbox.stop()
      await homes.closeAll()
      await parser.stop()
    },
  }
}
