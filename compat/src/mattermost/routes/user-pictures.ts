import { RookeryError, usersGetPicture, usersResetPicture, usersSetPicture } from '@rookery/sdk/protocol'
import { isMultipart, readMultipart } from '@rookery/kernel'
import { Bytes, get, post, remove, statusOk, type Call, type Route } from '../route.ts'

const picture = async ({ run, params }: Call, isGenerated: boolean): Promise<Bytes> =>
  new Bytes(await run(usersGetPicture, { userId: params['user_id'] as string, isGenerated }))

export const userPictureRoutes: readonly Route[] = [
  get('/users/{user_id}/image', (call) => picture(call, false)),
  get('/users/{user_id}/image/default', (call) => picture(call, true)),
  post('/users/{user_id}/image', async ({ run, params, stream, headers }) => {
    const userId = params['user_id'] as string
    const contentType = headers['content-type'] as string | undefined
    if (!isMultipart(contentType)) {
      await run(usersSetPicture, { userId }, stream)
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
