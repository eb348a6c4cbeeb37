import { Type } from 'typebox'
import { Fields, Text } from '@rookery/sdk/protocol'
import { maximumSecretBytes, type Secrets } from '../../plugin-storage/index.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

const capability = 'secrets'
const name = Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9_.:-]{0,63}$' })

/** What a plugin keeps and nobody else reads. */
export const createSecretMethods = ({ secrets }: { secrets: Secrets }): CapabilityMethod[] => [
  capabilityMethod({ name: 'secrets.get', capability, isUnordered: true, input: Fields({ name }), handle: ({ plugin }, input) => secrets.get(plugin.id, input.name) }),
  capabilityMethod({
    name: 'secrets.set', capability, input: Fields({ name, value: Type.Union([Text(maximumSecretBytes), Type.Null()]) }),
    async handle({ plugin }, { name: given, value }) {
      if (value === null) await secrets.delete(plugin.id, given)
      else await secrets.set(plugin.id, given, value)
      return null
    },
  }),
  capabilityMethod({ name: 'secrets.delete', capability, input: Fields({ name }), handle: ({ plugin }, input) => secrets.delete(plugin.id, input.name) }),
]
