import type { Answers } from './test-server.ts'

interface Kept { readonly value: unknown, readonly revision: number, readonly expiresAt: number }
interface Held { readonly fence: number, readonly expiresAt: number }

/** Values and secrets in memory, as the server keeps them. */
export function createTestValues(now: () => number): Answers {
  const values = new Map<string, Kept>()
  const leases = new Map<string, Held>()
  const secrets = new Map<string, string>()
  let revision = 0
  let fence = 0
  const find = (key: string): Kept | undefined => {
    const kept = values.get(key)
    return kept && kept.expiresAt > now() ? kept : undefined
  }
  const until = (ttlMs?: number): number => (ttlMs === undefined ? Infinity : now() + ttlMs)
  const holder = (key: string, of: number): boolean => leases.get(key)?.fence === of && (leases.get(key)?.expiresAt ?? 0) > now()
  return {
    'kv.get': ({ key }: { key: string }) => {
      const kept = find(key)
      return kept ? { value: kept.value, revision: kept.revision } : null
    },
    'kv.getAll': ({ keys }: { keys: readonly string[] }) => {
      const entries = keys.flatMap((key) => {
        const kept = find(key)
        return kept ? [{ key, value: kept.value, revision: kept.revision }] : []
      })
      return { entries, next: null }
    },
    'kv.set': ({ key, value, ttlMs, ifRevision }: { key: string, value: unknown, ttlMs?: number, ifRevision?: number | 'absent' }) => {
      const present = find(key)?.revision ?? 0
      if (ifRevision !== undefined && ifRevision !== (present || 'absent')) return { isSet: false, revision: present }
      revision += 1
      values.set(key, { value, revision, expiresAt: until(ttlMs) })
      return { isSet: true, revision }
    },
    'kv.delete': ({ key, ifRevision }: { key: string, ifRevision?: number }) => {
      const present = find(key)
      return present !== undefined && (ifRevision === undefined || ifRevision === present.revision) && values.delete(key)
    },
    'kv.increment': ({ key, by = 1, ttlMs }: { key: string, by?: number, ttlMs?: number }) => {
      const present = find(key)
      revision += 1
      const value = Number(present?.value ?? 0) + by
      values.set(key, { value, revision, expiresAt: ttlMs === undefined ? present?.expiresAt ?? Infinity : until(ttlMs) })
      return value
    },
    'kv.list': ({ prefix, after = '', limit = 100 }: { prefix: string, after?: string, limit?: number }) => {
      const keys = [...values.keys()].filter((key) => key.startsWith(prefix) && key > after && find(key)).sort()
      const entries = keys.slice(0, limit).map((key) => ({ key, revision: find(key)?.revision ?? 0 }))
      return { entries, next: keys.length > limit ? entries.at(-1)?.key ?? null : null }
    },
    'kv.lease': ({ key, ttlMs }: { key: string, ttlMs: number }) => {
      if ((leases.get(key)?.expiresAt ?? 0) > now()) return null
      fence += 1
      leases.set(key, { fence, expiresAt: now() + ttlMs })
      return leases.get(key)
    },
    'kv.renewLease': ({ key, fence: of, ttlMs }: { key: string, fence: number, ttlMs: number }) => {
      if (!holder(key, of)) return null
      leases.set(key, { fence: of, expiresAt: now() + ttlMs })
      return { expiresAt: now() + ttlMs }
    },
    'kv.releaseLease': ({ key, fence: of }: { key: string, fence: number }) => holder(key, of) && leases.delete(key),
    'secrets.get': ({ name }: { name: string }) => secrets.get(name) ?? null,
    'secrets.set': ({ name, value }: { name: string, value: string | null }) => {
      if (value === null) secrets.delete(name)
      else secrets.set(name, value)
      return null
    },
    'secrets.delete': ({ name }: { name: string }) => secrets.delete(name),
  }
}
