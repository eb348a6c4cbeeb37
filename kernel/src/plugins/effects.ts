import type { Clock } from '../clock.ts'

/**
 * How far down a chain of effects the accounts act through which plugins do things. Events do not carry it: whoever
 * hears of an event by such an account takes it for an effect of what was done lately. So two plugins that answer each
 * other come to an end (the dispatcher bounds the depth), also through observers.
 */
export interface Effects {
  note(userId: string, depth: number): void
  /** @param at when something happened that the account is said to have done */
  depthOf(userId: string, at?: number): number
}

const rememberedMs = 5000
const maximumRemembered = 10_000

export function createEffects({ clock }: { clock: Clock }): Effects {
  const latest = new Map<string, { depth: number, at: number }>()
  // Whoever hears of an event late, because much came before it, hears of an effect all the same.
  const depthOf = (userId: string, at = clock.now()): number => {
    const found = latest.get(userId)
    return found && Math.abs(at - found.at) < rememberedMs ? found.depth : 0
  }
  return {
    depthOf,
    note(userId, depth) {
      if (depth < depthOf(userId)) return
      latest.delete(userId)
      latest.set(userId, { depth, at: clock.now() })
      const [oldest] = latest.keys()
      if (latest.size > maximumRemembered && oldest !== undefined) latest.delete(oldest)
    },
  }
}
