import { Readable } from 'node:stream'
import { usersGetPicture, usersResetPicture, usersSetPicture, type User } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { createCache, FileNotFoundError, sql } from '../../storage/index.ts'
import type { PictureReader } from '../files/read-picture.ts'
import type { ChatParts } from '../parts.ts'
import { emitUserUpdated } from './user-events.ts'
import { userColumns } from './user-rows.ts'

type Parts = Pick<ChatParts, 'db' | 'writer' | 'access' | 'files' | 'images' | 'settings' | 'clock' | 'log'> & { readonly pictures: PictureReader }

const daySeconds = 86_400
/** A generated picture may give way to a real one at any time. */
const stopgapSeconds = 300

const pictureKey = (userId: string, at: number): string => `avatars/${userId.slice(-2)}/${userId}-${at}.png`

/** The pictures of accounts. */
export function createPictures({ writer, access, files, images, pictures, settings, clock, log }: Parts): AnyImplementation[] {
  const generated = createCache<Buffer>({
    maximum: 5000,
    load(key) {
      const [userId = '', username = ''] = key.split(' ')
      return images.initialsAvatar({ userId, username })
    },
  })
  const removeQuietly = (key: string): void => {
    files.remove(key).catch((error: unknown) => { log.warn('A picture that nobody needs could not be removed', { key, error }) })
  }

  /** Makes `at` the moment of the account's picture, 0 for none, and takes the file of the one before away. */
  const change = async (context: Context, userId: string, at: number): Promise<void> => {
    const before = await writer.write(async (transaction, emit) => {
      const { last } = await transaction.one<{ last: number }>(sql`select last_picture_update_at as last from users where id = ${userId} for no key update`)
      const user = await transaction.one<User>(sql`
        update users u set last_picture_update_at = ${at}, update_at = greatest(${clock.now()}, u.update_at + 1) where u.id = ${userId} returning ${userColumns}`)
      emitUserUpdated(emit, user, settings)
      return last
    }, context.actor.kind === 'user' ? { actorId: context.actor.userId } : {})
    if (before > 0 && before !== at) removeQuietly(pictureKey(userId, before))
  }

  return [
    implement(usersGetPicture, {
      access: (context, { userId }) => access.user(context, userId),
      async handle(_context, { isGenerated = false }, user) {
        const mimeType = 'image/png'
        const fileName = `${user.username}.png`
        const key = pictureKey(user.id, user.lastPictureUpdateAt)
        const sizeBytes = isGenerated || user.lastPictureUpdateAt === 0 ? undefined : await files.size(key)
        if (sizeBytes !== undefined) {
          const version = String(user.lastPictureUpdateAt)
          return { value: { mimeType, version, isGenerated: false }, sizeBytes, mimeType, fileName, version, maximumAgeSeconds: daySeconds, open: (range) => files.read(key, range) }
        }
        // The picture shows one letter of the name: a new name with the same letter needs no new picture.
        const letter = /[a-z0-9]/i.exec(user.username)?.[0] ?? ''
        const bytes = await generated.get(`${user.id} ${letter}`)
        if (!bytes) throw new FileNotFoundError(key)
        const version = `generated-${letter}`
        return {
          value: { mimeType, version, isGenerated: true }, sizeBytes: bytes.length, mimeType, fileName, version,
          maximumAgeSeconds: isGenerated ? daySeconds : stopgapSeconds,
          open: async ({ start, end } = { start: 0, end: bytes.length - 1 }) => Readable.from([bytes.subarray(start, end + 1)], { objectMode: false }),
        }
      },
    }),
    implement(usersSetPicture, {
      access: (context, { userId }) => access.account(context, userId, 'edit_other_users'),
      async handle(context, { userId }, _user, stream) {
        const picture = await pictures.read(stream, access.userId(context), (bytes) => images.avatar(bytes))
        const at = clock.now()
        await files.write(pictureKey(userId, at), Readable.from([picture]))
        await change(context, userId, at)
        return {}
      },
    }),
    implement(usersResetPicture, {
      access: (context, { userId }) => access.account(context, userId, 'edit_other_users'),
      async handle(context, { userId }) {
        await change(context, userId, 0)
        return {}
      },
    }),
  ]
}
