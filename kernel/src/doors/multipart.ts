import { Readable } from 'node:stream'
import { RookeryError } from '@rookery/sdk/protocol'

export type MultipartPart =
  | { readonly kind: 'field', readonly name: string, readonly value: string }
  /** The stream must be read or destroyed before the next part is asked for; what is left of it is skipped. */
  | { readonly kind: 'file', readonly name: string, readonly fileName: string, readonly stream: Readable }

export interface MultipartLimits {
  /** Fields and files together. */
  readonly maximumParts?: number
  /** Of one field. Files are limited by whoever stores them. */
  readonly maximumFieldBytes?: number
}

const maximumHeaderBytes = 16 * 1024
const maximumPreambleBytes = 4 * 1024
const lineEnd = Buffer.from('\r\n')

const malformed = (reason: string, cause?: unknown): RookeryError => new RookeryError('invalid_input', { field: 'body', reason }, { cause })

export const isMultipart = (contentType: string | undefined): boolean => /^multipart\/form-data\s*(?:;|$)/i.test(contentType ?? '')

/**
 * Reads multipart/form-data part by part, no faster than the parts are consumed and never a file as a whole. Text is
 * decoded when it is complete: a chunk may end within a character. When the caller stops early, what is left of the
 * source is read to its end and thrown away, so that a client that is still sending can hear the answer.
 */
export async function* readMultipart(
  source: Readable, contentType: string | undefined, { maximumParts = 100, maximumFieldBytes = 64 * 1024 }: MultipartLimits = {},
): AsyncGenerator<MultipartPart, void, undefined> {
  const scanner = createScanner(source)
  const delimiter = Buffer.from(`\r\n--${boundaryOf(contentType)}`)
  try {
    await scanner.text(delimiter, maximumPreambleBytes, 'what stands before the first part')
    for (let count = 0; !(await scanner.take('--')); count += 1) {
      if (count >= maximumParts) throw malformed(`it has more than ${maximumParts} parts`)
      if ((await scanner.text(lineEnd, 100, 'a boundary')).trim() !== '') throw malformed('a boundary is followed by text')
      const { name, fileName } = await readHeaders(scanner)
      if (fileName === undefined) {
        yield { kind: 'field', name, value: await scanner.text(delimiter, maximumFieldBytes, `the field ${name.slice(0, 100)}`) }
        continue
      }
      const { stream, finish } = openPart(scanner, delimiter)
      yield { kind: 'file', name, fileName, stream }
      await finish()
    }
  } finally {
    await scanner.close()
  }
}

type Scanner = ReturnType<typeof createScanner>

/** Reads a source up to marks. One CRLF stands before it, so that the first boundary is like all others. */
function createScanner(source: Readable) {
  const iterator = source.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  let held: Buffer = lineEnd
  let isReading = false

  const fill = async (): Promise<void> => {
    let next
    try {
      isReading = true
      next = await iterator.next()
    } catch (error) {
      throw malformed('it broke off', error)
    } finally {
      isReading = false
    }
    if (next.done) throw malformed('it ends before its last boundary')
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value])
  }
  /** The next bytes before the mark; undefined once, when the mark has been passed. */
  const chunk = async (mark: Buffer): Promise<Buffer | undefined> => {
    for (;;) {
      const at = held.indexOf(mark)
      const length = at < 0 ? held.length - mark.length + 1 : at
      if (length > 0) {
        const found = held.subarray(0, length)
        held = held.subarray(length)
        return found
      }
      if (at === 0) {
        held = held.subarray(mark.length)
        return undefined
      }
      await fill()
    }
  }
  return {
    chunk,
    /** All before the mark, which is passed. `toldBytes`: how many there may be, where some of them were read before. */
    async text(mark: Buffer, maximumBytes: number, what: string, toldBytes = maximumBytes): Promise<string> {
      const chunks: Buffer[] = []
      let length = 0
      for (let next = await chunk(mark); next; next = await chunk(mark)) {
        length += next.length
        if (length > maximumBytes) throw malformed(`${what} is longer than ${toldBytes} bytes`)
        chunks.push(next)
      }
      return Buffer.concat(chunks).toString('utf8')
    },
    /** Passes these two characters if they are next. */
    async take(text: string): Promise<boolean> {
      while (held.length < text.length) await fill()
      if (held.toString('latin1', 0, text.length) !== text) return false
      held = held.subarray(text.length)
      return true
    },
    async close(): Promise<void> {
      // Of a client that has fallen silent nothing can be waited for.
      const returned = iterator.return?.()
      if (!isReading) await returned
      if (!source.destroyed) source.resume()
    },
  }
}

/** A part as a stream that reads on when it is asked to. */
function openPart(scanner: Scanner, mark: Buffer): { stream: Readable, finish: () => Promise<void> } {
  let isDone = false
  let reading: Promise<Buffer | undefined> = Promise.resolve(undefined)
  const next = (): Promise<Buffer | undefined> => {
    reading = scanner.chunk(mark).then((bytes) => {
      isDone ||= bytes === undefined
      return bytes
    })
    return reading
  }
  const stream = new Readable({
    read() {
      next().then((bytes) => { this.push(bytes ?? null) }, (error: unknown) => { this.destroy(error as Error) })
    },
  })
  // Whoever has stopped listening need not hear that the rest could not be read; `finish` throws it.
  stream.on('error', () => {})
  return {
    stream,
    async finish() {
      stream.destroy()
      await reading
      while (!isDone) await next()
    },
  }
}

async function readHeaders(scanner: Scanner): Promise<{ name: string, fileName: string | undefined }> {
  let disposition = ''
  let left = maximumHeaderBytes
  for (;;) {
    const line = await scanner.text(lineEnd, left, 'the header of a part', maximumHeaderBytes)
    if (line === '') break
    left = Math.max(0, left - line.length)
    const [, value] = /^content-disposition\s*:(.*)$/is.exec(line) ?? []
    if (value !== undefined) disposition = value
  }
  if (!/^\s*form-data\s*;/i.test(disposition)) throw malformed('a part has no Content-Disposition of form-data')
  const name = parameter(disposition, 'name')
  if (name === undefined || name === '') throw malformed('a part has no name')
  return { name, fileName: extendedParameter(disposition, 'filename') ?? parameter(disposition, 'filename') }
}

/** Browsers write quotes and line ends as %22, %0D and %0A; other programs put a backslash before quotes. */
function parameter(disposition: string, name: string): string | undefined {
  const [, quoted, token] = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:\\\\["\\\\]|[^"])*)"|([^\\s;"]+))`, 'i').exec(disposition) ?? []
  if (quoted === undefined) return token
  return quoted.replace(/\\(["\\])/g, '$1').replace(/%22|%0D|%0A/gi, (escape) => decodeURIComponent(escape))
}

/** RFC 5987: filename*=UTF-8''%D8%A7 */
function extendedParameter(disposition: string, name: string): string | undefined {
  const [, encoded] = new RegExp(`;\\s*${name}\\*\\s*=\\s*utf-8'[^']*'([^\\s;]+)`, 'i').exec(disposition) ?? []
  if (encoded === undefined) return undefined
  try {
    return decodeURIComponent(encoded)
  } catch {
    throw malformed('the name of a file is not well encoded')
  }
}

function boundaryOf(contentType: string | undefined): string {
  const [, quoted, token] = /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;"]{1,70})(?=[\s;]|$))/i.exec(contentType ?? '') ?? []
  const boundary = quoted ?? token
  if (!isMultipart(contentType) || boundary === undefined) throw new RookeryError('unsupported_media_type', { contentType: (contentType ?? '').slice(0, 100) })
  return boundary
}
