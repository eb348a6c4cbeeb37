import type { Clock } from '../clock.ts'

/**
 * How far down a chain of effects the accounts act through which plugins do things. Events do not carry it: whoever
 * hears of an event by such an account takes it for an effect of what was done lately. So two plugins that answer each
 * other come to an end (the dispatcher bounds the depth), also through observers.
 */
export interface Effects {
  note(userId: string, depth: number): void
  depthOf(userId: string): number
}

const rememberedMs = 5000
const maximumRemembered = 10_000

export function createEffects({ clock }: { clock: Clock }): Effects {
  const latest = new Map<string, { depth: number, at: number }>()
  const depthOf = (userId: string): number => {
    const found = latest.get(userId)
    return found && clock.now() - found.at < rememberedMs ? found.depth : 0
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
