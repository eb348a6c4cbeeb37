import { isDeepStrictEqual } from 'node:util'
import { RookeryError, secretMask, type InputOf, type Settings, type SettingValue, type settingsPatch } from '@rookery/sdk/protocol'
import type { Keeping } from '@rookery/kernel'
import { V4Error } from './route.ts'
import rows from './admin-config.json' with { type: 'json' }

/** The name of this door where the kernel keeps values for it. */
export const keeper = 'mattermost'

type Kind = 'string' | 'boolean' | 'number' | 'list' | 'any'

interface Entry { readonly kind: Kind, readonly standard: unknown, readonly areas: readonly string[], readonly isSecret: boolean }

/** Every key of Mattermost's configuration as `Section.Key`: its type, what a new server has, and who may see it. */
export const adminConfigEntries: ReadonlyMap<string, Entry> = new Map(rows.map((row) => {
  const [name, kind, standard, areas, secret] = row as [string, Kind, unknown, string, string]
  return [name, { kind, standard, areas: areas.split(' ').filter((area) => area !== '').map((area) => area === '*_read' ? '*' : area), isSecret: secret !== '' }]
}))

/** Sections in which Mattermost has keys that differ by release: told as empty objects. */
const emptySections = ['FeatureFlags', 'ContentFlaggingSettings']

interface Mapping {
  readonly name: string
  /** Where it is more than another name. */
  readonly tell?: (value: never) => unknown
  /** Answers nothing where it changes nothing. */
  readonly take?: (value: never) => SettingValue | undefined
}

const asList = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== '')

/** Keys that are settings of ours under another name. */
const mappings: Readonly<Record<string, Mapping>> = {
  'EmailSettings.ConnectionSecurity': { name: 'mail.security', tell: (value: string) => (value === 'auto' ? '' : value.toUpperCase()), take: (value: string) => value.toLowerCase() || 'auto' },
  // There is a name to sign in with, or there is none.
  'EmailSettings.EnableSMTPAuth': { name: 'mail.username', tell: (value: string) => value !== '', take: (value: boolean) => (value ? undefined : '') },
  'EmailSettings.EmailNotificationContentsType': { name: 'mail.contents' },
  'EmailSettings.FeedbackEmail': { name: 'mail.fromAddress' },
  'EmailSettings.FeedbackName': { name: 'mail.fromName' },
  'EmailSettings.RequireEmailVerification': { name: 'accounts.requireVerifiedEmail' },
  'EmailSettings.ReplyToAddress': { name: 'mail.replyTo' },
  'EmailSettings.SMTPPassword': { name: 'mail.password' },
  'EmailSettings.SMTPPort': { name: 'mail.port', tell: String, take: Number },
  'EmailSettings.SMTPServer': { name: 'mail.server' },
  'EmailSettings.SMTPUsername': { name: 'mail.username' },
  'EmailSettings.SendEmailNotifications': { name: 'mail.notifications' },
  'EmailSettings.SkipServerCertificateVerification': { name: 'mail.verifyCertificate', tell: (value: boolean) => !value, take: (value: boolean) => !value },
  'FileSettings.MaxFileSize': { name: 'files.maximumBytes' },
  'LocalizationSettings.DefaultClientLocale': { name: 'site.locale' },
  'PasswordSettings.MinimumLength': { name: 'accounts.minimumPasswordLength' },
  'RateLimitSettings.MaxBurst': { name: 'limits.burst' },
  'RateLimitSettings.VaryByUser': { name: 'limits.perAccount' },
  'ServiceSettings.EnableEmailInvitations': { name: 'mail.invitations' },
  'ServiceSettings.EnableUserAccessTokens': { name: 'accounts.allowAccessTokens' },
  'ServiceSettings.PostEditTimeLimit': { name: 'posts.editWindowSeconds' },
  'ServiceSettings.SessionLengthWebInHours': { name: 'accounts.sessionHours' },
  'ServiceSettings.UniqueEmojiReactionLimitPerPost': { name: 'posts.maximumReactionKinds' },
  'SupportSettings.SupportEmail': { name: 'site.supportEmail' },
  'TeamSettings.CustomDescriptionText': { name: 'site.description' },
  'TeamSettings.EnableOpenServer': { name: 'accounts.openSignUp' },
  'TeamSettings.MaxUsersPerTeam': { name: 'teams.maximumMembers' },
  'TeamSettings.RestrictCreationToDomains': { name: 'accounts.emailDomains', tell: (value: string[]) => value.join(','), take: (value: string) => asList(value) },
  'TeamSettings.SiteName': { name: 'site.name' },
  'TeamSettings.UserStatusAwayTimeout': { name: 'statuses.awaySeconds' },
}

/** Set where the server runs; shown, and what is written to them stays without effect. */
const siteUrl = 'ServiceSettings.SiteURL'

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const fits = (kind: Kind, value: unknown): boolean => {
  if (kind === 'any') return typeof value === 'object'
  if (kind === 'list') return Array.isArray(value) && value.every((item) => typeof item === 'string')
  return kind === 'number' ? Number.isSafeInteger(value) : typeof value === kind
}

function assertFits(name: string, value: unknown): void {
  const entry = adminConfigEntries.get(name)
  if (!entry) throw new RookeryError('setting_unknown', { field: name })
  if (!fits(entry.kind, value)) throw new RookeryError('setting_invalid', { field: name, reason: `it must be a ${entry.kind}` })
  if (JSON.stringify(value).length > 200_000) throw new RookeryError('setting_invalid', { field: name, reason: 'it is too long' })
}

/** What the kernel must know of the values that it keeps for this door. */
export const adminConfigKeeping: Keeping = {
  areasOf: (name) => adminConfigEntries.get(name)?.areas ?? [],
  isSecret: (name) => adminConfigEntries.get(name)?.isSecret ?? true,
  assert: assertFits,
}

type Values = Map<string, unknown>

/** Every key with its present value, as far as the caller may know it. */
export function adminConfigValues(settings: Settings, url: string): Values {
  const kept = settings.kept[keeper] ?? {}
  return new Map([...adminConfigEntries].map(([name, { standard }]) => {
    const mapping = mappings[name]
    const ours = mapping && settings.values[mapping.name]
    if (name === siteUrl) return [name, url]
    if (name === 'RateLimitSettings.Enable') return [name, Number(settings.values['limits.requestsPerSecond'] ?? 0) > 0]
    if (name === 'RateLimitSettings.PerSec') return [name, settings.values['limits.requestsPerSecond'] || kept[name] || standard]
    if (ours !== undefined) return [name, mapping?.tell ? mapping.tell(ours as never) : ours]
    // The connection to the database is never told; that there is one is.
    if (name === 'SqlSettings.DataSource') return [name, secretMask]
    return [name, kept[name] ?? standard]
  }))
}

/** `Section.Key` → value as sections. */
export function asSections(values: Iterable<readonly [string, unknown]>): Record<string, Record<string, unknown>> {
  const sections: Record<string, Record<string, unknown>> = Object.fromEntries(emptySections.map((name) => [name, {}]))
  for (const [name, value] of values) {
    const [section = '', key = ''] = name.split('.')
    sections[section] ??= {}
    sections[section][key] = value
  }
  return sections
}

/** The keys of a body that Mattermost's configuration has; others are borne, null means nothing. */
function given(body: Readonly<Record<string, unknown>>): Values {
  const found: Values = new Map()
  for (const [section, values] of Object.entries(body)) {
    if (values === null) continue
    if (!isRecord(values)) {
      if (section.endsWith('Settings')) throw new RookeryError('setting_invalid', { field: section, reason: 'it must be an object' })
      continue
    }
    for (const [key, value] of Object.entries(values)) {
      const name = `${section}.${key}`
      if (value === null || !adminConfigEntries.has(name)) continue
      assertFits(name, value)
      found.set(name, value)
    }
  }
  return found
}

/**
 * What must change to come from the present values to those of a body. Written whole, keys that the body leaves out go
 * back to their standard; what the environment sets and what is as before is left alone.
 */
export function adminConfigPatch(body: Readonly<Record<string, unknown>>, settings: Settings, url: string, { isWhole }: { isWhole: boolean }): InputOf<typeof settingsPatch> {
  const present = adminConfigValues(settings, url)
  const wanted = given(body)
  if (wanted.get(siteUrl) === '') throw new V4Error('api.config.update_config.clear_siteurl.app_error', 'setting_invalid', { field: siteUrl, reason: 'it cannot be empty' })
  const values: Record<string, SettingValue | null> = {}
  const kept: Record<string, unknown> = {}
  const put = (name: string, value: SettingValue | null | undefined): void => { if (value !== undefined && !settings.readOnly.includes(name)) values[name] = value }
  for (const [name, { standard }] of adminConfigEntries) {
    if (name === siteUrl || name === 'SqlSettings.DataSource') continue
    const isGiven = wanted.has(name)
    if (!isGiven && !isWhole) continue
    const value = isGiven ? wanted.get(name) : standard
    if (isDeepStrictEqual(value, present.get(name))) continue
    const mapping = mappings[name]
    if (name.startsWith('RateLimitSettings.') && ['Enable', 'PerSec'].includes(name.split('.')[1] ?? '')) {
      const isOn = wanted.get('RateLimitSettings.Enable') ?? present.get('RateLimitSettings.Enable')
      const rate = wanted.get('RateLimitSettings.PerSec') ?? present.get('RateLimitSettings.PerSec')
      put('limits.requestsPerSecond', isOn === true ? rate as number : 0)
      if (name.endsWith('PerSec')) kept[name] = value
    } else if (mapping) put(mapping.name, !isGiven ? null : mapping.take ? mapping.take(value as never) : value as SettingValue)
    else kept[name] = isDeepStrictEqual(value, standard) ? null : value
  }
  return { ...(Object.keys(values).length > 0 && { values }), ...(Object.keys(kept).length > 0 && { kept: { [keeper]: kept } }) }
}

/** What a body says of the mail server, under our names: to be tried before it is kept. */
export function mailSettingsOf(body: Readonly<Record<string, unknown>>): Record<string, SettingValue> {
  const found: Record<string, SettingValue> = {}
  for (const [name, value] of given(body)) {
    const mapping = mappings[name]
    if (!mapping?.name.startsWith('mail.')) continue
    const ours = mapping.take ? mapping.take(value as never) : value as SettingValue
    if (ours !== undefined) found[mapping.name] = ours
  }
  return found
}

/** The keys whose value the environment of the server sets. */
export const environmentKeys = (settings: Settings): Values => new Map([
  [siteUrl, true] as const,
  ...Object.entries(mappings).filter(([, { name }]) => settings.readOnly.includes(name)).map(([name]) => [name, true] as const),
])
