import { parseJson } from '@rookery/kernel'
import { readMsgpack } from './msgpack.ts'

/** What a client asks over its socket. */
export interface ClientMessage {
  /** Chosen by the client and named in the reply; 0 where it sent none that is one. */
  readonly seq: number
  readonly action: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Text is JSON, a binary message is MessagePack; throws where it is neither. */
export function readClientMessage(bytes: Buffer, isBinary: boolean): ClientMessage {
  const value = isBinary ? readMsgpack(bytes) : parseJson(bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('A message must be an object')
  const { seq, action, data } = value as Record<string, unknown>
  return {
    seq: Number.isSafeInteger(seq) && (seq as number) > 0 ? seq as number : 0,
    action: typeof action === 'string' ? action : '',
    data: typeof data === 'object' && data !== null && !Array.isArray(data) ? data as Record<string, unknown> : {},
  }
}
