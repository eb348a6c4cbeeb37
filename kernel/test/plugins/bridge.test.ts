import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import { pluginsSetGrants } from '@rookery/sdk/protocol'
import { emptyPost } from '../../../test/harness/empty-post.ts'
import { command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { signIn } from '../../../test/harness/mattermost-client.ts'
import { postRoute, rawPlugin } from '../../../test/harness/raw-plugin.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { sql } from '../../src/storage/index.ts'

type Outcome = { readonly value?: unknown, readonly error?: { readonly code: string } }

/** Does whatever the body of a request says, all of it in one message, and tells what came of it. */
const puppet = rawPlugin({
  id: 'puppet', capabilities: ['routes', 'posts:write', 'posts:read', 'channels:read', 'channels:write', 'teams:read', 'act-as-user', 'direct'], contributes: { routes: [postRoute('do')] },
  source: `rookery.on('route POST /do', async (envelope) => ({ json: await calls(envelope, ...JSON.parse(envelope.input.body)) }))`,
})

describe('The bridge between a plugin and the kernel', () => {
  let world: World
  let now = Date.now()
  before(async () => {
    world = await createWorld({ bundles: [puppet], clock: { now: () => now } })
    await enablePlugin(world, 'puppet')
  })
  after(() => world.close())
  // The clock stands: a while later all quotas are full again.
  beforeEach(() => { now += 2000 })

  const make = async (wishes: readonly (readonly [string, unknown, boolean?])[], { token }: Pick<Person, 'token'> = world.ada): Promise<Outcome[]> => {
    const response = await fetch(`${world.server.url}/plugins/puppet/do`, { method: 'POST', headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify(wishes) })
    equal(response.status, 200, await response.clone().text())
    return await response.json() as Outcome[]
  }
  const codes = (outcomes: readonly Outcome[]): string[] => outcomes.map(({ error }) => error?.code ?? 'done')
  const allow = (...names: string[]): Promise<unknown> => command(world, pluginsSetGrants, { pluginId: 'puppet', granted: Object.fromEntries(['routes', ...names].map((name) => [name, {}])) })
  const post = (message: string): readonly [string, unknown] => ['posts.create', { channelId: world.channel.id, message }]
  /** Holds up whatever writes to the channel, until it is told to let go. */
  const hold = async (): Promise<() => Promise<void>> => {
    const { db } = world.server.kernel
    let letGo = (): void => {}
    const holding = new Promise<void>((resolve) => { letGo = resolve })
    let isHeld = (): void => {}
    const held = new Promise<void>((resolve) => { isHeld = resolve })
    const done = db.transact(async (transaction) => {
      await transaction.query(sql`select id from channels where id = ${world.channel.id} for update`)
      isHeld()
      await holding
    })
    await held
    return async () => { letGo(); await done }
  }
  const isWaiting = async (): Promise<void> => {
    await eventually(() => world.server.kernel.db.value<number>(sql`select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`), (count) => count > 0)
  }

  it('judges each call of a message by what the plugin may do when its turn comes', async () => {
    await allow('posts:write')
    const release = await hold()
    const made = make([post('one'), post('two')])
    await isWaiting()
    await allow()
    await release()
    deepEqual(codes(await made), ['done', 'capability_denied'])
  })

  it('does nothing more for somebody who has signed out, or was deactivated, meanwhile', async () => {
    await allow('posts:write', 'act-as-user')
    for (const leave of [
      (person: Person) => person.client.logout(),
      (person: Person) => world.admin.client.updateUserActive(person.user.id, false),
    ]) {
      const person = await signIn(world.server.url, `leaver${Math.trunc(performance.now())}`, { inviteId: world.team.invite_id })
      await world.ada.client.addToChannel(person.user.id, world.channel.id)
      const release = await hold()
      const made = make([[...post('one'), true], [...post('two'), true]], person)
      await isWaiting()
      await leave(person)
      await release()
      deepEqual(codes(await made), ['done', 'not_signed_in'])
    }
  })

  it('opens no direct channels for a plugin that may not be there', async () => {
    await allow('channels:write', 'act-as-user')
    const { ada, bob, stranger } = world
    const userIds = [ada.user.id, bob.user.id]
    deepEqual(codes(await make([['channels.createDirect', { userIds }, true], ['channels.createGroup', { userIds: [...userIds, stranger.user.id] }, true]])), ['capability_denied', 'capability_denied'])
    await allow('channels:write', 'act-as-user', 'direct')
    const [opened] = await make([['channels.createDirect', { userIds }, true]])
    equal((opened?.value as Channel | undefined)?.type, 'D', JSON.stringify(opened))
  })

  it('counts whatever changes posts', async () => {
    await allow('posts:write')
    const [written] = await make([post('to be changed')])
    const postId = (written?.value as Post).id
    const edited = codes(await make(Array.from({ length: 40 }, (_each, number) => ['posts.edit', { postId, message: `changed ${number}` }] as const)))
    deepEqual([edited.filter((code) => code === 'done').length, new Set(edited.slice(9))], [9, new Set(['plugin_over_quota'])])
  })

  it('holds no more of its answers than one message carries', async () => {
    await allow('posts:read')
    const { db } = world.server.kernel
    await db.query(sql`
      insert into posts select p.* from generate_series(1, 200) n, jsonb_populate_record(null::posts, ${emptyPost}::jsonb || jsonb_build_object(
        'id', lpad(n::text, 26, '0'), 'create_at', n, 'update_at', n, 'user_id', ${world.ada.user.id}::text, 'channel_id', ${world.channel.id}::text,
        'message', repeat('x', 16000))) p`)
    const before = process.memoryUsage.rss()
    const list = ['posts.listOfChannel', { channelId: world.channel.id, limit: 200 }] as const
    const told = codes(await make(Array.from({ length: 40 }, () => list)))
    ok(told.includes('body_too_large'), told.join())
    ok(process.memoryUsage.rss() - before < 400 * 2 ** 20)
  })
})
