import type { Clock } from '../clock.ts'

/** When plugins last used what they were given, since the server started: by a call of theirs, or because they were asked. */
export interface CapabilityUses {
  note(pluginId: string, capability: string): void
  /** Unix milliseconds, by capability. */
  of(pluginId: string): Readonly<Record<string, number>>
  forget(pluginId: string): void
}

export function createCapabilityUses({ clock }: { clock: Clock }): CapabilityUses {
  const uses = new Map<string, Map<string, number>>()
  return {
    note(pluginId, capability) {
      let own = uses.get(pluginId)
      if (!own) uses.set(pluginId, own = new Map())
      own.set(capability, clock.now())
    },
    of: (pluginId) => Object.fromEntries(uses.get(pluginId) ?? []),
    forget(pluginId) { uses.delete(pluginId) },
  }
}
