import { Type } from 'typebox'
import { Fields, limitsOf, Text, type PluginManifest } from '@rookery/sdk/protocol'
import type { KeyValueLimits, KeyValues, Leases } from '../../plugin-storage/index.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

const capability = 'kv'
const transfer = 'bytes read or written'
const key = Text(256, { minLength: 1, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })
const Prefix = Text(256, { pattern: '^[^\\u0000-\\u001f\\u007f]*$' })
const ttlMs = Type.Optional(Type.Integer({ minimum: 1, maximum: 31_536_000_000 }))
const revision = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const amount = Type.Integer({ minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })
const leaseMs = Type.Integer({ minimum: 100, maximum: 3_600_000 })
/** Of one answer that brings many: the next one brings the others. */
const pageBytes = 2 ** 20
const maximumTogether = 1000

function roomOf(manifest: PluginManifest): KeyValueLimits {
  const { valueKeys, valueMegabytes } = limitsOf(manifest)
  return { maximumKeys: valueKeys, maximumBytes: valueMegabytes * 2 ** 20 }
}

/** Small values that a plugin keeps. */
export const createKeyValueMethods = ({ keyValues, leases }: { keyValues: KeyValues, leases: Leases }): CapabilityMethod[] => [
  capabilityMethod({
    name: 'kv.get', capability, isUnordered: true, input: Fields({ key }),
    async handle({ plugin, quota }, input) {
      quota.take(transfer, 0)
      const found = await keyValues.get(plugin.id, input.key)
      if (found) quota.spend(transfer, found.bytes)
      return found && { value: found.value, revision: found.revision }
    },
  }),
  capabilityMethod({
    name: 'kv.getAll', capability, isUnordered: true, input: Fields({ keys: Type.Array(key, { minItems: 1, maxItems: maximumTogether }), after: Type.Optional(Prefix) }),
    async handle({ plugin, quota }, { keys, after = '' }) {
      quota.take(transfer, 0)
      const found = await keyValues.getAll(plugin.id, { keys, after, maximumBytes: pageBytes })
      const bytes = found.reduce((sum, each) => sum + each.bytes, 0)
      quota.spend(transfer, bytes)
      return { entries: found.map(({ key: name, value, revision: its }) => ({ key: name, value, revision: its })), next: bytes >= pageBytes ? found.at(-1)?.key ?? null : null }
    },
  }),
  capabilityMethod({
    name: 'kv.set', capability, input: Fields({ key, value: Type.Unknown(), ttlMs, ifRevision: Type.Optional(Type.Union([revision, Type.Literal('absent')])) }),
    handle({ plugin, quota }, { key: name, value, ...options }) {
      return keyValues.set(plugin.id, name, value, { ...options, ...roomOf(plugin.manifest), onBytes(bytes) { quota.take(transfer, bytes) } })
    },
  }),
  capabilityMethod({
    name: 'kv.increment', capability, input: Fields({ key, by: Type.Optional(amount), ttlMs }),
    handle: ({ plugin }, { key: name, by = 1, ...options }) => keyValues.increment(plugin.id, name, by, { ...options, ...roomOf(plugin.manifest) }),
  }),
  capabilityMethod({
    name: 'kv.delete', capability, input: Fields({ key, ifRevision: Type.Optional(revision) }),
    handle: ({ plugin }, { key: name, ifRevision }) => keyValues.delete(plugin.id, name, ifRevision),
  }),
  capabilityMethod({
    name: 'kv.list', capability, isUnordered: true,
    input: Fields({ prefix: Prefix, after: Type.Optional(Prefix), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })) }),
    async handle({ plugin }, { prefix, after = '', limit = 100 }) {
      const found = await keyValues.list(plugin.id, { prefix, after, limit: limit + 1 })
      const entries = found.slice(0, limit)
      return { entries, next: found.length > limit ? entries.at(-1)?.key ?? null : null }
    },
  }),
  capabilityMethod({ name: 'kv.lease', capability, input: Fields({ key, ttlMs: leaseMs }), handle: ({ plugin }, input) => leases.acquire(plugin.id, input.key, input.ttlMs) }),
  capabilityMethod({
    name: 'kv.renewLease', capability, input: Fields({ key, fence: revision, ttlMs: leaseMs }),
    handle: ({ plugin }, input) => leases.renew(plugin.id, input.key, input.fence, input.ttlMs),
  }),
  capabilityMethod({ name: 'kv.releaseLease', capability, input: Fields({ key, fence: revision }), handle: ({ plugin }, input) => leases.release(plugin.id, input.key, input.fence) }),
]
