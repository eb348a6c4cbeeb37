/** Position in the log: transaction, then row. */
export interface Position { readonly xid: string, readonly id: number }

/** Before all that is ever written. */
export const logStart: Position = { xid: '0', id: 0 }

export const cursorOf = (position: Position): string => `${position.xid}-${position.id}`

/** Reads a cursor as clients send it; undefined where it is none. */
export function parseCursor(cursor: string): Position | undefined {
  const match = /^(\d{1,19})-(\d{1,16})$/.exec(cursor)
  const id = Number(match?.[2])
  return match && Number.isSafeInteger(id) ? { xid: match[1] as string, id } : undefined
}

/** Whether a position lies behind another. */
export function isAfter(position: Position, other: Position): boolean {
  return position.xid === other.xid ? position.id > other.id : BigInt(position.xid) > BigInt(other.xid)
}
