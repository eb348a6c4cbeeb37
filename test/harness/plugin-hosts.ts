import { createPluginHosts, type PluginHosts, type PluginHostSettings } from '../../kernel/src/plugins/index.ts'
import { systemClock, type Clock } from '../../kernel/src/clock.ts'
import type { LogFields } from '../../kernel/src/telemetry/index.ts'
import type { GuestLimits } from '../../kernel/src/plugin-host/index.ts'

export interface LogLine { readonly level: string, readonly message: string, readonly fields: LogFields }

export interface TestHosts {
  readonly hosts: PluginHosts
  readonly lines: LogLine[]
  load(id: string, source: string, options?: { call?: (name: string, input: unknown) => Promise<unknown>, isTrusted?: boolean, isInline?: boolean, limits?: Partial<GuestLimits> }): Promise<void>
  /** Tries until the plugin answers, and says after how many milliseconds it did. */
  backAfterMs(id: string, name?: string): Promise<number>
}

/** Hosts as the kernel has them, and what they wrote to the log. */
export function createTestHosts(settings: Partial<PluginHostSettings> = {}, { clock = systemClock }: { readonly clock?: Clock } = {}): TestHosts {
  const lines: LogLine[] = []
  const say = (level: string) => (message: string, fields: LogFields = {}) => { lines.push({ level, message, fields }) }
  const hosts = createPluginHosts({ log: { info: say('info'), warn: say('warn'), error: say('error') }, clock, settings })
  return {
    hosts, lines,
    load: (id, source, { call = async () => null, isTrusted = false, isInline = false, limits = {} } = {}) => hosts.load(id, { source, isTrusted, isInline, call: async (name, input) => JSON.stringify(await call(name, input)) ?? 'null', limits }),
    async backAfterMs(id, name = 'ping') {
      const startedAt = performance.now()
      for (;;) {
        try {
          await hosts.invoke(id, name, null, { deadlineMs: 5000 })
          return performance.now() - startedAt
        } catch (error) {
          if (performance.now() - startedAt > 15_000) throw error
          await new Promise((resolve) => { setTimeout(resolve, 10) })
        }
      }
    },
  }
}

/** A plugin as plugins should be. */
export const polite = `rookery.on('ping', () => 'pong'); rookery.on('echo', (input) => input); rookery.on('ask', (input) => rookery.call('ask', input))`
