import { Type, type Static } from 'typebox'
import { defineOperation } from './operation.ts'
import { Count, Done, Fields } from './schema.ts'

/** A transaction of somebody that keeps all events back. */
export const EventHolder = Fields({
  processId: Type.Integer(), application: Type.String(), state: Type.String(), statement: Type.String(), ageMs: Count,
})

/** What only those may know who run the server. */
export const HealthDetails = Fields({
  events: Fields({
    /** How long the oldest event that is stored and not yet told has been waiting. */
    waitingMs: Count,
    /** For whom it waits. */
    holder: Type.Union([EventHolder, Type.Null()]),
    /** Since the log was read for the last time; it is read every second at least. */
    unreadMs: Count,
  }),
  jobs: Fields({
    /** Whether the alarm clock runs; what is due waits in its rows until it does. */
    isRunning: Type.Boolean(),
    /** By how much the oldest work that is due is late. */
    lateMs: Count,
  }),
  files: Fields({
    /** Of the disk on which uploaded files are; null where the store has no such limit. */
    freeBytes: Type.Union([Count, Type.Null()]),
  }),
  /** Whether the server runs with all rights of the machine, which it does not need. */
  isRoot: Type.Boolean(),
  uptimeMs: Count,
})
export type HealthDetails = Static<typeof HealthDetails>

export const Health = Fields({
  /** Whether all that follows is well. */
  isWell: Type.Boolean(),
  /** Whether it is reached and answers in time. */
  database: Type.Boolean(),
  /** Whether it takes a file, and has room for more. */
  files: Type.Boolean(),
  /** Whether what happens is told within some seconds. */
  events: Type.Boolean(),
  /** Whether work that is due is done. */
  jobs: Type.Boolean(),
  /** Null for those who do not administrate the system. */
  details: Type.Union([HealthDetails, Type.Null()]),
})
export type Health = Static<typeof Health>

export const systemCheckHealth = defineOperation({
  name: 'system.checkHealth', summary: 'Tells whether the parts of the server work; administrators learn more.', safe: true, session: 'optional',
  input: Fields({}), output: Health,
})

export const systemCheckLiveness = defineOperation({
  name: 'system.checkLiveness', summary: 'Answers as long as the server runs. It asks nothing else, so a server is not ended because its database is away.',
  safe: true, session: 'optional', input: Fields({}), output: Done,
})

export const systemCheckReadiness = defineOperation({
  name: 'system.checkReadiness', summary: 'Answers when requests can be served, and else with 503: the database must be there.',
  safe: true, session: 'optional', input: Fields({}), output: Done,
})
