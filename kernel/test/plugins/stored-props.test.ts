import { deepEqual, equal } from 'node:assert/strict'
import { openSocket } from '../../../test/harness/mattermost-client.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { createStoredProps } from '../../src/chat/index.ts'
import { createWriter, createLocalBus } from '../../src/events/index.ts'
import type { StoringPlugin } from '../../src/plugin-storage/index.ts'
import { json, sql } from '../../src/storage/index.ts'

const plugin = { id: 'polls', granted: {} } as unknown as StoringPlugin

describe('What plugins keep on accounts and channels', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  it('is exported and purged as a whole, and nobody else\'s is touched', async () => {
    const { db, clock, log, settings } = world.server.kernel
    const writer = createWriter({ db, bus: createLocalBus({ log }), clock })
    const stored = createStoredProps({ db, writer, settings, clock })
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
    await stored.snapshot(plugin, 'x')
    await stored.restore(plugin, 'x')
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
