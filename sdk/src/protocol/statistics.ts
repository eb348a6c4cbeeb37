import { Type, type Static } from 'typebox'
import { defineOperation } from './operation.ts'
import { Count, Fields } from './schema.ts'

/** What happened on one day, in Greenwich. */
export const DayStatistics = Fields({
  /** Such as 2026-11-21. */
  day: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  /** Posts that people and bots wrote, deleted ones too. */
  postCount: Count,
  /** People who wrote. */
  authorCount: Count,
})
export type DayStatistics = Static<typeof DayStatistics>

export const statisticsListDays = defineOperation({
  name: 'statistics.listDays', safe: true, summary: 'Tells for each of the latest days how much was written and by how many; today is the last one.',
  input: Fields({ days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90, default: 30 })) }), output: Type.Array(DayStatistics),
})
