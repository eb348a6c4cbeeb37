import type { usePreferences } from './preferences.ts'

/** A preference that settings offer: where it is kept, what it may be, and what holds until somebody chooses. */
export interface Choice<Value extends string = string> {
  readonly category: string
  readonly name: string
  readonly values: readonly Value[]
  readonly standard: Value
}

const choice = <Value extends string>(category: string, name: string, values: readonly Value[], standard: NoInfer<Value>): Choice<Value> => ({ category, name, values, standard })

const yesNo = ['true', 'false'] as const

/** Categories, names and values are Mattermost's where it has them, so that all clients of an account agree. */
export const choices = {
  theme: choice('display_settings', 'color_scheme', ['auto', 'light', 'dark'], 'auto'),
  density: choice('display_settings', 'density', ['normal', 'compact'], 'normal'),
  messageDisplay: choice('display_settings', 'message_display', ['clean', 'compact'], 'clean'),
  nameFormat: choice('display_settings', 'name_format', ['nickname_full_name', 'full_name', 'username'], 'nickname_full_name'),
  /** Pictures and what links lead to are shown when somebody asks. */
  collapsedPreviews: choice('display_settings', 'collapse_previews', yesNo, 'false'),
  /** How wide messages are. */
  channelWidth: choice('display_settings', 'channel_display_mode', ['full', 'centered'], 'full'),
  linkPreviews: choice('display_settings', 'link_previews', yesNo, 'true'),
  collapsedThreads: choice('display_settings', 'collapsed_reply_threads', ['on', 'off'], 'on'),
  /** Mattermost knows true and false; as the language has it where there is none of them. */
  clock: choice('display_settings', 'use_military_time', ['auto', 'false', 'true'], 'auto'),
  sendKey: choice('advanced_settings', 'send_on_ctrl_enter', yesNo, 'false'),
  codeBlockEnter: choice('advanced_settings', 'code_block_ctrl_enter', yesNo, 'true'),
  /** What a notification shows of a message. */
  notificationContent: choice('notifications', 'content', ['full', 'sender', 'nothing'], 'full'),
  unreadSection: choice('sidebar_settings', 'show_unread_section', yesNo, 'false'),
  directMessageCount: choice('sidebar_settings', 'limit_visible_dms_gms', ['10', '15', '20', '40', '10000'], '20'),
  motion: choice('display_settings', 'motion', ['normal', 'reduced'], 'normal'),
  textSize: choice('display_settings', 'text_size', ['normal', 'large', 'larger'], 'normal'),
  underlinedLinks: choice('display_settings', 'underline_links', yesNo, 'false'),
  contrast: choice('display_settings', 'contrast', ['normal', 'high'], 'normal'),
} as const

export type ChoiceName = keyof typeof choices

/** What holds: what was chosen, as long as it is something we know. */
export function chosen<Value extends string>(preferences: Pick<ReturnType<typeof usePreferences>, 'get'>, { category, name, values, standard }: Choice<Value>): Value {
  const value = preferences.get(category, name)
  return values.find((known) => known === value) ?? standard
}

/** `auto` is kept by keeping nothing: other clients do not know the word. */
export async function choose(preferences: Pick<ReturnType<typeof usePreferences>, 'save' | 'remove'>, { category, name }: Choice, value: string): Promise<void> {
  if (value === 'auto') await preferences.remove(category, name)
  else await preferences.save(category, name, value)
}
