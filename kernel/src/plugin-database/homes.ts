import { sql, type Database } from '../storage/index.ts'
import type { Owners } from './owner.ts'
import { createSessions, type Session } from './sessions.ts'

/** Where a plugin's tables are, and its connections to them: made when it first asks. */
export interface Homes {
  schemaOf(pluginId: string): Promise<string>
  /** Works on a connection as the plugin's own role. */
  use<Result>(pluginId: string, work: (session: Session) => Promise<Result>): Promise<Result>
  open(pluginId: string): Promise<Session>
  /** Bytes of all its tables and indexes. */
  size(pluginId: string): Promise<number>
  /** Closes its connections; the next who asks opens others. */
  close(pluginId: string): Promise<void>
  closeAll(): Promise<void>
}

/** What the kernel keeps among the plugin's tables, so that it changes in the same transaction. */
const ownTables = `
  create table if not exists rookery_migrations (id text primary key, sha256 text not null, applied_at bigint not null);
  create table if not exists rookery_outbox (id bigint generated always as identity primary key, key text not null unique, operation text not null, input text not null, cause_depth integer not null)`

export function createHomes({ db, owners }: { db: Database, owners: Owners }): Homes {
  const homes = new Map<string, Promise<ReturnType<typeof createSessions>>>()

  const make = async (pluginId: string): Promise<ReturnType<typeof createSessions>> => {
    const sessions = createSessions(await owners.ensure(pluginId))
    try {
      await sessions.use((session) => session.runAll(ownTables))
      return sessions
    } catch (error) {
      await sessions.close()
      throw error
    }
  }
  const homeOf = (pluginId: string): Promise<ReturnType<typeof createSessions>> => {
    let home = homes.get(pluginId)
    if (!home) {
      const made = make(pluginId).catch((error: unknown) => {
        if (homes.get(pluginId) === made) homes.delete(pluginId)
        throw error
      })
      homes.set(pluginId, home = made)
    }
    return home
  }
  const close = async (pluginId: string): Promise<void> => {
    const home = homes.get(pluginId)
    homes.delete(pluginId)
    await home?.then((sessions) => sessions.close(), () => {})
  }

  return {
    schemaOf: async (pluginId) => (await owners.names(pluginId)).schema,
    use: async (pluginId, work) => (await homeOf(pluginId)).use(work),
    open: async (pluginId) => (await homeOf(pluginId)).open(),
    async size(pluginId) {
      const { schema } = await owners.names(pluginId)
      return db.value<number>(sql`
        select coalesce(sum(pg_total_relation_size(c.oid)), 0)::int8 from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = ${schema} and c.relkind in ('r', 'm')`)
    },
    close,
    async closeAll() { await Promise.all([...homes.keys()].map(close)) },
  }
}
