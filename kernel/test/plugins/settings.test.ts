import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { pluginsDisable, pluginsEnable, pluginsGetSettings, pluginsListSettings, pluginsSetBinding, pluginsSetSettings, secretMask, type InputOf, type Operation, type SettingScope } from '@rookery/sdk/protocol'
import { judgeSettingsSchema } from '../../src/plugin-storage/index.ts'
import { sql } from '../../src/storage/index.ts'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { askPlugin, command, enablePlugin } from '../../../test/harness/plugin-actions.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pluginId = 'chooser'

describe('Settings of a plugin', () => {
  let world: World
  before(async () => {
    world = await createWorld({ plugins: ['chooser'] })
    await enablePlugin(world, pluginId)
  })
  after(() => world.close())

  const set = (values: Record<string, unknown>, where: Partial<InputOf<typeof pluginsSetSettings>> = {}) => command(world, pluginsSetSettings, { pluginId, scope: 'system', ...where, values })
  const get = (where: { scope: SettingScope, scopeId?: string }) => command(world, pluginsGetSettings, { pluginId, ...where })
  const ask = async <O extends Operation>({ token }: Person, { name }: O, input: InputOf<O>): Promise<unknown> => {
    const response = await fetch(`${world.server.url}/api/v1/${name}`, { method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify(input) })
    const answer = await response.json() as { error?: { code: string } }
    if (answer.error) throw Object.assign(new Error(answer.error.code), answer.error)
    return answer
  }
  const heard = (): Promise<unknown> => askPlugin(world, pluginId, '/settings')
  const heardAt = (person?: Person): Promise<Record<string, unknown>> => askPlugin(world, pluginId, `/settings/${world.team.id}/${world.channel.id}`, undefined, person)

  it('are their defaults, and what an admin sets, from the next invocation on', async () => {
    const standards = { greeting: 'Hello', colour: 'red', isLoud: false, words: [] }
    deepEqual(await heard(), standards)
    const { values, chosen, schema } = await set({ greeting: 'Ahoi', attempts: 3, words: ['a', 'b'] })
    deepEqual([values, chosen, Object.keys(schema['properties'] as object).length], [{ ...standards, greeting: 'Ahoi', attempts: 3, words: ['a', 'b'] }, { greeting: 'Ahoi', attempts: 3, words: ['a', 'b'] }, 6])
    deepEqual(await heard(), values)
    await world.server.restart()
    deepEqual(await heard(), values)
    await set({ greeting: null, attempts: null, words: null })
    deepEqual(await heard(), standards)
  })

  it('fit what the manifest says; what does not is named', async () => {
    const refused = async (values: Record<string, unknown>, scope: SettingScope = 'system', scopeId?: string): Promise<unknown> => {
      try {
        await set(values, { scope, ...(scopeId !== undefined && { scopeId }) })
        return 'taken'
      } catch (error) {
        const { code, details } = error as { code: string, details: { field: string } }
        return `${code} ${details.field}`
      }
    }
    deepEqual(await Promise.all([
      refused({ greeting: 'far longer than twenty characters' }), refused({ greeting: 1 }), refused({ greeting: 'a\0' }), refused({ colour: 'blue' }), refused({ attempts: 6 }), refused({ attempts: 1.5 }),
      refused({ isLoud: 'yes' }), refused({ words: ['a', 'b', 'c', 'd'] }), refused({ words: ['far too long a word'] }), refused({ words: 'a' }), refused({ words: [[]] }), refused({ size: 1 }), refused({ __proto__: null, toString: 'x' }),
      refused({ colour: 'grey' }, 'team', world.team.id), refused({ token: { sealed: 'AAAA' } }), refused({}, 'system', world.team.id), refused({}, 'team'),
    ]), [
      'setting_invalid greeting', 'setting_invalid greeting', 'setting_invalid greeting', 'setting_invalid colour', 'setting_invalid attempts', 'setting_invalid attempts',
      'setting_invalid isLoud', 'setting_invalid words', 'setting_invalid words', 'setting_invalid words', 'setting_invalid words', 'setting_unknown size', 'setting_unknown toString',
      'setting_invalid colour', 'setting_invalid token', 'invalid_input scopeId', 'invalid_input scopeId',
    ])
    await rejects(set({ attempts: 9 }), { message: 'The setting attempts cannot have this value: it must be from 1 to 5.' })
  })

  it('are sealed where they are secret, and shown to nobody but the plugin', async () => {
    const { values, chosen } = await set({ token: 'hunter2' })
    deepEqual([values['token'], chosen['token']], [secretMask, secretMask])
    equal((await heard() as { token: string }).token, 'hunter2')
    // As a form sends it back that shows what it was told.
    await set({ token: secretMask, colour: 'green' })
    deepEqual([(await get({ scope: 'system' })).values['token'], (await heard() as { token: string }).token], [secretMask, 'hunter2'])
    ok(!JSON.stringify(await world.server.kernel.db.any(sql`select chosen from plugin_settings`)).includes('hunter2'))
    await world.server.restart()
    equal((await heard() as { token: string }).token, 'hunter2')
    await set({ token: null, colour: null })
    ok(!('token' in (await heard() as object)))
  })

  it('go before one another: user, channel, team, server', async () => {
    const at = async (): Promise<unknown> => (await heardAt())['colour']
    equal(await at(), 'grey')
    await set({ colour: 'green' })
    equal(await at(), 'green')
    await ask(world.admin, pluginsSetSettings, { pluginId, scope: 'team', scopeId: world.team.id, values: { colour: 'blue' } })
    equal(await at(), 'blue')
    await ask(world.ada, pluginsSetSettings, { pluginId, scope: 'channel', scopeId: world.channel.id, values: { colour: 'pink', isQuiet: false } })
    equal(await at(), 'pink')
    await ask(world.ada, pluginsSetSettings, { pluginId, scope: 'user', scopeId: world.ada.user.id, values: { colour: 'gold', pin: '1234' } })
    deepEqual(await heardAt(), { greeting: 'Hello', isLoud: false, words: [], isQuiet: false, colour: 'gold', pin: '1234' })
    equal((await heardAt(world.bob))['colour'], 'pink')
    await ask(world.ada, pluginsSetSettings, { pluginId, scope: 'user', scopeId: world.ada.user.id, values: { colour: null } })
    equal(await at(), 'pink')
    await set({ colour: null })
  })

  it('are of those whom they concern: admins, who manages the team or channel, everybody their own', async () => {
    const status = (person: Person, scope: SettingScope, scopeId?: string): Promise<string> =>
      ask(person, pluginsGetSettings, { pluginId, scope, ...(scopeId && { scopeId }) }).then(() => 'told', ({ code }: { code: string }) => code)
    const { ada, admin, bob, stranger, team, channel } = world
    deepEqual(await Promise.all([
      status(admin, 'system'), status(ada, 'system'), status(admin, 'team', team.id), status(bob, 'team', team.id), status(stranger, 'team', team.id),
      status(ada, 'channel', channel.id), status(stranger, 'channel', channel.id), status(bob, 'user', bob.user.id), status(bob, 'user', ada.user.id), status(admin, 'user', ada.user.id),
    ]), ['told', 'permission_missing', 'told', 'permission_missing', 'team_not_found', 'told', 'channel_not_found', 'told', 'permission_missing', 'permission_missing'])
    const direct = await ada.client.createDirectChannel([ada.user.id, bob.user.id])
    deepEqual([await status(bob, 'channel', direct.id), await status(stranger, 'channel', direct.id)], ['told', 'channel_not_found'])
    await command(world, pluginsDisable, { pluginId })
    deepEqual([await status(admin, 'system'), await status(bob, 'user', bob.user.id)], ['told', 'plugin_not_found'])
    await command(world, pluginsEnable, { pluginId })
  })

  it('are listed for who may set them, of plugins that run and are at work there', async () => {
    const { ada, admin, bob, stranger, team, channel } = world
    const list = (person: Person, scope: 'team' | 'channel' | 'user', scopeId: string): Promise<unknown> => ask(person, pluginsListSettings, { scope, scopeId })
      .then((all) => (all as { pluginId: string, schema: { properties: object } }[]).map((each) => [each.pluginId, ...Object.keys(each.schema.properties).sort()].join(' ')), ({ code }: { code: string }) => code)
    deepEqual(await Promise.all([list(admin, 'team', team.id), list(ada, 'channel', channel.id), list(bob, 'user', bob.user.id)]), [['chooser colour'], ['chooser colour isQuiet'], ['chooser colour pin']])
    deepEqual(await Promise.all([list(bob, 'team', team.id), list(stranger, 'channel', channel.id), list(bob, 'user', ada.user.id)]), ['permission_missing', 'channel_not_found', 'permission_missing'])
    await ask(bob, pluginsSetSettings, { pluginId, scope: 'user', scopeId: bob.user.id, values: { pin: '4321' } })
    deepEqual((await ask(bob, pluginsListSettings, { scope: 'user', scopeId: bob.user.id }) as { chosen: unknown }[])[0]?.chosen, { pin: secretMask })
    await command(world, pluginsSetBinding, { pluginId, binding: { scope: 'teams', ids: [] } })
    deepEqual([await list(admin, 'team', team.id), await list(ada, 'channel', channel.id)], [[], []])
    await command(world, pluginsSetBinding, { pluginId, binding: { scope: 'server' } })
    await command(world, pluginsDisable, { pluginId })
    deepEqual(await list(bob, 'user', bob.user.id), [])
    await command(world, pluginsEnable, { pluginId })
  })

  it('take no more than a schema that costs the same for every value', () => {
    const judge = (properties: object): string | undefined => judgeSettingsSchema({ type: 'object', properties })
    equal(judge({ name: { type: 'string', title: 'Name', format: 'email' } }), undefined)
    const faults = [
      judgeSettingsSchema({ type: 'array' }), judgeSettingsSchema({ type: 'object', properties: {}, $ref: 'http://example.org' }), judgeSettingsSchema(null),
      judge({ name: { type: 'string', pattern: '(a+)+$' } }), judge({ name: { $ref: '#' } }), judge({ name: { type: 'object' } }), judge({ 'a b': { type: 'string' } }), judge({ name: { type: 'array' } }),
      judge({ name: { type: 'array', items: { type: 'array', items: { type: 'string' } } } }), judge({ name: { type: 'integer', default: 'x' } }), judge({ name: { type: 'boolean', secret: true } }),
      judge({ name: { type: 'string', maxLength: -1 } }), judge({ name: { type: 'number', minimum: '0' } }), judge({ name: { type: 'number', maximum: [] } }), judge({ name: { type: 'string', enum: [] } }),
      judge(Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`name${index}`, { type: 'string' }]))),
    ]
    deepEqual(faults.map((fault) => typeof fault), faults.map(() => 'string'))
  })
})
