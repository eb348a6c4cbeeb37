import { createHash } from 'node:crypto'
import type { LiveSettings, Settings } from '@rookery/kernel'
import { adminConfigEntries, keeper } from './admin-config.ts'
import { clientConfig, type ClientConfigSettings, type ClientFeatures } from './client-config.ts'
import { fullClientConfig, limitedClientConfig } from './client-config-defaults.ts'

/** The client configuration of the running server, made anew when a setting or what is offered has changed. */
export interface ClientConfigView {
  /** For those who are signed in. */
  full(): Readonly<Record<string, string>>
  limited(options: { hasAccounts: boolean }): Readonly<Record<string, string>>
  /** Differs where the configuration does. */
  digest(): string
}

/** Keys that admins set and clients read under one name: an admin's word on them is passed on. */
const passedOn: ReadonlyMap<string, string> = new Map([...adminConfigEntries].reverse().flatMap(([name, { isSecret }]) => {
  const key = name.split('.')[1] ?? ''
  return !isSecret && (key in limitedClientConfig || key in fullClientConfig) ? [[key, name] as const] : []
}))

/** Asked for with every answer, so nothing is made for it. */
function isSame(one: ClientFeatures, other: ClientFeatures): boolean {
  for (const name in one) if (one[name as keyof ClientFeatures] !== other[name as keyof ClientFeatures]) return false
  return true
}

export function createClientConfigView(
  { settings, liveSettings, version, features }: { settings: Settings, liveSettings: LiveSettings, version: string, features: () => ClientFeatures },
): ClientConfigView {
  let made: { revision: LiveSettings['revision'], offered: ClientFeatures, from: ClientConfigSettings, full: Record<string, string>, digest: string } | undefined

  const passed = (): Record<string, string> => {
    const kept = liveSettings.kept(keeper)
    return Object.fromEntries([...passedOn].flatMap(([key, name]) => {
      const value = kept.get(name)
      return value === undefined ? [] : [[key, Array.isArray(value) ? value.join(',') : String(value)]]
    }))
  }
  const present = (): NonNullable<typeof made> => {
    const offered = features()
    const { revision } = liveSettings
    if (made?.revision === revision && isSame(made.offered, offered)) return made
    const { site, accounts, posts, files, mail } = settings
    const from: ClientConfigSettings = {
      siteUrl: settings.url, diagnosticId: liveSettings.installation.id, installedAt: liveSettings.installation.createdAt, version,
      siteName: site.name, siteDescription: site.description, supportEmail: site.supportEmail, defaultLocale: site.locale,
      maxFileSizeBytes: files.maximumBytes, uniqueReactionsPerPost: posts.maximumReactionKinds, postEditTimeLimitSeconds: posts.editWindowSeconds,
      passwordMinimumLength: accounts.minimumPasswordLength, openServer: accounts.openSignUp, requireVerifiedEmail: accounts.requireVerifiedEmail, mailContents: mail.contents, features: { ...offered, accessTokens: accounts.allowAccessTokens }, overrides: passed(),
    }
    const full = clientConfig(from, { signedIn: true })
    const digest = createHash('sha256').update(JSON.stringify(full)).digest('hex').slice(0, 16)
    return made = { revision, offered, from, full, digest }
  }
  return {
    full: () => present().full,
    limited: ({ hasAccounts }) => clientConfig({ ...present().from, noAccounts: !hasAccounts }, { signedIn: false }),
    digest: () => present().digest,
  }
}
