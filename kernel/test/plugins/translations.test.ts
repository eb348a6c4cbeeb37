import { deepEqual, equal, rejects } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { pluginsGet, pluginsGetSettings, pluginsList, usersPatch, type PluginManifest } from '@rookery/sdk/protocol'
import { askPlugin, askNative, enablePlugin } from '../../../test/harness/plugin-actions.ts'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { createPackage, installPackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pluginId = 'polyglot'

describe('What a plugin says in several languages', () => {
  let world: World
  before(async () => {
    world = await createWorld({ plugins: [pluginId], releasePlugins: ['slash-commands'] })
    await enablePlugin(world, pluginId)
  })
  after(() => world.close())

  const speak = (person: Person, locale: string): Promise<unknown> => askNative(world, person, usersPatch, { userId: person.user.id, locale })
  const say = (person: Person, ...wishes: readonly object[]): Promise<string[]> => askPlugin(world, pluginId, '/say', wishes, person)
  const counted = (count: number, locale?: string): object => ({ key: 'counted', values: { count, name: 'tea' }, ...(locale && { locale }) })

  it('comes in the language of who acts, with the plurals of that language', async () => {
    deepEqual(await say(world.ada, counted(0), counted(1), counted(1200)), ['Nobody has voted for tea', '1 vote for tea', '1,200 votes for tea'])
    await speak(world.ada, 'de')
    deepEqual(await say(world.ada, counted(0), counted(1), counted(1200)), ['Niemand hat gewählt für tea', '1 Stimme für tea', '1.200 Stimmen für tea'])
    // A language within a language, one that is not there, and one that is named.
    deepEqual(await say(world.ada, counted(2, 'de-AT'), counted(2, 'xx'), counted(2, 'pl'), counted(5, 'pl')), ['2 Stimmen für tea', '2 votes for tea', '2 głosy na tea', '5 głosów na tea'])
  })

  it('is English where it is not translated, and its key where it is nowhere', async () => {
    deepEqual(await say(world.ada, { key: 'only.english' }, { key: 'nowhere' }, { key: 'toString' }), ['Only here', 'nowhere', 'toString'])
  })

  it('holds for names, reasons, settings and commands, without asking the plugin', async () => {
    await speak(world.admin, 'de')
    const { plugin, contributes } = await askNative(world, world.admin, pluginsGet, { pluginId })
    deepEqual([plugin.name, plugin.description, plugin.requested['routes']?.reason, plugin.requested['commands']?.reason], ['Stimmen', 'Zählt Stimmen.', 'Wird über HTTP gefragt.', 'Answers /votes.'])
    deepEqual(contributes.commands, [{ trigger: 'votes', description: 'Zeigt die Stimmen', subcommands: [{ trigger: 'all', description: 'Alle' }] }])
    deepEqual((await askNative(world, world.admin, pluginsList, {})).map(({ name }) => name), ['Stimmen', 'Slash-Befehle'])
    const { schema } = await askNative(world, world.ada, pluginsGetSettings, { pluginId, scope: 'user', scopeId: world.ada.user.id })
    deepEqual(schema['properties'], { colour: { type: 'string', title: 'Farbe', description: 'Of the bars.', default: 'grey' } })
    equal((await askNative(world, world.bob, pluginsGetSettings, { pluginId, scope: 'user', scopeId: world.bob.user.id })).schema['properties']?.['colour' as never]?.['title'], 'Colour')
  })

  it('reaches who types a slash command in their language', async () => {
    const described = async (person: Person): Promise<string | undefined> => (await person.client.getCommandsList(world.team.id)).find(({ trigger }) => trigger === 'votes')?.description
    deepEqual([await described(world.ada), await described(world.bob)], ['Zeigt die Stimmen', 'Shows votes'])
    const suggestions = await world.ada.client.getCommandAutocompleteSuggestionsList('votes a', world.team.id, { channel_id: world.channel.id })
    equal((suggestions as unknown as { Description: string }[])[0]?.Description, 'Alle')
  })

  it('refuses a package whose sentences nobody could read', async () => {
    const install = async (translations: PluginManifest['translations']): Promise<unknown> => installPackage(world, await createPackage({ id: 'babel', ...(translations && { translations }) }), { accept: 'signed' })
    for (const [text, reason] of [
      ['{count, plural, one {#}}', 'it lacks the case other at character 24'], ['{', 'an argument has no name at character 2'], ['a } b', 'it has } without { at character 3'], ['{a, date}', 'date is not known here at character 9'],
      ['{a, select, other {'.repeat(9) + '}}'.repeat(9), 'it is nested too deep at character 172'],
    ] as const) {
      await rejects(install({ de: { broken: text } }), { code: 'package_invalid', details: { reason: `its sentence broken in de cannot be read: ${reason}` } })
    }
    await rejects(install({ 'not a language': { hello: 'Hello' } }), { code: 'package_invalid' })
    await rejects(install({ de: { long: 'x'.repeat(2001) } }), { code: 'package_invalid' })
    await rejects(install({ de: Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`key${index}`, randomBytes(995).toString('hex')])) }), { code: 'package_invalid', details: { reason: 'its translations have more than 1048576 characters' } })
  })
})
