import { deepEqual, equal, ok } from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import { capabilities, customStatusSet, pluginsEnable, pluginsGet, pluginsListWebParts, pluginsSetGrants, searchPosts, uploadsCreate, type CapabilityWord } from '@rookery/sdk/protocol'
import type { Context } from '../../src/operations/index.ts'
import { createHeldClock } from '../../../test/harness/held-clock.ts'
import { askNative, askPlugin, command, eventually } from '../../../test/harness/plugin-actions.ts'
import { password, signIn, type Person } from '../../../test/harness/mattermost-client.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pluginId = 'everything'

interface Wish { readonly noun: string, readonly verb: string, readonly words: readonly unknown[], readonly asActor?: boolean, readonly times?: number }
interface Told { readonly value?: unknown, readonly code?: string }

/** Something that a plugin asks for. */
interface Calling {
  readonly wish: () => Wish | Promise<Wish>
  readonly by?: () => Person
  /** Capabilities that it takes besides. */
  readonly with?: readonly CapabilityWord[]
  /** What it hears without the capability. */
  readonly denied?: string
  /** Whether what came shows that it was done. */
  readonly isDone?: (value: unknown) => boolean
  /** Uses up what there is of it; answers the code that ended it. */
  readonly full?: () => Promise<string | undefined>
}

/** Something that happens to others: whether the plugin had its part in it. */
interface Taking {
  readonly takesPart: () => Promise<boolean>
  readonly with?: readonly CapabilityWord[]
  /** Why there is no quota that it could be over. */
  readonly noQuota: string
}

describe('Every capability', function () {
  this.timeout(60_000)
  const clock = createHeldClock()
  let world: World
  let service: Server
  let post: Post
  let direct: Channel
  let bot = ''
  let count = 0
  const next = (): string => `n${count += 1}`

  before(async () => {
    service = createServer((_request, response) => { response.end('here') })
    await new Promise<void>((resolve) => { service.listen(0, 'localhost', resolve) })
    world = await createWorld({ plugins: [pluginId], releasePlugins: ['slash-commands'], clock, settings: { egress: { allowedPrivateAddresses: ['127.0.0.1', '::1'] } } })
    post = await world.ada.client.createPost({ channel_id: world.channel.id, message: 'warp and weft' } as Post)
    direct = await world.ada.client.createDirectChannel([world.ada.user.id, world.bob.user.id])
    bot = (await command(world, pluginsEnable, { pluginId, consent: ['routes', 'db'] })).botUserId
    await allow()
  })
  after(async () => {
    await world.close()
    service.close()
  })

  const allow = (...names: readonly CapabilityWord[]) =>
    command(world, pluginsSetGrants, { pluginId, granted: Object.fromEntries(['routes', ...names].map((name) => [name, name === 'http' ? { hosts: ['localhost'] } : name === 'plugins:call' ? { plugins: [pluginId] } : {}])) })
  const ask = (wish: Wish, by = world.ada): Promise<Told[]> => askPlugin<Told[]>(world, pluginId, '/call', wish, by)
  const askOnce = async (wish: Wish, by?: Person): Promise<Told> => (await ask(wish, by))[0] as Told
  const contextOf = ({ user }: Person): Context => ({ actor: { kind: 'user', userId: user.id, sessionId: '', roles: user.roles.split(' ') }, requestId: '', address: '', userAgent: '', locale: 'en', connectionId: '', causeDepth: 0 })
  const works = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work()
      return true
    } catch {
      return false
    }
  }
  const call = (noun: string, verb: string, word: () => unknown, more: Omit<Calling, 'wish'> = {}): Calling => ({ wish: () => ({ noun, verb, words: [word()] }), ...more })
  const say = (message: string): Promise<Post> => world.ada.client.createPost({ channel_id: world.channel.id, message } as Post)
  const uploadedAs = async (name: string): Promise<number> => {
    const form = new FormData()
    form.append('channel_id', world.channel.id)
    form.append('files', new Blob(['x']), name)
    return (await fetch(`${world.server.url}/api/v4/files`, { method: 'POST', headers: { Authorization: `Bearer ${world.ada.token}` }, body: form })).status
  }
  const fill = async (times: number, wish: (index: number) => Wish): Promise<string | undefined> => {
    for (let index = 0; index < times; index += 1) {
      const { code } = await askOnce(wish(index))
      if (code !== undefined) return code
    }
    return undefined
  }
  const byHooks = { noQuota: 'a hook has a deadline and a breaker' }
  const onlyWidens = 'what it widens has quotas of its own'

  /** All that there is. Whoever adds a capability adds a line, or this does not compile. */
  const table: Readonly<Record<CapabilityWord, Calling | Taking>> = {
    'channels:read': call('channels', 'get', () => ({ channelId: world.channel.id })),
    'channels:write': call('channels', 'update', () => ({ channelId: world.channel.id, header: next() })),
    'emoji:read': call('emoji', 'list', () => ({})),
    'emoji:write': call('emoji', 'delete', () => ({ emojiId: 'z'.repeat(26) }), { isDone: (told) => (told as Told).code === 'emoji_not_found' }),
    'files:read': call('files', 'listOfPost', () => ({ postId: post.id })),
    'files:write': call('uploads', 'create', () => ({ channelId: world.channel.id, name: 'a.txt', sizeBytes: 3 })),
    'members:read': call('channelMembers', 'list', () => ({ channelId: world.channel.id })),
    'members:write': call('channelMembers', 'add', () => ({ channelId: world.channel.id, userIds: [world.admin.user.id] })),
    'posts:read': call('posts', 'get', () => ({ postId: post.id })),
    'posts:write': call('posts', 'create', () => ({ channelId: world.channel.id, message: 'from a plugin' }), { full: () => fill(11, () => ({ noun: 'posts', verb: 'create', words: [{ channelId: world.channel.id, message: 'much' }] })) }),
    'posts:delete': { wish: async () => ({ noun: 'posts', verb: 'delete', asActor: true, words: [{ postId: (await say('to be deleted')).id }] }), with: ['act-as-user'], isDone: (told) => ['post_not_found', undefined].includes((told as Told).code) },
    'posts:override': {
      with: ['posts:write'], noQuota: onlyWidens,
      async takesPart() {
        const { value } = await askOnce({ noun: 'posts', verb: 'create', words: [{ channelId: world.channel.id, message: 'masked', props: { override_username: 'Zorro' } }] })
        return (value as { props?: { override_username?: string } } | undefined)?.props?.override_username === 'Zorro'
      },
    },
    'posts:props': call('posts', 'setProps', () => ({ postId: post.id, props: { seen: next() } })),
    'posts:transform': { ...byHooks, takesPart: async () => (await say('everything is fine')).message === 'nothing is fine' },
    'posts:guard': { ...byHooks, takesPart: async () => !await works(() => say('forbidden')) },
    'reactions:write': call('reactions', 'add', () => ({ userId: bot, postId: post.id, emojiName: 'thumbsup' })),
    'reactions:guard': { ...byHooks, takesPart: async () => !await works(() => world.ada.client.addReaction(world.ada.user.id, post.id, 'no_entry')) },
    'channels:guard': { ...byHooks, takesPart: async () => !await works(() => world.ada.client.createChannel({ team_id: world.team.id, name: `forbidden-${next()}`, display_name: 'Forbidden', type: 'O' } as Channel)) },
    'channelMembers:guard': { ...byHooks, takesPart: async () => !await works(() => world.ada.client.addToChannel(world.bob.user.id, world.channel.id)) },
    'teamMembers:guard': { ...byHooks, takesPart: async () => !await works(async () => world.admin.client.addToTeam(world.team.id, (await signIn(world.server.url, next())).user.id)) },
    'teams:read': call('teams', 'get', () => ({ teamId: world.team.id })),
    'teams:write': { wish: () => ({ noun: 'teams', verb: 'update', asActor: true, words: [{ teamId: world.team.id, description: next() }] }), by: () => world.admin, with: ['act-as-user'] },
    'users:read': call('users', 'get', () => ({ userId: world.ada.user.id })),
    'users:write': { wish: () => ({ noun: 'users', verb: 'patch', asActor: true, words: [{ userId: world.ada.user.id, nickname: next() }] }), with: ['act-as-user'] },
    'users:props': call('users', 'setProps', () => ({ userId: world.ada.user.id, props: { seen: next() } })),
    'channels:props': call('channels', 'setProps', () => ({ channelId: world.channel.id, props: { seen: next() } })),
    'preferences:read': call('preferences', 'get', () => ({ userId: bot, category: 'a', name: 'b' }), { isDone: (told) => (told as Told).code === 'preference_not_found' }),
    'preferences:write': { wish: () => ({ noun: 'preferences', verb: 'save', asActor: true, words: [{ userId: world.ada.user.id, preferences: [{ category: 'everything', name: 'seen', value: next() }] }] }), with: ['act-as-user'] },
    'statuses:write': { wish: () => ({ noun: 'statuses', verb: 'update', asActor: true, words: [{ userId: world.ada.user.id, status: 'away' }] }), with: ['act-as-user'] },
    'direct': { wish: () => ({ noun: 'posts', verb: 'create', words: [{ channelId: direct.id, message: 'between us' }] }), with: ['posts:write'], denied: 'channel_not_found' },
    'act-as-user': { wish: () => ({ noun: 'posts', verb: 'get', asActor: true, words: [{ postId: post.id }] }), with: ['posts:read'] },
    'commands': { noQuota: 'who may be asked at once is bounded for each person', takesPart: () => works(() => world.ada.client.executeCommand('/everything', { channel_id: world.channel.id, team_id: world.team.id })) },
    'commands:provide': call('plugins', 'listCommands', () => ({})),
    'customStatus:provide': { ...byHooks, takesPart: () => works(() => world.server.kernel.operations.dispatch(customStatusSet, contextOf(world.ada), { userId: world.ada.user.id, emoji: 'tea', text: '' })) },
    'search:provide': { ...byHooks, takesPart: () => works(() => world.server.kernel.operations.dispatch(searchPosts, contextOf(world.ada), { terms: 'warp' })) },
    'dialogs': { wish: () => ({ noun: 'triggers', verb: 'create', asActor: true, words: [{}] }), with: ['act-as-user'] },
    'routes': { noQuota: 'who may ask at once is bounded for each person', takesPart: async () => (await fetch(`${world.server.url}/plugins/${pluginId}/call`, { method: 'POST', headers: { Authorization: `Bearer ${world.ada.token}` }, body: '{"noun":"random","verb":"id","words":[]}' })).status === 200 },
    'routes:public': { noQuota: 'who may ask at once is bounded for each address', takesPart: async () => (await fetch(`${world.server.url}/plugins/${pluginId}/public`)).status === 200 },
    'realtime': {
      wish: () => ({ noun: 'realtime', verb: 'publish', words: ['noticed', {}, { channelId: world.channel.id }] }),
      full: async () => (await ask({ noun: 'realtime', verb: 'publish', words: ['noticed', {}, { channelId: world.channel.id }], times: 101 })).find(({ code }) => code)?.code,
    },
    'jobs': { wish: () => ({ noun: 'jobs', verb: 'put', words: ['later', next(), { dueAt: clock.now() + 3_600_000 }] }) },
    'kv': { wish: () => ({ noun: 'kv', verb: 'set', words: ['one', 1] }), full: () => fill(6, (index) => ({ noun: 'kv', verb: 'set', words: [`key ${index}`, 1] })) },
    'db': { wish: () => ({ noun: 'db', verb: 'select name from things', words: [] }) },
    'files': { wish: () => ({ noun: 'ownFiles', verb: 'put', words: ['one', 'here'] }), full: () => fill(3, (index) => ({ noun: 'ownFiles', verb: 'put', words: [`file ${index}`, 'x'.repeat(500_000)] })) },
    'secrets': { wish: () => ({ noun: 'secrets', verb: 'set', words: ['one', 'hush'] }), full: () => fill(101, (index) => ({ noun: 'secrets', verb: 'set', words: [`name${index}`, 'x'] })) },
    'files:guard': { ...byHooks, takesPart: async () => (await uploadedAs('forbidden.txt')) !== 201 },
    'uploads:guard': { ...byHooks, takesPart: async () => !await works(() => world.server.kernel.operations.dispatch(uploadsCreate, contextOf(world.ada), { channelId: world.channel.id, name: 'forbidden.txt', sizeBytes: 3 })) },
    'sessions:guard': { ...byHooks, takesPart: async () => (await fetch(`${world.server.url}/api/v4/users/login`, { method: 'POST', headers: { 'User-Agent': 'forbidden' }, body: JSON.stringify({ login_id: 'bob', password }) })).status !== 200 },
    'web': { noQuota: 'the page asks at addresses and actions, which are bounded for each person', takesPart: async () => (await askNative(world, world.ada, pluginsListWebParts, {})).some((shown) => shown.pluginId === pluginId) },
    'plugins:call': { wish: () => ({ noun: 'others', verb: 'call', words: [pluginId, 'nod', {}] }) },
    'audit:write': { wish: () => ({ noun: 'audit', verb: 'record', words: ['seen', {}] }), full: async () => (await ask({ noun: 'audit', verb: 'record', words: ['seen', {}], times: 30 })).find(({ code }) => code)?.code },
    'http': {
      wish: () => ({ noun: 'http', verb: 'fetch', words: [`http://localhost:${(service.address() as AddressInfo).port}/`] }),
      full: () => fill(6, () => ({ noun: 'http', verb: 'fetch', words: [`http://localhost:${(service.address() as AddressInfo).port}/`] })),
    },
  }

  it('has a plugin that asks for it, and a line here', async () => {
    deepEqual(Object.keys((await command(world, pluginsGet, { pluginId })).plugin.requested).sort(), Object.keys(capabilities).sort())
    deepEqual(Object.keys(table).sort(), Object.keys(capabilities).sort())
  })

  for (const name of Object.keys(capabilities) as CapabilityWord[]) {
    const line = table[name]
    if ('takesPart' in line) {
      it(`${name}: nothing before it is granted, then its part, then nothing from the next time on`, async () => {
        clock.advance(60_000)
        const others = line.with ?? []
        const [none, some] = name === 'routes' ? [() => command(world, pluginsSetGrants, { pluginId, granted: {} }), () => allow()] : [() => allow(...others), () => allow(...others, name)]
        await none()
        equal(await line.takesPart(), false)
        await some()
        equal(await line.takesPart(), true)
        // Taken away while it does: whichever comes first, nobody is left hanging.
        await Promise.all([line.takesPart(), none()])
        equal(await line.takesPart(), false)
        await allow()
      })
      continue
    }
    const { wish, by = () => world.ada, with: others = [], denied = 'capability_denied', isDone = (told: unknown) => (told as Told).code === undefined, full } = line
    it(`${name}: denied, granted, taken away while it runs, and over quota`, async () => {
      clock.advance(60_000)
      await allow(...others)
      equal((await askOnce(await wish(), by())).code, denied)
      await allow(...others, name)
      const told = await askOnce(await wish(), by())
      ok(isDone(told), JSON.stringify(told))

      // One invocation after the other until one of them was surprised while it ran.
      clock.advance(60_000)
      const calls = async (): Promise<number> => (await command(world, pluginsGet, { pluginId })).usage.calls
      const before = await calls()
      // Whatever else it is told while it has the capability, it asks on.
      const running = askPlugin<string>(world, pluginId, '/until-refused', { ...await wish(), until: denied }, by())
      await eventually(calls, (made) => made > before)
      await allow(...others)
      equal(await running, 'refused')
      clock.advance(60_000)
      equal((await askOnce(await wish(), by())).code, denied)

      await allow(...others, name)
      clock.advance(60_000)
      const last = await wish()
      await clock.hold(async () => {
        await ask({ noun: 'random', verb: 'id', words: [], times: 2000 }, by())
        equal((await askOnce(last, by())).code, 'plugin_over_quota')
        clock.advance(60_000)
        if (full) ok(['plugin_over_quota', 'plugin_storage_full'].includes(await full() ?? ''), `${name} has no end`)
      })
      await allow()
    })
  }
})
