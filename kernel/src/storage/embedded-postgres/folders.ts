import { createHash } from 'node:crypto'
import { chmod, chown, lchown, lstat, mkdir, readdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { EmbeddedPostgresError } from '../errors.ts'
import type { OperatingUser } from './operating-user.ts'

export interface PostgresFolders {
  readonly root: string
  readonly cluster: string
  readonly passwordFile: string
  readonly readyFile: string
  readonly logFile: string
}

/** `<data folder>/postgres/`: the cluster belongs to the user that Postgres runs as, all else to the server. */
export const locatePostgresFolders = (dataFolder: string): PostgresFolders => {
  const root = join(dataFolder, 'postgres')
  return {
    root,
    cluster: join(root, 'cluster'),
    passwordFile: join(root, 'password'),
    readyFile: join(root, 'ready'),
    logFile: join(root, 'postgres.log'),
  }
}

/**
 * Makes a folder for us alone. When we are root, Postgres runs as somebody else, who may cross it but not list it; a
 * folder that was there keeps its mode but for that.
 */
export const openFolder = async (folder: string): Promise<void> => {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (process.getuid?.() !== 0) return
  for (let each = folder; ; each = dirname(each)) {
    const { mode } = await stat(each)
    if ((mode & mayCross) !== mayCross) await chmod(each, (mode & 0o7777) | mayCross)
    if (!first || each === first) return
  }
}

const mayCross = 0o011

/** A folder of Postgres's own. */
export const makeOwnedFolder = async (folder: string, user: OperatingUser): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await giveFolder(folder, user)
}

/** Hands the tree over when it belongs to another user, as after a change of the way Postgres is run. */
export const giveFolder = async (folder: string, user: OperatingUser): Promise<void> => {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = user.owner ?? { uid: 0, gid: 0 }
  if ((await lstat(folder)).uid === uid) return
  for (const name of await readdir(folder, { recursive: true })) await lchown(join(folder, name), uid, gid)
  // The top is last, so that an interrupted hand-over is begun again.
  await chown(folder, uid, gid)
}

/** The address of a unix socket holds about 100 bytes: a data folder with a long path gets a short socket folder elsewhere. */
export const makeSocketFolder = async (root: string, user: OperatingUser): Promise<string> => {
  const inside = join(root, 'socket')
  const folder = Buffer.byteLength(inside) <= maximumSocketFolderBytes ? inside : join(tmpdir(), `rookery-${shortHash(root)}`)
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await assertOurs(folder, user)
  await giveFolder(folder, user)
  await chmod(folder, 0o700)
  return folder
}

/** 104 bytes on macOS and 108 on Linux, less the name of the socket and its lock file. */
const maximumSocketFolderBytes = 80

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

// Everybody may make folders in the temporary folder: one made by a stranger is refused.
const assertOurs = async (folder: string, user: OperatingUser): Promise<void> => {
  const entry = await lstat(folder)
  const { uid } = entry
  const isOurs = entry.isDirectory() && [process.getuid?.() ?? uid, user.owner?.uid].includes(uid)
  if (!isOurs) throw new EmbeddedPostgresError(`The folder ${folder} belongs to somebody else; remove it and start again.`)
}
