import { execFile } from 'node:child_process'
import { readFile, readlink, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Log } from '../../telemetry/index.ts'
import { EmbeddedPostgresError } from '../errors.ts'

const execute = promisify(execFile)

/** Fast shutdown first, then immediate shutdown, then the kernel of the machine. */
const escalation = [
  { signal: 'SIGINT', deadlineMs: 10_000 },
  { signal: 'SIGQUIT', deadlineMs: 5_000 },
  { signal: 'SIGKILL', deadlineMs: 2_000 },
] as const

/**
 * Stops a Postgres that outlived its server on this cluster. The caller holds the data folder, so whoever runs on the
 * cluster is an orphan and a pid file that names anybody else is stale (a pid is soon reused, in containers at once).
 */
export const stopOrphan = async (cluster: string, log: Log): Promise<void> => {
  const pidFile = join(cluster, 'postmaster.pid')
  const processId = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10)
  if (!(processId > 1)) return
  if (!(await isPostgresOf(cluster, processId))) {
    await rm(pidFile, { force: true })
    return
  }
  log.warn('Stopping a PostgreSQL that outlived its server.', { processId })
  for (const { signal, deadlineMs } of escalation) {
    if (!isAlive(processId)) return
    process.kill(processId, signal)
    if (await isGoneWithin(processId, deadlineMs)) return
  }
  throw new EmbeddedPostgresError(`A PostgreSQL from an earlier run (process ${processId}) does not stop; end it by hand and start again.`)
}

const isPostgresOf = async (cluster: string, processId: number): Promise<boolean> => {
  if (!isAlive(processId)) return false
  if (process.platform === 'linux') {
    // Postgres makes its cluster its working folder.
    const folder = await readlink(`/proc/${processId}/cwd`).catch(() => undefined)
    return folder === (await realpath(cluster))
  }
  const { stdout } = await execute('ps', ['-o', 'command=', '-p', String(processId)]).catch(() => ({ stdout: '' }))
  return stdout.includes(cluster)
}

// A process that is not our child has no exit event.
const isGoneWithin = async (processId: number, deadlineMs: number): Promise<boolean> => {
  const deadline = performance.now() + deadlineMs
  while (performance.now() < deadline) {
    if (!isAlive(processId)) return true
    await wait(10)
  }
  return !isAlive(processId)
}

const isAlive = (processId: number): boolean => {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
