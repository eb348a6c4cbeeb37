import { Type, type Static } from 'typebox'
import type { Operation } from './operation.ts'
import { Fields } from './schema.ts'

/** Larger limits than the usual ones stand here, and the admin consents to them. */
export const PluginLimits = Fields({
  heapMegabytes: Type.Optional(Type.Integer({ minimum: 8, maximum: 256 })),
  callsPerSecond: Type.Optional(Type.Integer({ minimum: 1, maximum: 2000 })),
  postsPerSecond: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  /** A second, of what it tells clients: each event as often as there are clients that hear it. */
  listenerMegabytes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  jobMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 3_600_000 })),
  /** Of what it has put off. */
  waitingJobs: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  valueKeys: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
  valueMegabytes: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  fileMegabytes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  databaseMegabytes: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  requestsPerMinute: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  requestsAtOnce: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  /** How many people, events and jobs it may be busy with. */
  invocationsAtOnce: Type.Optional(Type.Integer({ minimum: 1, maximum: 256 })),
  /** Of its web code, packed: people wait for it. */
  webKilobytes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1024 })),
})
export type PluginLimits = Static<typeof PluginLimits>

/** What a plugin may use that says nothing of it. */
export const standardLimits: Readonly<Required<PluginLimits>> = {
  heapMegabytes: 64, callsPerSecond: 200, postsPerSecond: 10, listenerMegabytes: 16, jobMs: 300_000, waitingJobs: 10_000, valueKeys: 100_000, valueMegabytes: 64, fileMegabytes: 1024, databaseMegabytes: 256, requestsPerMinute: 60, requestsAtOnce: 6,
  invocationsAtOnce: 32, webKilobytes: 50,
}

interface Stated { readonly limits?: PluginLimits | undefined }

/** What holds for a plugin, stated or not. */
export const limitsOf = ({ limits }: Stated): Readonly<Required<PluginLimits>> => ({ ...standardLimits, ...limits })

/** Of what holds for a plugin, what is more than another may use, or than is usual. */
export const limitsBeyond = (more: Stated, less: Stated = {}): Record<string, number> => {
  const held = limitsOf(less)
  return Object.fromEntries(Object.entries(limitsOf(more)).filter(([name, limit]) => limit > held[name as keyof PluginLimits]))
}

/** Whether an operation counts among the posts a second: it makes a post, or changes one, of which everybody hears who reads the channel. */
export const changesPosts = ({ capability, safe }: Pick<Operation, 'capability' | 'safe'>): boolean => !safe && (capability === 'posts:write' || capability === 'posts:props')
