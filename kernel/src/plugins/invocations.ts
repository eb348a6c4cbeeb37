import type { Context } from '../operations/index.ts'

/** A handler of a plugin that is running: what it asks for is judged by what led to it. */
export interface Invocation {
  readonly id: string
  readonly pluginId: string
  /** On whose behalf; undefined where nobody in particular made it run. */
  readonly trigger: Context | undefined
  readonly causeDepth: number
}

export interface Invocations {
  open(invocation: Omit<Invocation, 'id'>): Invocation
  /** Only to the plugin that it belongs to. */
  find(pluginId: string, id: string): Invocation | undefined
  close(invocation: Invocation): void
  /** Hears of every invocation that is over. */
  onClose(listener: (id: string) => void): void
}

export function createInvocations(): Invocations {
  const running = new Map<string, Invocation>()
  const listeners: ((id: string) => void)[] = []
  let sequence = 0
  return {
    open(parts) {
      sequence += 1
      const invocation = { ...parts, id: String(sequence) }
      running.set(invocation.id, invocation)
      return invocation
    },
    find(pluginId, id) {
      const invocation = running.get(id)
      return invocation?.pluginId === pluginId ? invocation : undefined
    },
    close({ id }) {
      running.delete(id)
      for (const listener of listeners) listener(id)
    },
    onClose(listener) { listeners.push(listener) },
  }
}
