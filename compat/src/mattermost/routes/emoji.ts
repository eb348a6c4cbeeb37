import type { Readable } from 'node:stream'
import {
  emojiCreate, emojiDelete, emojiGet, emojiGetByName, emojiImage, emojiList, emojiListByNames, emojiSearch, RookeryError, type Emoji,
} from '@rookery/sdk/protocol'
import { parseJson, readMultipart, type Spooled } from '@rookery/kernel'
import { Bytes, created, get, objectBody, post, remove, statusOk, textsBody, type Call, type Route } from '../route.ts'
import { emojiShape } from '../shapes/emoji.ts'

const emojiId = ({ params }: Call): { emojiId: string } => ({ emojiId: params['emoji_id'] as string })

const maximumDescriptionBytes = 64 * 1024

const missing = (field: string): RookeryError => new RookeryError('invalid_input', { field, reason: 'it is missing' })

/** Some clients send the description as a file too. */
async function shortText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maximumDescriptionBytes) throw new RookeryError('invalid_input', { field: 'emoji', reason: `it has more than ${maximumDescriptionBytes} bytes` })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The picture comes before the name, so it is put aside. */
async function createFromForm({ run, stream, headers, putAside }: Call): Promise<Emoji> {
  let image: Spooled | undefined
  let described: Record<string, unknown> | undefined
  try {
    for await (const part of readMultipart(stream, headers['content-type'] as string, { maximumParts: 10 })) {
      if (part.name === 'emoji') described = objectBody(parseJson(Buffer.from(part.kind === 'field' ? part.value : await shortText(part.stream))))
      else if (part.kind === 'file' && part.name === 'image' && !image) image = await putAside(part.stream)
    }
    if (!described) throw missing('emoji')
    if (!image) throw missing('image')
    return await run(emojiCreate, { name: described['name'] as string }, image.open())
  } finally {
    await image?.remove()
  }
}

export const emojiRoutes: readonly Route[] = [
  post('/emoji', async (call) => created(emojiShape(await createFromForm(call))), { body: 'stream' }),
  get('/emoji', async ({ run, query }) => {
    const sort = query.text('sort')
    if (sort && sort !== 'name') throw new RookeryError('invalid_address_part', { field: 'sort', reason: 'it must be name or empty' })
    return (await run(emojiList, { ...query.page(), sort: sort ? 'name' : 'age' })).map(emojiShape)
  }),
  post('/emoji/names', async ({ run, body }) => (await run(emojiListByNames, { names: textsBody(body, 'names', 200) })).map(emojiShape)),
  post('/emoji/search', async ({ run, body }) => {
    const { term, prefix_only: onlyPrefix } = objectBody(body)
    return (await run(emojiSearch, { term: term as string, onlyPrefix: onlyPrefix === true || onlyPrefix === 'true', limit: 200 })).map(emojiShape)
  }),
  get('/emoji/autocomplete', async ({ run, query }) => {
    const name = query.text('name')
    if (!name) throw new RookeryError('invalid_address_part', { field: 'name', reason: 'it is missing' })
    return (await run(emojiSearch, { term: name, onlyPrefix: true, limit: 100 })).map(emojiShape)
  }),
  get('/emoji/name/{emoji_name}', async ({ run, params }) => emojiShape(await run(emojiGetByName, { name: params['emoji_name'] as string }))),
  get('/emoji/{emoji_id}', async (call) => emojiShape(await call.run(emojiGet, emojiId(call)))),
  get('/emoji/{emoji_id}/image', async (call) => new Bytes(await call.run(emojiImage, emojiId(call)))),
  remove('/emoji/{emoji_id}', async (call) => {
    await call.run(emojiDelete, emojiId(call))
    return statusOk
  }),
]
