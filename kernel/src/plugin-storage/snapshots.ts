import { Readable } from 'node:stream'
import type { FileStore } from '../storage/index.ts'

/** What was copied aside of one kind of storage: a description and streams of bytes. */
export interface Snapshot {
  readonly about: unknown
  open(part: number): Promise<Readable>
}

/** Copies of what plugins keep, for the time of an upgrade. */
export interface Snapshots {
  /** Replaces an earlier one; it is there when all of it is. */
  write(at: SnapshotPlace, about: unknown, parts: Iterable<() => Promise<Readable>>): Promise<void>
  read(at: SnapshotPlace): Promise<Snapshot | undefined>
  forget(at: SnapshotPlace): Promise<void>
}

export interface SnapshotPlace {
  readonly pluginId: string
  readonly snapshotId: string
  /** What it is a copy of. */
  readonly kind: string
}

export function createSnapshots({ files }: { files: FileStore }): Snapshots {
  const keyOf = ({ pluginId, snapshotId, kind }: SnapshotPlace, name: string): string => `plugin-snapshots/${pluginId}/${snapshotId}/${kind}/${name}`
  const forget = async (at: SnapshotPlace): Promise<void> => {
    await files.remove(keyOf(at, 'about.json'))
    for (let part = 0; await files.exists(keyOf(at, `part-${part}`)); part += 1) await files.remove(keyOf(at, `part-${part}`))
  }
  return {
    forget,
    async write(at, about, parts) {
      await forget(at)
      let index = 0
      for (const open of parts) {
        await files.write(keyOf(at, `part-${index}`), await open())
        index += 1
      }
      // Last: half a snapshot is none.
      await files.write(keyOf(at, 'about.json'), Readable.from([Buffer.from(JSON.stringify(about))]))
    },
    async read(at) {
      if (!(await files.exists(keyOf(at, 'about.json')))) return undefined
      const text = Buffer.concat(await (await files.read(keyOf(at, 'about.json'))).toArray() as Buffer[]).toString()
      return { about: JSON.parse(text) as unknown, open: (part) => files.read(keyOf(at, `part-${part}`)) }
    },
  }
}
