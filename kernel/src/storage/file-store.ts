import type { Readable } from 'node:stream'

export interface StoredFile {
  readonly bytes: number
  readonly sha256: string
}

/** Both ends included, as in HTTP; without `end` to the end of the file. */
export interface ByteRange {
  readonly start: number
  readonly end?: number
}

/**
 * Where the bytes of files live: a directory or an S3 bucket. Keys look like `files/ab/name.png`: segments of
 * [A-Za-z0-9._-] that do not begin with a dot. A file is there wholly or not at all; writing a key again replaces it.
 */
export interface FileStore {
  /** Resolves when the bytes are durable. The source is destroyed on failure. */
  write(key: string, source: Readable): Promise<StoredFile>
  /** Rejects with FileNotFoundError before the first byte. */
  read(key: string, range?: ByteRange): Promise<Readable>
  /** Undefined when there is none. */
  size(key: string): Promise<number | undefined>
  exists(key: string): Promise<boolean>
  /** Removing what is not there is no error. */
  remove(key: string): Promise<void>
  /** Tries whether it takes bytes, without keeping them; answers how many more it can take, as far as it knows. */
  probe(): Promise<{ readonly freeBytes: number | undefined }>
}

export class FileNotFoundError extends Error {
  override readonly name = 'FileNotFoundError'
  constructor(key: string) {
    super(`There is no file ${key}.`)
  }
}

export class FileKeyError extends Error {
  override readonly name = 'FileKeyError'
  constructor(key: string) {
    super(`${JSON.stringify(key)} is not a key for a file.`)
  }
}

const segment = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/
const maximumKeyBytes = 512
const maximumSegmentBytes = 200

export const assertFileKey = (key: string): void => {
  const isValid = key.length <= maximumKeyBytes && key.split('/').every((each) => each.length <= maximumSegmentBytes && segment.test(each))
  if (!isValid) throw new FileKeyError(key)
}
