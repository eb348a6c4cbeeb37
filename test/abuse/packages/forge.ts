import { crc32, deflateRawSync } from 'node:zlib'

/** A file of an archive, and the lies that are told of it. */
export interface ForgedFile {
  readonly name: string | Buffer
  readonly bytes: Buffer
  readonly method?: number
  readonly flags?: number
  readonly crc?: number
  readonly size?: number
  readonly packedSize?: number
  /** Instead of what compressing makes. */
  readonly packed?: Buffer
  readonly attributes?: number
  readonly extra?: Buffer
  readonly comment?: Buffer
  readonly disk?: number
  /** Where the list says that it lies. */
  readonly offset?: number
  /** What its own header says differently. */
  readonly local?: { readonly name?: string, readonly size?: number, readonly packedSize?: number, readonly crc?: number, readonly method?: number, readonly flags?: number, readonly extra?: Buffer, readonly signature?: number }
}

/** Lies about the whole archive. */
export interface Forgery {
  readonly before?: Buffer
  readonly betweenFiles?: Buffer
  readonly beforeList?: Buffer
  readonly afterList?: Buffer
  readonly after?: Buffer
  readonly comment?: Buffer
  readonly count?: number
  readonly countHere?: number
  readonly listBytes?: number
  readonly listAt?: number
  readonly disk?: number
}

const nothing = Buffer.alloc(0)

/** Writes a zip archive that is as wrong as one likes; without lies it is as good as any. */
export function forge(files: readonly ForgedFile[], lies: Forgery = {}): Buffer {
  const parts: Buffer[] = [lies.before ?? nothing]
  const list: Buffer[] = []
  let at = lies.before?.length ?? 0
  for (const file of files) {
    const { bytes, method = 8, flags = 0, attributes = 0o100644 * 0x10000, extra = nothing, comment = nothing, disk = 0, local = {} } = file
    const name = Buffer.from(file.name as string)
    const packed = file.packed ?? (method === 8 ? deflateRawSync(bytes) : bytes)
    const { crc = crc32(bytes), size = bytes.length, packedSize = packed.length, offset = at } = file
    const localName = local.name === undefined ? name : Buffer.from(local.name)
    const localExtra = local.extra ?? nothing

    const head = Buffer.alloc(30)
    head.writeUInt32LE(local.signature ?? 0x04034b50, 0)
    head.writeUInt16LE(20, 4)
    head.writeUInt16LE(local.flags ?? flags, 6)
    head.writeUInt16LE(local.method ?? method, 8)
    head.writeUInt16LE(0x0021, 12)
    head.writeUInt32LE(local.crc ?? crc, 14)
    head.writeUInt32LE(local.packedSize ?? packedSize, 18)
    head.writeUInt32LE(local.size ?? size, 22)
    head.writeUInt16LE(localName.length, 26)
    head.writeUInt16LE(localExtra.length, 28)

    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE((3 << 8) | 20, 4)
    entry.writeUInt16LE(20, 6)
    entry.writeUInt16LE(flags, 8)
    entry.writeUInt16LE(method, 10)
    entry.writeUInt16LE(0x0021, 14)
    entry.writeUInt32LE(crc, 16)
    entry.writeUInt32LE(packedSize, 20)
    entry.writeUInt32LE(size, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt16LE(extra.length, 30)
    entry.writeUInt16LE(comment.length, 32)
    entry.writeUInt16LE(disk, 34)
    entry.writeUInt32LE(attributes >>> 0, 38)
    entry.writeUInt32LE(offset, 42)

    const gap = parts.length > 1 ? lies.betweenFiles ?? nothing : nothing
    parts.push(Buffer.concat([head, localName, localExtra, packed, gap]))
    at += parts.at(-1)?.length ?? 0
    list.push(Buffer.concat([entry, name, extra, comment]))
  }
  const beforeList = lies.beforeList ?? nothing
  const central = Buffer.concat(list)
  const { count = files.length, countHere = count, listBytes = central.length, listAt = at + beforeList.length, disk = 0, comment = nothing } = lies
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(disk, 4)
  end.writeUInt16LE(countHere, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(listBytes, 12)
  end.writeUInt32LE(listAt, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...parts, beforeList, central, lies.afterList ?? nothing, end, comment, lies.after ?? nothing])
}
