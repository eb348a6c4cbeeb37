import { definePlugin } from '@rookery/sdk/plugin'
import manifest from '../plugin.json' with { type: 'json' }
import { createDescriptions } from './built-ins/index.ts'
import { sayEcho } from './built-ins/writing.ts'
import { takeAnswer } from './custom/delayed-answers.ts'
import { createCommandManagement, listManageable, readManageable } from './custom/manage-commands.ts'
import { execute } from './execute.ts'
import { listCommands, listSuggested } from './list.ts'
import { suggest } from './suggest.ts'

definePlugin(manifest, (plugin) => {
  const describe = createDescriptions()
  const commands = createCommandManagement()
  plugin.provide('commands.execute', execute)
  plugin.provide('commands.list', ({ teamId, customOnly }, context) => (customOnly ? listManageable(teamId, context) : listCommands(teamId, describe, context)))
  plugin.provide('commands.listSuggested', ({ teamId }, context) => listSuggested(teamId, describe, context))
  plugin.provide('commands.suggest', (typed, context) => suggest(typed, describe, context))

  plugin.provide('commands.get', ({ commandId }, context) => readManageable(commandId, context))
  plugin.provide('commands.create', commands.create)
  plugin.provide('commands.update', commands.update)
  plugin.provide('commands.delete', commands.delete)
  plugin.provide('commands.move', commands.move)
  plugin.provide('commands.regenerateToken', commands.regenerateToken)

  plugin.webPart('begin', { slot: 'composer', title: 'Commands', icon: 'slash', inserts: '/' })

  plugin.job('echo', {}, ({ key, input }, context) => sayEcho(key, input, context))
  plugin.route('POST', '/responses/:token', { session: 'public' }, takeAnswer)
})
