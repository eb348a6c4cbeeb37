import { createHash } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { LRUCache } from 'lru-cache'
import { RookeryError } from '@rookery/sdk/protocol'
import type { ParserRequest } from './parser-thread.ts'
import type { JudgeOptions, Judgement, StatementEffect } from './statement-judge.ts'

/** Reads statements of plugins with PostgreSQL's own parser, in a thread: a text may hold it up or break it. */
export interface StatementParser {
  /** Throws `statement_refused`. */
  judge(text: string, options: JudgeOptions): Promise<StatementEffect>
  stop(): Promise<void>
}

const deadlineMs = 2000
/** Statements are few, and asked for again and again; the thread goes when nobody needs it. */
const idleMs = 60_000
const maximumRemembered = 2000
const self = fileURLToPath(import.meta.url)
const thread = path.join(path.dirname(self), `parser-thread${path.extname(self)}`)

export function createStatementParser(): StatementParser {
  const remembered = new LRUCache<string, Judgement>({ max: maximumRemembered })
  let worker: Worker | undefined
  let idleTimer: NodeJS.Timeout | undefined
  /** One after the other: so it is known which text broke the thread, and that one is not read again. */
  let last: Promise<unknown> = Promise.resolve()

  const discard = async (): Promise<void> => {
    const gone = worker
    worker = undefined
    await gone?.terminate()
  }

  const start = (): Worker => {
    const started = new Worker(thread, { resourceLimits: { maxOldGenerationSizeMb: 128, stackSizeMb: 4 }, env: {} })
    started.unref()
    started.on('error', () => {})
    started.on('exit', () => { if (worker === started) worker = undefined })
    return started
  }

  const read = async (text: string, options: JudgeOptions): Promise<Judgement> => {
    clearTimeout(idleTimer)
    const asked = worker ??= start()
    asked.postMessage({ text, ...options } satisfies ParserRequest)
    try {
      const [judgement] = await once(asked, 'message', { signal: AbortSignal.timeout(deadlineMs) }) as [Judgement]
      idleTimer = setTimeout(() => { void discard() }, idleMs)
      idleTimer.unref()
      return judgement
    } catch {
      await discard()
      return { reason: 'it cannot be read' }
    }
  }

  return {
    async judge(text, { schema, isMigration }) {
      const key = createHash('sha256').update(JSON.stringify([isMigration, schema, text])).digest('base64')
      let judgement = remembered.get(key)
      if (!judgement) {
        const reading = last.then(() => read(text, { schema, isMigration }))
        last = reading
        judgement = await reading
        remembered.set(key, judgement)
      }
      if ('reason' in judgement) throw new RookeryError('statement_refused', { reason: judgement.reason })
      return judgement.effect
    },
    async stop() {
      clearTimeout(idleTimer)
      await discard()
    },
  }
}
