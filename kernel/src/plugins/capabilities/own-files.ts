import { Type } from 'typebox'
import { Fields, limitsOf, OneOf, RookeryError, Text } from '@rookery/sdk/protocol'
import type { OwnFiles } from '../../plugin-storage/index.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

const capability = 'files'
const transfer = 'bytes read or written'
const name = Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,200}$' })
const prefix = Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{0,200}$' })
const encoding = Type.Optional(OneOf('utf8', 'base64'))
/** A call may not be much larger, and it is base64 there. */
export const maximumOwnFileBytes = 2 * 1024 * 1024

/** Files that a plugin keeps for itself. */
export const createOwnFileMethods = ({ ownFiles }: { ownFiles: OwnFiles }): CapabilityMethod[] => [
  capabilityMethod({
    name: 'ownFiles.put', capability,
    input: Fields({ name, body: Text(Math.ceil(maximumOwnFileBytes * 4 / 3) + 4), encoding, contentType: Type.Optional(Type.String({ pattern: '^[\\x20-\\x7e]{1,200}$' })) }),
    handle({ plugin, quota }, input) {
      quota.take(transfer, input.body.length)
      const bytes = Buffer.from(input.body, input.encoding ?? 'utf8')
      if (bytes.length > maximumOwnFileBytes) throw new RookeryError('body_too_large', { limitBytes: maximumOwnFileBytes })
      if (!input.name.isWellFormed()) throw new RookeryError('invalid_input', { field: 'name', reason: 'it is not well-formed text' })
      return ownFiles.put(plugin.id, input.name, bytes, { contentType: input.contentType ?? 'application/octet-stream', maximumBytes: limitsOf(plugin.manifest).fileMegabytes * 2 ** 20 })
    },
  }),
  capabilityMethod({
    name: 'ownFiles.get', capability, isUnordered: true,
    input: Fields({ name, encoding, start: Type.Optional(Type.Integer({ minimum: 0 })), length: Type.Optional(Type.Integer({ minimum: 1, maximum: maximumOwnFileBytes })) }),
    async handle({ plugin, quota }, input) {
      quota.take(transfer, 0)
      const { bytes, ...file } = await ownFiles.read(plugin.id, input.name, { start: input.start ?? 0, length: input.length ?? maximumOwnFileBytes })
      quota.spend(transfer, bytes.length)
      return { ...file, body: bytes.toString(input.encoding ?? 'utf8') }
    },
  }),
  capabilityMethod({
    name: 'ownFiles.list', capability, isUnordered: true, input: Fields({ prefix: Type.Optional(prefix), after: Type.Optional(prefix), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })) }),
    handle: ({ plugin }, input) => ownFiles.list(plugin.id, { prefix: input.prefix ?? '', after: input.after ?? '', limit: input.limit ?? 100 }),
  }),
  capabilityMethod({ name: 'ownFiles.delete', capability, input: Fields({ name }), handle: ({ plugin }, input) => ownFiles.delete(plugin.id, input.name) }),
]
