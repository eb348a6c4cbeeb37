import { hash } from 'node:crypto'
import { Json } from './json.ts'
import { Reply, type Call } from './route.ts'

/** An answer that clients may keep: who shows the tag of the same content hears 304. Unquoted, as Mattermost sends it. */
export function withEtag({ headers }: Pick<Call, 'headers'>, value: unknown): Reply {
  return ifUnknown(headers, taggedReply(value))
}

/** A value with the tag of its content. */
export function taggedReply(value: unknown): Reply {
  const json = new Json(value)
  return new Reply(json, { headers: { ETag: hash('sha256', json.body, 'base64url').slice(0, 27) } })
}

/** The reply to those who do not show its tag; to others that they have it already. */
export function ifUnknown(headers: Call['headers'], reply: Reply): Reply {
  return isKnown(headers, reply.headers['ETag'] ?? '') ? new Reply(null, { status: 304, headers: reply.headers }) : reply
}

/** Whether the client says that it has this very content. */
export const isKnown = (headers: Call['headers'], etag: string): boolean => {
  const shown = headers['if-none-match']
  return typeof shown === 'string' && shown.replace(/^W\//, '').replace(/^"(.*)"$/, '$1') === etag
}
