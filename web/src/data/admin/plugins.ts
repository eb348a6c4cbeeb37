import { defineStore } from 'pinia'
import { computed, ref, shallowReactive } from 'vue'
import {
  pluginChanged, pluginRemoved, pluginsAcceptUpgrade, pluginsDeadLetters, pluginsDisable, pluginsDropDeadLetters, pluginsDropUpgrade, pluginsEmptyTrash, pluginsEnable, pluginsExport,
  pluginsGet, pluginsGetSettings, pluginsInstall, pluginsList, pluginsLogs, pluginsReplay, pluginsRestore, pluginsSetBinding, pluginsSetGrants, pluginsSetHook, pluginsSetSettings,
  pluginsTrash, pluginsUninstall, pluginsUpgrade, pluginsUsage,
  type CapabilityGrant, type DeadLetter, type InputOf, type OutputOf, type PackageAcceptance, type Plugin, type PluginBinding, type PluginLogLine, type PluginSettings,
} from '@rookery/sdk/protocol'
import { useServer } from '../client.ts'
import { compareNames } from '../compare-names.ts'

export type PluginView = OutputOf<typeof pluginsGet>

/** A new version is tried before it stands, which takes a while. */
const installationMs = 300_000

/** How a plugin fares. */
export interface PluginCare {
  readonly figures: OutputOf<typeof pluginsUsage>
  readonly letters: readonly DeadLetter[]
  readonly lines: readonly PluginLogLine[]
}

/** Plugins as those see them who run the server. */
export const useAdminPlugins = defineStore('adminPlugins', () => {
  const { client, live } = useServer()
  const plugins = shallowReactive(new Map<string, Plugin>())
  const trash = ref<readonly Plugin[]>([])
  const isLoaded = ref(false)
  const list = computed(() => [...plugins.values()].sort((one, other) => compareNames(one.name, other.name)))
  /** An answer that comes late does not overwrite what is newer. */
  const take = (plugin: Plugin): Plugin => {
    if ((plugins.get(plugin.id)?.generation ?? -1) <= plugin.generation) plugins.set(plugin.id, plugin)
    return plugin
  }
  const load = async (): Promise<void> => {
    const [installed, gone] = await Promise.all([client.run(pluginsList, {}), client.run(pluginsTrash, {})])
    plugins.clear()
    installed.forEach(take)
    trash.value = gone
    isLoaded.value = true
  }
  const view = async (pluginId: string): Promise<PluginView> => {
    const told = await client.run(pluginsGet, { pluginId })
    take(told.plugin)
    return told
  }
  const care = async (pluginId: string): Promise<PluginCare> => {
    const [figures, letters, lines] = await Promise.all([client.run(pluginsUsage, { pluginId }), client.run(pluginsDeadLetters, { pluginId }), client.run(pluginsLogs, { pluginId })])
    return { figures, letters, lines }
  }

  live.on(pluginChanged, ({ pluginId, generation }) => {
    if (isLoaded.value && (plugins.get(pluginId)?.generation ?? -1) < generation) view(pluginId).catch(() => { isLoaded.value = false })
  })
  live.on(pluginRemoved, ({ pluginId }) => { plugins.delete(pluginId) })
  live.onGap(() => { isLoaded.value = false })

  return {
    plugins, list, trash, isLoaded, load, view, care,
    enable: async (pluginId: string, consent: readonly string[]) => take(await client.run(pluginsEnable, { pluginId, consent: [...consent] })),
    disable: async (pluginId: string) => take(await client.run(pluginsDisable, { pluginId })),
    setGrants: async (pluginId: string, granted: Record<string, CapabilityGrant>) => take(await client.run(pluginsSetGrants, { pluginId, granted })),
    setBinding: async (pluginId: string, binding: PluginBinding) => take(await client.run(pluginsSetBinding, { pluginId, binding })),
    setHook: (input: InputOf<typeof pluginsSetHook>) => client.run(pluginsSetHook, input),
    settings: (pluginId: string): Promise<PluginSettings> => client.run(pluginsGetSettings, { pluginId, scope: 'system' }),
    setSettings: (pluginId: string, values: Record<string, unknown>): Promise<PluginSettings> => client.run(pluginsSetSettings, { pluginId, scope: 'system', values }),
    install: async (file: Blob, accept?: PackageAcceptance) => take(await client.upload(pluginsInstall, { ...(accept && { accept }) }, file, { timeoutMs: installationMs })),
    upgrade: async (pluginId: string, file: Blob, accept?: PackageAcceptance) => take(await client.upload(pluginsUpgrade, { pluginId, ...(accept && { accept }) }, file, { timeoutMs: installationMs })),
    acceptUpgrade: async (pluginId: string, packageHash: string, consent: readonly string[]) => take(await client.run(pluginsAcceptUpgrade, { pluginId, packageHash, consent: [...consent] })),
    dropUpgrade: async (pluginId: string) => take(await client.run(pluginsDropUpgrade, { pluginId })),
    uninstall: async (pluginId: string, data: InputOf<typeof pluginsUninstall>['data']) => {
      await client.run(pluginsUninstall, { pluginId, data })
      await load()
    },
    restore: async (pluginId: string) => {
      await client.run(pluginsRestore, { pluginId })
      await load()
    },
    emptyTrash: async (pluginId: string) => {
      await client.run(pluginsEmptyTrash, { pluginId })
      await load()
    },
    export: async (pluginId: string): Promise<Blob> => (await client.download(pluginsExport, { pluginId })).blob(),
    replay: async (pluginId: string, ids: readonly string[]) => (await client.run(pluginsReplay, { pluginId, ids: [...ids] })).count,
    dropLetters: async (pluginId: string, ids: readonly string[]) => (await client.run(pluginsDropDeadLetters, { pluginId, ids: [...ids] })).count,
  }
})
