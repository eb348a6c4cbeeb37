import { defineStore } from 'pinia'
import { computed, ref, shallowReactive } from 'vue'
import {
  pluginChanged, pluginRemoved, pluginsAcceptUpgrade, pluginsDeadLetters, pluginsDisable, pluginsDropDeadLetters, pluginsDropUpgrade, pluginsEmptyTrash, pluginsEnable, pluginsExport,
  pluginsGet, pluginsGetSettings, pluginsHooks, pluginsInstall, pluginsList, pluginsLogs, pluginsRefuseWish, pluginsReplay, pluginsRestore, pluginsSetBinding, pluginsSetGrants, pluginsSetHook, pluginsSetSettings,
  pluginsTrash, pluginsUninstall, pluginsUpgrade, pluginsUsage,
  type CapabilityGrant, type DeadLetter, type InputOf, type OutputOf, type PlannedHook, type Plugin, type PluginBinding, type PluginLogLine, type PluginSettings,
} from '@rookery/sdk/protocol'
import { useServer } from '../client.ts'
import { compareNames } from '../compare-names.ts'

export type PluginView = OutputOf<typeof pluginsGet>

/** A new version is tried before it stands, which takes a while. */
const installationMs = 300_000

/** What an admin was asked about a package and agreed to. */
export type PackageLeave = Pick<InputOf<typeof pluginsUpgrade>, 'accept' | 'allowOlder'>

/** What a plugin uses, what its hooks cost, and what it has not taken in. */
export type PluginFigures = OutputOf<typeof pluginsUsage>

/** Letters that the server takes or gives at once. */
const maximumLetters = 200

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
  /** So many dead letters, the oldest first, or all where there are fewer. */
  const letters = async (pluginId: string, count: number): Promise<DeadLetter[]> => {
    const found: DeadLetter[] = []
    while (found.length < count) {
      const last = found.at(-1)
      const limit = Math.min(maximumLetters, count - found.length)
      const page = await client.run(pluginsDeadLetters, { pluginId, limit, ...(last && { afterId: last.id }) })
      found.push(...page)
      if (page.length < limit) break
    }
    return found
  }
  /** Does something with letters, those that are named or all; answers with how many. */
  const withLetters = async (operation: typeof pluginsReplay | typeof pluginsDropDeadLetters, pluginId: string, ids: readonly string[] | 'all'): Promise<number> => {
    if (ids === 'all') return (await client.run(operation, { pluginId, all: true })).count
    let count = 0
    for (let first = 0; first < ids.length; first += maximumLetters) count += (await client.run(operation, { pluginId, ids: ids.slice(first, first + maximumLetters) })).count
    return count
  }

  live.on(pluginChanged, ({ pluginId, generation }) => {
    if (isLoaded.value && (plugins.get(pluginId)?.generation ?? -1) < generation) view(pluginId).catch(() => { isLoaded.value = false })
  })
  live.on(pluginRemoved, ({ pluginId }) => { plugins.delete(pluginId) })
  live.onGap(() => { isLoaded.value = false })

  return {
    plugins, list, trash, isLoaded, load, view, letters,
    enable: async (pluginId: string, consent: readonly string[]) => take(await client.run(pluginsEnable, { pluginId, consent: [...consent] })),
    disable: async (pluginId: string) => take(await client.run(pluginsDisable, { pluginId })),
    setGrants: async (pluginId: string, granted: Record<string, CapabilityGrant>) => take(await client.run(pluginsSetGrants, { pluginId, granted })),
    refuseWish: async (pluginId: string, capability: string) => take(await client.run(pluginsRefuseWish, { pluginId, capability })),
    setBinding: async (pluginId: string, binding: PluginBinding) => take(await client.run(pluginsSetBinding, { pluginId, binding })),
    /** Of all plugins, in the order in which they run. */
    hooks: (): Promise<PlannedHook[]> => client.run(pluginsHooks, {}),
    setHook: (input: InputOf<typeof pluginsSetHook>) => client.run(pluginsSetHook, input),
    settings: (pluginId: string): Promise<PluginSettings> => client.run(pluginsGetSettings, { pluginId, scope: 'system' }),
    setSettings: (pluginId: string, values: Record<string, unknown>): Promise<PluginSettings> => client.run(pluginsSetSettings, { pluginId, scope: 'system', values }),
    install: async (file: Blob, { accept }: PackageLeave) => take(await client.upload(pluginsInstall, { ...(accept && { accept }) }, file, { timeoutMs: installationMs })),
    upgrade: async (pluginId: string, file: Blob, leave: PackageLeave) => take(await client.upload(pluginsUpgrade, { pluginId, ...leave }, file, { timeoutMs: installationMs })),
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
    figures: (pluginId: string): Promise<PluginFigures> => client.run(pluginsUsage, { pluginId }),
    /** What it said after that line; all where the server has started since. */
    lines: (pluginId: string, after: number): Promise<PluginLogLine[]> => client.run(pluginsLogs, { pluginId, after }),
    replay: (pluginId: string, ids: readonly string[] | 'all') => withLetters(pluginsReplay, pluginId, ids),
    dropLetters: (pluginId: string, ids: readonly string[] | 'all') => withLetters(pluginsDropDeadLetters, pluginId, ids),
  }
})
