/** How long somebody may be left alone, by its name. `open` ends by hand. */
export const dndDurations = ['open', 'halfHour', 'hour', 'twoHours', 'tomorrow'] as const
export type DndDuration = typeof dndDurations[number]

const minutes = { halfHour: 30, hour: 60, twoHours: 120 } as const

/** When do-not-disturb ends, 0 for never. Tomorrow begins at nine o'clock, where this browser is. */
export function dndEndOf(duration: DndDuration, now: number): number {
  if (duration === 'open') return 0
  if (duration !== 'tomorrow') return now + minutes[duration] * 60_000
  const day = new Date(now)
  day.setDate(day.getDate() + 1)
  return day.setHours(9, 0, 0, 0)
}
