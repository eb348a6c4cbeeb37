import type { GuestLimits, HostRefusal } from './protocol.ts'

/** What a guest may ask for, whichever isolate it is in: one that was thrown away takes nothing back. */
export interface CallGate {
  /** Answers a refusal in words, or nothing. */
  enter(length: number): HostRefusal | ''
  leave(length: number): void
}

/** Caps of host calls: how many and how much at once, and how often. */
export function createCallGate({ callsUnderWay, callBytes, callsPerSecond, answerBytes }: GuestLimits): CallGate {
  let underWay = 0
  let bytes = 0
  let tokens = callsPerSecond
  let filledAt = performance.now()
  return {
    enter(length) {
      const now = performance.now()
      tokens = Math.min(callsPerSecond, tokens + (now - filledAt) * callsPerSecond / 1000)
      filledAt = now
      if (length > answerBytes) return 'the input of a call is too large'
      if (underWay >= callsUnderWay) return 'too many calls under way'
      if (bytes + length > callBytes) return 'the calls under way are too large'
      if (tokens < 1) return 'too many calls per second'
      tokens -= 1
      underWay += 1
      bytes += length
      return ''
    },
    leave(length) {
      underWay -= 1
      bytes -= length
    },
  }
}
