import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedPostgresError } from '../errors.ts'
import type { PostgresBinaries } from './binaries.ts'
import { giveFolder, makeOwnedFolder, type PostgresFolders } from './folders.ts'
import { childEnvironment, commandAs, type OperatingUser } from './operating-user.ts'

const execute = promisify(execFile)

export const superuser = 'rookery'

export interface ClusterOptions {
  readonly folders: PostgresFolders
  readonly binaries: PostgresBinaries
  readonly user: OperatingUser
  /** Off for tests only: leaves flushing to the machine. */
  readonly isDurable: boolean
}

/** Makes the cluster at the first start and returns its password. A start that is cut short leaves nothing half made. */
export const prepareCluster = async ({ folders, binaries, user, isDurable }: ClusterOptions): Promise<string> => {
  const existing = await readVersion(folders.cluster)
  if (existing === undefined) return createCluster({ folders, binaries, user, isDurable })
  if (existing !== binaries.major) {
    throw new EmbeddedPostgresError(
      `The data in ${folders.cluster} was written by PostgreSQL ${existing} and this release brings PostgreSQL ${binaries.major}; dump it with the earlier release and load it into a new folder.`,
    )
  }
  await giveFolder(folders.cluster, user)
  return readFile(folders.passwordFile, 'utf8')
}

const createCluster = async ({ folders, binaries, user, isDurable }: ClusterOptions): Promise<string> => {
  const draft = join(folders.root, 'cluster.new')
  const passwordCopy = join(folders.root, 'password.new')
  await rm(draft, { recursive: true, force: true })
  await makeOwnedFolder(draft, user)
  const password = randomBytes(24).toString('base64url')
  await writeFile(folders.passwordFile, password, { mode: 0o600 })
  // initdb reads the password as the user of Postgres, who may not read the file that we keep.
  await rm(passwordCopy, { force: true })
  await writeFile(passwordCopy, password, { mode: 0o600 })
  if (user.owner) await chown(passwordCopy, user.owner.uid, user.owner.gid)
  const [command, words] = commandAs(user, binaries.initdb, [
    ...['-D', draft, '-U', superuser, `--pwfile=${passwordCopy}`, '--auth=scram-sha-256', '--encoding=UTF8'],
    ...['--locale-provider=builtin', '--locale=C.UTF-8', '--builtin-locale=C.UTF-8', '--no-instructions'],
    ...(isDurable ? [] : ['--no-sync']),
  ])
  try {
    await execute(command, words, { ...user.spawnOptions, cwd: '/', env: childEnvironment() })
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string }
    throw new EmbeddedPostgresError(`initdb failed in ${folders.root}: ${stderr.trim()}`, { cause })
  } finally {
    await rm(passwordCopy, { force: true })
  }
  await rm(folders.readyFile, { force: true })
  await rename(draft, folders.cluster)
  return password
}

const readVersion = async (cluster: string): Promise<string | undefined> =>
  (await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined))?.trim()
