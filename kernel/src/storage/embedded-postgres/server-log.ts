import { appendFileSync, renameSync, rmSync, statSync } from 'node:fs'

export interface ServerLog {
  append(text: string): void
  /** The last lines, for the sentence of a failed start. */
  tail(): string
}

/** A text log of bounded size: the file and one predecessor. It is written seldom, so writing at once is good enough. */
export const createServerLog = (file: string, maximumBytes = 4 * 1024 * 1024): ServerLog => {
  let bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  let last = ''
  return {
    append(text) {
      last = (last + text).slice(-2000)
      // A full disk must not take the server down with it.
      try {
        if (bytes + text.length > maximumBytes) {
          rmSync(`${file}.1`, { force: true })
          if (bytes > 0) renameSync(file, `${file}.1`)
          bytes = 0
        }
        appendFileSync(file, text, { mode: 0o600 })
        bytes += Buffer.byteLength(text)
      } catch {
        // There is nowhere left to tell.
      }
    },
    tail: () => last.trim(),
  }
}
