import { RookeryError, systemCheckHealth, systemCheckLiveness, systemCheckReadiness, type Health } from '@rookery/sdk/protocol'
import type { Holder, Tail } from '../../events/index.ts'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'

type Parts = Pick<ChatParts, 'db' | 'access' | 'files' | 'dueWork' | 'clock'> & { readonly tail: Pick<Tail, 'lag' | 'holder'> }

/** What is found is told again for so long: strangers may ask, and asking must cost nothing. */
const freshMs = 1000
/** A part that takes longer than this to say that it is well is not. */
const patienceMs = 2000
/** Less room than this is soon no room. */
const minimumFreeBytes = 256 * 1024 * 1024
/** Clients show what happens as now; somewhat later is late. */
const maximumWaitingMs = 10_000
/** The sweep of due work looks once in a minute. */
const maximumLateMs = 5 * 60_000

interface Found extends Omit<Health, 'details'> { readonly details: NonNullable<Health['details']> }

/** Answers undefined where it fails or takes too long. */
async function attempt<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => { timer = setTimeout(() => { resolve(undefined) }, patienceMs) })
  try {
    return await Promise.race([ask(), late])
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

/** Whether the server is alive, ready and well. */
export function createHealth({ db, access, files, dueWork, clock, tail }: Parts): AnyImplementation[] {
  const startedAt = clock.now()
  let latest: { readonly at: number, readonly found: Promise<Found> } | undefined

  const look = async (): Promise<Found> => {
    const { waitingMs, unreadMs } = tail.lag()
    const [answer, room, work, holder] = await Promise.all([
      attempt(() => db.value<number>(sql`select 1`)),
      attempt(() => files.probe()),
      attempt(() => dueWork.state()),
      waitingMs > 0 ? attempt<Holder | undefined>(() => tail.holder()) : undefined,
    ])
    const database = answer === 1
    const hasRoom = room !== undefined && (room.freeBytes ?? Infinity) >= minimumFreeBytes
    const events = waitingMs < maximumWaitingMs && unreadMs < maximumWaitingMs
    const jobs = work !== undefined && work.isRunning && work.lateMs < maximumLateMs
    return {
      isWell: database && hasRoom && events && jobs, database, files: hasRoom, events, jobs,
      details: {
        events: { waitingMs, holder: holder ?? null, unreadMs: Math.min(unreadMs, Number.MAX_SAFE_INTEGER) },
        jobs: { isRunning: work?.isRunning ?? false, lateMs: work?.lateMs ?? 0 },
        files: { freeBytes: room?.freeBytes ?? null },
        isRoot: process.geteuid?.() === 0, uptimeMs: Math.max(0, clock.now() - startedAt),
      },
    }
  }
  /** By the process's steady clock, whatever happens to the time of day. */
  const find = (): Promise<Found> => {
    const now = performance.now()
    if (!latest || now - latest.at >= freshMs) latest = { at: now, found: look() }
    return latest.found
  }

  return [
    implement(systemCheckLiveness, { access() {}, handle: () => ({}) }),
    implement(systemCheckReadiness, {
      access() {},
      async handle() {
        if (!(await find()).database) throw new RookeryError('unavailable', { retryAfterSeconds: 2 })
        return {}
      },
    }),
    implement(systemCheckHealth, {
      access: (context) => access.hasSystem(context, 'manage_system'),
      async handle(_context, _input, isAdmin) {
        const { details, ...state } = await find()
        return { ...state, details: isAdmin ? details : null }
      },
    }),
  ]
}
