import { createHmac, timingSafeEqual } from 'node:crypto'
import { Type } from 'typebox'
import { Fields, OneOf, Text } from '@rookery/sdk/protocol'
import { maximumSecretBytes, type Secrets } from '../../plugin-storage/index.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

const capability = 'secrets'
const name = Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9_.:-]{0,63}$' })

/** Of messages: webhooks are told from forgeries by these. */
const signed = {
  algorithm: OneOf('sha1', 'sha256', 'sha512'), body: Text(1024 * 1024 * 2), bodyEncoding: Type.Optional(OneOf('utf8', 'base64')), encoding: Type.Optional(OneOf('hex', 'base64')),
}
interface Signed { readonly algorithm: string, readonly body: string, readonly bodyEncoding?: 'utf8' | 'base64' }
const signatureOf = (secret: string, { algorithm, body, bodyEncoding = 'utf8' }: Signed): Buffer => createHmac(algorithm, secret).update(Buffer.from(body, bodyEncoding)).digest()

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
  capabilityMethod({
    name: 'secrets.sign', capability, isUnordered: true, input: Fields({ name, ...signed }),
    async handle({ plugin }, { name: given, ...input }) {
      const secret = await secrets.get(plugin.id, given)
      return secret === null ? null : signatureOf(secret, input).toString(input.encoding ?? 'hex')
    },
  }),
  capabilityMethod({
    name: 'secrets.verify', capability, isUnordered: true, input: Fields({ name, ...signed, signature: Text(1000) }),
    async handle({ plugin }, { name: given, signature, ...input }) {
      const secret = await secrets.get(plugin.id, given)
      if (secret === null) return false
      const right = signatureOf(secret, input)
      const said = Buffer.from(signature, input.encoding ?? 'hex')
      return said.length === right.length && timingSafeEqual(said, right)
    },
  }),
  capabilityMethod({ name: 'secrets.delete', capability, input: Fields({ name }), handle: ({ plugin }, input) => secrets.delete(plugin.id, input.name) }),
]
