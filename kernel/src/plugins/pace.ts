/** What a plugin says is read by the thread that serves everybody: so much at once, and then so much a second. */
export interface Pace {
  /** Counts what came from the plugin. */
  took(characters: number): void
  /** How long it has to wait before more of it is read; 0 as a rule. */
  waitMs(): number
}

export function createPace({ atOnce, perSecond }: { readonly atOnce: number, readonly perSecond: number }, now: () => number = () => performance.now()): Pace {
  let taken = 0
  let at = now()
  const drain = (): void => {
    const present = now()
    taken = Math.max(0, taken - Math.max(0, present - at) * perSecond / 1000)
    at = present
  }
  return {
    took(characters) { drain(); taken += characters },
    waitMs() {
      if (taken <= atOnce) return 0
      drain()
      return Math.max(0, (taken - atOnce) * 1000 / perSecond)
    },
  }
}
