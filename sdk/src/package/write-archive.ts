import { promisify } from 'node:util'
import { crc32, deflateRaw } from 'node:zlib'
import { headerBytes, signatures, utf8Flag } from './read-archive.ts'

/** A file of an archive. */
export interface ArchiveFile {
  readonly path: string
  readonly bytes: Uint8Array
}

const deflate = promisify(deflateRaw as (bytes: Uint8Array, done: (error: Error | null, packed: Buffer) => void) => void)

const version = 20
/** Unix, so that the kind of file is told. */
const madeBy = (3 << 8) | version
const attributes = 0o100644 * 0x10000
/** 1 January 1980, the first day that the form knows: the same files make the same archive. */
const firstDay = 0x0021
const maximumEntries = 0xfffe
const maximumBytes = 0xfffffffe

/** Writes a zip archive file by file, in the form that `readArchive` takes; no more than one file is in memory. */
export async function* writeArchive(files: Iterable<ArchiveFile> | AsyncIterable<ArchiveFile>): AsyncGenerator<Buffer, void, undefined> {
  const list: Buffer[] = []
  let at = 0
  for await (const { path, bytes } of files) {
    const name = Buffer.from(path, 'utf8')
    const deflated = await deflate(bytes)
    const isSmaller = deflated.length < bytes.length
    const packed = isSmaller ? deflated : Buffer.from(bytes)
    if (list.length >= maximumEntries || at + packed.length > maximumBytes || bytes.length > maximumBytes) throw new RangeError('This is too much for a zip archive')

    const fields = Buffer.alloc(22)
    fields.writeUInt16LE(utf8Flag, 0)
    fields.writeUInt16LE(isSmaller ? 8 : 0, 2)
    fields.writeUInt16LE(firstDay, 6)
    fields.writeUInt32LE(crc32(bytes), 8)
    fields.writeUInt32LE(packed.length, 12)
    fields.writeUInt32LE(bytes.length, 16)
    fields.writeUInt16LE(name.length, 20)

    const local = Buffer.alloc(headerBytes.local)
    local.writeUInt32LE(signatures.local, 0)
    local.writeUInt16LE(version, 4)
    fields.copy(local, 6)
    const central = Buffer.alloc(headerBytes.central)
    central.writeUInt32LE(signatures.central, 0)
    central.writeUInt16LE(madeBy, 4)
    central.writeUInt16LE(version, 6)
    fields.copy(central, 8)
    central.writeUInt32LE(attributes, 38)
    central.writeUInt32LE(at, 42)
    list.push(Buffer.concat([central, name]))
    yield Buffer.concat([local, name, packed])
    at += local.length + name.length + packed.length
  }
  const central = Buffer.concat(list)
  const end = Buffer.alloc(headerBytes.end)
  end.writeUInt32LE(signatures.end, 0)
  end.writeUInt16LE(list.length, 8)
  end.writeUInt16LE(list.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(at, 16)
  yield Buffer.concat([central, end])
}
