import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import { pluginsEnable, pluginsGet, pluginsHooks, pluginsSetBinding, pluginsSetGrants } from '@rookery/sdk/protocol'
import { ask } from '../../../test/harness/ask.ts'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { command, enablePlugin } from '../../../test/harness/plugin-actions.ts'
import { postRoute, rawPlugin } from '../../../test/harness/raw-plugin.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const transforms = (contains: string) => [{ operation: 'posts.create', needs: ['message'], filter: { contains: [contains] }, deadlineMs: 200 }]
const guards = (onFailure: 'open' | 'closed', contains?: string) => [{ operation: 'posts.create', needs: ['message'], onFailure, deadlineMs: 200, ...(contains && { filter: { contains: [contains] } }) }]

const header = rawPlugin({
  id: 'header', capabilities: ['routes'], contributes: { routes: [postRoute('say')] },
  source: `rookery.on('route POST /say', (envelope) => ({ text: 'said', headers: JSON.parse(envelope.input.body) }))`,
})
/** Answers late at its door, and is asked about every post. */
const doorkeeper = rawPlugin({
  id: 'doorkeeper', capabilities: ['routes', 'posts:guard', 'jobs'], contributes: { routes: [postRoute('wait'), postRoute('ping')], guards: guards('closed', 'mayI') },
  source: `rookery.on('route POST /wait', () => new Promise(() => {})); rookery.on('route POST /ping', () => ({ text: 'pong' })); rookery.on('guard posts.create', () => ({ isAllowed: true }))`,
})
const spoiler = rawPlugin({
  id: 'spoiler', capabilities: ['posts:transform'], contributes: { transforms: transforms('spoil') },
  source: `const patches = { long: { message: 'x'.repeat(20000) }, empty: { message: ' ' }, file: { fileIds: ['zzzzzzzzzzzzzzzzzzzzzzzzzz'] }, props: { props: { text: 'x'.repeat(900000) } }, well: { message: 'spoil nicely' } };
    rookery.on('transform posts.create', ({ input }) => patches[input.message.split(' ')[1]] ?? null)`,
})
const boaster = rawPlugin({
  id: 'boaster', capabilities: ['posts:guard', 'posts:transform'], contributes: { guards: guards('open', 'boast'), transforms: transforms('boast') },
  source: `const much = 'x'.repeat(3000000); rookery.on('guard posts.create', () => much); rookery.on('transform posts.create', () => ({ message: much }))`,
})
const modest = rawPlugin({
  id: 'modest', capabilities: ['posts:guard', 'posts:transform'], contributes: { guards: guards('closed', 'boast'), transforms: transforms('boast') },
  source: `rookery.on('guard posts.create', () => ({ isAllowed: true })); rookery.on('transform posts.create', ({ input }) => ({ message: input.message + '!' }))`,
})
const sluggish = rawPlugin({
  id: 'sluggish', capabilities: ['posts:guard'], contributes: { guards: guards('open') },
  source: `const until = Date.now() + 700; while (Date.now() < until); rookery.on('guard posts.create', () => ({ isAllowed: true }))`,
})
const narrowed = ((bundle) => ({ ...bundle, manifest: { ...bundle.manifest, capabilities: { http: { reason: 'Is tested.', hosts: ['a.example', 'b.example'] } } } }))(rawPlugin({
  id: 'narrowed', capabilities: ['http'], source: `const until = Date.now() + 700; while (Date.now() < until)`,
}))
const wailing = rawPlugin({
  id: 'wailing', capabilities: ['routes'], contributes: { routes: [postRoute('wail')] },
  source: `rookery.on('route POST /wail', () => { throw new Error('wail'.repeat(1000)) })`,
})
const gatekeeper = rawPlugin({
  id: 'gatekeeper', capabilities: ['channels:guard'], contributes: { guards: [{ operation: 'channels.create', needs: ['name'], onFailure: 'open' }] },
  source: `rookery.on('guard channels.create', () => ({ isAllowed: false, reason: 'No more channels.', isSilent: false }))`,
})

describe('The neighbours of a plugin, and who writes', () => {
  let world: World
  before(async () => {
    world = await createWorld({ bundles: [header, doorkeeper, spoiler, boaster, modest, sluggish, narrowed, wailing, gatekeeper] })
  })
  after(() => world.close())

  const request = (path: string, { token }: Pick<Person, 'token'> = world.ada, body = ''): Promise<Response> =>
    fetch(`${world.server.url}/plugins/${path}`, { method: 'POST', headers: { Authorization: `Bearer ${token}` }, body, redirect: 'manual' })
  const write = (message: string): Promise<Post> => world.ada.client.createPost({ channel_id: world.channel.id, message } as Post)

  it('are not spoken for: a plugin says of its answer what concerns its answer', async () => {
    await enablePlugin(world, 'header')
    const kept = { 'cache-control': 'no-store', 'content-disposition': 'inline', etag: '"1"', 'x-poll-id': '7', 'retry-after': '3', 'content-language': 'ar' }
    const refused = {
      'set-cookie': 'MMAUTHTOKEN=1', 'access-control-allow-origin': '*', 'report-to': '{}', nel: '{}', 'reporting-endpoints': 'a="https://evil.example"', 'www-authenticate': 'Basic realm="Rookery"',
      'x-accel-redirect': '/data/secrets', 'x-sendfile': '/etc/passwd', 'x-lighttpd-send-file': '/etc/passwd', 'x-reproxy-url': 'http://10.0.0.1', 'x-content-type-options': 'sniff', 'x-frame-options': 'ALLOWALL',
      'speculation-rules': '"/x"', link: '</x>; rel=preload', token: 'a session', 'clear-site-data': '"*"', 'x-real-ip': '127.0.0.1', 'public-key-pins': 'x', 'content-encoding': 'gzip', refresh: '0; url=https://evil.example',
    }
    const answer = await request('header/say', world.ada, JSON.stringify({ ...kept, ...refused }))
    equal(answer.status, 200)
    deepEqual(Object.fromEntries(Object.keys(kept).map((name) => [name, answer.headers.get(name)])), kept)
    for (const [name, value] of Object.entries(refused)) ok(answer.headers.get(name) !== value, name)
    equal(answer.headers.get('x-content-type-options'), 'nosniff')
    equal(answer.headers.get('content-security-policy'), "frame-ancestors 'none'; sandbox allow-scripts allow-forms allow-popups")
    for (const location of ['javascript:alert(1)', '//evil.example', '/\\evil.example', 'data:text/html,x']) equal((await request('header/say', world.ada, JSON.stringify({ location }))).status, 500, location)
    for (const location of ['/channels', 'https://example.com/', './next', '?page=2']) equal((await request('header/say', world.ada, JSON.stringify({ location }))).headers.get('location'), location)
    equal((await request('header/say', world.ada, JSON.stringify({ 'x-a': 'b\r\nset-cookie: c' }))).status, 500)
    equal((await request('header/say', world.ada, JSON.stringify({ 'x-a\r\nb': 'c' }))).status, 500)
  })

  it('find an open door, however often one person knocks; and posts go on where a guard must be asked', async () => {
    await enablePlugin(world, 'doorkeeper')
    const waiting = Array.from({ length: 12 }, () => request('doorkeeper/wait'))
    const refused = await Promise.race(waiting)
    equal(refused.status, 429)
    equal((await request('doorkeeper/ping', world.bob)).status, 200)
    equal((await request('doorkeeper/ping')).status, 429)
    for (const person of [world.bob, world.admin, world.stranger]) waiting.push(...Array.from({ length: 12 }, () => request('doorkeeper/wait', person)))
    equal((await write('mayI')).message, 'mayI')
    for (const status of (await Promise.all(waiting)).map((answer) => answer.status)) ok([429, 503, 504].includes(status), String(status))
  })

  it('are not refused for what a plugin makes of their words', async () => {
    await enablePlugin(world, 'spoiler')
    for (const way of ['long', 'empty', 'file', 'props', 'nothing']) equal((await write(`spoil ${way}`)).message, `spoil ${way}`)
    equal((await write('spoil well')).message, 'spoil nicely')
    match(world.server.complaints.join(''), /plugin=spoiler hook="transform posts.create" error="A message has at most 16383 characters/)
  })

  it('are heard, however much another says', async () => {
    await enablePlugin(world, 'boaster')
    await enablePlugin(world, 'modest')
    for (let count = 0; count < 6; count += 1) equal((await write('boast')).message, 'boast!')
    const failures = (await command(world, pluginsHooks, { operation: 'posts.create' })).filter(({ pluginId }) => pluginId === 'modest').map((hook) => hook.failures)
    deepEqual(failures, [0, 0])
  })

  it('do not wait for one that is just being loaded', async () => {
    await enablePlugin(world, 'sluggish')
    let isLoaded = false
    const loading = enablePlugin(world, 'sluggish').then(() => { isLoaded = true })
    await new Promise((resolve) => { setTimeout(resolve, 30) })
    await write('in the meantime')
    equal(isLoaded, false)
    await loading
  })

  it('stay as an admin left them: what is taken away while a plugin is enabled anew is not given back', async () => {
    const narrow = (hosts: string[]): Promise<unknown> => command(world, pluginsSetGrants, { pluginId: 'narrowed', granted: { http: { hosts } } })
    await enablePlugin(world, 'narrowed')
    const enabling = command(world, pluginsEnable, { pluginId: 'narrowed' })
    await new Promise((resolve) => { setTimeout(resolve, 100) })
    await Promise.all([narrow(['a.example']), enabling])
    deepEqual((await command(world, pluginsGet, { pluginId: 'narrowed' })).plugin.granted, { http: { hosts: ['a.example'] } })
  })

  it('can read the log, however often one fails', async () => {
    await enablePlugin(world, 'wailing')
    world.server.complaints.length = 0
    for (let count = 0; count < 100; count += 1) equal((await request('wailing/wail')).status, 500)
    const lines = world.server.complaints.filter((line) => line.includes('plugin=wailing'))
    ok(lines.length <= 60 && lines.every((line) => line.length < 3000), `${lines.length} lines`)
  })

  it('are guarded where a plugin is at work in their team', async () => {
    await enablePlugin(world, 'gatekeeper')
    await command(world, pluginsSetBinding, { pluginId: 'gatekeeper', binding: { scope: 'teams', ids: [world.team.id] } })
    const made = await ask(world.server.url, world.ada.token, 'POST', '/channels', { team_id: world.team.id, name: 'refused', display_name: 'Refused', type: 'O' } as Partial<Channel>)
    equal(made.status, 400)
    const other = await world.admin.client.createTeam({ name: 'elsewhere', display_name: 'Elsewhere', type: 'I' } as never)
    equal((await world.admin.client.createChannel({ team_id: other.id, name: 'taken', display_name: 'Taken', type: 'O' } as Channel)).name, 'taken')
  })
})
