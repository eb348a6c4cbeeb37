import { RookeryError, uploadsAppend, uploadsCreate, uploadsGet, uploadsList, type Upload } from '@rookery/sdk/protocol'
import { isMultipart, readMultipart } from '@rookery/kernel'
import { created, get, objectBody, pick, post, Reply, type Call, type Route } from '../route.ts'
import { fileShape } from '../shapes/file.ts'

const uploadShape = (upload: Upload) => ({
  id: upload.id,
  type: 'attachment',
  create_at: upload.createAt,
  user_id: upload.userId,
  channel_id: upload.channelId,
  filename: upload.name,
  file_size: upload.sizeBytes,
  file_offset: upload.offsetBytes,
})

const uploadNames = { channel_id: 'channelId', filename: 'name', file_size: 'sizeBytes' }

async function append({ run, params, headers, stream }: Call): Promise<Reply> {
  const input = { uploadId: params['upload_id'] as string }
  const answer = ({ file }: Awaited<ReturnType<typeof run<typeof uploadsAppend>>>): Reply => (file ? created(fileShape(file)) : new Reply(null, { status: 204 }))
  if (!isMultipart(headers['content-type'] as string)) return answer(await run(uploadsAppend, input, stream))
  for await (const part of readMultipart(stream, headers['content-type'] as string)) {
    if (part.kind === 'file') return answer(await run(uploadsAppend, input, part.stream))
  }
  throw new RookeryError('file_empty')
}

export const uploadRoutes: readonly Route[] = [
  post('/uploads', async ({ run, body }) => {
    const fields = objectBody(body)
    if (fields['type'] === 'import') throw new RookeryError('not_implemented', { operation: 'uploads for imports' })
    return created(uploadShape(await run(uploadsCreate, pick(fields, uploadNames) as never)))
  }),
  get('/uploads/{upload_id}', async ({ run, params }) => uploadShape(await run(uploadsGet, { uploadId: params['upload_id'] as string }))),
  post('/uploads/{upload_id}', append, { body: 'stream' }),
  get('/users/{user_id}/uploads', async ({ run, params, context }) => {
    if (context.actor.kind !== 'user' || context.actor.userId !== params['user_id']) throw new RookeryError('permission_missing', { permission: 'edit_other_users' })
    return (await run(uploadsList, {})).map(uploadShape)
  }),
]
