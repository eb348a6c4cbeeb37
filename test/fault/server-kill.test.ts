import { deepEqual, equal, ok } from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { Client4 } from '@mattermost/client'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { Team } from '@mattermost/types/teams'
import type { UserProfile } from '@mattermost/types/users'
import { findEmbeddedDatabase } from '../harness/embedded-database.ts'
import { createRandom, seedOf, type Random } from '../harness/random.ts'
import { password, signIn, type Person } from '../harness/mattermost-client.ts'
import { createServerProcess, type ServerProcess } from '../harness/server-process.ts'

const kills = process.env['ROOKERY_NIGHTLY'] === '1' ? 200 : 30
const authorCount = 16

interface Acknowledged { readonly id: string, readonly pendingPostId: string, readonly channelId: string, readonly rootId: string }

/** Posts until told to stop; each post is sent with the same pending id until the server says that it is stored. */
async function write(client: Client4, userId: string, { channels, roots, random, acknowledged, isOver }: {
  channels: readonly string[], roots: readonly Acknowledged[], random: Random, acknowledged: Acknowledged[], isOver: () => boolean
}): Promise<void> {
  for (let number = 0; !isOver(); number += 1) {
    const root = random.chance(0.3) ? random.pick(roots) : undefined
    const channelId = root?.channelId ?? random.pick(channels)
    const rootId = root?.id ?? ''
    const pendingPostId = `${userId}:${number}`
    for (;;) {
      try {
        const post = await client.createPost({ channel_id: channelId, root_id: rootId, message: `@reader, post ${number}`, pending_post_id: pendingPostId } as Post)
        acknowledged.push({ id: post.id, pendingPostId, channelId, rootId })
        break
      } catch (error) {
        const { status_code: status } = error as { status_code?: number }
        // Nobody there, or somebody who is just coming or going; anything else is a fault.
        if (status !== undefined && status !== 503) throw error
        // Who asks a server that is not there more often only keeps it from coming back.
        await wait(status === undefined ? 100 : 20)
      }
    }
  }
}

describe('F1: kill -9 of the server', function () {
  this.timeout(kills * 20_000)
  let server: ServerProcess
  before(async () => { server = await createServerProcess({ environment: { ROOKERY_TELEMETRY_LEVEL: 'error' } }) })
  after(() => server.remove())

  it(`loses and doubles nothing that was acknowledged, over ${kills} kills under ${authorCount} authors`, async () => {
    const seed = seedOf()
    const random = createRandom(seed)
    try {
      await server.start()
      const admin = await signIn(server.url, 'admin')
      const team = await admin.client.createTeam({ name: 'engines', display_name: 'Engines', type: 'I' } as Team)
      // Made by the admin: strangers may not sign up so many accounts from one address.
      const join = async (username: string): Promise<Person> => {
        await admin.client.createUser({ username, email: `${username}@example.com`, password } as UserProfile, '', team.invite_id)
        return signIn(server.url, username, { isNew: false })
      }
      const reader = await join('reader')
      const authors: Person[] = []
      for (let number = 0; number < authorCount; number += 1) authors.push(await join(`author${number}`))
      const channels: string[] = []
      for (const name of ['looms', 'cards', 'gears', 'levers']) {
        const { id } = await admin.client.createChannel({ team_id: team.id, name, display_name: name, type: 'O' } as Channel)
        // Each by itself: whom somebody else adds is mentioned in the message about it.
        for (const { client, user } of [reader, ...authors]) await client.addToChannel(user.id, id)
        channels.push(id)
      }
      const roots: Acknowledged[] = []
      for (const channelId of channels) {
        const root = await admin.client.createPost({ channel_id: channelId, message: 'A root' } as Post)
        roots.push({ id: root.id, pendingPostId: '', channelId, rootId: '' })
      }

      const acknowledged: Acknowledged[] = []
      let isOver = false
      const writers = authors.map(({ client, user }, number) =>
        write(client, user.id, { channels, roots, random: createRandom(seed + number + 1), acknowledged, isOver: () => isOver }))
      // A writer that fails must be heard at once, not after all kills.
      const failure = Promise.all(writers)
      failure.catch(() => {})
      for (let kill = 0; kill < kills; kill += 1) {
        const before = acknowledged.length
        await Promise.race([failure, wait(random.between(50, 600))])
        await server.kill()
        await server.start()
        // The random moment may fall before anybody was served again; then this kill would prove nothing.
        while (acknowledged.length === before) await Promise.race([failure, wait(10)])
      }
      isOver = true
      await failure

      ok(acknowledged.length > kills * authorCount / 4, `only ${acknowledged.length} posts were acknowledged`)
      await assertExact(server, { acknowledged, roots, channels, readerId: reader.user.id })
      await assertShown(reader, acknowledged, channels, team.id)
    } catch (error) {
      throw new Error(`seed ${seed} (ROOKERY_TEST_SEED): ${(error as Error).message}`, { cause: error })
    }
  })
})

/** What the database says, read past the server. */
async function assertExact(server: ServerProcess, { acknowledged, roots, channels, readerId }: {
  acknowledged: readonly Acknowledged[], roots: readonly Acknowledged[], channels: readonly string[], readerId: string
}): Promise<void> {
  const database = await findEmbeddedDatabase(server)
  await database.use(async (client) => {
    const count = async (text: string, values: unknown[] = []): Promise<number> => Number((await client.query<{ count: string }>(text, values)).rows[0]?.count)
    const stored = await client.query<{ id: string, pending: string }>(`select id, user_id || '/' || pending_post_id as pending from posts where pending_post_id like '%:%'`)
    const ids = new Set(stored.rows.map(({ id }) => id))
    deepEqual(acknowledged.filter(({ id }) => !ids.has(id)), [], 'acknowledged posts are missing')
    equal(new Set(stored.rows.map(({ pending }) => pending)).size, stored.rows.length, 'posts were stored twice')
    // Every author went on until it was told that its last post is stored: there is nothing else than what was acknowledged.
    equal(stored.rows.length, new Set(acknowledged.map(({ id }) => id)).size, 'posts are stored of which nobody was told')
    equal(await count(`select count(*) from events where name = 'post.created' and (payload -> 'post' ->> 'pendingPostId') like '%:%'`), stored.rows.length, 'events do not match posts')

    for (const channelId of channels) {
      const { rows: [row] } = await client.query<Record<string, string>>('select * from channels where id = $1', [channelId])
      const ofUsers = `channel_id = $1 and type not like 'system_%'`
      equal(Number(row?.['total_msg_count']), await count(`select count(*) from posts where ${ofUsers}`, [channelId]), 'total_msg_count')
      equal(Number(row?.['total_msg_count_root']), await count(`select count(*) from posts where ${ofUsers} and root_id = ''`, [channelId]), 'total_msg_count_root')
      equal(Number(row?.['last_create_at']), await count('select max(create_at) as count from posts where channel_id = $1', [channelId]), 'last_create_at')
      equal(await count('select count(*) from (select create_at from posts where channel_id = $1 group by create_at having count(*) > 1) twins', [channelId]), 0, 'two posts share a moment')
      const { rows: [member] } = await client.query<Record<string, string>>('select * from channel_members where channel_id = $1 and user_id = $2', [channelId, readerId])
      const mentions = acknowledged.filter((post) => post.channelId === channelId)
      equal(Number(member?.['mention_count']), mentions.length, 'mention_count of the reader')
      equal(Number(member?.['mention_count_root']), mentions.filter(({ rootId }) => rootId === '').length, 'mention_count_root of the reader')
      equal(Number(member?.['msg_count']), 0, 'the reader has read nothing')
    }
    for (const { id } of roots) {
      const { rows: [thread] } = await client.query<Record<string, string>>('select * from threads where post_id = $1', [id])
      equal(Number(thread?.['reply_count'] ?? 0), acknowledged.filter(({ rootId }) => rootId === id).length, 'reply_count')
      const { rows: [member] } = await client.query<Record<string, string>>('select * from thread_members where post_id = $1 and user_id = $2', [id, readerId])
      equal(Number(member?.['unread_mentions'] ?? 0), acknowledged.filter(({ rootId }) => rootId === id).length, 'unread mentions of the thread')
    }
  })
}

/** What a reader is shown after all of it, through API v4. */
async function assertShown(reader: Person, acknowledged: readonly Acknowledged[], channels: readonly string[], teamId: string): Promise<void> {
  const members = await reader.client.getMyChannelMembers(teamId)
  for (const channelId of channels) {
    const seen = new Set<string>()
    for (let page = 0; ; page += 1) {
      const { order } = await reader.client.getPosts(channelId, page, 200)
      for (const id of order) {
        ok(!seen.has(id), 'a post is shown twice')
        seen.add(id)
      }
      if (order.length < 200) break
    }
    const missing = acknowledged.filter((post) => post.channelId === channelId && !seen.has(post.id))
    deepEqual(missing, [], 'acknowledged posts are not shown')
    equal(members.find((member) => member.channel_id === channelId)?.mention_count, acknowledged.filter((post) => post.channelId === channelId).length, 'mention_count')
  }
}
