import type { ToHost } from './protocol.ts'

/** What the kernel tells once of a hook, as JSON: what would be the same at each call. */
export interface HookText {
  readonly needs: readonly string[]
  /** The part of what it is told that does not change from call to call. */
  readonly constant: Readonly<Record<string, unknown>>
}

/** A handler of a plugin that takes part in operations. */
export interface Hook {
  readonly number: number
  readonly slot: number
  readonly name: string
  readonly deadlineMs: number
  readonly needs: readonly string[]
  /** The same for all that need the same. */
  readonly needsKey: string
  /** JSON of an object. */
  readonly constant: string
}

export interface HookTable {
  add(message: Extract<ToHost, { type: 'hook' }>, text: string): void
  find(number: number): Hook | undefined
  forget(slot: number): void
}

export function createHookTable(): HookTable {
  const hooks = new Map<number, Hook>()
  return {
    add({ hook: number, instead, slot, name, deadlineMs }, text) {
      const { needs, constant } = JSON.parse(text) as HookText
      hooks.delete(instead)
      hooks.set(number, { number, slot, name, deadlineMs, needs, needsKey: needs.join('\n'), constant: JSON.stringify(constant) })
    },
    find: (number) => hooks.get(number),
    forget(slot) {
      for (const hook of hooks.values()) if (hook.slot === slot) hooks.delete(hook.number)
    },
  }
}
