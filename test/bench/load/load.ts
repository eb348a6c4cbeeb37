import pg from 'pg'
import { serveWorker } from '../worker.ts'
import { createCrowd } from './crowd.ts'
import { openHttpConnection, requestText } from './http-connection.ts'

/** What one connection asks again and again; `$n` in a body is a number that no other request has. */
export interface Asking { readonly method?: string, readonly path: string, readonly token?: string, readonly body?: string }

export interface Rate {
  readonly perSecond: number
  /** Of each request, in milliseconds. */
  readonly latencies: Float64Array
}

/** Until when a load runs. */
type Span = { readonly durationMs: number } | { readonly count: number }

const crowd = createCrowd()
let number = Date.now()

async function measureRate(workers: readonly (() => Promise<void>)[], span: Span): Promise<Rate> {
  const latencies: number[] = []
  const startedAt = performance.now()
  let begun = 0
  const isOver = (): boolean => ('count' in span ? begun >= span.count : performance.now() - startedAt >= span.durationMs)
  await Promise.all(workers.map(async (work) => {
    while (!isOver()) {
      begun += 1
      const sentAt = performance.now()
      await work()
      latencies.push(performance.now() - sentAt)
    }
  }))
  return { perSecond: latencies.length / (performance.now() - startedAt) * 1000, latencies: Float64Array.from(latencies) }
}

/**
 * Each client asks over a connection of its own, its next request when the last is answered; with `follow` also not
 * before the crowd has been told that many more frames, so that what one request causes stays one event at a time.
 */
async function ask({ port, clients, expect = 200, follow = 0, ...span }: { port: number, clients: readonly Asking[], expect?: number, follow?: number } & Span): Promise<Rate> {
  const connections = await Promise.all(clients.map(() => openHttpConnection(port)))
  const workers = clients.map((asking, index) => {
    const fixed = asking.body?.includes('$n') ? undefined : requestText(asking)
    return async () => {
      const text = fixed ?? requestText({ ...asking, body: (asking.body as string).replace('$n', String(number += 1)) })
      const wanted = crowd.frames + follow
      const { status, body } = await (connections[index] as Awaited<ReturnType<typeof openHttpConnection>>).send(text)
      if (status !== expect) throw new Error(`${asking.path} answered ${status}: ${body.toString().slice(0, 300)}`)
      if (follow > 0) await crowd.until(wanted)
    }
  })
  try {
    return await measureRate(workers, span)
  } finally {
    for (const connection of connections) connection.close()
  }
}

/** One request that is told to so many of the crowd: how long each of them waited for it, in milliseconds. */
async function askHeard({ port, client, expect, follow }: { port: number, client: Asking, expect: number, follow: number }): Promise<Float64Array> {
  const connection = await openHttpConnection(port)
  try {
    const text = requestText({ ...client, body: client.body?.replace('$n', String(number += 1)) ?? '' })
    const arrivals = crowd.noteArrivals()
    const wanted = crowd.frames + follow
    const sentAt = performance.now()
    const { status, body } = await connection.send(text)
    if (status !== expect) throw new Error(`${client.path} answered ${status}: ${body.toString().slice(0, 300)}`)
    await crowd.until(wanted)
    return Float64Array.from(arrivals, (at) => at - sentAt)
  } finally {
    connection.close()
  }
}

const insertText = `insert into bench_posts values ($1, $2, $2, 0, 0, '', false, $3, $4, '', $5, '', '{}', '{}', '', '{}', $6, false, false, '[]')`

/** The same rows by bare `pg`, one insert and commit per post, a connection per author. */
async function insert({ connection, authors, message, ...span }: {
  connection: pg.ClientConfig, authors: readonly { userId: string, channelId: string }[], message: string
} & Span): Promise<Rate> {
  const clients = await Promise.all(authors.map(async () => {
    const client = new pg.Client(connection)
    await client.connect()
    return client
  }))
  try {
    return await measureRate(authors.map(({ userId, channelId }, index) => async () => {
      const id = String(number += 1).padStart(26, '0')
      await (clients[index] as pg.Client).query({ name: 'insert', text: insertText, values: [id, Date.now(), userId, channelId, message, `${userId}:${id}`] })
    }), span)
  } finally {
    await Promise.all(clients.map((client) => client.end()))
  }
}

const api = {
  ask, askHeard, insert,
  openCrowd: (options: Parameters<typeof crowd.open>[0]) => crowd.open(options),
  crowd: () => ({ frames: crowd.frames, lastBytes: crowd.lastBytes, lost: crowd.lost }),
  until: (frames: number) => crowd.until(frames),
  sleepCrowd: () => { crowd.sleep() },
  wakeCrowd: () => { crowd.wake() },
  closeCrowd: () => { crowd.close() },
}
export type LoadApi = typeof api
serveWorker(api)
