import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { Post } from '@mattermost/types/posts'
import { sql } from '../../kernel/src/storage/index.ts'
import { ask } from '../harness/ask.ts'
import { linkToDatabase, type DatabaseLink } from '../harness/database-link.ts'
import { createWorld, type World } from '../harness/world.ts'

/** Short, so that a test need not wait long for a database that says nothing; the server bears two seconds more. */
const statementTimeoutMs = 1000
/** A place among the connections, the silence itself, and the end of the connection. */
const longestMs = 5000 + statementTimeoutMs + 2000 + 1000

describe('the network between server and database', function () {
  this.timeout(60_000)
  let world: World
  let link: DatabaseLink
  before(async () => {
    world = await createWorld({
      settings: { database: { statementTimeoutMs } },
      async prepare(database) {
        link = await linkToDatabase(database)
        return link.connectionString
      },
    })
  })
  after(async () => {
    link.restore()
    await world.close()
    await link.close()
  })

  const native = (name: string, token = ''): Promise<Response> =>
    fetch(`${world.server.url}/api/v1/${name}`, token ? { headers: { Authorization: `Bearer ${token}` } } : {})
  const send = (number: string) => ask(world.server.url, world.ada.token, 'POST', '/posts', { channel_id: world.channel.id, message: number, pending_post_id: number })
  const untilReady = async (): Promise<void> => { while ((await native('system.checkReadiness')).status !== 200); }

  /** Many write at once while something happens to the link; answers what each of them was told. */
  const writeThrough = async (name: string, fault: () => Promise<void> | void) => {
    const writers = Array.from({ length: 8 }, async (_none, writer) => {
      const heard: { pending: string, status: number, retryAfter: string | null, post: Post }[] = []
      for (let number = 0; number < 12; number += 1) {
        const pending = `${name}-${writer}-${number}`
        const { status, headers, body } = await send(pending)
        heard.push({ pending, status, retryAfter: headers.get('retry-after'), post: body as Post })
      }
      return heard
    })
    while (!(await world.ada.client.getPosts(world.channel.id)).order.length);
    await fault()
    const heard = (await Promise.all(writers)).flat()
    deepEqual(heard.filter(({ status }) => status !== 201 && status !== 503).map(({ status, post }) => ({ status, post })), [])
    for (const { status, retryAfter } of heard) if (status === 503) match(retryAfter ?? '', /^[1-9]\d*$/)
    await untilReady()
    return heard
  }

  /** Whoever was told of success finds its post, and whoever tries again what failed has it once. */
  const assertWhole = async (heard: Awaited<ReturnType<typeof writeThrough>>): Promise<void> => {
    const before = await world.ada.client.getChannel(world.channel.id)
    for (const { pending, status, post } of heard) {
      const again = await send(pending)
      equal(again.status, 201, JSON.stringify(again.body))
      if (status === 201) equal((again.body as Post).id, post.id)
    }
    const { order, posts } = await world.ada.client.getPosts(world.channel.id, 0, 200)
    const mine = order.map((id) => posts[id] as Post).filter(({ message }) => message.startsWith(heard[0]?.pending.split('-')[0] as string))
    deepEqual(mine.map(({ message }) => message).sort(), heard.map(({ pending }) => pending).sort())
    const channel = await world.ada.client.getChannel(world.channel.id)
    ok(channel.total_msg_count >= before.total_msg_count)
    equal(channel.total_msg_count, (await world.ada.client.getPosts(world.channel.id, 0, 200)).order.length)
  }

  it('is cut in the middle of requests: 503 and nothing half written, and it goes on by itself', async () => {
    const heard = await writeThrough('cut', async () => {
      link.cut()
      while ((await send('meanwhile')).status !== 503);
      link.restore()
    })
    await assertWhole(heard)
  })

  it('stalls and nobody is told: the server is not ready meanwhile, and then all that waited is done once', async () => {
    const heard = await writeThrough('stall', async () => {
      link.stall()
      while ((await native('system.checkReadiness')).status !== 503);
      equal((await native('system.checkLiveness')).status, 200)
      link.restore()
    })
    await assertWhole(heard)
  })

  it('stalls for long: whoever asks is told 503 within a bounded time, more than there are connections, and connections come anew', async () => {
    const { url } = world.server
    const flagged = () => native(`posts.listFlagged?userId=${world.ada.user.id}`, world.ada.token)
    equal((await flagged()).status, 200)
    const known = await world.ada.client.createPost({ channel_id: world.channel.id, message: 'known' } as Post)
    link.stall()
    const timed = async (ask: Promise<{ status: number, headers: Headers }>) => {
      const beganAt = performance.now()
      const { status, headers } = await ask
      return { status, retryAfter: headers.get('retry-after'), tookMs: performance.now() - beganAt }
    }
    // Reads one after another beside the writers: what waits may not be overtaken for ever by what comes.
    let isOver = false
    const stream = (async () => {
      const heard: Awaited<ReturnType<typeof timed>>[] = []
      const asked: Promise<void>[] = []
      while (!isOver) {
        asked.push(timed(flagged()).then((one) => { heard.push(one) }))
        await wait(50)
      }
      await Promise.all(asked)
      return heard
    })()
    const heard = await Promise.all([
      ...Array.from({ length: 40 }, (_none, number) => timed(send(`silence-${number}`))),
      ...Array.from({ length: 40 }, () => timed(ask(url, world.ada.token, 'PUT', `/posts/${known.id}/patch`, { message: 'changed' }))),
      ...Array.from({ length: 40 }, () => timed(flagged())),
      timed(ask(url, 'a-token-that-nobody-knows', 'GET', '/users/me')),
    ])
    isOver = true
    for (const { status, retryAfter, tookMs } of [...heard, ...await stream]) {
      equal(status, 503)
      match(retryAfter ?? '', /^[1-9]\d*$/)
      ok(tookMs < longestMs + 2000, `answered after ${tookMs} ms`)
    }
    link.restore()
    await untilReady()
    for (const waiting of ['silence-0', 'silence-39']) equal((await send(waiting)).status, 201)
    const stored = await world.server.kernel.db.value<number>(sql`select count(*) from posts where channel_id = ${world.channel.id} and delete_at = 0`)
    equal(stored, (await world.ada.client.getChannel(world.channel.id)).total_msg_count)
  })

  it('is gone: the server is alive and not ready, and says so to whoever asks', async () => {
    link.cut()
    while ((await native('system.checkReadiness')).status !== 503);
    deepEqual([(await native('system.checkLiveness')).status, (await native('system.checkReadiness')).headers.get('retry-after')], [200, '2'])
    const ping = await ask(world.server.url, '', 'GET', '/system/ping?get_server_status=true')
    const { status, database_status: database, filestore_status: files } = ping.body as Record<string, string>
    deepEqual([ping.status, status, database, files, ping.headers.get('database_status')], [503, 'UNHEALTHY', 'UNHEALTHY', 'OK', 'UNHEALTHY'])
    equal((await ask(world.server.url, '', 'GET', '/system/ping?get_server_status=true&use_rest_semantics=true')).status, 200)
    // Liveness of Mattermost's kind: asks nothing.
    equal((await ask(world.server.url, '', 'GET', '/system/ping')).status, 200)
    link.restore()
    await untilReady()
    equal(((await ask(world.server.url, '', 'GET', '/system/ping?get_server_status=true')).body as { status: string }).status, 'OK')
  })
})
