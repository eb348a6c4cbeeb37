import { filesDownload, filesGet, filesListOfPost, filesPreview, filesThumbnail, filesUpload, RookeryError, type FileInfo } from '@rookery/sdk/protocol'
import { isMultipart, readMultipart, type Spooled } from '@rookery/kernel'
import { withEtag } from '../etag.ts'
import { Bytes, created, get, post, Reply, type Call, type Route } from '../route.ts'
import { fileShape } from '../shapes/file.ts'

/** Files of one form that come before their channel. */
const maximumAside = 10

const invalid = (field: string, reason: string): RookeryError => new RookeryError('invalid_input', { field, reason })

const uploaded = (files: readonly FileInfo[], clientIds: readonly string[]): Reply => created({ file_infos: files.map(fileShape), client_ids: clientIds })

/** The file is the body, and all else stands in the address. */
async function uploadBody({ run, query, stream }: Call): Promise<Reply> {
  const channelId = query.text('channel_id')
  const name = query.text('filename')
  if (!channelId) throw new RookeryError('invalid_address_part', { field: 'channel_id', reason: 'it is missing' })
  if (!name) throw new RookeryError('invalid_address_part', { field: 'filename', reason: 'it is missing' })
  const clientId = query.text('client_id')
  return uploaded([await run(filesUpload, { channelId, name }, stream)], clientId ? [clientId] : [])
}

/**
 * Files and fields in any order: the web app names the channel first, the mobile apps after the file. What comes before
 * its channel is put aside.
 */
async function uploadForm(call: Call): Promise<Reply> {
  const { run, query, stream, headers } = call
  let channelId = query.text('channel_id') ?? ''
  const clientIds: string[] = []
  const files: FileInfo[] = []
  const waiting: { name: string, spooled: Spooled }[] = []
  const upload = async (name: string, bytes: Call['stream']): Promise<void> => { files.push(await run(filesUpload, { channelId, name }, bytes)) }
  try {
    for await (const part of readMultipart(stream, headers['content-type'] as string)) {
      if (part.kind === 'file') {
        if (channelId) await upload(part.fileName, part.stream)
        else if (waiting.length >= maximumAside) throw new RookeryError('too_many_files', { maximum: maximumAside })
        else waiting.push({ name: part.fileName, spooled: await call.putAside(part.stream) })
      } else if (part.name === 'client_ids') clientIds.push(part.value)
      else if (part.name === 'channel_id' && part.value !== '') {
        if (channelId && channelId !== part.value) throw invalid('channel_id', 'it is given twice and differs')
        channelId = part.value
      }
    }
    if (!channelId) throw invalid('channel_id', 'it is missing')
    for (const { name, spooled } of waiting) await upload(name, spooled.open())
  } finally {
    await Promise.all(waiting.map(({ spooled }) => spooled.remove()))
  }
  if (files.length === 0) throw new RookeryError('file_empty')
  if (clientIds.length > 0 && clientIds.length !== files.length) throw invalid('client_ids', `there are ${clientIds.length} for ${files.length} files`)
  return uploaded(files, clientIds)
}

const fileId = ({ params }: Call): { fileId: string } => ({ fileId: params['file_id'] as string })
const asAttachment = ({ query }: Call): { asAttachment: boolean } => ({ asAttachment: query.flag('download') })

export const fileRoutes: readonly Route[] = [
  post('/files', (call) => (isMultipart(call.headers['content-type'] as string) ? uploadForm(call) : uploadBody(call)), { body: 'stream' }),
  get('/files/{file_id}', async (call) => new Bytes(await call.run(filesDownload, fileId(call)), asAttachment(call))),
  get('/files/{file_id}/thumbnail', async (call) => new Bytes(await call.run(filesThumbnail, fileId(call)), asAttachment(call))),
  get('/files/{file_id}/preview', async (call) => new Bytes(await call.run(filesPreview, fileId(call)), asAttachment(call))),
  get('/files/{file_id}/info', async (call) =>
    new Reply(fileShape(await call.run(filesGet, fileId(call))), { headers: { 'Cache-Control': 'max-age=2592000, private' } })),
  get('/files/{file_id}/link', async (call) => {
    await call.run(filesGet, fileId(call))
    throw new RookeryError('public_links_off')
  }),
  get('/posts/{post_id}/files/info', async ({ run, params, query, headers }) => {
    const files = await run(filesListOfPost, { postId: params['post_id'] as string, includeDeleted: query.flag('include_deleted') })
    return withEtag({ headers }, files.map(fileShape))
  }),
]
