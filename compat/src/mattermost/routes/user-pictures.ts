import { RookeryError, usersGetPicture, usersResetPicture, usersSetPicture } from '@rookery/sdk/protocol'
import { isMultipart, readMultipart } from '@rookery/kernel'
import { isKnown } from '../etag.ts'
import { get, post, remove, Reply, statusOk, type Call, type Route } from '../route.ts'

const daySeconds = 86_400
/** A generated picture may give way to a real one at any time. */
const generatedSeconds = 300

async function sendPicture({ run, params, headers }: Call, isGenerated: boolean): Promise<Reply> {
  const picture = await run(usersGetPicture, { userId: params['user_id'] as string, isGenerated })
  const { mimeType, version } = picture.value
  const seconds = picture.value.isGenerated && !isGenerated ? generatedSeconds : daySeconds
  const kept = { ETag: version, 'Cache-Control': `max-age=${seconds}, private` }
  if (isKnown(headers, version)) return new Reply(null, { status: 304, headers: kept })
  return new Reply(await picture.open(), { headers: { ...kept, 'Content-Type': mimeType, 'Content-Length': String(picture.sizeBytes) } })
}

export const userPictureRoutes: readonly Route[] = [
  get('/users/{user_id}/image', (call) => sendPicture(call, false)),
  get('/users/{user_id}/image/default', (call) => sendPicture(call, true)),
  post('/users/{user_id}/image', async ({ run, params, stream, headers }) => {
    const userId = params['user_id'] as string
    const contentType = headers['content-type'] as string | undefined
    if (!isMultipart(contentType)) {
      try {
        await run(usersSetPicture, { userId }, stream)
      } finally {
        // A client hears a refusal only when it has been able to send all.
        stream.resume()
      }
      return statusOk
    }
    for await (const part of readMultipart(stream, contentType)) {
      if (part.kind !== 'file' || part.name !== 'image') continue
      await run(usersSetPicture, { userId }, part.stream)
      return statusOk
    }
    throw new RookeryError('invalid_input', { field: 'image', reason: 'the form has no such file' })
  }, { body: 'stream' }),
  remove('/users/{user_id}/image', async ({ run, params }) => {
    await run(usersResetPicture, { userId: params['user_id'] as string })
    return statusOk
  }),
]
