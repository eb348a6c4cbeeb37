import pg from 'pg'

/** A value as it comes from a plugin: JSON, or the channels that whoever made it run may read. */
export type StatementValue = { readonly value: unknown } | { readonly readable: true }

const isPlain = (value: unknown): boolean => value === null || typeof value !== 'object'

/** As `pg` takes it: lists of plain values become arrays, all other lists and objects JSON. */
export function encodeValue(value: unknown): unknown {
  if (isPlain(value)) return value
  return Array.isArray(value) && value.every(isPlain) ? value : JSON.stringify(value)
}

const oids = { bool: 16, int8: 20, int2: 21, int4: 23, json: 114, float4: 700, float8: 701, timestamptz: 1184, numeric: 1700, jsonb: 3802, textArray: 1009 }
const arrays = new Map([[1000, oids.bool], [1005, oids.int2], [1007, oids.int4], [1016, oids.int8], [1021, oids.float4], [1022, oids.float8], [1231, oids.numeric], [199, oids.json], [3807, oids.jsonb], [1185, oids.timestamptz], [1009, 0], [1015, 0], [2951, 0]])

/** Numbers that JSON can say exactly, else their digits. */
function parseNumber(text: string): number | string {
  const value = Number(text)
  if (!Number.isFinite(value)) return text
  return String(value) === text || text.replace(/[-.]/g, '').length <= 15 ? value : text
}

function parseTime(text: string): string {
  const at = new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))
  return Number.isNaN(at.getTime()) ? text : at.toISOString()
}

const parsers = new Map<number, (text: string) => unknown>([
  [oids.bool, (text) => text === 't'], [oids.json, (text) => JSON.parse(text) as unknown], [oids.jsonb, (text) => JSON.parse(text) as unknown], [oids.timestamptz, parseTime],
  ...[oids.int2, oids.int4, oids.int8, oids.float4, oids.float8, oids.numeric].map((oid) => [oid, parseNumber] as const),
])

/** What plugins get back: all that JSON has no word for stays the text that the database has for it. */
export const pluginTypes = {
  getTypeParser(oid: number): (text: string) => unknown {
    const parser = parsers.get(oid)
    if (parser) return parser
    const member = arrays.get(oid)
    if (member === undefined) return (text) => text
    const parseMember = parsers.get(member) ?? ((text: string) => text)
    const parseArray = pg.types.getTypeParser(oids.textArray as number) as unknown as (text: string) => unknown[]
    return (text) => convert(parseArray(text), parseMember)
  },
}

const convert = (members: readonly unknown[], parse: (text: string) => unknown): unknown[] => members.map((member) => Array.isArray(member) ? convert(member, parse) : member === null ? null : parse(member as string))
