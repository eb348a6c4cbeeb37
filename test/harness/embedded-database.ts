import { readFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import type { ServerProcess } from './server-process.ts'

/** The Postgres of a server process, reached past the server. */
export interface EmbeddedDatabase {
  readonly connection: pg.ClientConfig
  /** Of the postmaster that runs now. */
  processId(): Promise<number>
  /** Runs statements over a connection of its own. */
  use<Value>(work: (client: pg.Client) => Promise<Value>): Promise<Value>
}

export async function findEmbeddedDatabase({ dataFolder }: Pick<ServerProcess, 'dataFolder'>): Promise<EmbeddedDatabase> {
  const root = path.join(dataFolder, 'postgres')
  const connection = {
    host: path.join(root, 'socket'), port: 5432, user: 'rookery', database: 'rookery', password: await readFile(path.join(root, 'password'), 'utf8'),
  }
  return {
    connection,
    async processId() {
      return Number.parseInt(await readFile(path.join(root, 'cluster', 'postmaster.pid'), 'utf8'), 10)
    },
    async use(work) {
      const client = new pg.Client(connection)
      client.on('error', () => {})
      await client.connect()
      try {
        return await work(client)
      } finally {
        await client.end()
      }
    },
  }
}
