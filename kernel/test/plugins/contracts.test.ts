import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { pluginsChooseProvider, pluginsContracts, pluginsDisable, pluginsEnable, pluginsSetBinding, searchPosts, customStatusSet, type PluginManifest } from '@rookery/sdk/protocol'
import { command, enablePlugin, eventually, grantPlugin } from '../../../test/harness/plugin-actions.ts'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import type { Context } from '../../src/operations/index.ts'
import { assertManifest } from '../../src/plugins/manifest-form.ts'

const pluginId = 'com.example.spare'

describe('Contracts that plugins provide', () => {
  let world: World
  before(async () => {
    world = await createWorld({ plugins: ['spare'], releasePlugins: ['custom-status'] })
  })
  after(() => world.close())

  const contextOf = ({ user, token: _token }: Person): Context => ({
    actor: { kind: 'user', userId: user.id, sessionId: '', roles: user.roles.split(' ') }, requestId: '', address: '', userAgent: '', locale: 'en', connectionId: '', causeDepth: 0,
  })
  const search = (terms: string, person = world.bob, place: { teamId?: string } = {}) => world.server.kernel.operations.dispatch(searchPosts, contextOf(person), { terms, ...place })
  const standing = async (name: string): Promise<readonly string[]> => (await command(world, pluginsContracts, {})).find((each) => each.name === name)?.providers ?? []

  it('are off while nobody provides them, and say so', async () => {
    deepEqual(await standing('search'), [])
    await rejects(search('anything'), { code: 'feature_unavailable', status: 501, details: { feature: 'search' } })
    await enablePlugin(world, pluginId)
    deepEqual(await standing('search'), [pluginId])
  })

  it('are judged in the kernel first, and carried out with the rights of who asks', async () => {
    const post = await world.ada.client.createPost({ channel_id: world.channel.id, message: 'warp' } as Post)
    const found = await search(`${post.id} nothing`)
    deepEqual([found.posts.map(({ id }) => id), found.matches], [[post.id], { [post.id]: ['everywhere'] }])
    deepEqual((await search(post.id, world.stranger)).posts, [])
    await rejects(search(post.id, world.stranger, { teamId: world.team.id }), { code: 'team_not_found' })
    await rejects(search('', world.bob), { code: 'invalid_input' })
    await rejects(world.server.kernel.operations.dispatch(searchPosts, { ...contextOf(world.bob), actor: { kind: 'anonymous' } }, { terms: 'x' }), { code: 'not_signed_in' })
  })

  it('refuse only in words of the operation, and never answer what does not fit', async () => {
    await rejects(search('refuses'), { code: 'team_not_found' })
    await rejects(search('overdoes it'), { code: 'unavailable', status: 503, details: { quota: '10000 jobs that wait', retryAfterSeconds: 2 } })
    await rejects(search('asks badly'), { code: 'invalid_input', details: { field: 'userId', reason: 'it must match pattern "^[a-z0-9]{26}$"' } })
    for (let times = 0; times < 6; times += 1) for (const terms of ['refuses badly', 'asks']) await rejects(search(terms), { code: 'plugin_failed', status: 500 }, terms)
    for (const terms of ['wrong', 'throws', 'refuses wildly', 'wrong', 'throws']) await rejects(search(terms), { code: 'plugin_failed', status: 500 }, terms)
    match(world.server.complaints.join(''), /A plugin answered what does not fit/)
    // Five failures in a row: nobody waits for it any more.
    await rejects(search('anything'), { code: 'plugin_unavailable' })
  })

  it('are carried out by whom the admin chose where several could', async () => {
    const say = async (): Promise<string> => (await world.server.kernel.operations.dispatch(customStatusSet, contextOf(world.ada), { userId: world.ada.user.id, emoji: 'tea', text: 'At tea' })).emoji
    // What came with the release goes before what was installed.
    deepEqual([await standing('customStatus'), await say()], [['custom-status', pluginId], 'tea'])
    deepEqual((await command(world, pluginsChooseProvider, { pluginId, contract: 'customStatus' })).providers, [pluginId, 'custom-status'])
    equal(await say(), 'spare_tea')
    match((await world.bob.client.getUser(world.ada.user.id)).props['customStatus'] ?? '', /tea/)
    await command(world, pluginsDisable, { pluginId })
    equal(await say(), 'tea')
    await command(world, pluginsEnable, { pluginId })
    await world.server.restart()
    equal(await say(), 'spare_tea')
    await command(world, pluginsChooseProvider, { pluginId: 'custom-status', contract: 'customStatus' })
    equal(await say(), 'tea')
    await rejects(command(world, pluginsChooseProvider, { pluginId: 'custom-status', contract: 'search' }), { code: 'contract_not_provided' })
    await rejects(command(world, pluginsChooseProvider, { pluginId, contract: 'nothing' }), { code: 'contract_not_provided' })
    await rejects(command(world, pluginsChooseProvider, { pluginId: 'nobody', contract: 'search' }), { code: 'plugin_not_found' })
  })

  it('end with the capability, and where the plugin is not at work', async () => {
    await command(world, pluginsSetBinding, { pluginId, binding: { scope: 'teams', ids: [world.team.id] } })
    ok((await search('anything', world.bob, { teamId: world.team.id })).posts)
    await rejects(search('anything'), { code: 'feature_unavailable' })
    await command(world, pluginsSetBinding, { pluginId, binding: { scope: 'server' } })
    await grantPlugin(world, pluginId, ['posts:read', 'act-as-user'])
    await rejects(search('anything'), { code: 'feature_unavailable' })
    await grantPlugin(world, pluginId, Object.keys((await enablePlugin(world, pluginId)).requested))
  })

  it('are provided whole, and only by who asks for it', () => {
    const contributes = { transforms: [], guards: [], observers: [], routes: [], commands: [], actions: [], jobs: [], provides: [] as string[], migrations: [], lifecycle: [], events: [] }
    const manifest = (provides: string[], capabilities: object): PluginManifest => ({ id: 'x', version: '1.0.0', name: 'X', apiVersion: 1, capabilities, contributes: { ...contributes, provides } }) as PluginManifest
    const asked = { 'search:provide': { reason: 'Finds.' } }
    assertManifest(manifest(['search.posts', 'search.files'], asked))
    const refused = (provides: string[], capabilities: object): string => {
      try {
        assertManifest(manifest(provides, capabilities))
        return ''
      } catch (error) {
        return (error as { details: { reason: string } }).details.reason
      }
    }
    equal(refused(['search.posts', 'search.files'], {}), 'carrying out search takes the capability search:provide, for which it does not ask')
    equal(refused(['search.posts'], asked), 'who carries out search carries out search.files too')
    equal(refused(['posts.create'], asked), 'there is no contract with posts.create')
    equal(refused(['search.posts', 'search.files', 'search.posts'], asked), 'it has two providers of search.posts')
  })

  describe('what such plugins need', () => {
    interface Told { readonly value?: unknown, readonly code?: string, readonly details?: object, readonly mandate?: string }
    const send = async (path: string, body: object, { token } = world.ada): Promise<Told> => {
      const response = await fetch(`${world.server.url}/plugins/${pluginId}${path}`, { method: 'POST', headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify(body) })
      equal(response.status, 200, await response.clone().text())
      return await response.json() as Told
    }
    const call = (noun: string, verb: string, input: object, options: { asActor?: boolean, person?: Person } = {}): Promise<Told> => send('/call', { noun, verb, input, asActor: options.asActor ?? false }, options.person)
    const messages = async (): Promise<string[]> => Object.values((await world.ada.client.getPosts(world.channel.id) as { posts: Record<string, Post> }).posts).map(({ message }) => message)

    it('keep data of their own on accounts and channels', async () => {
      const { id: userId } = world.bob.user
      const own = async (): Promise<unknown> => ((await call('users', 'get', { userId })).value as { pluginProps: Record<string, unknown> }).pluginProps[pluginId]
      deepEqual((await call('users', 'setProps', { userId, props: { seen: 1, name: 'x' } })).value, {})
      deepEqual(await own(), { seen: 1, name: 'x' })
      await call('users', 'setProps', { userId, props: { seen: null, more: [1] } })
      deepEqual(await own(), { name: 'x', more: [1] })
      equal((await call('users', 'setProps', { userId, props: { large: 'x'.repeat(17_000) } })).code, 'props_too_large')
      equal((await call('users', 'setProps', { userId, props: { 'not a name': 1 } })).code, 'invalid_input')
      equal((await call('users', 'setProps', { userId, props: { mine: 1 } }, { asActor: true })).code, 'permission_missing')
      await call('users', 'setProps', { userId, props: { name: null, more: null } })
      equal(await own(), undefined)
      const channelId = world.channel.id
      deepEqual((await call('channels', 'setProps', { channelId, props: { count: 2 } })).value, {})
      deepEqual((await call('channels', 'setProps', { channelId, props: { count: 2 } })).value, {})
      deepEqual(((await call('channels', 'get', { channelId })).value as { pluginProps: object }).pluginProps, { [pluginId]: { count: 2 } })
      equal((await call('channels', 'setProps', { channelId: 'z'.repeat(26), props: { count: 2 } })).code, 'channel_not_found')
      const { id: postId } = await world.ada.client.createPost({ channel_id: channelId, message: 'found often' } as Post)
      const postNow = async (): Promise<unknown> => ((await call('posts', 'get', { postId })).value as { pluginProps?: unknown }).pluginProps
      deepEqual([(await call('posts', 'setProps', { postId, props: { finds: 3 } })).value, await postNow()], [{}, { [pluginId]: { finds: 3 } }])
      await call('posts', 'setProps', { postId, props: { finds: null } })
      equal(await postNow(), undefined)
      equal((await call('posts', 'setProps', { postId, props: { finds: 'x'.repeat(17_000) } })).code, 'props_too_large')
      equal((await call('posts', 'setProps', { postId }, { asActor: true, person: world.stranger })).code, 'invalid_input')
      equal((await call('posts', 'setProps', { postId, props: { finds: 1 } }, { asActor: true, person: world.stranger })).code, 'post_not_found')
      const gone = await world.ada.client.createChannel({ team_id: world.team.id, name: 'gone', display_name: 'Gone', type: 'O' } as never)
      await world.ada.client.deleteChannel(gone.id)
      equal((await call('channels', 'setProps', { channelId: gone.id, props: { count: 2 } })).code, 'channel_archived')
    })

    it('act later in the name of who let them, as long as that lasts', async () => {
      const channelId = world.channel.id
      const { mandate } = await send('/speak-later', { channelId, message: 'in her name' })
      await eventually(messages, (all) => all.includes('in her name'))
      const { posts } = await world.ada.client.getPosts(channelId) as { posts: Record<string, Post> }
      equal(Object.values(posts).find(({ message }) => message === 'in her name')?.user_id, world.ada.user.id)
      await send('/speak-later', { channelId, message: 'over', durationMs: 1, delayMs: 50 })
      await send('/speak-later', { channelId, message: 'forged', mandate: `${mandate?.slice(0, -4)}AAAA` })
      await eventually(messages, (all) => all.includes('over: mandate_over') && all.includes('forged: mandate_over'))
      await grantPlugin(world, pluginId, ['routes', 'jobs', 'posts:write'])
      await send('/speak-later', { channelId, message: 'revoked', mandate: mandate ?? '' })
      await eventually(messages, (all) => all.includes('revoked: capability_denied'))
      await enablePlugin(world, pluginId)
    })

    it('ask who may do what, and which emoji there are', async () => {
      const holds = async (input: object, asActor = true): Promise<unknown> => {
        const { value, code } = await call('permissions', 'test', input, { asActor })
        return code ?? (value as { isHeld: boolean }).isHeld
      }
      const [teamId, channelId] = [world.team.id, world.channel.id]
      deepEqual([await holds({ permission: 'create_post', channelId }), await holds({ permission: 'manage_team', teamId }), await holds({ permission: 'manage_system' })], [true, false, false])
      deepEqual([await holds({ permission: 'manage_team', teamId, userId: world.admin.user.id }), await holds({ permission: 'create_post', channelId, userId: world.stranger.user.id })], [true, false])
      deepEqual([await holds({ permission: 'create_post', channelId: 'z'.repeat(26) }), await holds({ permission: 'nothing' }), await holds({ permission: 'view_team', userId: 'z'.repeat(26) })], [false, 'invalid_input', 'user_not_found'])
      const identify = async (text: string): Promise<unknown> => (await call('emoji', 'identify', { text })).value
      deepEqual(await identify('👋🏽 hello there'), { name: 'wave', rest: 'hello there' })
      deepEqual(await identify('❤️'), { name: 'heart', rest: '' })
      deepEqual(await identify('hello 👋'), { name: '', rest: 'hello 👋' })
      deepEqual([(await call('emoji', 'exists', { name: 'tea' })).value, (await call('emoji', 'exists', { name: 'no_such' })).value], [{ isThere: true }, { isThere: false }])
      const [id, token] = [await call('random', 'id', {}), await call('random', 'token', {})]
      ok([id, token].every(({ value }) => /^[a-z0-9]{26}$/.test(String(value))) && id.value !== token.value)
    })
  })
})
