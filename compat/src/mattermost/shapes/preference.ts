import type { Preference } from '@rookery/sdk/protocol'

export const preferenceShape = ({ userId, category, name, value }: Preference) => ({ user_id: userId, category, name, value })
