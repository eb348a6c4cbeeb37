import type { ObserverContribution, ObserverPast, RookeryEvent } from '@rookery/sdk/protocol'
import type { PastEvent, PastEvents } from '../../chat/index.ts'
import { pick } from '../../plugin-host/index.ts'
import type { Taken } from './deliver.ts'

/** How far an observer has come that hears first of what was before it. */
export interface PastStanding extends ObserverPast {
  /** The last thing of which it has heard. */
  readonly after: string
  /** Things that were made later are told by the log. */
  readonly before: string
}

export interface Failed { readonly event: RookeryEvent, readonly reason: string }

/** Goes through what was before an observer began, page by page. */
export interface Past {
  readonly standing: ObserverPast
  /** Delivers the next page and writes down how far that is; does nothing where it was stopped meanwhile. */
  next(): Promise<void>
}

interface PastOptions {
  readonly contribution: ObserverContribution
  readonly stored: PastStanding
  readonly events: PastEvents
  /** Undefined where it was stopped before somebody could be asked. */
  readonly hand: (events: readonly RookeryEvent[]) => Promise<Exclude<Taken, { kind: 'unavailable' }> | undefined>
  /** Puts away what failed, in the transaction that writes down how far it has come. */
  readonly settle: (standing: PastStanding, failed: readonly Failed[]) => Promise<void>
  readonly askedAgain: string
}

const pageSize = 1000
/** Characters of what is handed over at once: a message to a host has room for it. */
const maximumLength = 1024 * 1024

export function createPast({ contribution, stored, events, hand, settle, askedAgain }: PastOptions): Past {
  let standing = stored
  const { event } = contribution

  /** Where a batch fails, one of its events is to blame: halves show which. */
  const takeIn = async (batch: readonly RookeryEvent[]): Promise<readonly Failed[] | undefined> => {
    const taken = await hand(batch)
    if (!taken) return undefined
    if (taken.kind === 'done') return batch.filter(({ cursor = '' }) => taken.failed.has(cursor)).map((each) => ({ event: each, reason: askedAgain }))
    if (batch.length === 1) return [{ event: batch[0] as RookeryEvent, reason: taken.reason }]
    const middle = Math.ceil(batch.length / 2)
    const first = await takeIn(batch.slice(0, middle))
    const second = first && await takeIn(batch.slice(middle))
    return second && [...first, ...second]
  }

  const advance = async (next: PastStanding, failed: readonly Failed[]): Promise<void> => {
    await settle(next, failed)
    standing = next
  }

  return {
    get standing() { return { done: standing.done, total: standing.total, isComplete: standing.isComplete } },
    async next() {
      const page = await events.page(event as Parameters<PastEvents['page']>[0], standing, pageSize)
      if (page.length === 0) { await advance({ ...standing, isComplete: true }, []); return }
      for (const batch of portions(page, contribution)) {
        const failed = await takeIn(batch)
        if (!failed) return
        await advance({ ...standing, after: (batch.at(-1) as PastEvent).id, done: standing.done + batch.length }, failed)
      }
    },
  }
}

function portions(page: readonly PastEvent[], { needs }: ObserverContribution): PastEvent[][] {
  const batches: PastEvent[][] = []
  let length = Infinity
  for (const event of page) {
    const size = JSON.stringify(pick(event.payload, needs)).length
    if (length + size > maximumLength) {
      batches.push([])
      length = 0
    }
    batches.at(-1)?.push(event)
    length += size
  }
  return batches
}
