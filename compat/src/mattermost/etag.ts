import { createHash } from 'node:crypto'
import { Reply, type Call } from './route.ts'

/** An answer that clients may keep: who shows the tag of the same content hears 304. Unquoted, as Mattermost sends it. */
export function withEtag({ headers }: Pick<Call, 'headers'>, value: unknown): Reply {
  const etag = createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 27)
  return isKnown(headers, etag) ? new Reply(null, { status: 304, headers: { ETag: etag } }) : new Reply(value, { headers: { ETag: etag } })
}

/** Whether the client says that it has this very content. */
export const isKnown = (headers: Call['headers'], etag: string): boolean => {
  const shown = headers['if-none-match']
  return typeof shown === 'string' && shown.replace(/^W\//, '').replace(/^"(.*)"$/, '$1') === etag
}
