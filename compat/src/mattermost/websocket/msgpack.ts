/**
 * Reads one MessagePack value from a stranger. Our own, because lengths that are told but not there must cost nothing:
 * a general reader makes room for them first. No extension types; keys are text; at most 32 levels.
 */
export function readMsgpack(bytes: Buffer): unknown {
  const reader = new Reader(bytes)
  const value = reader.value(0)
  if (!reader.isAtEnd) throw new TypeError('There is more than one value')
  return value
}

const maximumDepth = 32

class Reader {
  readonly #bytes: Buffer
  #at = 0
  constructor(bytes: Buffer) { this.#bytes = bytes }

  get isAtEnd(): boolean { return this.#at === this.#bytes.length }

  value(depth: number): unknown {
    if (depth > maximumDepth) throw new RangeError('The value is nested too deep')
    const type = this.#bytes.readUInt8(this.#skip(1))
    if (type < 0x80) return type
    if (type < 0x90) return this.#map(type & 0x0f, depth)
    if (type < 0xa0) return this.#list(type & 0x0f, depth)
    if (type < 0xc0) return this.#text(type & 0x1f)
    if (type >= 0xe0) return type - 0x100
    switch (type) {
      case 0xc0: return null
      case 0xc2: return false
      case 0xc3: return true
      case 0xca: return this.#bytes.readFloatBE(this.#skip(4))
      case 0xcb: return this.#bytes.readDoubleBE(this.#skip(8))
      case 0xcc: case 0xcd: case 0xce: return this.#unsigned(1 << (type - 0xcc))
      case 0xcf: return Number(this.#bytes.readBigUInt64BE(this.#skip(8)))
      case 0xd0: case 0xd1: case 0xd2: { const size = 1 << (type - 0xd0); return this.#bytes.readIntBE(this.#skip(size), size) }
      case 0xd3: return Number(this.#bytes.readBigInt64BE(this.#skip(8)))
      case 0xc4: case 0xc5: case 0xc6: return this.#text(this.#unsigned(1 << (type - 0xc4)))
      case 0xd9: case 0xda: case 0xdb: return this.#text(this.#unsigned(1 << (type - 0xd9)))
      case 0xdc: case 0xdd: return this.#list(this.#unsigned(2 << (type - 0xdc)), depth)
      case 0xde: case 0xdf: return this.#map(this.#unsigned(2 << (type - 0xde)), depth)
      default: throw new TypeError('This type is not read here')
    }
  }

  #skip(size: number): number {
    const at = this.#at
    if (size > this.#bytes.length - at) throw new RangeError('The value ends too early')
    this.#at += size
    return at
  }
  #unsigned(size: number): number { return this.#bytes.readUIntBE(this.#skip(size), size) }
  #text(size: number): string {
    const at = this.#skip(size)
    return this.#bytes.toString('utf8', at, at + size)
  }
  #list(length: number, depth: number): unknown[] {
    const list: unknown[] = []
    for (let left = length; left > 0; left -= 1) list.push(this.value(depth + 1))
    return list
  }
  #map(length: number, depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {}
    for (let left = length; left > 0; left -= 1) {
      const key = this.value(depth + 1)
      if (typeof key !== 'string' || key === '__proto__') throw new TypeError('A key must be a plain name')
      map[key] = this.value(depth + 1)
    }
    return map
  }
}
