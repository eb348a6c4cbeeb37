import { readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openFolder } from './embedded-postgres/index.ts'
import { DataFolderInUseError } from './errors.ts'

export interface DataFolder {
  /** Absolute. */
  readonly path: string
  /** Frees the folder for another server. */
  release(): Promise<void>
}

/**
 * Makes the data folder and holds it. The lock is SQLite's: a lock of the operating system on a file, which dies with
 * the process however it dies, holds between containers that share the folder, and needs no helper program.
 */
export const openDataFolder = async (folder: string): Promise<DataFolder> => {
  const path = resolve(folder)
  await openFolder(path)
  const holderFile = join(path, 'rookery.pid')
  const lock = takeLock(join(path, 'rookery.lock'))
  if (!lock) throw new DataFolderInUseError(path, await readHolder(holderFile))
  await writeFile(holderFile, `${process.pid}\n`, { mode: 0o600 })
  return {
    path,
    async release() {
      if (!lock.isOpen) return
      await rm(holderFile, { force: true })
      lock.close()
    },
  }
}

const takeLock = (file: string): DatabaseSync | undefined => {
  const lock = new DatabaseSync(file, { timeout: 0 })
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    if ((error as { errcode?: number }).errcode === sqliteBusy) return undefined
    throw error
  }
}

const sqliteBusy = 5

const readHolder = async (file: string): Promise<number | undefined> => {
  const processId = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
  return processId > 0 ? processId : undefined
}
