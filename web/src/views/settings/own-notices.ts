/** What may be told otherwise for one channel; `default` is what the account says. Names and values are Mattermost's. */
export const channelNotices = {
  desktop: ['default', 'all', 'mention', 'none'],
  desktop_threads: ['default', 'all', 'mention', 'none'],
  desktop_sound: ['default', 'on', 'off'],
  mark_unread: ['all', 'mention'],
  ignore_channel_mentions: ['default', 'on', 'off'],
} as const
export type ChannelNoticeName = keyof typeof channelNotices

const standard: Readonly<Record<ChannelNoticeName, string>> = { desktop: 'default', desktop_threads: 'default', desktop_sound: 'default', mark_unread: 'all', ignore_channel_mentions: 'default' }

export const channelNoticeOf = (notifyProps: Readonly<Record<string, string>>, name: ChannelNoticeName): string => notifyProps[name] ?? standard[name]

export const hasOwnNotices = (notifyProps: Readonly<Record<string, string>>): boolean =>
  Object.entries(standard).some(([name, value]) => channelNoticeOf(notifyProps, name as ChannelNoticeName) !== value)
