import pg from 'pg'
import { DatabaseUnavailableError } from './errors.ts'
import type { HotStatement } from './queries.ts'

/** Hot statements on few connections. */
export interface Lanes {
  run(statement: HotStatement): Promise<readonly unknown[]>
}

/** `lose`: nobody is sent there any more. */
interface Lane { readonly client: pg.PoolClient, readonly lose: () => void, taken: number, isLost: boolean }
interface Waiting {
  readonly statement: HotStatement
  readonly since: number
  readonly resolve: (rows: readonly unknown[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * So many reads are under way on one connection: while one is answered the next lies there already, and neither side falls
 * asleep in between. More would only stand behind each other while another connection has nothing to do.
 */
const places = 2
/** What writes may wait for somebody's lock, who may be waiting for what would stand behind it: it has a connection to itself. */
const placesOf = ({ writes }: HotStatement): number => (writes ? places : 1)

/**
 * Statements go where the fewest are under way. Connections are taken from the pool while there is work and given back
 * after it, so it is the pool that opens them, gives up those that nobody needs, and waits for them at the end.
 */
export function createLanes({ pool, maximumLanes, patienceMs }: { pool: pg.Pool, maximumLanes: number, patienceMs: number }): Lanes {
  const lanes = new Set<Lane>()
  const queue: Waiting[] = []
  let opening = 0
  let timer: NodeJS.Timeout | undefined

  const freest = (): Lane | undefined => {
    let found: Lane | undefined
    for (const lane of lanes) if (!found || lane.taken < found.taken) found = lane
    return found
  }
  const open = async (): Promise<void> => {
    opening += 1
    const client = await pool.connect().catch((error: unknown) => {
      // Those that are open serve the others.
      if (lanes.size === 0) for (const { reject } of queue.splice(0)) reject(error)
    })
    opening -= 1
    if (!client) { pump(); return }
    const lane: Lane = { client, taken: 0, isLost: false, lose: () => { lane.isLost = true; lanes.delete(lane) } }
    // Whoever waits for an answer on it is told by himself.
    client.on('error', lane.lose)
    lanes.add(lane)
    pump()
    giveBack(lane)
  }
  const giveBack = (lane: Lane): void => {
    if (lane.taken > 0) return
    lanes.delete(lane)
    lane.client.off('error', lane.lose)
    lane.client.release(lane.isLost)
  }
  const send = async (lane: Lane, { statement, resolve, reject }: Waiting): Promise<void> => {
    const { name, text, values } = statement
    lane.taken += placesOf(statement)
    try {
      resolve((await lane.client.query({ name, text, values: values as unknown[] })).rows)
    } catch (error) {
      // What the server did not say itself is of the connection.
      if (!(error instanceof pg.DatabaseError)) lane.lose()
      reject(error)
    }
    lane.taken -= placesOf(statement)
    pump()
    giveBack(lane)
  }
  const pump = (): void => {
    for (let next = queue[0]; next; next = queue[0]) {
      const lane = freest()
      if ((!lane || lane.taken > 0) && opening < queue.length && lanes.size + opening < maximumLanes) void open()
      if (!lane || lane.taken + placesOf(next.statement) > places) break
      queue.shift()
      void send(lane, next)
    }
    if (queue.length > 0) timer ??= setTimeout(refuseOverdue, patienceMs)
    else if (timer) { clearTimeout(timer); timer = undefined }
  }
  const refuseOverdue = (): void => {
    timer = undefined
    const since = performance.now() - patienceMs
    while (queue[0] && queue[0].since <= since) queue.shift()?.reject(new DatabaseUnavailableError(new Error('no connection became free in time')))
    if (queue[0]) timer = setTimeout(refuseOverdue, Math.max(1, queue[0].since - since))
  }

  return {
    run: (statement) => new Promise((resolve, reject) => {
      queue.push({ statement, since: performance.now(), resolve, reject })
      pump()
    }),
  }
}
