import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import {
  RookeryError, emojiCreate, emojiCreated, emojiDelete, emojiDeleted, emojiExists, emojiGet, emojiGetByName, emojiIdentify, emojiImage, emojiList, emojiListByNames, emojiSearch, type Emoji,
} from '@rookery/sdk/protocol'
import { createSystemEmoji, isEmojiName } from '../../emoji/index.ts'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql, textArray, UniqueViolationError } from '../../storage/index.ts'
import { measure } from '../files/measured-stream.ts'
import { claimBlobs, forgetBlobs, noteBlobs, releaseBlobs } from '../files/unclaimed-blobs.ts'
import type { ChatParts } from '../parts.ts'

type Parts = Pick<ChatParts, 'db' | 'writer' | 'access' | 'files' | 'images' | 'ids' | 'clock'>
interface StoredEmoji { emoji: Emoji, storageKey: string, mimeType: string }

const maximumBytes = 512 * 1024
const maximumAgeSeconds = 2_592_000

const emojiColumns = sql.fragment`
  e.id, e.name, e.creator_id as "creatorId", e.create_at as "createAt", e.update_at as "updateAt", e.delete_at as "deleteAt"`

/** Emoji that people make. Everybody sees them; their names are never those of system emoji. */
export function createEmoji({ db, writer, access, files, images, ids, clock }: Parts): AnyImplementation[] {
  const systemEmoji = createSystemEmoji()

  const find = async (emojiId: string): Promise<StoredEmoji> => {
    const row = await db.maybeOne<Emoji & { storage_key: string, mime_type: string }>(sql`
      select ${emojiColumns}, e.storage_key, e.mime_type from custom_emoji e where e.id = ${emojiId} and e.delete_at = 0`)
    if (!row) throw new RookeryError('emoji_not_found')
    const { storage_key: storageKey, mime_type: mimeType, ...emoji } = row
    return { emoji, storageKey, mimeType }
  }

  return [
    implement(emojiIdentify, {
      access() {},
      handle(_context, { text }) {
        const [, first = '', rest = ''] = /^\s*(\S+)\s*([^]*)$/.exec(text) ?? []
        const name = systemEmoji.nameOf(first)
        return name === undefined ? { name: '', rest: text } : { name, rest }
      },
    }),
    implement(emojiExists, {
      access() {},
      handle: async (_context, { name }) => ({ isThere: systemEmoji.isSystemEmoji(name) || await db.maybeOne(sql`select 1 as one from custom_emoji where name = ${name} and delete_at = 0`) !== undefined }),
    }),
    implement(emojiCreate, {
      access(context, { name }) {
        access.system(context, 'create_emojis')
        if (!isEmojiName(name)) throw new RookeryError('emoji_name_invalid')
        if (systemEmoji.isSystemEmoji(name)) throw new RookeryError('emoji_name_reserved')
      },
      async handle(context, { name }, _accessed, stream): Promise<Emoji> {
        if (!stream) throw new RookeryError('emoji_image_invalid')
        const uploaded = await buffer(measure(stream, { maximumBytes, firstBytes: 0, tooLarge: 'emoji_too_large' }).stream)
        const { bytes, format } = await images.emoji(uploaded)
        const creatorId = access.userId(context)
        const now = clock.now()
        const emoji: Emoji = { id: ids.next(), name, creatorId, createAt: now, updateAt: now, deleteAt: 0 }
        const storageKey = `emoji/${emoji.id.slice(-2)}/${emoji.id}`
        await noteBlobs(db, [storageKey], now)
        await files.write(storageKey, Readable.from([bytes]))
        try {
          await writer.write(async (transaction, emit) => {
            await claimBlobs(transaction, [storageKey])
            await transaction.query(sql`
              insert into custom_emoji (id, name, creator_id, create_at, update_at, mime_type, storage_key)
              values (${emoji.id}, ${name}, ${creatorId}, ${now}, ${now}, ${`image/${format}`}, ${storageKey})`)
            emit(emojiCreated, { emoji }, {})
          }, { actorId: creatorId })
        } catch (error) {
          if (!(error instanceof UniqueViolationError)) throw error
          // Names that are taken fill no disk. What fails here as well is swept after a day.
          await files.remove(storageKey).then(() => forgetBlobs(db, [storageKey])).catch(() => {})
          throw new RookeryError('emoji_name_taken')
        }
        return emoji
      },
    }),
    implement(emojiDelete, {
      async access(context, { emojiId }) {
        const found = await find(emojiId)
        access.system(context, 'delete_emojis')
        if (found.emoji.creatorId !== access.userId(context)) access.system(context, 'delete_others_emojis')
        return found
      },
      async handle(context, { emojiId }, { emoji, storageKey }) {
        const deletedBy = access.userId(context)
        const now = clock.now()
        await writer.write(async (transaction, emit) => {
          const { rowCount } = await transaction.query(sql`update custom_emoji set delete_at = ${now}, update_at = ${now} where id = ${emojiId} and delete_at = 0`)
          if (rowCount === 0) throw new RookeryError('emoji_not_found')
          await releaseBlobs(transaction, [storageKey])
          emit(emojiDeleted, { emoji: { ...emoji, updateAt: now, deleteAt: now }, deletedBy }, {})
        }, { actorId: deletedBy })
        return {}
      },
    }),
    implement(emojiGet, { access: (_context, { emojiId }) => find(emojiId), handle: (_context, _input, { emoji }) => emoji }),
    implement(emojiGetByName, {
      access() {},
      async handle(_context, { name }) {
        const emoji = await db.maybeOne<Emoji>(sql`select ${emojiColumns} from custom_emoji e where e.name = ${name} and e.delete_at = 0`)
        if (!emoji) throw new RookeryError('emoji_not_found')
        return emoji
      },
    }),
    implement(emojiListByNames, {
      access() {},
      handle: (_context, { names }) => db.any<Emoji>(sql`
        select ${emojiColumns} from custom_emoji e where e.name = any (${textArray(names)}) and e.delete_at = 0 order by e.name`),
    }),
    implement(emojiList, {
      access() {},
      handle: (_context, { page = 0, perPage = 60, sort = 'age' }) => db.any<Emoji>(sql`
        select ${emojiColumns} from custom_emoji e where e.delete_at = 0
        order by ${sort === 'name' ? sql.fragment`e.name` : sql.fragment`e.id`} limit ${perPage} offset ${page * perPage}`),
    }),
    implement(emojiSearch, {
      access() {},
      handle(_context, { term, onlyPrefix = false, limit = 100 }) {
        const literal = term.toLowerCase().replace(/[\\%_]/g, '\\$&')
        return db.any<Emoji>(sql`
          select ${emojiColumns} from custom_emoji e where e.name like ${onlyPrefix ? `${literal}%` : `%${literal}%`} and e.delete_at = 0
          order by e.name limit ${limit}`)
      },
    }),
    implement(emojiImage, {
      access: (_context, { emojiId }) => find(emojiId),
      async handle(_context, _input, { emoji, storageKey, mimeType }) {
        const sizeBytes = await files.size(storageKey)
        if (sizeBytes === undefined) throw new RookeryError('emoji_not_found')
        return {
          value: emoji, sizeBytes, mimeType, fileName: `${emoji.name}.${mimeType.split('/')[1]}`, version: emoji.id, maximumAgeSeconds,
          open: (range) => files.read(storageKey, range),
        }
      },
    }),
  ]
}
