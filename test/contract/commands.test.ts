import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import type { Command } from '@mattermost/types/integrations'
import type { Post } from '@mattermost/types/posts'
import type { Team } from '@mattermost/types/teams'
import { pluginsDisable, pluginsEnable, pluginsGet } from '@rookery/sdk/protocol'
import { sql } from '../../kernel/src/storage/index.ts'
import { ask } from '../harness/ask.ts'
import { createIntegrationServer, integrationSettings, type IntegrationServer } from '../harness/integration-server.ts'
import { openSocket, type Socket } from '../harness/mattermost-client.ts'
import { command, eventually } from '../harness/plugin-actions.ts'
import { createWorld, type World } from '../harness/world.ts'

const postOf = ({ data }: { data: unknown }): Post => JSON.parse((data as { post: string }).post) as Post

describe('Commands over API v4', () => {
  let world: World
  let integration: IntegrationServer
  let socket: Socket
  before(async () => {
    integration = await createIntegrationServer()
    world = await createWorld({ releasePlugins: ['slash-commands', 'custom-status'], settings: integrationSettings })
    await world.admin.client.updateTeamMemberSchemeRoles(world.team.id, world.ada.user.id, true, true)
    socket = await openSocket(world.server.url, world.bob.token)
  })
  after(async () => {
    socket.close()
    await world.close()
    await integration.close()
  })

  const form = (fields: Partial<Command> = {}): Command => ({
    team_id: world.team.id, trigger: 'weave', url: `${integration.url}/weave`, method: 'P', display_name: 'Weave', description: 'Weaves', auto_complete: true,
    auto_complete_desc: 'Weaves for you', auto_complete_hint: '[yarn]', username: '', icon_url: '', ...fields,
  } as Command)
  /** By another name it is another host. */
  const elsewhere = (path: string): string => `${integration.url.replace('127.0.0.1', 'localhost')}${path}`
  const execute = (text: string, person = world.bob) => person.client.executeCommand(text, { channel_id: world.channel.id, team_id: world.team.id })
  const create = (fields: Partial<Command> = {}) => world.ada.client.addCommand(form(fields))
  const removeAll = async (): Promise<void> => { for (const { id } of await world.admin.client.getCustomTeamCommands(world.team.id)) await world.admin.client.deleteCommand(id) }
  afterEach(removeAll)

  it('are created by those who may, once for each word', async () => {
    const made = await create({ trigger: 'Weave' })
    deepEqual([made.trigger, made.method, made.creator_id, made.team_id, made.token.length, made.id.length, made.delete_at], ['weave', 'P', world.ada.user.id, world.team.id, 26, 26, 0])
    await rejects(create(), { status_code: 400, server_error_id: 'api.command.duplicate_trigger.app_error' })
    await rejects(create({ trigger: 'shrug' }), { status_code: 400, server_error_id: 'api.command.duplicate_trigger.app_error' })
    await rejects(create({ trigger: 'status' }), { status_code: 400, server_error_id: 'api.command.duplicate_trigger.app_error' })
    for (const trigger of ['', '/weave', 'two words', 'x'.repeat(129)]) {
      await rejects(create({ trigger }), { status_code: 400 }, trigger)
    }
    await rejects(create({ trigger: 'other', url: 'ftp://example.com' }), { status_code: 400, server_error_id: 'model.command.is_valid.url_http.app_error' })
    await rejects(create({ trigger: 'other', method: 'X' as 'P' }), { status_code: 400 })
    await rejects(world.bob.client.addCommand(form({ trigger: 'mine' })), { status_code: 403 })
    await rejects(world.stranger.client.addCommand(form({ trigger: 'mine' })), { status_code: 404 })
    equal((await ask(world.server.url, '', 'POST', '/commands', form())).status, 401)
    equal((await ask(world.server.url, world.ada.token, 'POST', '/commands', { team_id: world.team.id })).status, 400)
    const twice = await Promise.allSettled([create({ trigger: 'raced' }), create({ trigger: 'raced' })])
    deepEqual(twice.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  })

  it('are listed: to who manages them with all that they say, to others as they may be used', async () => {
    await create()
    await create({ trigger: 'quiet', auto_complete: false })
    const [quiet, weave] = await world.ada.client.getCustomTeamCommands(world.team.id)
    deepEqual([quiet?.trigger, weave?.trigger, weave?.url, weave?.token.length], ['quiet', 'weave', `${integration.url}/weave`, 26])
    await rejects(world.bob.client.getCustomTeamCommands(world.team.id), { status_code: 403 })
    const ofBob = await world.bob.client.getCommandsList(world.team.id)
    const seen = ofBob.find(({ trigger }) => trigger === 'weave')
    deepEqual([seen?.token, seen?.url, seen?.creator_id, seen?.auto_complete_hint], ['', '', '', '[yarn]'])
    equal(ofBob.some(({ trigger }) => trigger === 'quiet'), false)
    const suggested = (await world.bob.client.getAutocompleteCommandsList(world.team.id)).map(({ trigger }) => trigger)
    ok(suggested.includes('weave') && suggested.includes('status') && !suggested.includes('quiet'))
    await rejects(world.stranger.client.getCommandsList(world.team.id), { status_code: 404 })
    await rejects(world.stranger.client.getAutocompleteCommandsList(world.team.id), { status_code: 404 })
    equal((await ask(world.server.url, world.bob.token, 'GET', '/commands')).status, 400)
  })

  it('are read, changed, moved, given another token and deleted by who may manage them', async () => {
    const made = await create()
    const other = await create({ trigger: 'spin' })
    const read = await ask(world.server.url, world.ada.token, 'GET', `/commands/${made.id}`)
    deepEqual([read.status, (read.body as Command).trigger], [200, 'weave'])
    const changed = await world.ada.client.editCommand({ ...made, trigger: 'KNIT', method: 'G', description: 'Knits' })
    deepEqual([changed.trigger, changed.method, changed.description, changed.token], ['knit', 'G', 'Knits', made.token])
    for (const trigger of ['spin', 'shrug', 'status']) {
      await rejects(world.ada.client.editCommand({ ...made, trigger }), { status_code: 400, server_error_id: 'api.command.duplicate_trigger.app_error' })
    }
    await rejects(world.ada.client.editCommand({ ...made, team_id: world.channel.id }), { status_code: 400, server_error_id: 'api.command.team_mismatch.app_error' })
    const { token } = await world.ada.client.regenCommandToken(made.id)
    ok(token.length === 26 && token !== made.token)
    const far = await world.admin.client.createTeam({ name: 'mills', display_name: 'Mills', type: 'I' } as Team)
    equal((await ask(world.server.url, world.ada.token, 'PUT', `/commands/${made.id}/move`, { team_id: far.id })).status, 404)
    const refused = await ask(world.server.url, world.admin.token, 'PUT', `/commands/${made.id}/move`, { team_id: far.id })
    deepEqual([refused.status, (refused.body as { id: string }).id], [400, 'api.command.move_command.creator_no_permission.app_error'])
    const ofAdmin = await world.admin.client.addCommand(form({ trigger: 'wander' }))
    equal((await ask(world.server.url, world.admin.token, 'PUT', `/commands/${ofAdmin.id}/move`, { team_id: far.id })).status, 200)
    deepEqual((await world.admin.client.getCustomTeamCommands(far.id)).map(({ trigger }) => trigger), ['wander'])
    for (const [method, path, body] of [['GET', '', undefined], ['PUT', '', { ...made }], ['PUT', '/move', { team_id: world.team.id }], ['PUT', '/regen_token', {}], ['DELETE', '', undefined]] as const) {
      const heard = await ask(world.server.url, world.bob.token, method, `/commands/${made.id}${path}`, body)
      ok([403, 404].includes(heard.status), `${method} ${path}: ${heard.status}`)
      equal((await ask(world.server.url, '', method, `/commands/${made.id}${path}`, body)).status, 401)
    }
    await world.ada.client.deleteCommand(other.id)
    await rejects(world.ada.client.deleteCommand(other.id), { status_code: 404, server_error_id: 'store.sql_command.save.get.app_error' })
    await create({ trigger: 'spin' })
  })

  it('change one after another: nothing is brought back that somebody took away meanwhile', async () => {
    const made = await create()
    const words = ['knit', 'spin', 'card', 'full', 'dye']
    const [tokens] = await Promise.all([
      Promise.all(words.map(() => world.ada.client.regenCommandToken(made.id))),
      Promise.all(words.map((trigger) => world.ada.client.editCommand({ ...made, trigger }))),
    ])
    const [left, ...more] = await world.ada.client.getCustomTeamCommands(world.team.id)
    deepEqual([more, left?.id, words.includes(left?.trigger ?? ''), tokens.some(({ token }) => token === left?.token)], [[], made.id, true, true])
    const [deleted] = await Promise.allSettled([world.ada.client.deleteCommand(made.id), world.ada.client.editCommand({ ...made, trigger: 'felt' }), world.ada.client.regenCommandToken(made.id)])
    equal(deleted.status, 'fulfilled')
    for (const word of ['weave', 'felt', ...words]) await rejects(execute(`/${word}`), { status_code: 404, server_error_id: 'api.command.execute_command.not_found.app_error' }, word)
    for (const trigger of words) await create({ trigger })
  })

  it('leave nothing behind where a change broke off', async () => {
    const { server: { kernel: { db } }, team } = world
    await create()
    // What stands there when the server dies after the new word was taken and before the command moved there.
    await db.query(sql`
      insert into plugin_values (plugin_id, key, value, revision, expires_at)
      select plugin_id, ${`team/${team.id}/felt`}, value, nextval('plugin_revisions'), 0 from plugin_values where plugin_id = 'slash-commands' and key = ${`team/${team.id}/weave`}`)
    await rejects(execute('/felt'), { status_code: 404 })
    deepEqual((await world.ada.client.getCustomTeamCommands(team.id)).map(({ trigger }) => trigger), ['weave'])
    const felt = await create({ trigger: 'felt', url: `${integration.url}/felt` })
    integration.answer = ({ path }) => ({ body: { text: path } })
    deepEqual([(await execute('/felt')).text, (await execute('/weave')).text], ['/felt', '/weave'])
    await world.ada.client.deleteCommand(felt.id)
    equal((await execute('/weave')).text, '/weave')
  })

  it('ask the server that was named, and show what it answers', async () => {
    const { token } = await create({ username: 'loom', icon_url: 'https://example.com/loom.png' })
    integration.answer = () => ({ body: { response_type: 'in_channel', text: 'Woven: <https://example.com|cloth>', attachments: [{ text: 'silk' }], goto_location: '/here', extra_responses: [{ text: 'only for you' }] } })
    const outcome = await execute('/weave three @ada ~looms ells')
    deepEqual([outcome.response_type, outcome.goto_location, outcome.trigger_id?.length], ['in_channel', '/here', 26])
    const post = postOf(await socket.event('posted', (event) => postOf(event).message === 'Woven: [cloth](https://example.com)') as { data: unknown })
    deepEqual([post.user_id, post.props['from_webhook'], post.props['override_username'], post.props['override_icon_url'], (post.props['attachments'] as { text: string }[])[0]?.text],
      [world.bob.user.id, 'true', 'loom', 'https://example.com/loom.png', 'silk'])
    await socket.event('ephemeral_message', (event) => postOf(event).message === 'only for you')
    const asked = integration.asked.at(-1)
    const fields = Object.fromEntries(new URLSearchParams(asked?.body))
    deepEqual([asked?.method, asked?.headers.authorization, asked?.headers['content-type']], ['POST', `Token ${token}`, 'application/x-www-form-urlencoded'])
    const { trigger_id: triggerId, response_url: responseUrl, ...told } = fields
    ok(triggerId && responseUrl?.startsWith(`${world.server.url}/plugins/slash-commands/responses/`))
    deepEqual(told, {
      token, team_id: world.team.id, team_domain: 'engines', channel_id: world.channel.id, channel_name: 'looms', user_id: world.bob.user.id, user_name: 'bob', command: '/weave', text: 'three @ada ~looms ells',
      root_id: '', user_mentions: 'ada', user_mentions_ids: world.ada.user.id, channel_mentions: 'looms', channel_mentions_ids: world.channel.id,
    })
  })

  it('take five answers that come later, and no more', async () => {
    await create()
    integration.answer = () => ({ body: '', type: 'text/plain' })
    equal((await execute('/weave slowly')).text, '')
    const url = new URLSearchParams(integration.asked.at(-1)?.body).get('response_url') as string
    const later = (body: unknown): Promise<Response> => fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
    for (let index = 1; index <= 5; index += 1) {
      const heard = await later({ response_type: index === 1 ? 'in_channel' : 'ephemeral', text: `answer ${index}`, username: 'late' })
      equal(heard.status, 200, await heard.text())
    }
    const first = postOf(await socket.event('posted', (event) => postOf(event).message === 'answer 1') as { data: unknown })
    deepEqual([first.user_id, first.props['override_username']], [world.bob.user.id, 'late'])
    await socket.event('ephemeral_message', (event) => postOf(event).message === 'answer 5')
    equal((await later({ text: 'answer 6' })).status, 400)
    for (const wrong of [`${url.slice(0, -1)}x`, `${url.slice(0, -1)}%20`]) equal((await fetch(wrong, { method: 'POST', body: '{}' })).status, 404)
  })

  it('keep nobody waiting for servers that do not answer', async () => {
    await create()
    const gate = Promise.withResolvers<{ body: unknown }>()
    integration.answer = () => gate.promise
    const slow = Array.from({ length: 12 }, () => execute('/weave slowly'))
    await eventually(() => integration.asked.filter(({ body }) => body.includes('text=slowly')).length, (count) => count >= 12)
    equal((await execute('/shrug')).response_type, 'in_channel')
    gate.resolve({ body: { text: 'at last' } })
    deepEqual([...new Set((await Promise.all(slow)).map(({ text }) => text))], ['at last'])
  })

  it('leave places for others, however many of them one account asks for', async () => {
    await create()
    await create({ trigger: 'knit', url: elsewhere('/knit') })
    const gate = Promise.withResolvers<{ body: unknown }>()
    integration.answer = () => gate.promise
    const before = integration.asked.length
    const slow = Array.from({ length: 50 }, (_, index) => execute(index % 2 === 0 ? '/weave on' : '/knit on').then(() => 200, ({ status_code: status }: { status_code: number }) => status))
    await eventually(() => integration.asked.length - before, (count) => count >= 40)
    await rejects(execute('/shrug'), { status_code: 429, server_error_id: 'api.context.rate_limited.app_error' })
    equal((await execute('/shrug', world.ada)).response_type, 'in_channel')
    gate.resolve({ body: { text: 'at last' } })
    deepEqual((await Promise.all(slow)).sort(), [...Array<number>(40).fill(200), ...Array<number>(10).fill(429)])
    equal((await execute('/shrug')).response_type, 'in_channel')
  })

  it('are asked by GET as well, and fail with a word of what went wrong', async () => {
    await create({ method: 'G', url: `${integration.url}/get?loom=1` })
    integration.answer = () => ({ body: 'in plain text', type: 'text/plain' })
    equal((await execute('/weave')).text, 'in plain text')
    deepEqual([integration.asked.at(-1)?.method, integration.asked.at(-1)?.query.get('loom'), integration.asked.at(-1)?.query.get('command')], ['GET', '1', '/weave'])
    integration.answer = () => ({ status: 503, body: 'no' })
    await rejects(execute('/weave'), { status_code: 502, server_error_id: 'api.command.execute_command.failed.app_error', message: 'The command /weave failed: its server answered with 503.' })
    integration.answer = () => ({ body: '{"text": "unfinished' })
    await rejects(execute('/weave'), { message: 'The command /weave failed: its server did not answer in JSON.' })
    await create({ trigger: 'inward', url: 'http://10.0.0.1/' })
    await rejects(execute('/inward'), (error: { message: string, status_code: number }) => {
      match(error.message, /sends nothing to 10\.0\.0\.1/)
      return error.status_code === 502
    })
  })

  it('are answered by one server while another, which is slow, keeps many waiting', async () => {
    const held: (() => void)[] = []
    integration.answer = ({ path }) => (path === '/slow' ? new Promise((resolve) => { held.push(() => { resolve({ body: { text: 'at last' } }) }) }) : { body: { text: 'at once' } })
    await create()
    await create({ trigger: 'slow', url: elsewhere('/slow') })
    const waiting = Promise.allSettled([world.ada, world.bob].flatMap((person) => Array.from({ length: 15 }, () => execute('/slow', person))))
    await eventually(() => held.length, (count) => count === 25)
    equal((await execute('/weave')).text, 'at once')
    await rejects(execute('/slow'), { message: 'The command /slow failed: This plugin has used up its 25 requests at once to one host. Try again in 1 s.' })
    for (const release of held) release()
    const told = await waiting
    deepEqual([told.filter((each) => each.status === 'fulfilled' && each.value.text === 'at last').length, told.filter(({ status }) => status === 'rejected').length], [25, 5])
  })

  it('are read with as few calls as one, however many there are', async () => {
    const calls = async (): Promise<number> => (await command(world, pluginsGet, { pluginId: 'slash-commands' })).usage.calls
    const count = async (work: () => Promise<unknown>): Promise<number> => {
      const before = await calls()
      await work()
      return await calls() - before
    }
    const reads = {
      suggest: () => world.bob.client.getCommandAutocompleteSuggestionsList('/', world.team.id, { channel_id: world.channel.id }),
      suggested: () => world.bob.client.getCommandAutocompleteSuggestionsList('/word-9', world.team.id, { channel_id: world.channel.id }),
      autocomplete: () => world.bob.client.getAutocompleteCommandsList(world.team.id),
      list: () => world.ada.client.getCommandsList(world.team.id),
      custom: () => world.ada.client.getCustomTeamCommands(world.team.id),
    }
    const countAll = async (): Promise<Record<string, number>> => {
      const counts: Record<string, number> = {}
      for (const [name, work] of Object.entries(reads)) counts[name] = await count(work)
      return counts
    }
    await create({ trigger: 'word-9' })
    const ofOne = await countAll()
    for (let number = 0; number < 99; number += 1) await create({ trigger: `word-${number === 9 ? 'nine' : number}` })
    deepEqual(await countAll(), ofOne)
    equal((await reads.custom()).length, 100)
    const shown = async (typed: string): Promise<string[]> => (await world.bob.client.getCommandAutocompleteSuggestionsList(typed, world.team.id, { channel_id: world.channel.id })).map(({ Suggestion: word }) => word)
    deepEqual([(await shown('/word-9')).length, await shown('/WORD-98'), await shown('/word-98 '), await shown('//'), await shown('/word-\u0007')], [10, ['word-98'], [''], [], []])
  })

  it('say that they are off where nobody carries them out', async () => {
    const made = await create()
    await command(world, pluginsDisable, { pluginId: 'slash-commands' })
    const off = { status_code: 501, server_error_id: 'api.command.disabled.app_error' }
    await rejects(execute('/weave'), off)
    await rejects(create({ trigger: 'other' }), off)
    await rejects(world.ada.client.editCommand(made), off)
    await rejects(world.ada.client.deleteCommand(made.id), off)
    await rejects(world.ada.client.regenCommandToken(made.id), off)
    equal((await ask(world.server.url, world.ada.token, 'GET', `/commands/${made.id}`)).status, 501)
    equal((await ask(world.server.url, world.ada.token, 'PUT', `/commands/${made.id}/move`, { team_id: world.team.id })).status, 501)
    deepEqual([await world.ada.client.getCustomTeamCommands(world.team.id), await world.bob.client.getCommandAutocompleteSuggestionsList('/sh', world.team.id, { channel_id: world.channel.id })], [[], []])
    await command(world, pluginsEnable, { pluginId: 'slash-commands' })
    integration.answer = () => ({ body: { text: 'back' } })
    equal((await execute('/weave')).text, 'back')
  })
})
