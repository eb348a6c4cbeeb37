import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { panelsList, panelsOpen, panelsPress, postActionsRun, postsGet, RookeryError, type Post as NativePost } from '@rookery/sdk/protocol'
import type { Post } from '@mattermost/types/posts'
import { ask } from '../harness/ask.ts'
import { openSocket, type Socket } from '../harness/mattermost-client.ts'
import { askNative, askPlugin, enablePlugin, eventually } from '../harness/plugin-actions.ts'
import { createWorld, type World } from '../harness/world.ts'

const pluginId = 'com.example.blocks'
const postOf = ({ data }: { data: unknown }): Post => JSON.parse((data as { post: string }).post) as Post

interface Action { readonly id: string, readonly name: string, readonly type: string, readonly cookie?: string, readonly options?: { text: string, value: string }[], readonly default_option?: string, readonly data_source?: string }
interface Attachment { readonly fallback: string, readonly title?: string, readonly text?: string, readonly fields?: { title: string, value: string, short: boolean }[], readonly image_url?: string, readonly footer?: string, readonly actions?: Action[] }
const attachmentsOf = ({ props }: Post): Attachment[] => (props['attachments'] ?? []) as unknown as Attachment[]
const actionsOf = (post: Post): Action[] => attachmentsOf(post).flatMap(({ actions = [] }) => actions)

describe('blocks of plugins over API v4', () => {
  let world: World
  let socket: Socket
  before(async () => {
    world = await createWorld({ releasePlugins: ['slash-commands'], plugins: ['blocks'] })
    await enablePlugin(world, pluginId)
    socket = await openSocket(world.server.url, world.bob.token)
  })
  after(async () => {
    socket?.close()
    await world?.close()
  })

  const execute = (text: string) => world.bob.client.executeCommand(text, { channel_id: world.channel.id, team_id: world.team.id })
  const launch = async (name: string): Promise<Post> => {
    await execute(`/launch ${name}`)
    return postOf(await socket.event('posted', (event) => postOf(event).message === name) as { data: unknown })
  }
  const press = (postId: string, actionId: string, body: object = {}, { token } = world.bob) => ask(world.server.url, token, 'POST', `/posts/${postId}/actions/${actionId}`, body)
  const whispered = async (message: string) => postOf(await socket.event('ephemeral_message', (event) => postOf(event).message === message) as { data: unknown })
  const edited = async (id: string, message: string) => postOf(await socket.event('post_edited', (event) => postOf(event).id === id && postOf(event).message === message) as { data: unknown })
  const asPlugin = <Answer>(input: object) => askPlugin<Answer>(world, pluginId, '/post', input)

  it('reach clients of Mattermost as attachments, in the order in which these are drawn', async () => {
    const post = await launch('Heron')
    for (const read of [post, await world.bob.client.getPost(post.id)]) {
      equal(read.props['plugin_blocks'], undefined)
      const shown = attachmentsOf(read)
      deepEqual(shown.map((each) => Object.keys(each).filter((name) => name !== 'fallback').join(' ')), ['title text actions', 'fields', 'text actions', 'text', 'title image_url', 'text actions', 'footer'])
      deepEqual(shown[0]?.text, 'Everything about the launch on **Friday**, see ~looms.')
      deepEqual(shown[1]?.fields?.[0], { title: 'Pilot', value: '@ada', short: true })
      match(shown[2]?.text ?? '', /^\*\*Steps\*\*\n- \[ \] Fill the tanks\n/)
      equal(shown[3]?.text, '0 steps are ready\n▱▱▱▱▱▱▱▱▱▱ 0 %')
      deepEqual([shown[4]?.title, shown[4]?.image_url], ['The pad', 'https://example.com/heron.png'])
      equal(shown[5]?.text, '[Manual](https://example.com/manual)')
      match(shown.map(({ fallback }) => fallback).join('\n'), /^Launch of the \*Heron\*\nEverything/)
      deepEqual(actionsOf(read).map(({ id, name, type }) => `${id} ${name} ${type}`), ['details Details button', 'steps Steps select', 'go Go button', 'pad Pad select', 'more More select', 'day Day button', 'pilot Pilot select', 'fails Break button'])
    }
    const native = await askNative(world, world.bob, postsGet, { postId: post.id })
    const kept = native.props['plugin_blocks'] as { version: number, pluginId: string, blocks: { kind: string, elements?: { label: unknown }[] }[] }
    deepEqual([kept.version, kept.pluginId, kept.blocks.map(({ kind }) => kind).join(' ')], [1, pluginId, 'heading section fields divider checklist progress image actions context'])
    deepEqual(kept.blocks[7]?.elements?.[0]?.label, { de: 'Los', en: 'Go' })
    equal(JSON.stringify(kept).includes('cookie'), false)
  })

  it('speak the language of whoever reads, as soon as it is another one', async () => {
    const names = (post: Post): string[] => actionsOf(post).filter(({ id }) => id === 'go').map(({ name }) => name)
    const before = await launch('Booby')
    deepEqual(names(before), ['Go'])
    await world.bob.client.patchMe({ locale: 'de' })
    await socket.event('user_updated', ({ data }) => (data as { user: { id: string } }).user.id === world.bob.user.id && (data as { user: { locale: string } }).user.locale === 'de')
    const post = await launch('Tern')
    const pages = await world.bob.client.getPosts(world.channel.id)
    deepEqual([post, await world.bob.client.getPost(post.id), pages.posts[post.id] as Post, pages.posts[before.id] as Post].map(names), [['Los'], ['Los'], ['Los'], ['Los']])
    // What others read meanwhile stays theirs.
    deepEqual([await world.ada.client.getPost(post.id), (await world.ada.client.getPosts(world.channel.id)).posts[post.id] as Post].map(names), [['Go'], ['Go']])
    await press(post.id, 'steps', { selected_option: 'crew' })
    deepEqual(names(await edited(post.id, 'Tern')), ['Los'])
    await world.bob.client.patchMe({ locale: 'en' })
    await eventually(async () => names(await world.bob.client.getPost(post.id)), ([name]) => name === 'Go')
  })

  it('tell the plugin what was pressed, by whom and where, and show what it makes of it', async () => {
    const post = await launch('Egret')
    equal((await press(post.id, 'steps', { selected_option: 'crew' })).status, 200)
    const ticked = await edited(post.id, 'Egret')
    match(attachmentsOf(ticked)[2]?.text ?? '', /- \[x\] Wake the crew/)
    equal(attachmentsOf(ticked)[3]?.text, '1 step is ready\n▰▰▰▱▱▱▱▱▱▱ 33 %')
    deepEqual([ticked.message, ticked.edit_at], ['Egret', 0])
    // A choice, a person, and a day that Mattermost's clients are asked for in a dialog.
    await press(post.id, 'pad', { selected_option: 'b' })
    const answer = await whispered('pad is b')
    const [again] = actionsOf(answer)
    ok(again?.cookie)
    equal((await press(answer.id, 'again', { cookie: again.cookie })).status, 200)
    deepEqual(actionsOf(await whispered('Thank you')), [])
    await world.bob.client.doPostActionWithCookie(post.id, 'pilot', '', world.ada.user.id)
    await whispered(`pilot is ${world.ada.user.id}`)
    equal((await press(post.id, 'go')).status, 200)
    const flown = await edited(post.id, 'It flies')
    deepEqual([flown.message, attachmentsOf(flown)], ['It flies', [{ fallback: `go now ${world.bob.user.id}\n${world.channel.id} ${world.team.id} true`, text: `go now ${world.bob.user.id}`, footer: `${world.channel.id} ${world.team.id} true` }]])
    await whispered('It flies {}')
    equal((await press(post.id, 'go')).status, 404)
  })

  it('refuse whoever may not see them, and what there is not to choose', async () => {
    const post = await launch('Stork')
    const status = async (...parts: Parameters<typeof press>): Promise<number> => (await press(...parts)).status
    deepEqual([await status(post.id, 'go', {}, world.stranger), await status(post.id, 'go', {}, { ...world.bob, token: '' }), await status(post.id, 'nothing'), await status('z'.repeat(26), 'go')], [404, 401, 404, 404])
    for (const [id, selected] of [['pad', 'c'], ['pad', ''], ['more', 'toString'], ['pilot', 'nobody'], ['steps', 'day']] as const) {
      const refused = await press(post.id, id, { selected_option: selected })
      deepEqual([refused.status, (refused.body as { id: string }).id], [400, 'api.context.invalid_body_param.app_error'], id)
    }
    await press(post.id, 'pad', { selected_option: 'a' })
    const [again] = actionsOf(await whispered('pad is a'))
    deepEqual([await status('y'.repeat(26), 'again', { cookie: again?.cookie }), await status('y'.repeat(26), 'again', { cookie: again?.cookie }, world.ada), await status('y'.repeat(26), 'go', { cookie: again?.cookie })], [400, 400, 400])
    // What fails says so, and leaves the post alone.
    equal(await status(post.id, 'fails'), 400)
    const other = await asPlugin<Post>({ operation: 'create', channelId: world.channel.id, blocks: [{ kind: 'actions', elements: [{ kind: 'button', id: 'misfit', action: 'misfit', label: 'Misfit' }, { kind: 'button', id: 'no', action: 'no', label: 'No' }, { kind: 'button', id: 'off', action: 'no', label: 'Off', isDisabled: true }] }] })
    match(JSON.stringify((await press(other.id, 'misfit')).body), /update\.blocks\.0\.text/)
    match(JSON.stringify((await press(other.id, 'no')).body), /Not today/)
    equal(await status(other.id, 'off'), 400)
  })

  it('count two presses before the answer as one', async () => {
    const post = await launch('Crane')
    socket.events.length = 0
    deepEqual((await Promise.all([1, 2, 3].map(() => press(post.id, 'more', { selected_option: 'copy' })))).map(({ status }) => status), [200, 200, 200])
    await press(post.id, 'more', { selected_option: 'scrub' })
    await whispered('more is scrub')
    const shown = socket.events.filter(({ event }) => String(event) === 'ephemeral_message').map((event) => postOf(event as never).message)
    equal(shown.filter((message) => message === 'more is copy').length, 1, shown.join())
  })

  interface Opened { trigger_id: string, url: string, dialog: { title: string, introduction_text: string, state: string, submit_label?: string, elements: { name: string, type: string, subtype?: string, optional: boolean, default?: string, options?: unknown }[] } }
  const opened = async (title: string): Promise<Opened> => {
    const { data } = await socket.event('open_dialog', (event) => (JSON.parse((event.data as { dialog: string }).dialog) as Opened).dialog.title === title)
    return JSON.parse((data as { dialog: string }).dialog) as Opened
  }
  const submit = (state: string, submission: object, { token } = world.bob) => ask(world.server.url, token, 'POST', '/actions/dialogs/submit', { url: 'rookery:blocks', callback_id: '', state, user_id: world.bob.user.id, channel_id: world.channel.id, team_id: world.team.id, submission, cancelled: false })

  it('ask in dialogs, judge what is filled in, and go on asking', async () => {
    const post = await launch('Ibis')
    const pressed = await press(post.id, 'details')
    const { trigger_id: triggerId, url, dialog } = await opened('Details')
    deepEqual([triggerId, url, dialog.submit_label, dialog.introduction_text], [(pressed.body as { trigger_id: string }).trigger_id, 'rookery:blocks', 'Save', 'What should **everybody** know?'])
    deepEqual(dialog.elements.map(({ name, type, subtype = '', optional, default: standard = '' }) => `${name} ${type} ${subtype} ${optional} ${standard}`), ['name text  false ', 'seats text number true 2', 'why textarea  true ', 'pad select  true ', 'day date  true ', 'secret bool  true '])
    const refused = await submit(dialog.state, { name: 'Io', seats: 'many', pad: 'c', day: 'Friday', secret: 'yes' })
    deepEqual([refused.status, (refused.body as { errors: object }).errors], [200, { name: 'it is too short', seats: 'it is no number', pad: 'there is no such choice', day: 'it is no day', secret: 'there is no such choice' }])
    deepEqual((await submit(dialog.state, { name: 'Nobody' })).body, { errors: { name: 'Somebody, please.' } })
    deepEqual((await submit(dialog.state, { name: 'Ibis', seats: '3', why: '', pad: 'a', day: '2026-11-21', secret: true, strange: 'x' })).body, {})
    await whispered(`${world.bob.user.id} first here {"name":"Ibis","seats":3,"pad":"a","day":"2026-11-21","secret":true}`)
    const next = (await submit(dialog.state, { name: 'Ibis', seats: 9 })).body as { type: string, form: Opened['dialog'] }
    deepEqual([next.type, next.form.title, next.form.elements.map(({ name }) => name)], ['form', 'So many?', ['name']])
    deepEqual((await submit(next.form.state, { name: 'Ibis' })).body, {})
    await whispered(`${world.bob.user.id} second here {"name":"Ibis"}`)
    // A form is one person's, and nobody makes one up.
    deepEqual([(await submit(dialog.state, { name: 'Ibis' }, world.ada)).status, (await submit('made up', { name: 'Ibis' })).status, (await submit(dialog.state, {}, { ...world.bob, token: '' })).status], [400, 400, 401])
    socket.events.length = 0
    await execute('/launch form')
    deepEqual((await submit((await opened('Details')).dialog.state, { name: 'Kiwi' })).body, {})
    await whispered(`${world.bob.user.id} first nowhere {"name":"Kiwi"}`)
  })

  it('ask who cannot fill in what stands beside a button', async () => {
    const post = await launch('Heron again')
    await press(post.id, 'day')
    const { dialog } = await opened('Day')
    deepEqual((await submit(dialog.state, { day: '2025-12-31' })).status, 400)
    deepEqual((await submit(dialog.state, { day: '2026-12-31' })).body, {})
    await whispered('day is 2026-12-31')
    const asking = await asPlugin<NativePost>({ operation: 'create', channelId: world.channel.id, message: 'Where to?', blocks: [
      { kind: 'input', id: 'where', label: 'Where', isRequired: true, schema: { type: 'string' } }, { kind: 'actions', elements: [{ kind: 'button', id: 'go', action: 'go', label: 'Fly' }] },
    ] })
    await press(asking.id, 'go')
    const form = (await opened('Fly')).dialog
    deepEqual((await submit(form.state, { where: '' })).body, { errors: { where: 'it is missing' } })
    deepEqual((await submit(form.state, { where: 'Moon' })).body, {})
    await whispered('It flies {"where":"Moon"}')
    // A client that draws blocks says it at once.
    const second = await asPlugin<NativePost>({ operation: 'create', channelId: world.channel.id, message: 'And then?', blocks: (asking.props['plugin_blocks'] as { blocks: unknown }).blocks })
    await postActionsRefused(second.id, { where: '' })
    await postActionsRefused(second.id, { where: 7 })
    await askNative(world, world.bob, postActionsRun, { postId: second.id, actionId: 'go', values: { where: 'Mars' } })
    await whispered('It flies {"where":"Mars"}')
  })
  const postActionsRefused = async (postId: string, values: Record<string, unknown>): Promise<void> => {
    const refusal = await askNative(world, world.bob, postActionsRun, { postId, actionId: 'go', values }).catch((error: unknown) => error as { code: string, details: { field: string } })
    deepEqual('code' in refusal && [refusal.code, refusal.details.field], ['invalid_input', 'values.where'])
  }

  it('are written by plugins alone, who hear what is wrong with them by its place', async () => {
    const heading = { kind: 'heading', text: 'Mine' }
    const refused = await ask(world.server.url, world.bob.token, 'POST', '/posts', { channel_id: world.channel.id, message: 'hello', props: { plugin_blocks: { version: 1, pluginId, blocks: [heading] } } })
    deepEqual([refused.status, (refused.body as Post).props], [201, {}])
    const native = await fetch(`${world.server.url}/api/v1/posts.create`, { method: 'POST', headers: { 'Authorization': `Bearer ${world.bob.token}`, 'content-type': 'application/json' }, body: JSON.stringify({ channelId: world.channel.id, message: 'x', blocks: [heading] }) })
    deepEqual([native.status, ((await native.json()) as { error: { code: string } }).error.code], [403, 'only_for_plugins'])
    const button = { kind: 'button', id: 'b', action: 'go', label: 'Go' }
    const wrong: readonly (readonly [unknown, string])[] = [
      [[{ kind: 'heading' }], 'blocks.0.text'], [[heading, { kind: 'heading', text: 'x'.repeat(151) }], 'blocks.1.text'], [[{ kind: 'actions', elements: [button, { ...button, id: 'c', colour: 'red' }] }], 'blocks.0.elements.1.colour'],
      [[{ kind: 'actions', elements: [{ ...button, id: 'a b' }] }], 'blocks.0.elements.0.id'], [[{ kind: 'actions', elements: [button, button] }], 'blocks'], [[{ kind: 'actions', elements: [{ ...button, action: 'nothing' }] }], 'blocks'],
      [[{ kind: 'actions', elements: [{ kind: 'slider' }] }], 'blocks.0.elements.0.kind'], [[{ kind: 'carousel' }], 'blocks.0.kind'], [[{ kind: 'carousel', fallback: 7 }], 'blocks.0.fallback'], [[{ kind: 'image', url: 'javascript:alert(1)', alt: 'x' }], 'blocks.0.url'],
      [[{ kind: 'section', text: { en: '' } }], 'blocks.0.text'], [[{ kind: 'section', text: { '<b>': 'x' } }], 'blocks.0.text'], [Array.from({ length: 51 }, () => heading), 'blocks'], [Array.from({ length: 30 }, () => ({ kind: 'section', text: 'x'.repeat(4000) })), 'blocks'],
      [[{ kind: 'input', id: 'i', label: 'I', schema: { type: 'boolean', options: [{ value: 'a', label: 'A' }] } }], 'blocks.0.schema.options'], [[{ kind: 'progress', label: 'P', value: 1, maximum: 0 }], 'blocks.0.maximum'], ['none', 'blocks'], [[7], 'blocks.0'],
    ]
    for (const [blocks, field] of wrong) deepEqual(await asPlugin({ operation: 'create', channelId: world.channel.id, blocks }).then((told) => [(told as { code: string }).code, (told as { details: { field: string } }).details.field]), ['invalid_input', field], JSON.stringify(blocks).slice(0, 200))
    const unknown = await asPlugin<NativePost>({ operation: 'create', channelId: world.channel.id, blocks: [{ kind: 'carousel', fallback: 'Three pictures', slides: [{ deep: {} }] }] })
    deepEqual((unknown.props['plugin_blocks'] as { blocks: unknown }).blocks, [{ kind: 'carousel', fallback: 'Three pictures' }])
    deepEqual(attachmentsOf(await world.bob.client.getPost(unknown.id)), [{ fallback: 'Three pictures', text: 'Three pictures' }])
  })

  it('stay when somebody else edits the post, and go when the plugin takes them away', async () => {
    const post = await launch('Pelican')
    const changed = await world.admin.client.patchPost({ id: post.id, message: 'Pelican, corrected', props: { ...post.props, attachments: [{ text: 'mine' }] } } as never)
    deepEqual([changed.message, attachmentsOf(changed).length], ['Pelican, corrected', 7])
    const bare = await asPlugin<NativePost>({ operation: 'edit', postId: post.id, blocks: [] })
    deepEqual(bare.props, {})
    deepEqual((await world.bob.client.getPost(post.id)).props, {})
    const own = await asPlugin<NativePost>({ operation: 'create', channelId: world.channel.id, message: 'both', blocks: [{ kind: 'divider' }], props: { attachments: [{ text: 'for others' }] } })
    deepEqual(attachmentsOf(await world.bob.client.getPost(own.id)), [{ text: 'for others' }])
  })

  it('fill panels for who may read the channel, and nobody else presses there', async () => {
    const { id: channelId } = world.channel
    deepEqual((await askNative(world, world.bob, panelsList, { channelId })).map(({ name, title, description }) => [name, title, description]), [['launches', 'Launches', 'All that will fly.'], ['broken', 'Broken', '']])
    const panel = await askNative(world, world.bob, panelsOpen, { pluginId, name: 'launches', channelId })
    deepEqual([panel.title, panel.blocks[0]], ['Launches here', { kind: 'section', text: `here ${world.bob.user.id}` }])
    const { cookie = '' } = panel.blocks.find(({ kind }) => kind === 'checklist') as { cookie?: string }
    const { triggerId, blocks } = await askNative(world, world.bob, panelsPress, { cookie, actionId: 'steps', selectedOption: 'fuel', isChecked: true })
    deepEqual([triggerId.length, JSON.stringify(blocks).includes('"isChecked":true')], [26, true])
    const code = (asked: Promise<unknown>): Promise<unknown> => asked.then(() => 'done', (error: unknown) => (error instanceof RookeryError ? error.code : error))
    deepEqual(await Promise.all([
      code(askNative(world, world.stranger, panelsOpen, { pluginId, name: 'launches', channelId })), code(askNative(world, world.bob, panelsOpen, { pluginId, name: 'nothing', channelId })), code(askNative(world, world.bob, panelsOpen, { pluginId, name: 'broken', channelId })),
      code(askNative(world, world.ada, panelsPress, { cookie, actionId: 'steps', selectedOption: 'fuel' })), code(askNative(world, world.bob, panelsPress, { cookie: 'made up', actionId: 'steps' })), code(askNative(world, world.bob, panelsPress, { cookie, actionId: 'go' })),
    ]), ['channel_not_found', 'panel_not_found', 'integration_failed', 'action_stale', 'action_stale', 'action_stale'])
  })
})
