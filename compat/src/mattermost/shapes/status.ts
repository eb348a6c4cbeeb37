import type { Status } from '@rookery/sdk/protocol'

/** API v4 counts the end of do-not-disturb in seconds. */
export const statusShape = ({ userId, status, isManual, lastActivityAt, dndEndAt }: Status) => ({
  user_id: userId, status, manual: isManual, last_activity_at: lastActivityAt, dnd_end_time: Math.floor(dndEndAt / 1000),
})
