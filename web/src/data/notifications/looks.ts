/** What is on the screen in all tabs of one account in this browser. */
export interface Looks {
  /** Says what this tab shows to somebody now; nothing while nobody sees it. */
  show(places: readonly string[]): void
  /** Whether one of the places is on the screen in any tab. */
  areShown(places: readonly string[]): Promise<boolean>
}

/**
 * A place is on the screen as long as a tab holds the lock of its name: a tab that goes, or crashes, shows nothing any
 * more. Without locks (pages that are not secure have none) a tab knows of itself alone.
 */
export function createLooks(prefix: string, locks: Pick<LockManager, 'request' | 'query'> | undefined): Looks {
  const held = new Map<string, AbortController>()
  const hold = (place: string): void => {
    const release = new AbortController()
    held.set(place, release)
    locks?.request(`${prefix}${place}`, { mode: 'shared' }, () => new Promise<void>((resolve) => {
      if (release.signal.aborted) resolve()
      else release.signal.addEventListener('abort', () => { resolve() })
    })).catch(() => {})
  }
  return {
    show(places) {
      for (const [place, release] of held) {
        if (places.includes(place)) continue
        release.abort()
        held.delete(place)
      }
      for (const place of places) if (!held.has(place)) hold(place)
    },
    async areShown(places) {
      if (places.some((place) => held.has(place))) return true
      const names = new Set((await locks?.query())?.held?.map(({ name }) => name))
      return places.some((place) => names.has(`${prefix}${place}`))
    },
  }
}

/** So long a tab that hears of a post later than another finds that it was told. */
const claimedMs = 60_000

/** True in the first tab that asks for this name, false in all others. */
export function claim(name: string, locks: Pick<LockManager, 'request'> | undefined, forMs = claimedMs): Promise<boolean> {
  if (!locks) return Promise.resolve(true)
  return new Promise((resolve) => {
    locks.request(name, { ifAvailable: true }, async (lock) => {
      resolve(lock !== null)
      if (lock) await new Promise((end) => { setTimeout(end, forMs) })
    }).catch(() => { resolve(true) })
  })
}
