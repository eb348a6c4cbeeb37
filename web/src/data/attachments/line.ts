import type { RequestLimits } from '@rookery/sdk/client'
import { RookeryError } from '@rookery/sdk/protocol'
import { hasMovedOn } from './transfer.ts'

/** Until a part that nobody answered is sent again; for its bytes there is time besides. */
const answerMs = 30_000

/** What is asked over a line that may go and come back. */
export interface Line {
  /** Throws `upload_moved_on` where the line became another one meanwhile: nobody knows how far it came. */
  ask<Value>(signal: AbortSignal, work: (limits: RequestLimits) => Promise<Value>): Promise<Value>
  /** The same for what does no harm twice: it is asked again. */
  askAgain<Value>(signal: AbortSignal, work: (limits: RequestLimits) => Promise<Value>): Promise<Value>
  /** The connection is back: what hangs on the old line is given up. */
  renew(): void
}

export function createLine(): Line {
  const open = new Set<AbortController>()
  const ask: Line['ask'] = async (signal, work) => {
    const abort = new AbortController()
    open.add(abort)
    try {
      return await work({ signal: AbortSignal.any([signal, abort.signal]), timeoutMs: answerMs })
    } catch (error) {
      throw abort.signal.aborted && !signal.aborted ? new RookeryError('upload_moved_on') : error
    } finally {
      open.delete(abort)
    }
  }
  return {
    ask,
    async askAgain(signal, work) {
      for (;;) {
        try {
          return await ask(signal, work)
        } catch (error) {
          if (!hasMovedOn(error)) throw error
        }
      }
    },
    renew() { for (const abort of open) abort.abort() },
  }
}
