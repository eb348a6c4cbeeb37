import { deepEqual, equal } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { PendingPost } from '../../kernel/src/chat/posts/pending-post.ts'
import { createPostBatch } from '../../kernel/src/chat/posts/post-batch.ts'
import type { Post } from '@mattermost/types/posts'
import { sql } from '../../kernel/src/storage/index.ts'
import { ask } from '../harness/ask.ts'
import { createWorld, type World } from '../harness/world.ts'

/** A moment that one side of a race waits for. */
const gate = () => Promise.withResolvers<void>()

describe('changes that meet', () => {
  let world: World
  let other: Channel
  before(async () => {
    world = await createWorld()
    other = await world.ada.client.createChannel({ team_id: world.team.id, name: 'mills', display_name: 'Mills', type: 'O' } as Channel)
    await world.ada.client.addToChannel(world.bob.user.id, other.id)
  })
  after(() => world.close())

  /** Waits until a statement in the database waits for another. */
  const somebodyWaits = async (): Promise<void> => {
    const { db } = world.server.kernel
    while ((await db.one<{ count: number }>(sql`
      select count(*) as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).count === 0);
  }
  /** Bob leaves the channel; the transaction is open while `meanwhile` runs. */
  const leaving = async <Value>(channelId: string, meanwhile: () => Promise<Value>): Promise<Value> => {
    const { kernel } = world.server
    const [begun, end] = [gate(), gate()]
    const left = kernel.db.transact(async (transaction) => {
      await transaction.query(sql`select 1 from channels where id = ${channelId} for no key update`)
      await transaction.query(sql`delete from channel_members where channel_id = ${channelId} and user_id = ${world.bob.user.id}`)
      begun.resolve()
      await end.promise
    })
    await begun.promise
    const value = meanwhile()
    await somebodyWaits()
    end.resolve()
    await left
    return value
  }

  it('a favourite channel that is being left is no favourite, and no error', async () => {
    const { bob, server, channel } = world
    const preferences = [{ user_id: bob.user.id, category: 'favorite_channel', name: channel.id, value: 'true' }]
    await ask(server.url, bob.token, 'GET', `/users/me/teams/${world.team.id}/channels/categories`)
    equal((await leaving(channel.id, () => ask(server.url, bob.token, 'PUT', `/users/${bob.user.id}/preferences`, preferences))).status, 200)
  })

  it('a channel that is being left is placed in no category', async () => {
    const { bob, server, team, admin, channel } = world
    await admin.client.addToChannel(bob.user.id, channel.id)
    const root = `/users/${bob.user.id}/teams/${team.id}/channels/categories`
    const body = { user_id: bob.user.id, team_id: team.id, display_name: 'Cloth', channel_ids: [channel.id] }
    const { status, body: category } = await leaving(channel.id, () => ask(server.url, bob.token, 'POST', root, body))
    equal(status, 200)
    deepEqual((category as { channel_ids: string[] }).channel_ids, [])
  })

  it('threads that are read meanwhile wait for the channel, as posts do, and hold nothing yet', async () => {
    const { ada, bob, admin, team, channel, server: { kernel, url } } = world
    await admin.client.addToChannel(bob.user.id, channel.id)
    const reply = async (): Promise<void> => {
      const root = await bob.client.createPost({ channel_id: channel.id, message: 'Who weaves?' } as Post)
      await ada.client.createPost({ channel_id: channel.id, root_id: root.id, message: 'I do' } as Post)
    }
    const unread = async (): Promise<number> => (await bob.client.getUserThreads(bob.user.id, team.id, {})).total_unread_threads
    const read = {
      view: () => ask(url, bob.token, 'POST', '/channels/members/me/view', { channel_id: channel.id, collapsed_threads_supported: false }),
      all: () => ask(url, bob.token, 'PUT', `/users/me/teams/${team.id}/threads/read`),
    }
    for (const way of [read.view, read.all]) {
      await reply()
      await reply()
      equal(await unread(), 2)
      const [begun, goOn] = [gate(), gate()]
      const posting = kernel.db.transact(async (transaction) => {
        await transaction.query(sql`select 1 from channels where id = ${channel.id} for no key update`)
        begun.resolve()
        await goOn.promise
        await transaction.query(sql`select 1 from channel_members where channel_id = ${channel.id} and user_id = ${bob.user.id} for no key update nowait`)
        await transaction.query(sql`select 1 from threads where channel_id = ${channel.id} for no key update nowait`)
        await transaction.query(sql`select 1 from thread_members where user_id = ${bob.user.id} for no key update nowait`)
      })
      await begun.promise
      const reading = way()
      await somebodyWaits()
      goOn.resolve()
      await posting
      equal((await reading).status, 200)
      equal(await unread(), 0)
    }
  })

  it('posts of several channels stored together lock them as readers do', async () => {
    const { ada, bob, admin, channel, server: { kernel } } = world
    await admin.client.addToChannel(bob.user.id, channel.id)
    const [first, second] = [channel.id, other.id].sort() as [string, string]
    const post = (channelId: string): PendingPost => ({
      id: kernel.ids.next(), channelId, userId: ada.user.id, rootId: '', message: 'hear', type: '', props: {}, hashtags: '', fileIds: [], pendingPostId: '',
      isPinned: false, isTrusted: true, needsMembership: false, countsAsUnread: true, marksViewed: true, setsOnline: true, mentionsEverybody: false,
      hereUserIds: [bob.user.id], mentionWords: [], unspacedText: '', embeds: [], createAt: null,
    })
    const posts = createPostBatch({ db: kernel.db, writer: { committed: () => {} }, clock: kernel.clock })
    const lock = (channelId: string) => sql`select 1 from channel_members where user_id = ${bob.user.id} and channel_id = ${channelId} for no key update`
    let attempts = 0
    const [held, goOn] = [gate(), gate()]
    const reading = kernel.db.transact(async (transaction) => {
      attempts += 1
      await transaction.query(lock(first))
      held.resolve()
      await goOn.promise
      await transaction.query(lock(second))
    })
    await held.promise
    const storing = Promise.all([posts.append(post(second)), posts.append(post(first))])
    await somebodyWaits()
    goOn.resolve()
    const [stored] = await Promise.all([storing, reading])
    deepEqual(stored.map(({ isNew }) => isNew), [true, true])
    equal(attempts, 1)
  })
})
