import { deepEqual, equal, notEqual, rejects } from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { RookeryError } from '@rookery/sdk/protocol'
import type { Channel } from '@mattermost/types/channels'
import type { PendingPost } from '../../../src/chat/posts/pending-post.ts'
import { createPostBatch, type PostBatch, type Stored } from '../../../src/chat/posts/post-batch.ts'
import { cursorOf, type Position, type Written } from '../../../src/events/index.ts'
import { sql, type HotStatement } from '../../../src/storage/index.ts'
import { emptyPost } from '../../../../test/harness/empty-post.ts'
import { createWorld, type World } from '../../../../test/harness/world.ts'

const idOf = (stored: Stored): string => (stored.isNew ? stored.payload.post.id : stored.postId)

describe('posts that are stored together', () => {
  let world: World
  let other: Channel
  let batch: PostBatch
  before(async () => {
    world = await createWorld()
    other = await world.ada.client.createChannel({ team_id: world.team.id, name: 'mills', display_name: 'Mills', type: 'O' } as Channel)
    const { db, clock } = world.server.kernel
    batch = createPostBatch({ db, writer: { committed: () => {} }, clock })
  })
  after(() => world.close())

  const post = (given: Partial<PendingPost>): PendingPost => ({
    id: world.server.kernel.ids.next(), channelId: world.channel.id, userId: world.ada.user.id, rootId: '', message: 'hear', type: '', props: {}, hashtags: '', fileIds: [],
    pendingPostId: '', isPinned: false, isTrusted: false, needsMembership: true, countsAsUnread: true, marksViewed: true, setsOnline: true, mentionsEverybody: false,
    hereUserIds: [], mentionWords: [], unspacedText: '', embeds: [], createAt: null, ...given,
  })
  const standingOf = async (userId: string): Promise<{ mentions: number, unread: number }> => world.server.kernel.db.one<{ mentions: number, unread: number }>(sql`
    select m.mention_count as mentions, c.total_msg_count - m.msg_count as unread
    from channel_members m join channels c on c.id = m.channel_id where m.channel_id = ${world.channel.id} and m.user_id = ${userId}`)

  it('are one where an author sends one twice, whether at once, in two channels, or later', async () => {
    const [first, second] = await Promise.all([batch.append(post({ pendingPostId: 'twice' })), batch.append(post({ pendingPostId: 'twice' }))])
    deepEqual([first.isNew, second.isNew], [true, false])
    equal(idOf(second), idOf(first))
    equal(idOf(await batch.append(post({ pendingPostId: 'twice', channelId: other.id }))), idOf(first))
    const [bobs] = await Promise.all([batch.append(post({ pendingPostId: 'twice', userId: world.bob.user.id }))])
    notEqual(idOf(bobs), idOf(first))
  })

  it('say where their event stands in the log, unless one of an older transaction may still come to stand before it', async () => {
    const { db, clock } = world.server.kernel
    const given: (Written | undefined)[] = []
    const telling = createPostBatch({ db, writer: { committed: (_events, written) => { given.push(written) } }, clock })
    const newest = async (): Promise<Position> => db.one<{ xid: string, id: number }>(sql`select xid::text as xid, id from events order by events.xid desc, id desc limit 1`)
    const previous = await newest()
    const stored = await telling.append(post({ message: 'settled' }))
    const last = await newest()
    deepEqual(given, [{ previous, last, events: [{ name: 'post.created', at: stored.isNew && stored.payload.post.createAt, payload: stored.isNew && stored.payload, audience: { channelId: world.channel.id }, cursor: cursorOf(last) }] }])
    const [written, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const older = db.transact(async (transaction) => {
      await transaction.query(sql`select pg_current_xact_id()`)
      written.resolve()
      await end.promise
    })
    await written.promise
    await telling.append(post({ message: 'not settled' }))
    end.resolve()
    await older
    deepEqual(given.slice(1), [undefined])
  })

  it('find the one that somebody stores in another channel at that moment', async () => {
    const { db } = world.server.kernel
    const [written, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const id = world.server.kernel.ids.next()
    const storing = db.transact(async (transaction) => {
      await transaction.query(sql`
        insert into posts select p.* from jsonb_populate_record(null::posts, ${emptyPost}::jsonb || jsonb_build_object(
          'id', ${id}::text, 'create_at', 1, 'update_at', 1, 'user_id', ${world.ada.user.id}::text, 'channel_id', ${other.id}::text, 'pending_post_id', 'meanwhile')) p`)
      written.resolve()
      await end.promise
    })
    await written.promise
    const appended = Promise.all([batch.append(post({ pendingPostId: 'meanwhile' })), batch.append(post({ message: 'beside it' }))])
    while ((await db.one<{ count: number }>(sql`
      select count(*) as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).count === 0);
    end.resolve()
    await storing
    const [found, beside] = await appended
    equal(idOf(found), id)
    equal(beside.isNew, true)
  })

  it('are refused when they have waited too long, those alone, and the rest is stored', async () => {
    const { db, clock } = world.server.kernel
    const mayAnswer = Promise.withResolvers<void>()
    const patienceMs = 100
    const slow = createPostBatch({ db: { async hot<Row>(statement: HotStatement) { await mayAnswer.promise; return db.hot<Row>(statement) } }, writer: { committed: () => {} }, clock, patienceMs })
    const underWay = [slow.append(post({})), new Promise(setImmediate).then(() => slow.append(post({})))]
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    const overdue = rejects(slow.append(post({})), (error) => error instanceof RookeryError && error.code === 'unavailable')
    await wait(2 * patienceMs)
    const late = slow.append(post({}))
    mayAnswer.resolve()
    await overdue
    deepEqual((await Promise.all([...underWay, late])).map(({ isNew }) => isNew), [true, true, true])
    await slow.drain()
  })

  it('count mentions in their order: who answers has seen what stood before', async () => {
    const bob = world.bob.user.id
    const mention = post({ hereUserIds: [bob], message: '@bob' })
    const answer = (): PendingPost => post({ userId: bob, message: 'here' })
    await Promise.all([mention, answer()].map((each) => batch.append(each)))
    deepEqual(await standingOf(bob), { mentions: 0, unread: 0 })
    await Promise.all([answer(), { ...mention, id: world.server.kernel.ids.next() }, post({})].map((each) => batch.append(each)))
    deepEqual(await standingOf(bob), { mentions: 1, unread: 2 })
    await Promise.all([answer(), post({}), answer()].map((each) => batch.append(each)))
    deepEqual(await standingOf(bob), { mentions: 0, unread: 0 })
  })

  it('are the same to everybody whether they came alone or with others', async () => {
    const { db } = world.server.kernel
    const bob = world.bob.user.id
    // A reply to nothing is refused and leaves the batch as it is.
    const refused = (): PendingPost => post({ rootId: 'x'.repeat(26) })
    const stored = async (given: Partial<PendingPost>, isAlone: boolean): Promise<unknown> => {
      await batch.append(post({}))
      await batch.append(post({ userId: bob }))
      const [stored] = await Promise.all([batch.append(post(given)), ...(isAlone ? [] : [rejects(batch.append(refused()), { code: 'root_invalid' })])])
      const id = idOf(stored)
      const { row, event } = await db.one<{ row: Record<string, unknown>, event: Record<string, unknown> }>(sql`
        select to_json(p) as row, (select to_jsonb(e) - 'id' - 'xid' from events e where e.payload -> 'post' ->> 'id' = ${id}) as event from posts p where p.id = ${id}`)
      const standing = [await standingOf(bob), await standingOf(world.ada.user.id)]
      const moment = String(row['create_at'])
      deepEqual(stored.isNew && stored.payload, event['payload'])
      return JSON.parse(JSON.stringify([row, event, standing]).replaceAll(id, 'ID').replaceAll(moment, '0'))
    }
    const cases: Partial<PendingPost>[] = [
      { message: 'plain “text” 布 نسيج 🧵', mentionWords: ['plain', 'text'], unspacedText: '布' },
      { props: { card: 'a', nested: { b: [1, null] } }, type: 'custom_note', hashtags: '#cloth', isPinned: true, setsOnline: false, embeds: [{ type: 'link', url: 'https://example.com' }] },
      { message: '@bob looks', mentionWords: ['@bob', 'looks'] },
      { countsAsUnread: false, marksViewed: false }, { needsMembership: false, isTrusted: true }, { mentionsEverybody: true }, { userId: bob },
    ]
    for (const given of cases) deepEqual(await stored(given, true), await stored(given, false))
    await rejects(batch.append(post({ userId: world.ada.user.id, channelId: 'y'.repeat(26) })), { code: 'channel_not_found' })
  })

  it('have moments of their own, also where they are imported into one', async () => {
    const stored = await Promise.all([post({ createAt: 1_000 }), post({ createAt: 1_000 }), post({}), post({ createAt: 1_000 })].map((each) => batch.append(each)))
    const moments = stored.map((each) => (each.isNew ? each.payload.post.createAt : 0))
    deepEqual([moments[0], moments[1], moments[3]], [1_000, 1_001, 1_002])
    equal((moments[2] as number) > 1_002, true)
  })
})
