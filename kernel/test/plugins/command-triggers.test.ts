import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import type { Command } from '@mattermost/types/integrations'
import { pluginsAcceptUpgrade, pluginsDisable, pluginsEnable, pluginsGet, type Plugin } from '@rookery/sdk/protocol'
import { createIntegrationServer, integrationSettings, type IntegrationServer } from '../../../test/harness/integration-server.ts'
import { command, enablePlugin } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage, makerKeys, upgradePackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

/** Says who it is when one of its words is typed. */
const speaker = (id: string, triggers: readonly string[], version = '1.0.0'): Promise<Buffer> => createPackage({
  id, version, capabilities: { commands: { reason: 'Answers.' } },
  source: `rookery.on('describe', () => ({})); for (const trigger of ${JSON.stringify(triggers)}) rookery.on('command ' + trigger, ({ input }) => ({ text: '${id} heard ' + input.text }))`,
  contributes: { commands: triggers.map((trigger) => ({ trigger, description: `Of ${id}` })) },
})

describe('The words of commands', () => {
  let world: World
  let integration: IntegrationServer
  before(async () => {
    integration = await createIntegrationServer()
    world = await createWorld({ releasePlugins: ['slash-commands'], settings: { ...integrationSettings, plugins: { trustedSigners: [makerKeys.publicKey] } } })
    await world.admin.client.updateTeamMemberSchemeRoles(world.team.id, world.ada.user.id, true, true)
    for (const id of ['growing', 'neighbour']) await installPackage(world, await speaker(id, ['say']))
    await enablePlugin(world, 'growing')
  })
  after(async () => {
    await world.close()
    await integration.close()
  })

  const say = async (typed: string): Promise<string> => (await world.ada.client.executeCommand(typed, { channel_id: world.channel.id, team_id: world.team.id })).text
  const get = async (pluginId: string): Promise<Plugin> => (await command(world, pluginsGet, { pluginId })).plugin

  it('are of one plugin: who comes later is not enabled beside the one that has them', async () => {
    equal(await say('/say tea'), 'growing heard tea')
    await rejects(enablePlugin(world, 'neighbour'), {
      code: 'plugin_command_taken', message: 'The plugin neighbour brings the command /say, which the plugin growing has: only one of them can be enabled.',
    })
    deepEqual([(await get('neighbour')).state, await say('/say tea')], ['disabled', 'growing heard tea'])
    await command(world, pluginsDisable, { pluginId: 'growing' })
    await enablePlugin(world, 'neighbour')
    equal(await say('/say tea'), 'neighbour heard tea')
    await rejects(command(world, pluginsEnable, { pluginId: 'growing' }), { code: 'plugin_command_taken' })
    await command(world, pluginsDisable, { pluginId: 'neighbour' })
    await command(world, pluginsEnable, { pluginId: 'growing' })
  })

  it('are not taken by an upgrade, and one that adds some waits until somebody agrees that it hears them', async () => {
    await upgradePackage(world, await speaker('neighbour', ['other'], '1.1.0'), { pluginId: 'neighbour', consent: ['commands'] })
    await enablePlugin(world, 'neighbour')
    await rejects(upgradePackage(world, await speaker('neighbour', ['other', 'say'], '1.2.0'), { pluginId: 'neighbour', consent: ['commands'] }), { code: 'plugin_command_taken', details: { plugin: 'neighbour', trigger: 'say', other: 'growing' } })
    deepEqual([(await get('neighbour')).version, (await get('neighbour')).upgrade, await say('/say tea')], ['1.1.0', null, 'growing heard tea'])

    const waiting = await upgradePackage(world, await speaker('neighbour', ['other', 'whisper'], '1.2.0'), { pluginId: 'neighbour' })
    deepEqual([waiting.version, waiting.upgrade?.difference], ['1.1.0', { capabilities: {}, dropped: [], hosts: {}, commands: ['whisper'], limits: {}, signer: null, needsConsent: true }])
    await rejects(say('/whisper tea'), { server_error_id: 'api.command.execute_command.not_found.app_error' })
    equal((await command(world, pluginsAcceptUpgrade, { pluginId: 'neighbour', packageHash: waiting.upgrade?.packageHash ?? '' })).version, '1.2.0')
    equal(await say('/whisper tea'), 'neighbour heard tea')
    // Named with the package itself, it is consent as well; and fewer words need none.
    equal((await upgradePackage(world, await speaker('neighbour', ['shout', 'whisper'], '1.3.0'), { pluginId: 'neighbour', consent: ['commands'] })).version, '1.3.0')
    equal((await upgradePackage(world, await speaker('neighbour', ['shout'], '1.4.0'), { pluginId: 'neighbour' })).version, '1.4.0')
  })

  it('that people know already lead where they did: to what everybody has, and to what their team made', async () => {
    await world.ada.client.addCommand({ team_id: world.team.id, trigger: 'weave', url: `${integration.url}/weave`, method: 'P', auto_complete: true, auto_complete_desc: 'Of the team' } as Command)
    integration.answer = () => ({ body: { text: 'woven' } })
    await upgradePackage(world, await speaker('neighbour', ['msg', 'shrug', 'weave', 'shout'], '1.5.0'), { pluginId: 'neighbour', consent: ['commands'] })
    equal(await say('/weave tea'), 'woven')
    match(await say('/msg nobody something between us'), /nobody/)
    equal(await say('/shout tea'), 'neighbour heard tea')
    const shown = await world.ada.client.getCommandAutocompleteSuggestionsList('/', world.team.id, { channel_id: world.channel.id })
    deepEqual(shown.flatMap(({ Suggestion, Description }: { Suggestion: string, Description: string }) => (['weave', 'shout'].includes(Suggestion) ? [Description] : [])), ['Of neighbour', 'Of the team'])
    const [listed] = (await world.ada.client.getAutocompleteCommandsList(world.team.id)).filter(({ trigger }) => trigger === 'shrug')
    equal(listed?.description === 'Of neighbour', false)
    // And a team takes none that a plugin has.
    await rejects(world.ada.client.addCommand({ team_id: world.team.id, trigger: 'shout', url: integration.url, method: 'P' } as Command), { server_error_id: 'api.command.duplicate_trigger.app_error' })
  })
})
