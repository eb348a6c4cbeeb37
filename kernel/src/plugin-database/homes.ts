import { RookeryError } from '@rookery/sdk/protocol'
import { sql, type Database, type PgConnectionOptions } from '../storage/index.ts'
import type { Owners } from './owner.ts'
import { createSessions, type Session, type Sessions } from './sessions.ts'

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

interface Home {
  readonly connection: PgConnectionOptions
  sessions: Sessions
}

/** What the kernel keeps among the plugin's tables, so that it changes in the same transaction. */
const ownTables = `
  create table if not exists rookery_migrations (id text primary key, sha256 text not null, applied_at bigint not null);
  create table if not exists rookery_outbox (id bigint generated always as identity primary key, key text not null unique, operation text not null, input text not null, cause_depth integer not null)`
/** Of all plugins together: the kernel needs some as well. */
const maximumInUse = 12
const patienceMs = 3000

export function createHomes({ db, owners, maximum = maximumInUse }: { db: Database, owners: Owners, maximum?: number }): Homes {
  /** Who was used last comes last. */
  const homes = new Map<string, Promise<Home>>()
  const ready = new Map<string, Home>()
  const waiting: (() => void)[] = []
  let inUse = 0

  /** Waits until there may be one more. */
  const enter = async (): Promise<void> => {
    if (inUse < maximum) {
      inUse += 1
      return
    }
    await new Promise<void>((resolve, reject) => {
      const admit = (): void => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(admit), 1)
        reject(new RookeryError('unavailable', { retryAfterSeconds: 2 }))
      }, patienceMs)
      waiting.push(admit)
    })
  }
  const leave = (): void => {
    const next = waiting.shift()
    // Who waits takes the place over.
    if (next) next()
    else inUse -= 1
  }

  /** Closes connections of plugins that have not used them for longest, where there are too many. */
  const makeRoom = async (mine: Home): Promise<void> => {
    if (mine.sessions.hasIdle) return
    let count = 0
    for (const { sessions } of ready.values()) count += sessions.count
    const closing: Promise<void>[] = []
    for (const home of ready.values()) {
      if (count < maximum) break
      const { sessions } = home
      if (home === mine || sessions.count === 0 || !sessions.isIdle) continue
      count -= sessions.count
      home.sessions = createSessions(home.connection)
      closing.push(sessions.close())
    }
    await Promise.all(closing)
  }

  const openIn = async (home: Home): Promise<Session> => {
    await enter()
    try {
      await makeRoom(home)
      const session = await home.sessions.open()
      return {
        ...session,
        release(isBroken) {
          session.release(isBroken)
          leave()
        },
      }
    } catch (error) {
      leave()
      throw error
    }
  }

  const make = async (pluginId: string): Promise<Home> => {
    const connection = await owners.ensure(pluginId)
    const home: Home = { connection, sessions: createSessions(connection) }
    const session = await openIn(home)
    try {
      await session.runAll(ownTables)
      ready.set(pluginId, home)
      return home
    } finally {
      session.release()
    }
  }
  const homeOf = (pluginId: string): Promise<Home> => {
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
  const open = async (pluginId: string): Promise<Session> => {
    const home = await homeOf(pluginId)
    if (ready.delete(pluginId)) ready.set(pluginId, home)
    return openIn(home)
  }
  const close = async (pluginId: string): Promise<void> => {
    const home = homes.get(pluginId)
    homes.delete(pluginId)
    ready.delete(pluginId)
    await home?.then(({ sessions }) => sessions.close(), () => {})
  }

  return {
    open, close,
    schemaOf: async (pluginId) => (await owners.names(pluginId)).schema,
    async use(pluginId, work) {
      const session = await open(pluginId)
      try {
        return await work(session)
      } finally {
        session.release()
      }
    },
    async size(pluginId) {
      const { schema } = await owners.names(pluginId)
      return db.value<number>(sql`
        select coalesce(sum(pg_total_relation_size(c.oid)), 0)::int8 from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = ${schema} and c.relkind in ('r', 'm')`)
    },
    async closeAll() { await Promise.all([...homes.keys()].map(close)) },
  }
}
