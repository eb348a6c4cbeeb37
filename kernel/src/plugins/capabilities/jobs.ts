import { Type } from 'typebox'
import { At, Fields, RookeryError, Text } from '@rookery/sdk/protocol'
import type { Clock } from '../../clock.ts'
import { assertStorable } from '../guest-json.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import type { PluginJobs } from '../jobs/index.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

const maximumInputLength = 64 * 1024
const named = { name: Text(64), key: Text(200, { minLength: 1 }) }

/** Work that a plugin puts off. */
export function createJobMethods({ jobs, clock }: { jobs: PluginJobs, clock: Clock }): CapabilityMethod[] {
  const assertKnown = (plugin: InstalledPlugin, name: string): void => {
    if (!jobs.find(plugin, name)) throw new RookeryError('invalid_input', { field: 'name', reason: 'the plugin has no such job' })
  }
  return [
    capabilityMethod({
      name: 'jobs.put', capability: 'jobs', input: Fields({ ...named, dueAt: Type.Optional(At), input: Type.Optional(Type.Unknown()) }),
      async handle({ plugin, invocation: { causeDepth } }, { name, key, dueAt = clock.now(), input = null }) {
        assertKnown(plugin, name)
        assertStorable({ key, input })
        if ((JSON.stringify(input)?.length ?? 0) > maximumInputLength) throw new RookeryError('body_too_large', { limitBytes: maximumInputLength })
        await jobs.put(plugin, name, { key, input, dueAt, causeDepth })
        return null
      },
    }),
    capabilityMethod({
      name: 'jobs.remove', capability: 'jobs', input: Fields(named),
      async handle({ plugin }, { name, key }) {
        assertKnown(plugin, name)
        await jobs.remove(plugin, name, key)
        return null
      },
    }),
  ]
}
