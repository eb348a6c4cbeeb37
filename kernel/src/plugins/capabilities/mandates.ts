import { Type } from 'typebox'
import { Fields, RookeryError } from '@rookery/sdk/protocol'
import type { Mandates } from '../mandates.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

const maximumMs = 86_400_000

/** Acting later as whoever made the plugin run now. */
export const createMandateMethods = ({ mandates }: { mandates: Mandates }): CapabilityMethod[] => [
  capabilityMethod({
    name: 'mandates.issue', capability: 'act-as-user', input: Fields({ durationMs: Type.Integer({ minimum: 1, maximum: maximumMs }) }),
    handle({ plugin, invocation: { trigger } }, { durationMs }) {
      if (trigger?.actor.kind !== 'user') throw new RookeryError('not_signed_in')
      return mandates.issue(plugin.id, trigger.actor.userId, durationMs)
    },
  }),
]
