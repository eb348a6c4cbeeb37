import pg from 'pg'

/** int8 holds epoch milliseconds, counters and sizes: all within the safe integers, and a breach must not pass silently. */
const parseInteger = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`The database returned the integer ${text}, which is beyond the safe integers.`)
  return value
}

const int8 = 20
const int8Array = 1016
const numeric = 1700
const textArray = 1009

/** For slonik, which replaces its preset by these. */
export const slonikTypeParsers = [
  { name: 'int8', parse: parseInteger },
  { name: 'numeric', parse: Number },
]

/** The same for bare `pg`; everything else is as `pg` has it (jsonb parsed, text as it is). */
export const pgTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
    if (oid === int8) return parseInteger
    if (oid === numeric) return Number
    if (oid === int8Array) return (text: string) => (pg.types.getTypeParser(textArray as number)(text) as unknown as string[]).map(parseInteger)
    return pg.types.getTypeParser(oid, format as 'text')
  },
}
