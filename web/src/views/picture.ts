import type { User } from '@rookery/sdk/protocol'

/** The address of a picture that somebody uploaded; without one the avatar shows letters. The session's cookie lets it through. */
export const pictureOf = (user: Pick<User, 'id' | 'lastPictureUpdateAt'> | undefined): string | undefined =>
  user && user.lastPictureUpdateAt > 0 ? `/api/v1/users.getPicture?userId=${user.id}#${user.lastPictureUpdateAt}` : undefined
