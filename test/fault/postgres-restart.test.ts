import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import { foundCompany } from '../harness/company.ts'
import { findEmbeddedDatabase, type EmbeddedDatabase } from '../harness/embedded-database.ts'
import { openSocket, type Person, type Socket } from '../harness/mattermost-client.ts'
import { createServerProcess, type ServerProcess } from '../harness/server-process.ts'

const writerCount = 6

/** `at`: when the answer came. */
interface Sent { readonly pendingPostId: string, status: number, id: string, retryAfter: string | null, body: string, at: number }

/** After the database is back. */
const longestRecoveryMs = 5000

describe('F3: Postgres goes away while the server runs', function () {
  this.timeout(120_000)
  let server: ServerProcess
  let database: EmbeddedDatabase
  let ada: Person
  let bob: Person
  let channel: Channel
  let socket: Socket
  before(async () => {
    server = await createServerProcess({ environment: { ROOKERY_TELEMETRY_LEVEL: 'error' } })
    await server.start()
    database = await findEmbeddedDatabase(server)
    ;({ ada, members: { bob }, channel } = await foundCompany(server.url, { members: ['bob'] }))
    socket = await openSocket(server.url, bob.token)
  })
  after(async () => {
    socket.close()
    await server.remove()
  })

  const send = async (pendingPostId: string): Promise<Sent> => {
    const response = await fetch(`${server.url}/api/v4/posts`, {
      method: 'POST', headers: { Authorization: `Bearer ${ada.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ channel_id: channel.id, message: `Post ${pendingPostId}`, pending_post_id: pendingPostId }),
    }).catch((error: Error) => { throw new Error(`The server cut the connection: ${String(error.cause)}\n${server.output()}`, { cause: error }) })
    const body = await response.text()
    return { pendingPostId, status: response.status, id: (JSON.parse(body) as { id: string }).id, retryAfter: response.headers.get('Retry-After'), body, at: performance.now() }
  }

  /** Writers go on through the fault and until each has been served again after it; answers every attempt. */
  const writeThrough = async (name: string, fault: () => Promise<void>): Promise<Sent[]> => {
    const attempts: Sent[] = []
    let isOver = false
    const writers = Array.from({ length: writerCount }, async (_none, writer) => {
      for (let number = 0; !isOver; number += 1) {
        for (;;) {
          const sent = await send(`${name}-${writer}-${number}`)
          attempts.push(sent)
          if (sent.status !== 503) break
          await wait(20)
        }
      }
    })
    while (attempts.length < writerCount * 5) await wait(5)
    await fault()
    const after = attempts.length
    while (attempts.slice(after).filter(({ status }) => status === 201).length < writerCount * 5) await wait(10)
    isOver = true
    await Promise.all(writers)
    return attempts
  }

  const assertHonest = async (attempts: readonly Sent[]): Promise<void> => {
    deepEqual(attempts.filter(({ status }) => status !== 201 && status !== 503).map(({ status, body }) => ({ status, body })), [], 'neither stored nor unavailable')
    for (const { status, retryAfter } of attempts) if (status === 503) match(retryAfter ?? 'no Retry-After', /^[1-9]\d*$/)
    const acknowledged = attempts.filter(({ status }) => status === 201)
    const stored = await database.use(async (client) => (await client.query<{ id: string, pending_post_id: string }>('select id, pending_post_id from posts where pending_post_id <> \'\'')).rows)
    const byPending = new Map(stored.map((row) => [row.pending_post_id, row.id]))
    equal(byPending.size, stored.length, 'posts were stored twice')
    deepEqual(acknowledged.filter(({ pendingPostId, id }) => byPending.get(pendingPostId) !== id), [], 'acknowledged posts are missing')
  }

  /** The socket is the same one as before the fault and misses nothing that was stored during it. */
  const assertTold = async (attempts: readonly Sent[]): Promise<void> => {
    const last = attempts.findLast(({ status }) => status === 201) as Sent
    const idOf = (data: unknown): string => (JSON.parse((data as { post: string }).post) as Post).id
    await socket.event('posted', ({ data }) => idOf(data) === last.id)
    for (const { id } of attempts.filter(({ status }) => status === 201)) await socket.event('posted', ({ data }) => idOf(data) === id)
    equal(socket.events.filter(({ event }) => event === 'hello').length, 1, 'the socket was opened again')
    const told = socket.events.filter(({ event }) => event === 'posted').map(({ data }) => idOf(data))
    equal(new Set(told).size, told.length, 'a post was told twice')
  }

  it('answers 503 or the truth when all connections are cut, and goes on by itself', async () => {
    const attempts = await writeThrough('cut', async () => {
      for (let time = 0; time < 5; time += 1) {
        await database.use((client) => client.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = \'client backend\''))
        await wait(100)
      }
    })
    await assertHonest(attempts)
    await assertTold(attempts)
  })

  it('answers 503 while a crashed Postgres comes back, and goes on by itself', async () => {
    const before = await database.processId()
    // The log tells of bob's account after he was served: it may have been forgotten since.
    await bob.client.getMe()
    let backAt = 0
    const attempts = await writeThrough('crash', async () => {
      // An immediate stop: nothing is flushed, the next start recovers from the log.
      process.kill(before, 'SIGQUIT')
      equal((await bob.client.getMe()).id, bob.user.id, 'what is in memory is answered')
      while (await database.processId().catch(() => before) === before) await wait(10)
      while (!await database.use((client) => client.query('select 1')).then(() => true, () => false)) await wait(10)
      backAt = performance.now()
    })
    const first = attempts.find(({ status, at }) => status === 201 && at > backAt) as Sent
    ok(first.at - backAt < longestRecoveryMs, `the first post is stored ${Math.round(first.at - backAt)} ms after the database is back`)
    ok(attempts.some(({ status }) => status === 503), 'nobody met the crash')
    await assertHonest(attempts)
    await assertTold(attempts)
  })
})
