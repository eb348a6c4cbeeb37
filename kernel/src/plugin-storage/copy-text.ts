import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from, to } from 'pg-copy-streams'
import type { ExportedFile } from './plugin-data.ts'

/** A connection of `pg`; said by itself, for who has our packages has no types of it. */
interface Submitting { query(statement: never): unknown }

/** `copy … to stdout` as a stream. */
export const copyOut = (client: Submitting, statement: string): Readable => client.query(to(statement) as never) as Readable

/** `copy … from stdin`. */
export const copyIn = (client: Submitting, statement: string, source: Readable): Promise<void> => pipeline(source, client.query(from(statement) as never) as Writable)

const maximumFileBytes = 4 * 1024 * 1024

/** Lines of JSON that came by `copy`, in files of a few megabytes: `<name>-1.jsonl` and on. */
export async function* exportLines(name: string, source: Readable): AsyncIterable<ExportedFile> {
  let parts: Buffer[] = []
  let bytes = 0
  let count = 0
  const take = (upTo: number): ExportedFile => {
    const all = Buffer.concat(parts)
    parts = [all.subarray(upTo)]
    bytes = all.length - upTo
    count += 1
    // `copy` doubles each backslash; JSON has neither tabs nor line ends within a line.
    return { path: `${name}-${count}.jsonl`, bytes: Buffer.from(all.subarray(0, upTo).toString('utf8').replaceAll('\\\\', '\\')) }
  }
  for await (const part of source as AsyncIterable<Buffer>) {
    parts.push(part)
    bytes += part.length
    if (bytes < maximumFileBytes) continue
    const end = Buffer.concat(parts).lastIndexOf('\n') + 1
    if (end > 0) yield take(end)
  }
  if (bytes > 0) yield take(bytes)
  if (!source.closed) await once(source, 'close')
}
