import { Type } from 'typebox'
import { Fields, Props, RookeryError, Text } from '@rookery/sdk/protocol'
import type { Audit } from '../audit/index.ts'
import { assertStorable } from '../guest-json.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

const maximumDetailsLength = 8 * 1024

/** What a plugin did that somebody has to answer for. */
export const createAuditMethods = ({ audit }: { audit: Audit }): CapabilityMethod[] => [
  capabilityMethod({
    name: 'audit.record', capability: 'audit:write', input: Fields({ event: Text(64), details: Type.Optional(Props) }),
    async handle({ plugin, invocation: { trigger }, quota }, { event, details = {} }) {
      quota.take('audit events')
      if (!plugin.manifest.contributes.auditEvents?.some(({ name }) => name === event)) throw new RookeryError('invalid_input', { field: 'event', reason: 'the plugin has not said that it records it' })
      assertStorable(details)
      if (JSON.stringify(details).length > maximumDetailsLength) throw new RookeryError('body_too_large', { limitBytes: maximumDetailsLength })
      await audit.record({ pluginId: plugin.id, event, userId: trigger?.actor.kind === 'user' ? trigger.actor.userId : '', address: trigger?.address ?? '', details })
      return null
    },
  }),
]
