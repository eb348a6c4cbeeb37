import type { Clock } from '../clock.ts'
import { sql, type Database } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'

/** How long the log keeps events; a reader left behind further reads everything anew. */
export const retentionDays = 7

const dayMs = 86_400_000
const hourMs = 3_600_000
/** Made before they are needed, so that a failure has time to be put right. */
const daysAhead = 2

/** Keeps the daily partitions of the event log: some days ahead, and no more than the retention behind. */
export interface Partitions {
  /** Does what is due now; runs at the start and hourly by itself. */
  maintain(): Promise<void>
  start(): Promise<void>
  stop(): void
}

export function createPartitions({ db, clock, log }: { db: Database, clock: Clock, log: Log }): Partitions {
  let timer: NodeJS.Timeout | undefined
  const maintain = async (): Promise<void> => {
    const today = Math.floor(clock.now() / dayMs) * dayMs
    for (let ahead = 0; ahead <= daysAhead; ahead += 1) {
      // A transaction each: the lock of one is not held while the next is waited for.
      await db.transact((transaction) => transaction.query(sql`select make_events_day(${today + ahead * dayMs}::bigint)`))
    }
    const dropped = await db.transact((transaction) => transaction.value<number>(sql`select drop_events_before(${today - retentionDays * dayMs}::bigint)`))
    if (dropped > 0) log.info('Old days of the event log were dropped', { days: dropped })
  }
  /** Events without a day of their own go to the partition for the rest, so a failure waits for the next hour. */
  const tryToMaintain = (): Promise<void> => maintain().catch((error: unknown) => { log.warn('The days of the event log could not be kept', { error }) })
  return {
    maintain,
    async start() {
      await tryToMaintain()
      timer = setInterval(() => { void tryToMaintain() }, hourMs).unref()
    },
    stop() { clearInterval(timer) },
  }
}
