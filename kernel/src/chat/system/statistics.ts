import { statisticsListDays, type DayStatistics } from '@rookery/sdk/protocol'
import { leastIdOf } from '../../ids.ts'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'

const dayMs = 86_400_000
/** Days that have passed change no more; as many are remembered as can be asked for, and some. */
const maximumKept = 120
/** Today is counted anew after so long. */
const freshMs = 30_000
/** Around midnight a post may have its id a little before or after its moment. */
const slackMs = 60_000

type Counts = Omit<DayStatistics, 'day'>
const nothing: Counts = { postCount: 0, authorCount: 0 }
const nameOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)

/** How much is written. Ids are ordered by time, so only posts of the days that are asked for are read, each day once. */
export function createStatistics({ db, access, clock }: Pick<ChatParts, 'db' | 'access' | 'clock'>): AnyImplementation[] {
  /** By days since 1970. */
  const kept = new Map<number, Counts>()
  let latest: { readonly at: number, readonly days: number, readonly found: Promise<DayStatistics[]> } | undefined

  const count = async (from: number, until: number): Promise<Map<number, Counts>> => {
    const found = await db.any<Counts & { day: number }>(sql`
      select p.create_at / ${dayMs}::bigint as day, count(*)::int as "postCount", count(distinct p.user_id) filter (where not u.is_bot)::int as "authorCount"
      from posts p join users u on u.id = p.user_id
      where p.id >= ${leastIdOf(from * dayMs - slackMs)} and p.id < ${leastIdOf(until * dayMs + slackMs)}
        and p.create_at >= ${from * dayMs} and p.create_at < ${until * dayMs} and p.type not like 'system\\_%'
      group by 1`)
    return new Map(found.map(({ day, ...counts }) => [Number(day), counts]))
  }
  const list = async (days: number): Promise<DayStatistics[]> => {
    const today = Math.floor(clock.now() / dayMs)
    const wanted = Array.from({ length: days }, (_nothing, index) => today - days + 1 + index)
    const from = wanted.find((day) => !kept.has(day)) ?? today
    const counted = await count(from, today + 1)
    for (let day = from; day < today; day += 1) kept.set(day, counted.get(day) ?? nothing)
    for (const day of kept.keys()) if (day <= today - maximumKept) kept.delete(day)
    return wanted.map((day) => ({ day: nameOf(day), ...(kept.get(day) ?? counted.get(day) ?? nothing) }))
  }

  return [
    implement(statisticsListDays, {
      access(context) { access.system(context, 'get_analytics') },
      handle(_context, { days = 30 }) {
        const now = clock.now()
        if (!latest || latest.days !== days || now - latest.at >= freshMs) {
          const found = list(days)
          latest = { at: now, days, found }
          found.catch(() => { latest = undefined })
        }
        return latest.found
      },
    }),
  ]
}
