import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One answer that a test saw on the wire. */
export interface WireRecord {
  readonly method: string
  readonly path: string
  readonly status: number
  /** What `checkAnswer` found; empty if all was well. */
  readonly violations: readonly string[]
  /** The answer was the form for "nobody offers this here", not an operation's own. */
  readonly emptyForm?: boolean
}

export interface Recorder {
  note(record: WireRecord): void
}

/** Where the records of a test run lie, below the root of the project. */
export const recordsDirectory: string = fileURLToPath(new URL('../../test-artefacts/contract/', import.meta.url))

/**
 * Appends each answer as a line of JSON to a file of this process. Written at once: a test that crashes loses nothing.
 * `name` keeps processes apart that write to one directory.
 */
export function createRecorder({ directory = recordsDirectory, name = String(process.pid) }: { directory?: string, name?: string } = {}): Recorder {
  mkdirSync(directory, { recursive: true })
  const file = join(directory, `${name}.jsonl`)
  return {
    note({ method, path, status, violations, emptyForm }) {
      const record: WireRecord = { method, path, status, violations, ...(emptyForm && { emptyForm }) }
      appendFileSync(file, `${JSON.stringify(record)}\n`)
    },
  }
}

const recordFiles = (directory: string): string[] => {
  try {
    return readdirSync(directory).filter((file) => file.endsWith('.jsonl')).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** All records of a run, of all its processes. */
export const readRecords = (directory: string = recordsDirectory): WireRecord[] =>
  recordFiles(directory).flatMap((file) => readFileSync(join(directory, file), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as WireRecord))

/** To be called before a run whose records shall count alone. */
export function clearRecords(directory: string = recordsDirectory): void {
  for (const file of recordFiles(directory)) rmSync(join(directory, file))
}
