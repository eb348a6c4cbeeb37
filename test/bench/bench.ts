import type pg from 'pg'
import { findEmbeddedDatabase } from '../harness/embedded-database.ts'
import { createServerProcess, type ServerProcess } from '../harness/server-process.ts'
import { collectableArguments } from './gauges.ts'
import { populate, type Population } from './population.ts'
import type { LoadApi } from './load/load.ts'
import { startWorker, type Worker } from './worker.ts'

/** All that a measure works with. */
export interface Bench {
  readonly server: ServerProcess
  readonly port: number
  readonly connection: pg.ClientConfig
  readonly population: Population
  readonly load: Worker<LoadApi>
  readonly rounds: number
  readonly isQuick: boolean
  close(): Promise<void>
}

/** As many as sockets are held idle. */
const populationSize = 10_000

/** A server as an admin runs it, Postgres with all its safety, and a process that makes load. */
export async function openBench({ rounds, isQuick, nodeArguments }: { rounds: number, isQuick: boolean, nodeArguments: readonly string[] }): Promise<Bench> {
  const server = await createServerProcess({ nodeArguments: [...collectableArguments, ...nodeArguments], environment: { ROOKERY_TELEMETRY_LEVEL: 'warn' } })
  try {
    await server.start()
    const { connection } = await findEmbeddedDatabase(server)
    const population = await populate(server, connection, populationSize)
    return await withLoad({ server, connection, population, rounds, isQuick })
  } catch (error) {
    await server.remove()
    throw error
  }
}

async function withLoad(parts: Pick<Bench, 'server' | 'connection' | 'population' | 'rounds' | 'isQuick'>): Promise<Bench> {
  const { server } = parts
  const load = await startWorker<LoadApi>('./load/load.ts')
  return {
    ...parts, load, port: Number(new URL(server.url).port),
    async close() {
      await load.stop()
      await server.remove()
    },
  }
}

export const message = 'The loom has four hundred hooks and one of them sticks again. '.repeat(2)

/** The body of a post by a person, with an id of its own for each. */
export const postBody = (channelId: string, userId: string): string =>
  JSON.stringify({ channel_id: channelId, message, pending_post_id: `${userId}:$n`, user_id: userId, create_at: 0, metadata: {}, props: {} })
