import pg from 'pg'
import { copyIn, copyOut, exportLines, type SnapshotPlace, type Snapshots, type StoredKind, type StoringPlugin } from '../plugin-storage/index.ts'
import type { Homes } from './homes.ts'
import type { MigratedPlugin } from './migrations.ts'
import type { Owners } from './owner.ts'
import type { Session } from './sessions.ts'

interface TablesDependencies {
  readonly homes: Homes
  readonly owners: Owners
  readonly snapshots: Snapshots
  readonly migrate: (plugin: MigratedPlugin) => Promise<unknown>
  /** What is remembered of the plugin's tables is no longer so. */
  readonly onChange: (pluginId: string) => void
}

interface Table {
  readonly name: string
  /** Without those that the database computes. */
  readonly columns: readonly string[]
}

interface About {
  readonly hasSchema: boolean
  readonly tables: readonly Table[]
  readonly sequences: readonly { readonly name: string, readonly value: string }[]
}

/** Kept anew by whoever makes the tables. */
const ledger = 'rookery_migrations'
const quote = (name: string): string => pg.escapeIdentifier(name)
const quiet = 'set local statement_timeout = 0; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0'

/** The tables of plugins as a whole: made by their migrations, copied, put back, given away, gone. */
export function createTables({ homes, owners, snapshots, migrate, onChange }: TablesDependencies): StoredKind {
  const placeOf = (pluginId: string, snapshotId: string): SnapshotPlace => ({ pluginId, snapshotId, kind: 'tables' })
  const hasTables = ({ granted, manifest: { contributes } }: StoringPlugin): boolean => Object.hasOwn(granted, 'db') && contributes.migrations.length > 0

  const selectTables = async (session: Session): Promise<Table[]> => {
    const { rows } = await session.run(`
      select c.relname as name, coalesce(json_agg(a.attname order by a.attnum) filter (where a.attname is not null), '[]') as columns
      from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      where c.relnamespace = quote_ident(current_schema())::regnamespace and c.relkind = 'r' and c.relname <> '${ledger}' group by c.relname order by c.relname`)
    return rows as unknown as Table[]
  }
  const columnsOf = ({ name, columns }: Table): string => `${quote(name)} (${columns.map(quote).join(', ')})`

  const inTransaction = <Result>(pluginId: string, begin: string, work: (session: Session) => Promise<Result>): Promise<Result> => homes.use(pluginId, async (session) => {
    await session.runAll(`${begin}; ${quiet}`)
    try {
      const result = await work(session)
      await session.runAll('commit')
      return result
    } catch (error) {
      await session.runAll('rollback').catch(() => {})
      throw error
    }
  })

  /** Rows come in any order: keys to other tables are looked at when all are there. */
  const relax = async (session: Session): Promise<() => Promise<void>> => {
    const { rows } = await session.run(`
      select conrelid::regclass::text as "table", quote_ident(conname) as name from pg_constraint where contype = 'f' and connamespace = quote_ident(current_schema())::regnamespace and not condeferrable and conparentid = 0`)
    for (const { table, name } of rows) await session.runAll(`alter table ${String(table)} alter constraint ${String(name)} deferrable`)
    await session.runAll('set constraints all deferred')
    return async () => {
      await session.runAll('set constraints all immediate')
      for (const { table, name } of rows) await session.runAll(`alter table ${String(table)} alter constraint ${String(name)} not deferrable`)
    }
  }

  const drop = async (pluginId: string, all: boolean): Promise<void> => {
    // Whoever works with them is sent away first.
    onChange(pluginId)
    await homes.close(pluginId)
    if (all) await owners.drop(pluginId)
    else await owners.dropSchema(pluginId)
  }

  return {
    async prepare(plugin) {
      if (hasTables(plugin)) await migrate(plugin)
      onChange(plugin.id)
    },
    async snapshot({ id }, snapshotId) {
      const place = placeOf(id, snapshotId)
      if (!(await owners.hasSchema(id))) {
        await snapshots.write(place, { hasSchema: false, tables: [], sequences: [] } satisfies About, [])
        return
      }
      await inTransaction(id, 'begin isolation level repeatable read', async (session) => {
        const tables = await selectTables(session)
        const { rows } = await session.run(`select sequencename as name, last_value::text as value from pg_sequences where schemaname = current_schema() and last_value is not null`)
        const about: About = { hasSchema: true, tables, sequences: rows.map(({ name, value }) => ({ name: String(name), value: String(value) })) }
        await snapshots.write(place, about, tables.map((table) => async () => copyOut(session.client, `copy ${columnsOf(table)} to stdout`)))
      })
    },
    async restore(plugin, snapshotId) {
      const snapshot = await snapshots.read(placeOf(plugin.id, snapshotId))
      if (!snapshot) return
      const { hasSchema, tables, sequences } = snapshot.about as About
      await drop(plugin.id, false)
      if (!hasSchema) return
      if (hasTables(plugin)) await migrate(plugin)
      await inTransaction(plugin.id, 'begin', async (session) => {
        if (tables.length > 0) await session.runAll(`truncate ${tables.map(({ name }) => quote(name)).join(', ')}`)
        const restrain = await relax(session)
        for (const [part, table] of tables.entries()) await copyIn(session.client, `copy ${columnsOf(table)} from stdin`, await snapshot.open(part))
        await restrain()
        for (const { name, value } of sequences) await session.run('select setval($1::regclass, $2::text::bigint)', [quote(name), value])
      })
    },
    forgetSnapshot: (pluginId, snapshotId) => snapshots.forget(placeOf(pluginId, snapshotId)),
    async* exportData({ id }) {
      if (!(await owners.hasSchema(id))) return
      const session = await homes.open(id)
      let isWhole = false
      try {
        await session.runAll(`begin isolation level repeatable read; ${quiet}`)
        for (const [index, { name }] of (await selectTables(session)).entries()) {
          // Names may have any characters, paths may not.
          const path = /^[a-z0-9_]{1,63}$/.test(name) ? name : `table-${index}`
          yield* exportLines(`tables/${path}`, copyOut(session.client, `copy (select row_to_json(each) from ${quote(name)} each) to stdout`))
        }
        await session.runAll('commit')
        isWhole = true
      } finally {
        session.release(!isWhole)
      }
    },
    purge: (pluginId) => drop(pluginId, true),
  }
}
