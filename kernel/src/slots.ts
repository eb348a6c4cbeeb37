import { RookeryError, type ErrorCode } from '@rookery/sdk/protocol'

export interface SlotsOptions {
  /** That one key may hold at once; asked each time, for it may be a setting. */
  readonly perKey: () => number
  /** That all may hold together; asked each time too. */
  readonly total: () => number
  /** Told to a key that holds as many as it may: `maximum`, and when to try again. */
  readonly refusal: ErrorCode
  /** How long one is held usually: it makes the advice when to try again. */
  readonly typicalMs: number
}

/** Bounds how much of something costly is under way at once, for each who asks and for all together. Nobody waits. */
export interface Slots {
  /** Takes one and answers how to give it back; throws the refusal, or `unavailable` where all are taken by others. `maximum`: of a key that may hold another number than others. */
  take(key: string, maximum?: number): () => void
  /** For tests and gauges: how many are held. */
  readonly size: number
}

export function createSlots({ perKey, total, refusal, typicalMs }: SlotsOptions): Slots {
  const held = new Map<string, number>()
  const retryAfterSeconds = Math.max(1, Math.ceil(typicalMs / 1000))
  let all = 0
  return {
    get size() { return all },
    take(key, maximum = perKey()) {
      const mine = held.get(key) ?? 0
      if (mine >= maximum) throw new RookeryError(refusal, { maximum, retryAfterSeconds })
      if (all >= total()) throw new RookeryError('unavailable', { retryAfterSeconds })
      held.set(key, mine + 1)
      all += 1
      let isHeld = true
      return () => {
        if (!isHeld) return
        isHeld = false
        all -= 1
        const left = (held.get(key) ?? 1) - 1
        if (left > 0) held.set(key, left)
        else held.delete(key)
      }
    },
  }
}
