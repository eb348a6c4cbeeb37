import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { Post as MattermostPost } from '@mattermost/types/posts'
import { pluginsDisable, pluginsListPostKinds, postsCreate, postsEdit, postsGet, postsRestoreRevision, postsSetPinned, type Post } from '@rookery/sdk/protocol'
import { openSocket } from '../../../test/harness/mattermost-client.ts'
import { askNative, askPlugin, command, enablePlugin, grantPlugin } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pluginId = 'com.example.ballots'
const type = 'custom_com.example.ballots_ballot'

describe('Kinds of posts that plugins bring along', () => {
  let world: World
  before(async () => {
    world = await createWorld({ plugins: ['ballots', 'caller'] })
    await enablePlugin(world, pluginId)
    await enablePlugin(world, 'caller', ['routes', 'posts:write'])
  })
  after(() => world.close())

  const props = { question: 'Tea?', choices: [{ text: 'Yes', votes: 2 }, { text: 'No' }], attachments: [{ text: 'Yes 2, No 0' }] }
  const ballot = (more: object = {}): object => ({ channelId: world.channel.id, message: 'Tea? Yes 2, No 0', props, ...more })
  const create = (more: object = {}, query = ''): Promise<Post & { code?: string, message?: string }> => askPlugin(world, pluginId, `/create${query}`, ballot(more))
  const edit = (changes: object): Promise<Post & { code?: string }> => askPlugin(world, pluginId, '/edit', changes)

  it('are written by that plugin, and read by everybody without it', async () => {
    const socket = await openSocket(world.server.url, world.bob.token)
    const post = await create()
    const heard = JSON.parse(((await socket.event('posted')).data as { post: string }).post) as MattermostPost
    socket.close()
    // Clients that do not know the kind show the message and the attachments.
    deepEqual([heard.type, heard.message, (heard.props as { attachments: unknown[] }).attachments.length], [type, 'Tea? Yes 2, No 0', 1])
    const asActor = await create({}, '?as=actor')
    deepEqual([asActor.userId, asActor.type], [world.ada.user.id, type])
    await command(world, pluginsDisable, { pluginId })
    deepEqual((await askNative(world, world.bob, postsGet, { postId: post.id })).props['question'], 'Tea?')
    deepEqual(await askNative(world, world.bob, pluginsListPostKinds, {}), [])
    await enablePlugin(world, pluginId)
    const [kind] = await askNative(world, world.bob, pluginsListPostKinds, {})
    deepEqual([kind?.type, kind?.pluginId, kind?.title, Object.keys(kind?.props['properties'] as object).sort()], [type, pluginId, 'Ballot', ['choices', 'isOver', 'question']])
  })

  it('are written and changed by nobody else, whoever that is', async () => {
    const mine = await create({}, '?as=actor')
    const refused = { code: 'post_type_of_plugin', details: { type, plugin: pluginId } }
    for (const person of [world.ada, world.admin]) {
      await rejects(askNative(world, person, postsCreate, { channelId: world.channel.id, message: 'x', type, props: { question: 'x', choices: [] } }), refused)
      await rejects(askNative(world, person, postsEdit, { postId: mine.id, message: 'x' }), refused)
      await rejects(askNative(world, person, postsEdit, { postId: mine.id, props: { question: 'x', choices: [] } }), refused)
    }
    await rejects(world.ada.client.createPost({ channel_id: world.channel.id, message: 'x', type } as unknown as MattermostPost), { status_code: 403 })
    await rejects(world.ada.client.patchPost({ id: mine.id, message: 'x' } as MattermostPost), { status_code: 403 })
    await rejects(askNative(world, world.ada, postsCreate, { channelId: world.channel.id, message: 'x', type: 'custom_com.example.ballots_other' }), { code: 'post_type_of_plugin' })
    const [other] = await askPlugin<{ code: string }[]>(world, 'caller', '/call', { noun: 'posts', verb: 'create', words: [{ ...ballot(), type }] })
    equal(other?.code, 'post_type_of_plugin')
    // What concerns the channel and not what it says is as with every post; types of nobody are free.
    await askNative(world, world.ada, postsSetPinned, { postId: mine.id, isPinned: true })
    equal((await askNative(world, world.ada, postsCreate, { channelId: world.channel.id, message: 'x', type: 'custom_something' })).type, 'custom_something')
    await rejects(askNative(world, world.ada, postsRestoreRevision, { postId: mine.id, revisionId: mine.id }), refused)
    await command(world, pluginsDisable, { pluginId })
    await rejects(askNative(world, world.ada, postsCreate, { channelId: world.channel.id, message: 'x', type }), refused)
    await enablePlugin(world, pluginId)
  })

  it('have the props that they say, when they are written and when they are changed', async () => {
    for (const [wrong, reason] of [
      [{ choices: [] }, 'question is missing'], [{ ...props, colour: 'red' }, 'colour is not known here'], [{ ...props, choices: [{ text: 1 }] }, 'choices: each item: text: it must be of type string'],
      [{ ...props, choices: [{ text: 'x', votes: -1 }] }, 'choices: each item: votes: it must be from 0 to 1.7976931348623157e+308'], [{ ...props, choices: Array.from({ length: 6 }, () => ({ text: 'x' })) }, 'choices: it must have at most 5 items'],
    ] as const) {
      const { code, message } = await create({ props: wrong })
      deepEqual([code, message], ['post_kind_mismatch', `A post of the type ${type} cannot be so: ${reason}.`])
    }
    const post = await create()
    equal((await edit({ postId: post.id, props: { question: 'Tea?' } })).code, 'post_kind_mismatch')
    const changed = await edit({ postId: post.id, message: 'It is over.', props: { ...props, isOver: true } })
    deepEqual([changed.message, changed.props['isOver']], ['It is over.', true])
    equal((await create({ message: '', props: { question: 'x', choices: [] } })).code, 'message_empty')
  })

  it('end with the capability to write posts, while it runs', async () => {
    await grantPlugin(world, pluginId, ['routes'])
    deepEqual([(await create()).code, (await edit({ postId: (await world.ada.client.createPost({ channel_id: world.channel.id, message: 'x' } as MattermostPost)).id })).code], ['capability_denied', 'capability_denied'])
    await grantPlugin(world, pluginId, ['routes', 'posts:write'])
    equal((await create({}, '?as=actor')).code, 'capability_denied')
    equal((await create()).type, type)
  })

  it('are described so that every client can understand them', async () => {
    const install = async (kinds: readonly object[], capabilities: object = { 'posts:write': { reason: 'Posts.' } }): Promise<unknown> =>
      installPackage(world, await createPackage({ id: 'odd', capabilities: capabilities as never, contributes: { postKinds: kinds as never } }), { accept: 'signed' })
    const object = { type: 'object', properties: {} }
    const refusals: readonly (readonly [readonly object[], string])[] = [
      [[{ name: 'a', props: { type: 'string' } }], 'its posts of the kind a are not described well: it must be {"type": "object", "properties": {…}}'],
      [[{ name: 'a', props: { type: 'object', properties: { b: { type: 'string', pattern: '(a+)+$' } } } }], 'its posts of the kind a are not described well: b: pattern is not known here'],
      [[{ name: 'a', props: { ...object, required: ['b'] } }], 'its posts of the kind a are not described well: required must name properties'],
      [[{ name: 'a', props: object }, { name: 'a', props: object }], 'it has two kinds of posts a'],
    ]
    for (const [kinds, reason] of refusals) await rejects(install(kinds), { code: 'package_invalid', details: { reason } })
    await rejects(install([{ name: 'a', props: object }], {}), { code: 'package_invalid', details: { reason: 'a kind of posts of its own takes the capability posts:write, for which it does not ask' } })
    let deep: object = { type: 'string' }
    for (let depth = 0; depth < 10; depth += 1) deep = { type: 'array', items: deep }
    await rejects(install([{ name: 'a', props: { type: 'object', properties: { deep } } }]), { code: 'package_invalid' })
  })
})
