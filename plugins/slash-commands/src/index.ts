import { definePlugin, Refusal } from '@rookery/sdk/plugin'
import manifest from '../plugin.json' with { type: 'json' }
import { execute } from './execute.ts'
import { sayEcho } from './built-ins/writing.ts'
import { commandsWithoutOwner } from './list.ts'

definePlugin(manifest, (plugin) => {
  plugin.provide('commands.execute', execute)
  plugin.job('echo', {}, ({ key, input }, context) => sayEcho(key, input, context))
  plugin.provide('commands.list', ({ teamId, customOnly }, context) => (customOnly ? [] : commandsWithoutOwner(teamId, context)))
  plugin.provide('commands.listSuggested', ({ teamId }, context) => commandsWithoutOwner(teamId, context))
  plugin.provide('commands.suggest', () => [])
  plugin.provide('commands.get', () => { throw new Refusal('command_not_found') })
  plugin.provide('commands.create', () => { throw new Refusal('command_not_found') })
  plugin.provide('commands.update', () => { throw new Refusal('command_not_found') })
  plugin.provide('commands.delete', () => { throw new Refusal('command_not_found') })
  plugin.provide('commands.move', () => { throw new Refusal('command_not_found') })
  plugin.provide('commands.regenerateToken', () => { throw new Refusal('command_not_found') })
})
