import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../../telemetry/index.ts'
import type { PgConnectionOptions } from '../connection.ts'
import { findPostgresBinaries } from './binaries.ts'
import { prepareCluster, superuser } from './cluster.ts'
import { locatePostgresFolders, makeSocketFolder, openFolder } from './folders.ts'
import { chooseOperatingUser } from './operating-user.ts'
import { stopOrphan } from './orphan.ts'
import { startPostgresServer, type PostgresExit, type PostgresServer } from './server.ts'
import { createServerLog } from './server-log.ts'
import { buildServerArguments, volatileSettings } from './settings.ts'
import { superviseServer } from './supervisor.ts'

export interface EmbeddedPostgresOptions {
  /** The caller holds this folder (`openDataFolder`): two servers on one cluster would destroy it. */
  readonly dataFolder: string
  readonly log: Log
  /** Starts Postgres again when it dies by itself (default true). */
  readonly supervise?: boolean
  /** False gives up safety against a crash of the machine, for tests (default true). */
  readonly durable?: boolean
  /** Settings of Postgres that differ from ours. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface EmbeddedPostgres {
  readonly connection: PgConnectionOptions
  /** Undefined while it is down. */
  readonly processId: number | undefined
  /** Resolves when it has ended for good. */
  readonly exited: Promise<PostgresExit>
  stop(): Promise<void>
  /** Called each time it was started again; returns its remover. */
  onStart(listener: () => void): () => void
}

const database = 'rookery'

/** Starts the PostgreSQL that came through npm on a cluster in the data folder, reachable through a unix socket only. */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const { log, supervise = true, durable = true, settings = {} } = options
  const dataFolder = resolve(options.dataFolder)
  const folders = locatePostgresFolders(dataFolder)
  await openFolder(dataFolder)
  await openFolder(folders.root)
  const binaries = await findPostgresBinaries()
  const user = await chooseOperatingUser({ program: binaries.postgres, folder: folders.root })
  await stopOrphan(folders.cluster, log)
  const password = await prepareCluster({ folders, binaries, user, isDurable: durable })
  const socketFolder = await makeSocketFolder(folders.root, user)
  const overrides = { ...(durable ? {} : volatileSettings), ...settings }
  const programArguments = buildServerArguments(folders.cluster, socketFolder, overrides)
  const serverLog = createServerLog(folders.logFile)

  const supervisor = await superviseServer({
    async start() {
      await stopOrphan(folders.cluster, log)
      return whenMemoryIsFree(() => startPostgresServer({ program: binaries.postgres, programArguments, user, serverLog }))
    },
    log,
    isRestarting: supervise,
  })
  const connection: PgConnectionOptions = { host: socketFolder, port: 5432, user: superuser, password, database }
  if (!existsSync(folders.readyFile)) {
    try {
      await createDatabaseOnce(connection)
      await writeFile(folders.readyFile, '', { mode: 0o600 })
    } catch (error) {
      await supervisor.stop()
      throw error
    }
  }
  return {
    connection,
    get processId() {
      return supervisor.processId
    },
    exited: supervisor.exited,
    async stop() {
      await supervisor.stop()
      if (!socketFolder.startsWith(folders.root)) await rm(socketFolder, { recursive: true, force: true })
    },
    onStart: supervisor.onStart,
  }
}

// After a hard kill of Postgres its children live for a moment, hold the shared memory, and have no event for us.
const whenMemoryIsFree = async (start: () => Promise<PostgresServer>): Promise<PostgresServer> => {
  const deadline = performance.now() + memoryDeadlineMs
  for (;;) {
    try {
      return await start()
    } catch (error) {
      const isBusy = /pre-existing shared memory block/.test((error as Error).message)
      if (!isBusy || performance.now() > deadline) throw error
      await wait(100)
    }
  }
}

const memoryDeadlineMs = 5_000

const createDatabaseOnce = async (connection: PgConnectionOptions): Promise<void> => {
  const client = new pg.Client({ ...connection, database: 'postgres' } as pg.ClientConfig)
  await client.connect()
  try {
    await client.query(`CREATE DATABASE ${database}`).catch((error: { code?: string }) => {
      if (error.code !== '42P04') throw error
    })
  } finally {
    await client.end()
  }
}
