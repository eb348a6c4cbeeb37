import type { Context } from '../operations/index.ts'

/** A handler of a plugin that is running: what it asks for is judged by what led to it. */
export interface Invocation {
  readonly id: string
  readonly pluginId: string
  /** On whose behalf; undefined where nobody in particular made it run. */
  readonly trigger: Context | undefined
  readonly causeDepth: number
}

/** Invocations that began with one message, each for a plugin of its own. */
export interface InvocationBatch {
  /** Theirs are this, a point and their place. */
  readonly id: string
  /** From the one at this place on they are over. */
  closeFrom(index: number): void
}

export interface Invocations {
  open(invocation: Omit<Invocation, 'id'>): Invocation
  openAll(pluginIds: readonly string[], cause: Pick<Invocation, 'trigger' | 'causeDepth'>): InvocationBatch
  /** Only to the plugin that it belongs to. */
  find(pluginId: string, id: string): Invocation | undefined
  close(invocation: Invocation): void
  /** Hears of every invocation that is over. */
  onClose(listener: (id: string) => void): void
}

export function createInvocations(): Invocations {
  const running = new Map<string, Invocation>()
  /** By what stands before the point in their ids. */
  const batches = new Map<string, { readonly pluginIds: readonly string[], readonly cause: Pick<Invocation, 'trigger' | 'causeDepth'>, count: number }>()
  const listeners: ((id: string) => void)[] = []
  let sequence = 0
  const over = (id: string): void => {
    for (const listener of listeners) listener(id)
  }

  const findInBatch = (id: string, at: number): Invocation | undefined => {
    const batch = batches.get(id.slice(0, at))
    const index = Number(id.slice(at + 1))
    // Compared as a whole: a number can be written in many ways.
    if (!batch || !(index < batch.count) || `${id.slice(0, at)}.${index}` !== id) return undefined
    return { id, pluginId: batch.pluginIds[index] as string, ...batch.cause }
  }

  return {
    open(parts) {
      sequence += 1
      const invocation = { ...parts, id: String(sequence) }
      running.set(invocation.id, invocation)
      return invocation
    },
    openAll(pluginIds, cause) {
      sequence += 1
      const key = String(sequence)
      const batch = { pluginIds, cause, count: pluginIds.length }
      batches.set(key, batch)
      return {
        id: key,
        closeFrom(first) {
          const before = batch.count
          batch.count = Math.min(before, first)
          if (batch.count === 0) batches.delete(key)
          for (let index = first; index < before; index += 1) over(`${key}.${index}`)
        },
      }
    },
    find(pluginId, id) {
      const at = id.indexOf('.')
      const invocation = at < 0 ? running.get(id) : findInBatch(id, at)
      return invocation?.pluginId === pluginId ? invocation : undefined
    },
    close({ id }) {
      running.delete(id)
      over(id)
    },
    onClose(listener) { listeners.push(listener) },
  }
}
