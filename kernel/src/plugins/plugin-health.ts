import type { PluginHealth } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import { ownText } from '../own-text.ts'
import { failureOf } from './failure.ts'
import type { InstalledPlugin } from './installed-plugin.ts'
import type { Runtime } from './runtime.ts'

/** How plugins are, as they say themselves. */
export interface PluginHealthChecks {
  /** Asks now, however lately it was asked; throws where it does not answer, or not that it is well. */
  assertHealthy(plugin: InstalledPlugin): Promise<void>
  /** What it said last, at most some seconds ago; null where it does not run, or says nothing of that. */
  check(plugin: InstalledPlugin): Promise<PluginHealth | null>
  forget(pluginId: string): void
}

/** For the next version to say that it is well. */
const trialMs = 10_000
/** For an admin who looks. */
const checkMs = 2000
const freshMs = 10_000
const maximumDetailLength = 300

export function createPluginHealth({ runtime, clock }: { runtime: Pick<Runtime, 'invoke'>, clock: Clock }): PluginHealthChecks {
  const known = new Map<string, { readonly generation: number, readonly at: number, readonly answer: Promise<PluginHealth> }>()

  const ask = async (plugin: InstalledPlugin, deadlineMs: number): Promise<PluginHealth> => {
    const answer = await runtime.invoke(plugin, 'lifecycle health', null, { deadlineMs })
    const { isHealthy, detail } = (typeof answer === 'object' && answer !== null ? answer : {}) as { isHealthy?: unknown, detail?: unknown }
    const told = typeof detail === 'string' ? ownText(detail.slice(0, maximumDetailLength)) : ''
    return { isHealthy: isHealthy === true, detail: told === '' && isHealthy !== true ? 'it says that it is not well' : told, at: clock.now() }
  }
  const says = ({ manifest }: InstalledPlugin): boolean => manifest.contributes.lifecycle.includes('health')

  return {
    async assertHealthy(plugin) {
      if (!says(plugin)) return
      const { isHealthy, detail } = await ask(plugin, trialMs)
      if (!isHealthy) throw new Error(detail)
    },
    async check(plugin) {
      if (plugin.state !== 'enabled' || !says(plugin)) return null
      const present = known.get(plugin.id)
      if (present?.generation === plugin.generation && clock.now() - present.at < freshMs) return present.answer
      const answer = ask(plugin, checkMs).catch((error: unknown): PluginHealth => {
        const failure = failureOf(error)
        return { isHealthy: false, detail: failure.kind === 'failed' ? failure.reason.slice(0, maximumDetailLength) : 'it is not available', at: clock.now() }
      })
      known.set(plugin.id, { generation: plugin.generation, at: clock.now(), answer })
      return answer
    },
    forget(pluginId) { known.delete(pluginId) },
  }
}
