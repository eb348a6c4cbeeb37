import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { At, Count, Done, Fields, OneOf, Props, Text } from './schema.ts'

/** What one of our settings can be. */
export const SettingValue = Type.Union([Type.Boolean(), Type.Integer(), Text(2000), Type.Array(Text(200), { maxItems: 200 })])
export type SettingValue = Static<typeof SettingValue>

const settingName = '^[a-z][a-zA-Z]*\\.[a-z][a-zA-Z]*$'

/** What a door keeps for its clients' sake, by the name that its protocol gives it. The kernel does not read it. */
export const KeptValues = Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9.]{0,127}$' }), Type.Unknown(), { maxProperties: 2000 })

export const Settings = Fields({
  /** By `section.name`, as in the environment variable ROOKERY_SECTION_NAME. */
  values: Type.Record(Type.String(), SettingValue),
  /** Names that the environment sets: it stands above what an admin changes here. */
  readOnly: Type.Array(Type.String()),
  /** By the name of the door. Secrets are told as asterisks. */
  kept: Type.Record(Type.String(), KeptValues),
})
export type Settings = Static<typeof Settings>

/** Stands for a secret: told in its place, and where it is given back the secret stays. */
export const secretMask = '*'.repeat(32)

export const settingsGet = defineOperation({
  name: 'settings.get', summary: 'Tells the settings, as far as the caller may read those parts of the system console.', safe: true,
  input: Fields({}), output: Settings,
})

export const settingsDescribe = defineOperation({
  name: 'settings.describe', summary: 'Tells what each setting may be, as JSON Schema with one property for each name, in the parts of the system console that the caller may read.', safe: true,
  input: Fields({}), output: Fields({ schema: Props }),
})

export const settingsPatch = defineOperation({
  name: 'settings.patch',
  summary: 'Changes settings while the server runs. What is not named stays; null goes back to the standard value.',
  input: Fields({
    values: Type.Optional(Type.Record(Type.String({ pattern: settingName }), Type.Union([SettingValue, Type.Null()]), { maxProperties: 200 })),
    kept: Type.Optional(Type.Record(Type.String({ pattern: '^[a-z]{1,32}$' }), KeptValues, { maxProperties: 4 })),
  }),
  output: Settings,
  errors: ['setting_unknown', 'setting_invalid', 'setting_read_only'],
})

export const settingsReload = defineOperation({
  name: 'settings.reload', summary: 'Reads the stored settings again.', input: Fields({}), output: Done,
})

/** Settings changed. What they are now is asked for: not everybody may know. */
export const settingsChanged = defineEvent({
  name: 'settings.changed', summary: 'Settings changed.', payload: Fields({ names: Type.Array(Type.String()) }),
})

export const Installation = Fields({
  /** Names this installation; made once. */
  id: Type.String(),
  createdAt: At,
  /** False until the first account, which becomes the system admin, has been made. */
  hasAccounts: Type.Boolean(),
  /** Whether anybody may make an account; else an invitation is needed. */
  isSignUpOpen: Type.Boolean(),
  /** In code points. */
  minimumPasswordLength: Type.Integer(),
  allowsAccessTokens: Type.Boolean(),
  /** Whether there is a mail server: links to choose a new password come by mail. */
  sendsMails: Type.Boolean(),
  /** Of whoever helps; '' where nobody is named. */
  supportEmail: Type.String(),
})
export type Installation = Static<typeof Installation>

export const systemDescribe = defineOperation({
  name: 'system.describe', summary: 'Tells which installation this is.', safe: true, session: 'optional', input: Fields({}), output: Installation,
})

/** What the server takes from those who write: clients say so before they send. */
export const Limits = Fields({
  /** In code points. */
  messageLength: Count,
  filesPerPost: Count,
  fileBytes: Count,
  /** -1 for ever. */
  editWindowSeconds: Type.Integer({ minimum: -1 }),
  reactionKindsPerPost: Count,
})
export type Limits = Static<typeof Limits>

export const systemDescribeLimits = defineOperation({
  name: 'system.describeLimits', summary: 'Tells how much the server takes from those who write.', safe: true, input: Fields({}), output: Limits,
})

export const clientLogsWrite = defineOperation({
  name: 'clientLogs.write', summary: 'Takes a line for the server log from a client. More than a few a minute are dropped.',
  input: Fields({ level: OneOf('info', 'warn', 'error'), message: Text(400) }), output: Done,
})
