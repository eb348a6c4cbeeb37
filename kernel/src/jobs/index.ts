export { createAlarmClock } from './alarm-clock.ts'
export type { AlarmClock, AlarmClockOptions, AlarmHandler } from './alarm-clock.ts'
export { createDueWork } from './due-work.ts'
export type { DueWork, DueWorkEntry, DueWorkHandling, DueWorkItem, DueWorkOptions, DueWorkState } from './due-work.ts'
