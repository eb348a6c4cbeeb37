import { pluginsGetSettings, pluginsListSettings, pluginsSetSettings, RookeryError, type SettingScope } from '@rookery/sdk/protocol'
import type { Access, Directory } from '../auth/index.ts'
import { implement, type AnyImplementation, type Context } from '../operations/index.ts'
import type { PluginSettingsStore } from '../plugin-storage/index.ts'
import type { InstalledPlugin } from './installed-plugin.ts'
import { assertMayReadPlugins, assertMayWritePlugins } from './plugin-rights.ts'
import { createReach } from './reach.ts'
import type { Registry } from './registry.ts'
import type { PluginTexts } from './translations/index.ts'

interface Parts {
  readonly access: Access
  readonly directory: Directory
  readonly registry: Registry
  readonly settingsStore: PluginSettingsStore
  readonly texts: PluginTexts
}

const hasSettings = ({ manifest }: InstalledPlugin, scope: SettingScope): boolean => Object.keys((manifest.settings?.[scope]?.['properties'] as object | undefined) ?? {}).length > 0

interface Place { readonly pluginId: string, readonly scope: SettingScope, readonly scopeId?: string }

/** Settings of plugins: of the server for admins, of teams and channels for those who manage them, of people for themselves. */
export function createPluginSettingsOperations({ access, directory, registry, settingsStore, texts }: Parts): AnyImplementation[] {
  /** Where only those come in who may set something there; answers whether a plugin is at work there. */
  const enter = async (context: Context, scope: Exclude<SettingScope, 'system'>, scopeId: string): Promise<(plugin: InstalledPlugin) => boolean> => {
    if (scope === 'user') {
      access.own(context, scopeId)
      return () => true
    }
    if (scope === 'team') {
      const { id } = await access.team(context, scopeId, 'manage_team')
      return (plugin) => createReach(plugin, false).reachesTeam(id)
    }
    const type = (await directory.channels.get(scopeId))?.type
    const channel = type === 'O' || type === 'P'
      ? await access.channel(context, scopeId, type === 'O' ? 'manage_public_channel_properties' : 'manage_private_channel_properties')
      : (await access.joinedChannel(context, scopeId)).channel
    return (plugin) => createReach(plugin, false).reaches(channel)
  }
  const find = async (context: Context, { pluginId, scope, scopeId = '' }: Place, isWriting: boolean): Promise<{ plugin: InstalledPlugin, scopeId: string }> => {
    if (scope === 'system') {
      if (isWriting) assertMayWritePlugins(access, context)
      else assertMayReadPlugins(access, context)
      if (scopeId !== '') throw new RookeryError('invalid_input', { field: 'scopeId', reason: 'the whole server has none' })
      return { plugin: registry.find(pluginId), scopeId: '' }
    }
    if (scopeId === '') throw new RookeryError('invalid_input', { field: 'scopeId', reason: 'it is missing' })
    await enter(context, scope, scopeId)
    // Who does not manage plugins learns of those that run.
    const plugin = registry.all.get(pluginId)
    if (plugin?.state !== 'enabled') throw new RookeryError('plugin_not_found', { plugin: pluginId })
    return { plugin, scopeId }
  }
  const show = ({ locale }: Context, { id, manifest }: InstalledPlugin, scope: SettingScope, scopeId: string): ReturnType<PluginSettingsStore['read']> =>
    settingsStore.read({ id, manifest: texts.localise(manifest, locale) }, scope, scopeId)
  return [
    implement(pluginsListSettings, {
      access: (context, { scope, scopeId }) => enter(context, scope, scopeId),
      async handle(context, { scope, scopeId }, isAtWork) {
        const settable = [...registry.all.values()].filter((plugin) => plugin.state === 'enabled' && isAtWork(plugin) && hasSettings(plugin, scope))
        const all = await Promise.all(settable.map(async (plugin) => {
          const { name, description = '' } = texts.localise(plugin.manifest, context.locale)
          return { pluginId: plugin.id, name, description, ...await show(context, plugin, scope, scopeId) }
        }))
        return all.sort((one, other) => (one.pluginId < other.pluginId ? -1 : 1))
      },
    }),
    implement(pluginsGetSettings, {
      access: (context, input) => find(context, input, false),
      handle: (context, { scope }, { plugin, scopeId }) => show(context, plugin, scope, scopeId),
    }),
    implement(pluginsSetSettings, {
      access: (context, input) => find(context, input, true),
      async handle(context, { scope, values }, { plugin, scopeId }) {
        await settingsStore.write(plugin, scope, scopeId, values)
        return show(context, plugin, scope, scopeId)
      },
    }),
  ]
}
