import type { PluginReach } from '../operations/index.ts'
import type { InstalledPlugin } from './installed-plugin.ts'

/** Where a plugin is at work. Direct and group messages only with the capability `direct`. */
export function createReach({ id, binding, granted }: Pick<InstalledPlugin, 'id' | 'binding' | 'granted'>, isBot: boolean): PluginReach {
  const ids = new Set(binding.ids)
  const hasDirect = 'direct' in granted
  return {
    pluginId: id, isBot,
    has: (capability) => Object.hasOwn(granted, capability),
    reachesTeam: (teamId) => binding.scope === 'server' || (binding.scope === 'teams' && ids.has(teamId)),
    reaches(channel) {
      if (binding.scope === 'channels') return ids.has(channel.id) && (channel.teamId !== '' || hasDirect)
      if (channel.teamId === '') return hasDirect && binding.scope === 'server'
      return binding.scope === 'server' || ids.has(channel.teamId)
    },
  }
}
