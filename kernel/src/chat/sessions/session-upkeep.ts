import { sessionEnded } from '@rookery/sdk/protocol'
import { rows, sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'

/** Ends sessions whose time is over, so that their sockets close within a second, and notes when sessions were last used. */
export interface SessionUpkeep {
  start(): void
  /** Notes what has not been noted yet. */
  stop(): Promise<void>
}

const sweepEveryMs = 1000
const noteEverySweeps = 60
const maximumPerSweep = 500

export function createSessionUpkeep({ db, writer, sessions, clock, log }: Pick<ChatParts, 'db' | 'writer' | 'sessions' | 'clock' | 'log'>): SessionUpkeep {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let sweeps = 0
  // A database that is away for a while is complained of once.
  let isTroubled = false

  const noteActivity = async (): Promise<void> => {
    const activity = sessions.takeActivity()
    if (activity.length === 0) return
    await db.query(sql`
      update sessions s set last_activity_at = greatest(s.last_activity_at, a.at)
      from ${rows(activity, { id: 'text', at: 'int8' })} as a(id, at) where s.id = a.id`)
  }
  const endExpired = async (): Promise<void> => {
    // Outside of a transaction first: nearly always there are none.
    const due = await db.maybeOne(sql`select 1 as one from sessions where expires_at > 0 and expires_at <= ${clock.now()} limit 1`)
    if (!due) return
    await writer.write(async (transaction, emit) => {
      const ended = await transaction.any<{ userId: string, ids: string[] }>(sql`
        with ended as (
          delete from sessions where id in (
            select id from sessions where expires_at > 0 and expires_at <= ${clock.now()} order by expires_at limit ${maximumPerSweep} for update skip locked)
          returning id, user_id)
        select user_id as "userId", array_agg(id) as ids from ended group by user_id`)
      for (const { userId, ids } of ended) emit(sessionEnded, { userId, sessionIds: ids }, { userId })
    })
  }
  const sweep = (): void => {
    if (running) return
    sweeps += 1
    const isTimeToNote = sweeps % noteEverySweeps === 0
    running = Promise.all([endExpired(), isTimeToNote ? noteActivity() : undefined])
      .then(() => { isTroubled = false }, (error: unknown) => {
        if (!isTroubled) log.warn('Sessions cannot be looked after now', { error })
        isTroubled = true
      })
      .finally(() => { running = undefined })
  }
  return {
    start() {
      timer = setInterval(sweep, sweepEveryMs)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      await running
      await noteActivity()
    },
  }
}
