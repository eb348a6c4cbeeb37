import { CapabilityName, Fields, RookeryError, Text } from '@rookery/sdk/protocol'
import type { Clock } from '../../clock.ts'
import type { Registry } from '../registry.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

/** Asking an admin for what a plugin can do without, while it runs. */
export const createWishMethods = ({ registry, clock }: { registry: Registry, clock: Clock }): CapabilityMethod[] => [
  capabilityMethod({
    name: 'capabilities.request', capability: null, input: Fields({ capability: CapabilityName, reason: Text(300, { minLength: 1 }) }),
    async handle({ plugin: { id } }, { capability, reason }) {
      const plugin = registry.find(id)
      if (!Object.hasOwn(plugin.manifest.capabilities, capability)) throw new RookeryError('capability_not_requested', { plugin: id, capability })
      if (Object.hasOwn(plugin.granted, capability)) return 'granted'
      const present = plugin.wishes[capability]
      // An admin is asked once, and who was refused does not ask again.
      if (present) return present.isRefused ? 'refused' : 'waiting'
      await registry.change(id, ({ wishes }) => ({ wishes: { ...wishes, [capability]: wishes[capability] ?? { reason, at: clock.now(), isRefused: false } } }))
      return 'waiting'
    },
  }),
]
