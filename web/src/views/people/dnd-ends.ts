import type { Calendar } from '../../locales/index.ts'

/** How long somebody may be left alone, by its name. `open` ends by hand. */
export const dndDurations = ['open', 'halfHour', 'hour', 'twoHours', 'tomorrow'] as const
export type DndDuration = typeof dndDurations[number]

const minutes = { halfHour: 30, hour: 60, twoHours: 120 } as const

/** When do-not-disturb ends, 0 for never. Tomorrow begins at nine o'clock, where the reader is. */
export function dndEndOf(duration: DndDuration, now: number, { dayOf, later, startOf }: Calendar): number {
  if (duration === 'open') return 0
  if (duration !== 'tomorrow') return now + minutes[duration] * 60_000
  return startOf(later(dayOf(now), 1)) + 9 * 3_600_000
}
