import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import { pluginsEnable, pluginsGet } from '@rookery/sdk/protocol'
import { createHeldClock } from '../../harness/held-clock.ts'
import { askPlugin, command, enablePlugin, eventually } from '../../harness/plugin-actions.ts'
import { postRoute, rawPlugin } from '../../harness/raw-plugin.ts'
import { createWorld, type World } from '../../harness/world.ts'
import { confusedCapabilities, floods, forgedIds, pairs, type KernelProgram } from './programs/kernel.ts'

const classes: Readonly<Record<string, Readonly<Record<string, KernelProgram>>>> = {
  'confused capabilities': confusedCapabilities, 'forged ids': forgedIds, 'floods of log and storage': floods, 'two plugins': pairs,
}
const programs = Object.values(classes).flatMap((programsOfClass) => Object.entries(programsOfClass))
const routeOf = (name: string): string => `p${programs.findIndex(([other]) => other === name)}`

const attacker = rawPlugin({
  id: 'attacker', capabilities: ['routes', 'posts:write', 'kv', 'secrets', 'files', 'realtime'], limits: { valueKeys: 20, fileMegabytes: 1 },
  contributes: { routes: ['who', ...programs.map(([name]) => routeOf(name))].map(postRoute), events: ['noticed'] },
  source: `
    const codes = (outcomes) => outcomes.map(({ error }) => (error ? error.code : 'done'))
    const fail = ({ code, message }) => [code ?? message]
    rookery.on('route POST /who', ({ invocation }) => ({ json: invocation }))
    ${programs.map(([name, { body }]) => `rookery.on('route POST /${routeOf(name)}', async (envelope) => {
      const other = JSON.parse(envelope.input.body)
      const askIn = (invocation, ...wishes) => rookery.call('calls', { invocation, calls: wishes.map(([name, input, asActor = false]) => ({ name, input, asActor })) }).then(codes, fail)
      const ask = (...wishes) => askIn(envelope.invocation, ...wishes)
      const find = async (...wishes) => (await calls(envelope, ...wishes)).map(({ value, error }) => (error ? error.code : value ? 'done' : 'nothing'))
      const attack = async () => { ${body} }
      return { json: await attack() }
    })`).join('\n')}`,
})

const victim = rawPlugin({
  id: 'victim', capabilities: ['routes', 'posts:write', 'kv', 'secrets', 'files', 'realtime', 'act-as-user'],
  contributes: {
    routes: ['prepare', 'hold', 'release', 'check'].map(postRoute), events: ['told'],
    operations: ['tell', 'relay'].map((name) => ({ name, summary: 'Tells.', input: { type: 'object', properties: {} } })),
  },
  source: `
    let release
    rookery.on('operation tell', () => 'the secret')
    rookery.on('operation relay', () => 'the secret')
    rookery.on('route POST /prepare', async (envelope) => {
      const told = await calls(envelope, ['kv.set', { key: 'secret', value: 'woven' }], ['kv.lease', { key: 'lease', ttlMs: 3600000 }], ['secrets.set', { name: 'key', value: 'hush' }], ['ownFiles.put', { name: 'note', body: 'read me' }], ['mandates.issue', { durationMs: 3600000 }])
      return { json: told.at(-1).value.mandate }
    })
    rookery.on('route POST /hold', async (envelope) => {
      const isReleased = new Promise((resolve) => { release = resolve })
      await calls(envelope, ['kv.set', { key: 'held', value: envelope.invocation }])
      return { json: await isReleased }
    })
    rookery.on('route POST /release', () => { release('released'); return { json: null } })
    rookery.on('route POST /check', async (envelope) => ({ json: (await calls(envelope, ['kv.get', { key: 'secret' }], ['kv.get', { key: 'held' }], ['kv.lease', { key: 'lease', ttlMs: 1000 }], ['ownFiles.get', { name: 'note' }])).map(({ value }) => value?.value ?? value?.body ?? value) }))`,
})

describe('Hostile plugins, against the kernel', function () {
  this.timeout(60_000)
  const clock = createHeldClock()
  let world: World
  let other: Readonly<Record<string, string>> = {}
  let held: Promise<unknown> = Promise.resolve()

  before(async () => {
    world = await createWorld({ bundles: [attacker, victim], clock })
    await enablePlugin(world, 'attacker')
    await command(world, pluginsEnable, { pluginId: 'victim', consent: Object.keys(victim.manifest.capabilities) })
    const { ada, bob, team, channel } = world
    const hidden = await ada.client.createChannel({ team_id: team.id, name: 'hidden', display_name: 'Hidden', type: 'P' } as Channel)
    const direct = await ada.client.createDirectChannel([ada.user.id, bob.user.id])
    const post = await ada.client.createPost({ channel_id: channel.id, message: 'warp and weft' } as Post)
    const hiddenPost = await ada.client.createPost({ channel_id: hidden.id, message: 'hidden' } as Post)
    const mandate = await askPlugin<string>(world, 'victim', '/prepare', {})
    const past = await askPlugin<string>(world, 'attacker', '/who', {})
    held = askPlugin(world, 'victim', '/hold', {})
    other = {
      mandate, past, channelId: channel.id, teamId: team.id, postId: post.id, userId: ada.user.id, otherId: bob.user.id, privatePostId: hiddenPost.id, directId: direct.id,
      // It is kept while the invocation is held, sooner or later.
      victims: String(await eventually(async () => (await kept())[1], (invocation) => typeof invocation === 'string')),
    }
  })
  after(() => world.close())

  const kept = (): Promise<unknown[]> => askPlugin<unknown[]>(world, 'victim', '/check', {})

  it('are eight of each class', () => { deepEqual(Object.entries(classes).filter(([, of]) => Object.keys(of).length < 8).map(([name]) => name), []) })

  for (const [className, programsOfClass] of Object.entries(classes)) {
    describe(className, () => {
      for (const [name, { done = 0 }] of Object.entries(programsOfClass)) {
        it(name, async () => {
          clock.advance(60_000)
          await clock.hold(async () => {
            const told = await askPlugin<string[]>(world, 'attacker', `/${routeOf(name)}`, other)
            ok(told.length > done, told.join())
            equal(told.filter((code) => code === 'done').length, done, told.join())
            ok(told.every((code) => /^[a-z_]+$/.test(code) && code !== 'internal'), told.join())
          })
        })
      }
    })
  }

  it('leave the other plugin, the posts and the rights as they were', async () => {
    clock.advance(60_000)
    const [secret, invocation, lease, note] = await kept()
    deepEqual([secret, invocation, lease, note], ['woven', other['victims'], null, 'read me'])
    await askPlugin(world, 'victim', '/release', {})
    equal(await held, 'released')
    const { posts } = await world.ada.client.getPosts(world.channel.id, 0, 200) as unknown as { posts: Record<string, Post> }
    const { plugin: { botUserId, granted } } = await command(world, pluginsGet, { pluginId: 'attacker' })
    deepEqual(Object.keys(granted).sort(), Object.keys(attacker.manifest.capabilities).sort())
    const others = Object.values(posts).filter(({ message, user_id: author }) => message !== 'warp and weft' && author !== botUserId)
    deepEqual(others.map(({ message }) => message), [])
    equal((await world.ada.client.getUser(world.ada.user.id)).roles, world.ada.user.roles)
  })
})
