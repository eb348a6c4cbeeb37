import { promisify } from 'node:util'
import { crc32, inflateRaw, type InputType, type Zlib, type ZlibOptions } from 'node:zlib'
import { RookeryError } from '../protocol/errors.ts'
import { faultOfName } from './archive-name.ts'

/** What is taken in at most. */
export interface ArchiveLimits {
  /** Of the archive itself. */
  readonly archiveBytes: number
  readonly files: number
  /** Unpacked: one file, and all together. */
  readonly fileBytes: number
  readonly totalBytes: number
  /** So many times larger than packed; what is smaller than `ratioFromBytes` may be more. */
  readonly ratio: number
  readonly ratioFromBytes: number
}

const mebi = 1024 * 1024
export const packageLimits: ArchiveLimits = { archiveBytes: 16 * mebi, files: 500, fileBytes: 16 * mebi, totalBytes: 64 * mebi, ratio: 100, ratioFromBytes: 64 * 1024 }

interface Entry {
  readonly name: string
  readonly isDeflated: boolean
  readonly crc: number
  readonly packedBytes: number
  readonly bytes: number
  readonly dataAt: number
}

export const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50, zip64Locator: 0x07064b50 } as const
export const headerBytes = { local: 30, central: 46, end: 22 } as const
/** Names are UTF-8, which for us says nothing: they are ASCII. */
export const utf8Flag = 0x0800
const flags = { encrypted: 0x0001, sizesBehind: 0x0008, patched: 0x0020, strong: 0x0040, masked: 0x2000 } as const
const kinds: Readonly<Record<number, string>> = { 0o120000: 'link', 0o040000: 'folder', 0o060000: 'device', 0o020000: 'device', 0o010000: 'pipe', 0o140000: 'socket' }
const regular = 0o100000
const whole = 0xffffffff

const unreadable = (reason: string): RookeryError => new RookeryError('package_unreadable', { reason })
const tooLarge = (reason: string): RookeryError => new RookeryError('package_too_large', { reason })
const refused = (name: string, reason: string): RookeryError => new RookeryError('package_name_refused', { name: JSON.stringify(name.slice(0, 100)), reason })
const altered = (name: string, reason: string): RookeryError => new RookeryError('package_altered', { reason: `${name} ${reason}` })

const inflate = promisify(inflateRaw as unknown as (bytes: InputType, options: ZlibOptions, done: (error: Error | null, result: { buffer: Buffer, engine: Zlib }) => void) => void)

/**
 * Reads a zip archive of the one form in which packages are written: file after file, then the list of them, then the end,
 * and nothing besides; no comments, no extra fields. So there is one way to read it, and nothing to hide in. All that can be
 * judged without unpacking is judged first. Throws a RookeryError.
 */
export async function readArchive(bytes: Buffer, limits: ArchiveLimits = packageLimits): Promise<Map<string, Buffer>> {
  if (bytes.length > limits.archiveBytes) throw tooLarge(`it has more than ${limits.archiveBytes} bytes`)
  const entries = readEntries(bytes, limits)
  assertNames(entries)
  assertSizes(entries, limits)
  const files = new Map<string, Buffer>()
  for (const entry of entries) files.set(entry.name, await unpack(bytes, entry))
  return files
}

function readEntries(bytes: Buffer, limits: ArchiveLimits): Entry[] {
  const { count, centralAt, endAt } = readEnd(bytes)
  if (count > limits.files) throw tooLarge(`it has more than ${limits.files} files`)
  const entries: Entry[] = []
  let at = centralAt
  let localAt = 0
  for (let index = 0; index < count; index += 1) {
    const { entry, length, headerAt } = readCentral(bytes, at, endAt)
    // One after the other, without gaps: bytes that no entry has could be anything.
    if (headerAt !== localAt) throw unreadable('its files do not lie one after the other')
    const dataAt = readLocal(bytes, headerAt, centralAt, entry.raw)
    localAt = dataAt + entry.packedBytes
    if (localAt > centralAt) throw unreadable('a file reaches into the list of files')
    entries.push({ ...entry, dataAt })
    at += length
  }
  if (at !== endAt) throw unreadable('its list of files is not as long as it says')
  if (localAt !== centralAt) throw unreadable('something lies between its files and the list of them')
  return entries
}

function readEnd(bytes: Buffer): { count: number, centralAt: number, endAt: number } {
  const endAt = bytes.length - headerBytes.end
  if (endAt < 0 || bytes.readUInt32LE(endAt) !== signatures.end) {
    const mark = Buffer.alloc(4)
    mark.writeUInt32LE(signatures.end)
    throw unreadable(bytes.lastIndexOf(mark) >= 0 ? 'something follows its end, or a comment' : 'it is no zip archive')
  }
  const count = bytes.readUInt16LE(endAt + 10)
  const centralBytes = bytes.readUInt32LE(endAt + 12)
  const centralAt = bytes.readUInt32LE(endAt + 16)
  const hasLocator = endAt >= 20 && bytes.readUInt32LE(endAt - 20) === signatures.zip64Locator
  if (count === 0xffff || centralBytes === whole || centralAt === whole || hasLocator) throw unreadable('it has the form for archives of more than four gigabytes')
  if (bytes.readUInt16LE(endAt + 4) !== 0 || bytes.readUInt16LE(endAt + 6) !== 0 || bytes.readUInt16LE(endAt + 8) !== count) throw unreadable('it is a part of several')
  if (bytes.readUInt16LE(endAt + 20) !== 0) throw unreadable('it has a comment')
  if (count === 0) throw unreadable('it is empty')
  if (centralAt + centralBytes !== endAt) throw unreadable('its list of files does not lie where it says')
  return { count, centralAt, endAt }
}

/** What both headers of a file say, byte for byte: from the flags to the length of the name. */
interface RawEntry { readonly fields: Buffer, readonly name: Buffer }

function readCentral(bytes: Buffer, at: number, endAt: number): { entry: Omit<Entry, 'dataAt'> & { readonly raw: RawEntry }, length: number, headerAt: number } {
  if (at + headerBytes.central > endAt || bytes.readUInt32LE(at) !== signatures.central) throw unreadable('its list of files is not as long as it says')
  const flag = bytes.readUInt16LE(at + 8)
  const method = bytes.readUInt16LE(at + 10)
  const packedBytes = bytes.readUInt32LE(at + 20)
  const size = bytes.readUInt32LE(at + 24)
  const nameLength = bytes.readUInt16LE(at + 28)
  const length = headerBytes.central + nameLength
  if (at + length > endAt) throw unreadable('its list of files is not as long as it says')
  const rawName = bytes.subarray(at + headerBytes.central, at + length)
  // Bytes beyond ASCII stay what they are, so that no two names become one; they are refused by name.
  const name = rawName.toString('latin1')
  const fail = (reason: string): never => { throw refused(name, reason) }
  if (bytes.readUInt16LE(at + 30) !== 0) fail('it has extra fields')
  if (bytes.readUInt16LE(at + 32) !== 0) fail('it has a comment')
  if (bytes.readUInt16LE(at + 34) !== 0) fail('it lies in another archive')
  if ((flag & (flags.encrypted | flags.strong | flags.masked)) !== 0) fail('it is encrypted')
  if ((flag & flags.sizesBehind) !== 0) fail('its size stands behind it')
  if ((flag & flags.patched) !== 0 || (flag & ~utf8Flag & 0xfff9) !== 0) fail('it is packed in a way that is not known here')
  if (method !== 0 && method !== 8) fail('it is packed in a way that is not known here')
  if (packedBytes === whole || size === whole) fail('it has the form for files of more than four gigabytes')
  const attributes = bytes.readUInt32LE(at + 38)
  const kind = (attributes >>> 16) & 0o170000
  if (kind !== 0 && kind !== regular) fail(`it is a ${kinds[kind] ?? 'special file'}`)
  if ((attributes & 0x10) !== 0) fail('it is a folder')
  if (method === 0 && packedBytes !== size) fail('it has two sizes')
  return {
    entry: { name, isDeflated: method === 8, crc: bytes.readUInt32LE(at + 16), packedBytes, bytes: size, raw: { fields: bytes.subarray(at + 8, at + 30), name: rawName } },
    length, headerAt: bytes.readUInt32LE(at + 42),
  }
}

/** @returns where its bytes begin */
function readLocal(bytes: Buffer, at: number, centralAt: number, { fields, name }: RawEntry): number {
  const dataAt = at + headerBytes.local + name.length
  if (dataAt > centralAt || bytes.readUInt32LE(at) !== signatures.local) throw unreadable('a file does not lie where the list says')
  const isSame = bytes.subarray(at + 6, at + 28).equals(fields) && bytes.subarray(at + headerBytes.local, dataAt).equals(name)
  if (!isSame || bytes.readUInt16LE(at + 28) !== 0) throw refused(name.toString('latin1'), 'the list of files says something else of it than its own header')
  return dataAt
}

function assertNames(entries: readonly Entry[]): void {
  const taken = new Map<string, string>()
  for (const { name } of entries) {
    const fault = faultOfName(name)
    if (fault !== undefined) throw refused(name, fault)
    // What some systems take for one name is one.
    const lower = name.toLowerCase()
    const other = taken.get(lower)
    if (other !== undefined) throw refused(name, other === name ? 'it is there twice' : `some systems take it for ${other}`)
    taken.set(lower, name)
  }
  for (const lower of taken.keys()) {
    const segments = lower.split('/')
    for (let depth = 1; depth < segments.length; depth += 1) {
      const folder = segments.slice(0, depth).join('/')
      if (taken.has(folder)) throw refused(taken.get(folder) ?? folder, 'it is a file and a folder')
    }
  }
}

function assertSizes(entries: readonly Entry[], { fileBytes, totalBytes, ratio, ratioFromBytes }: ArchiveLimits): void {
  let total = 0
  for (const { name, bytes, packedBytes } of entries) {
    total += bytes
    if (bytes > fileBytes) throw tooLarge(`${name} has more than ${fileBytes} bytes`)
    if (bytes > ratioFromBytes && bytes > packedBytes * ratio) throw tooLarge(`${name} grows more than ${ratio} times when it is unpacked`)
  }
  if (total > totalBytes) throw tooLarge(`unpacked it has more than ${totalBytes} bytes`)
}

async function unpack(archive: Buffer, { name, isDeflated, crc, packedBytes, bytes, dataAt }: Entry): Promise<Buffer> {
  const packed = archive.subarray(dataAt, dataAt + packedBytes)
  let unpacked: Buffer = packed
  if (isDeflated) {
    let result: { buffer: Buffer, engine: Zlib }
    try {
      result = await inflate(packed, { maxOutputLength: Math.max(1, bytes), info: true })
    } catch (error) {
      throw altered(name, (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'is larger than it says' : 'cannot be unpacked')
    }
    if (result.engine.bytesWritten !== packedBytes) throw altered(name, 'ends before its packed bytes do')
    unpacked = result.buffer
  }
  if (unpacked.length !== bytes) throw altered(name, 'is smaller than it says')
  if (crc32(unpacked) !== crc) throw altered(name, 'has another checksum')
  return unpacked
}
