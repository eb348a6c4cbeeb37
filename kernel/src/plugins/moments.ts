import type { Log } from '../telemetry/index.ts'
import type { InstalledPlugin } from './installed-plugin.ts'
import type { Runtime } from './runtime.ts'

export type Moment = 'enabled' | 'disabled' | 'upgraded' | 'uninstalled'

/** Tells a plugin that runs of a moment in its life, where it wants to know; that it fails changes nothing. */
export interface Moments {
  tell(plugin: InstalledPlugin, moment: Moment, input?: unknown): Promise<void>
}

const deadlineMs = 5000

export function createMoments({ runtime, log }: { runtime: Pick<Runtime, 'invoke'>, log: Log }): Moments {
  return {
    async tell(plugin, moment, input = null) {
      if (!plugin.manifest.contributes.lifecycle.includes(moment)) return
      await runtime.invoke(plugin, `lifecycle ${moment}`, input, { deadlineMs }).catch((error: unknown) => { log.warn('A plugin failed at a moment of its life', { plugin: plugin.id, moment, error }) })
    },
  }
}
