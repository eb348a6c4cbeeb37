import { deepEqual, equal, ok } from 'node:assert/strict'
import { maximumRouteInputBytes, pluginsGet, pluginsSetBinding, pluginsSetGrants } from '@rookery/sdk/protocol'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { Team } from '@mattermost/types/teams'
import { createHeldClock } from '../../../test/harness/held-clock.ts'
import { command, enablePlugin, grantPlugin } from '../../../test/harness/plugin-actions.ts'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

interface Told { readonly value?: unknown, readonly code?: string, readonly message?: string, readonly retryAfterMs?: number }
interface Wish { readonly noun: string, readonly verb: string, readonly words: readonly unknown[], readonly asActor?: boolean, readonly times?: number }

describe('What a plugin may do', () => {
  let world: World
  let post: Post
  const clock = createHeldClock()
  before(async () => {
    world = await createWorld({ plugins: ['caller'], clock })
    post = await world.ada.client.createPost({ channel_id: world.channel.id, message: 'warp and weft' } as Post)
    await enablePlugin(world, 'caller', ['routes'])
  })
  after(() => world.close())

  const callMany = async (wish: Wish, { token }: Person = world.ada): Promise<Told[]> => {
    const response = await fetch(`${world.server.url}/plugins/caller/call`, { method: 'POST', headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify(wish) })
    equal(response.status, 200, await response.clone().text())
    return await response.json() as Told[]
  }
  const call = async (wish: Wish, person?: Person): Promise<Told> => (await callMany(wish, person))[0] as Told
  const allow = (...capabilities: string[]): Promise<unknown> => grantPlugin(world, 'caller', ['routes', ...capabilities])

  /** One call for each capability; `isRight` judges what was answered. */
  const cases = (): Record<string, { wish: Wish, isRight: (value: unknown) => boolean }> => {
    const channelId = world.channel.id
    const has = (name: string) => (value: unknown): boolean => typeof (value as Record<string, unknown>)[name] === 'string'
    const isList = (value: unknown): boolean => Array.isArray(value)
    return {
      'channels:read': { wish: { noun: 'channels', verb: 'get', words: [{ channelId }] }, isRight: has('displayName') },
      'channels:write': { wish: { noun: 'channels', verb: 'update', words: [{ channelId, header: 'by a plugin' }] }, isRight: has('header') },
      'emoji:read': { wish: { noun: 'emoji', verb: 'list', words: [{}] }, isRight: isList },
      'files:read': { wish: { noun: 'files', verb: 'listOfPost', words: [{ postId: post.id }] }, isRight: isList },
      'files:write': { wish: { noun: 'uploads', verb: 'create', words: [{ channelId, name: 'a.txt', sizeBytes: 3 }] }, isRight: has('id') },
      'members:read': { wish: { noun: 'channelMembers', verb: 'list', words: [{ channelId }] }, isRight: isList },
      'members:write': { wish: { noun: 'channelMembers', verb: 'add', words: [{ channelId, userIds: [world.admin.user.id] }] }, isRight: () => true },
      'posts:read': { wish: { noun: 'posts', verb: 'get', words: [{ postId: post.id }] }, isRight: (value) => (value as { message: string }).message === 'warp and weft' },
      'posts:write': { wish: { noun: 'posts', verb: 'create', words: [{ channelId, message: 'from a plugin' }] }, isRight: has('id') },
      'reactions:write': { wish: { noun: 'reactions', verb: 'add', words: [{ userId: '', postId: post.id, emojiName: 'thumbsup' }] }, isRight: has('emojiName') },
      'teams:read': { wish: { noun: 'teams', verb: 'get', words: [{ teamId: world.team.id }] }, isRight: has('displayName') },
      'users:read': { wish: { noun: 'users', verb: 'get', words: [{ userId: world.ada.user.id }] }, isRight: has('username') },
      jobs: { wish: { noun: 'jobs', verb: 'put', words: ['later', 'a key'] }, isRight: (value) => value === null },
      realtime: { wish: { noun: 'realtime', verb: 'publish', words: ['noticed', {}, { channelId }] }, isRight: (value) => value === null },
    }
  }

  it('is what was granted: denied before, done then, denied again from the next call on', async () => {
    const { botUserId } = (await command(world, pluginsGet, { pluginId: 'caller' })).plugin
    for (const [capability, { wish, isRight }] of Object.entries(cases())) {
      await allow()
      const denied = await call(wish)
      deepEqual([capability, denied.code, denied.message], [capability, 'capability_denied', `This plugin may not do this: it was not given ${capability}.`])
      await allow(capability)
      const words = wish.words.map((word) => (typeof word === 'object' && word !== null && 'userId' in word && word.userId === '' ? { ...word, userId: botUserId } : word))
      const done = await call({ ...wish, words })
      ok('value' in done && isRight(done.value), `${capability}: ${JSON.stringify(done)}`)
      await allow()
      equal((await call(wish)).code, 'capability_denied')
    }
    const { usage } = await command(world, pluginsGet, { pluginId: 'caller' })
    ok(usage.refusedCalls >= Object.keys(cases()).length * 2)
    deepEqual(Object.keys(cases()).filter((capability) => !usage.lastUsedAt[capability]), [])
  })

  it('is never what no plugin may: sessions, settings, other plugins, downloads, and what is not there', async () => {
    await allow('posts:read', 'users:read', 'files:read')
    for (const [noun, verb] of [['sessions', 'create'], ['system', 'describe'], ['plugins', 'enable'], ['files', 'download'], ['nothing', 'atAll'], ['accessTokens', 'create']] as const) {
      deepEqual([noun, (await call({ noun, verb, words: [{}] })).code], [noun, 'unknown_operation'])
    }
    equal((await call({ noun: 'posts', verb: 'get', words: [{ postId: 'x' }] })).code, 'invalid_input')
  })

  it('ends at its quota: of calls and of posts a second', async () => {
    await allow('users:read', 'posts:write', 'posts:props')
    await clock.hold(async () => {
      clock.advance(1000)
      const many = await callMany({ noun: 'users', verb: 'get', words: [{ userId: world.ada.user.id }], times: 300 })
      equal(many.filter(({ value }) => value !== undefined).length, 200)
      ok(many.every(({ value, code, retryAfterMs }) => value !== undefined || (code === 'plugin_over_quota' && retryAfterMs === 1000)))
      clock.advance(1000)
      const posts = await callMany({ noun: 'posts', verb: 'create', words: [{ channelId: world.channel.id, message: 'spam' }], times: 40 })
      equal(posts.filter(({ value }) => value !== undefined).length, 10)
      equal(posts.find(({ code }) => code)?.message, 'This plugin has used up its 10 posts a second. Try again in 1 s.')
      clock.advance(1000)
      // Everybody in the channel is told of what changes on a post.
      const kept = await callMany({ noun: 'posts', verb: 'setProps', words: [{ postId: post.id, props: { seen: true } }], times: 40 })
      deepEqual([kept.filter(({ value }) => value !== undefined).length, kept.find(({ code }) => code)?.code], [10, 'plugin_over_quota'])
      clock.advance(1000)
      ok('value' in await call({ noun: 'posts', verb: 'create', words: [{ channelId: world.channel.id, message: 'calm again' }] }))
    })
  })

  it('is as its bot everywhere it is at work, or as who asks with that user\'s rights', async () => {
    const secret = await world.ada.client.createChannel({ team_id: world.team.id, name: 'secret', display_name: 'Secret', type: 'P' } as Channel)
    const direct = await world.ada.client.createDirectChannel([world.ada.user.id, world.bob.user.id])
    const write = (channelId: string, asActor = false): Wish => ({ noun: 'posts', verb: 'create', words: [{ channelId, message: 'hello' }], asActor })
    await allow('posts:write')
    ok('value' in await call(write(secret.id)))
    equal((await call(write(direct.id))).code, 'channel_not_found')
    equal((await call(write(secret.id, true))).code, 'capability_denied')
    await allow('posts:write', 'act-as-user')
    const mine = await call(write(secret.id, true))
    equal((mine.value as { userId: string }).userId, world.ada.user.id)
    equal((await call(write(secret.id, true), world.bob)).code, 'channel_not_found')
    equal((await call(write(direct.id, true))).code, 'channel_not_found')
    await allow('posts:write', 'act-as-user', 'direct')
    ok('value' in await call(write(direct.id, true)))
    ok('value' in await call(write(direct.id)))
  })

  it('stays within the teams or channels where it is at work', async () => {
    const other = await world.admin.client.createTeam({ name: 'others', display_name: 'Others', type: 'I' } as Team)
    const far = await world.admin.client.createChannel({ team_id: other.id, name: 'far', display_name: 'Far', type: 'O' } as Channel)
    const read = (channelId: string): Wish => ({ noun: 'channels', verb: 'get', words: [{ channelId }] })
    const readTeam = (teamId: string): Wish => ({ noun: 'teams', verb: 'get', words: [{ teamId }] })
    await allow('channels:read', 'teams:read', 'realtime')
    ok('value' in await call(read(far.id)))
    await command(world, pluginsSetBinding, { pluginId: 'caller', binding: { scope: 'teams', ids: [world.team.id] } })
    equal((await call(read(far.id))).code, 'channel_not_found')
    equal((await call(readTeam(other.id))).code, 'team_not_found')
    ok('value' in await call(readTeam(world.team.id)))
    ok('value' in await call(read(world.channel.id)))
    equal((await call({ noun: 'realtime', verb: 'publish', words: ['noticed', {}, { channelId: far.id }] })).code, 'channel_not_found')
    equal((await call({ noun: 'realtime', verb: 'publish', words: ['noticed', {}, { teamId: other.id }] })).code, 'team_not_found')
    equal((await call({ noun: 'realtime', verb: 'publish', words: ['noticed', {}, { userId: world.bob.user.id }] })).code, 'user_not_found')
    equal((await call({ noun: 'realtime', verb: 'publish', words: ['noticed', {}, { userId: world.ada.user.id }] })).value, null)
    equal((await call({ noun: 'realtime', verb: 'publish', words: ['noticed', {}, {}] })).code, 'invalid_input')
    equal((await call({ noun: 'realtime', verb: 'publish', words: ['unheard', {}, { channelId: world.channel.id }] })).code, 'invalid_input')
    equal((await call({ noun: 'realtime', verb: 'publish', words: ['noticed', { text: 'x'.repeat(20_000) }, { channelId: world.channel.id }] })).code, 'body_too_large')
    await command(world, pluginsSetBinding, { pluginId: 'caller', binding: { scope: 'channels', ids: [far.id] } })
    equal((await call(read(world.channel.id))).code, 'channel_not_found')
    ok('value' in await call(read(far.id)))
    await command(world, pluginsSetBinding, { pluginId: 'caller', binding: { scope: 'server' } })
  })

  it('is never more than it asked for', async () => {
    const narrow = async (granted: Record<string, { hosts?: string[] }>): Promise<string> => {
      try {
        return (await command(world, pluginsSetGrants, { pluginId: 'caller', granted })).state
      } catch (error) {
        return (error as { message: string }).message
      }
    }
    equal(await narrow({ routes: {}, http: { hosts: ['api.example.com', 'www.example.org'] } }), 'enabled')
    equal(await narrow({ routes: {}, http: { hosts: ['evil.example.net'] } }), 'The plugin caller does not ask for http with evil.example.net.')
    equal(await narrow({ routes: {}, commands: {} }), 'The plugin caller does not ask for commands.')
    await allow()
  })

  it('takes in no more than a body of a megabyte', async () => {
    const response = await fetch(`${world.server.url}/plugins/caller/call`, { method: 'POST', headers: { Authorization: `Bearer ${world.ada.token}` }, body: 'x'.repeat(maximumRouteInputBytes + 1) })
    equal(response.status, 413)
  })
})
