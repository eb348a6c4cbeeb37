import { deepEqual, equal } from 'node:assert/strict'
import path from 'node:path'
import { openSocket } from '../../../test/harness/mattermost-client.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { createStoredProps } from '../../src/chat/index.ts'
import { createWriter, createLocalBus } from '../../src/events/index.ts'
import { createSnapshots, type Snapshots, type StoringPlugin } from '../../src/plugin-storage/index.ts'
import { createDiskFileStore, json, sql } from '../../src/storage/index.ts'

const plugin = { id: 'polls', granted: {} } as unknown as StoringPlugin

describe('What plugins keep on accounts and channels', () => {
  let world: World
  let snapshots: Snapshots
  before(async () => {
    world = await createWorld()
    snapshots = createSnapshots({ files: await createDiskFileStore({ folder: path.join(world.server.kernel.settings.dataFolder, 'copies') }) })
  })
  after(() => world.close())

  it('is what it was after a snapshot was restored, and nobody else\'s is', async () => {
    const { db, clock, log, settings } = world.server.kernel
    const stored = createStoredProps({ db, writer: createWriter({ db, bus: createLocalBus({ log }), clock }), settings, clock, snapshots })
    const set = (userId: string, props: object): Promise<unknown> => db.query(sql`update users set plugin_props = ${json(props)} where id = ${userId}`)
    const now = async (): Promise<unknown> => Object.fromEntries((await db.any<{ username: string, props: unknown }>(sql`select username, plugin_props as props from users where plugin_props <> '{}'`)).map(({ username, props }) => [username, props]))
    const { ada, bob, admin, channel } = world
    await set(ada.user.id, { polls: { won: 1 }, other: { is: 'mine' } })
    await set(bob.user.id, { polls: { won: 2 } })
    const many = Array.from({ length: 450 }, (_, index) => ({ id: `channel${String(index).padStart(19, '0')}`, props: { polls: { index } } }))
    await db.query(sql`
      insert into channels (id, create_at, update_at, type, name, display_name, creator_id, team_id, plugin_props)
      select each ->> 'id', 1, 1, 'O', each ->> 'id', '', '', '', each -> 'props' from jsonb_array_elements(${json(many)}) as each`)
    await stored.snapshot(plugin, 'one')
    const before = await now()
    await set(ada.user.id, { polls: { won: 5 }, other: { is: 'changed' } })
    await set(bob.user.id, {})
    await set(admin.user.id, { polls: { won: 3 } })
    await db.query(sql`update channels set plugin_props = '{"polls": {"index": -1}}' where id = ${channel.id} or id >= 'channel0000000000000000200'`)
    await db.query(sql`update channels set plugin_props = '{}' where id < 'channel0000000000000000100'`)
    await stored.restore(plugin, 'one')
    deepEqual(await now(), { ...before as object, ada: { polls: { won: 1 }, other: { is: 'changed' } } })
    deepEqual(await db.any(sql`select id, plugin_props as props from channels where plugin_props <> '{}' order by id`), many)
    const changedAt = await db.value<number>(sql`select sum(update_at) from users`)
    await stored.restore(plugin, 'one')
    equal(await db.value<number>(sql`select sum(update_at) from users`), changedAt)
    await stored.forgetSnapshot('polls', 'one')
    await set(bob.user.id, { polls: { won: 9 } })
    await stored.restore(plugin, 'one')
    deepEqual((await now() as Record<string, unknown>)['bob'], { polls: { won: 9 } })
    await stored.purge('polls')
    await db.query(sql`delete from channels where starts_with(id, 'channel0')`)
    await set(ada.user.id, {})
  })

  it('is exported and purged as a whole, and nobody else\'s is touched', async () => {
    const { db, clock, log, settings } = world.server.kernel
    const writer = createWriter({ db, bus: createLocalBus({ log }), clock })
    const stored = createStoredProps({ db, writer, settings, clock, snapshots })
    const props = { polls: { won: 1 }, other: { kept: true } }
    await db.query(sql`update users set plugin_props = ${json(props)} where id in (${world.ada.user.id}, ${world.bob.user.id})`)
    await db.query(sql`update channels set plugin_props = ${json({ polls: { open: [1] } })} where id = ${world.channel.id}`)
    await world.ada.client.createPost({ channel_id: world.channel.id, message: 'noted' } as never)
    await db.query(sql`update posts set plugin_props = ${json({ polls: { votes: 2 } })} where message = 'noted'`)
    const files: Record<string, unknown[]> = {}
    for await (const { path, bytes } of stored.exportData(plugin)) files[path] = bytes.toString('utf8').trim().split('\n').map((line) => JSON.parse(line) as unknown)
    const [noted] = files['props/posts-1.jsonl'] as { id: string }[]
    deepEqual(files, {
      'props/posts-1.jsonl': [{ id: noted?.id, props: { votes: 2 } }],
      'props/users-1.jsonl': [world.ada.user.id, world.bob.user.id].sort().map((id) => ({ id, props: { won: 1 } })), 'props/channels-1.jsonl': [{ id: world.channel.id, props: { open: [1] } }],
    })
    const socket = await openSocket(world.server.url, world.admin.token)
    try {
      await stored.purge('polls')
      await socket.event('user_updated', ({ data }) => (data as { user: { id: string } }).user.id === world.bob.user.id)
      await socket.event('channel_updated')
    } finally {
      socket.close()
    }
    equal((await db.any(sql`select 1 from users where plugin_props ? 'polls' union all select 1 from channels where plugin_props ? 'polls' union all select 1 from posts where plugin_props ? 'polls'`)).length, 0)
    deepEqual((await db.any<{ props: unknown }>(sql`select plugin_props as props from users where plugin_props <> '{}'`)).map((row) => row.props), [{ other: { kept: true } }, { other: { kept: true } }])
    await stored.purge('polls')
  })
})
