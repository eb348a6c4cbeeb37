import { fullClientConfig, limitedClientConfig, type ClientConfigKey } from './client-config-defaults.ts'

/** Features that are off until something offers them: a plugin, a mail server, an admin. */
export interface ClientFeatures {
  readonly accessTokens?: boolean
  readonly bots?: boolean
  readonly channelBookmarks?: boolean
  readonly commands?: boolean
  readonly crossTeamSearch?: boolean
  readonly customEmoji?: boolean
  readonly customStatus?: boolean
  readonly emailInvitations?: boolean
  readonly emailNotifications?: boolean
  /** Whoever forgot a password is mailed a link. */
  readonly passwordLinks?: boolean
  readonly fileAttachments?: boolean
  readonly guestAccounts?: boolean
  readonly incomingWebhooks?: boolean
  readonly lastActiveTime?: boolean
  readonly linkPreviews?: boolean
  readonly multiFactor?: boolean
  readonly outgoingWebhooks?: boolean
  readonly permalinkPreviews?: boolean
  readonly plugins?: boolean
  readonly postPriority?: boolean
  readonly publicLinks?: boolean
  readonly pushNotifications?: boolean
  readonly syncedDrafts?: boolean
}

export interface ClientConfigSettings {
  /** Public address of the server; a slash at the end is dropped. */
  readonly siteUrl: string
  /** Names this installation; mobile clients refuse a server that leaves it empty. */
  readonly diagnosticId: string
  /** Version of Mattermost that we speak, `11.9.0`. Mobile clients ask for at least 9.11. */
  readonly version?: string
  readonly buildHash?: string
  readonly buildDate?: string
  readonly siteName?: string
  readonly siteDescription?: string
  readonly supportEmail?: string
  readonly defaultLocale?: string
  readonly availableLocales?: readonly string[]
  readonly maxFileSizeBytes?: number
  /** In characters. */
  readonly maxPostSize?: number
  readonly uniqueReactionsPerPost?: number
  /** −1: for ever; else seconds. */
  readonly postEditTimeLimitSeconds?: number
  readonly passwordMinimumLength?: number
  readonly collapsedThreads?: 'disabled' | 'default_off' | 'default_on' | 'always_on'
  readonly teammateNameDisplay?: 'username' | 'nickname_full_name' | 'full_name'
  readonly restrictDirectMessages?: 'any' | 'team'
  readonly websocketUrl?: string
  readonly websocketPort?: number
  readonly websocketSecurePort?: number
  /** Anybody who reaches the server may sign up. */
  readonly openServer?: boolean
  readonly requireVerifiedEmail?: boolean
  readonly mailContents?: 'full' | 'generic'
  readonly userCreation?: boolean
  /** No account exists yet: the sign-up page then greets the first admin. */
  readonly noAccounts?: boolean
  readonly installedAt?: number
  /** Public key with which server-made buttons are signed, base64. */
  readonly signingPublicKey?: string
  readonly schemaVersion?: string
  readonly features?: ClientFeatures
  /** Last word on single keys; a value for a key that does not exist is a type error. */
  readonly overrides?: Readonly<Partial<Record<ClientConfigKey, string>>>
}

/** Keys that one feature switches. */
const featureKeys: Readonly<Record<keyof ClientFeatures, readonly ClientConfigKey[]>> = {
  accessTokens: ['EnableUserAccessTokens'],
  bots: ['EnableBotAccountCreation'],
  channelBookmarks: ['FeatureFlagChannelBookmarks'],
  commands: ['EnableCommands'],
  crossTeamSearch: ['EnableCrossTeamSearch', 'FeatureFlagExperimentalCrossTeamSearch'],
  customEmoji: ['EnableCustomEmoji'],
  customStatus: ['EnableCustomUserStatuses'],
  emailInvitations: ['EnableEmailInvitations'],
  emailNotifications: ['SendEmailNotifications'],
  fileAttachments: ['EnableFileAttachments'],
  guestAccounts: ['EnableGuestAccounts'],
  incomingWebhooks: ['EnableIncomingWebhooks'],
  lastActiveTime: ['EnableLastActiveTime'],
  linkPreviews: ['EnableLinkPreviews'],
  multiFactor: ['EnableMultifactorAuthentication'],
  outgoingWebhooks: ['EnableOutgoingWebhooks'],
  passwordLinks: ['PasswordEnableForgotLink'],
  permalinkPreviews: ['EnablePermalinkPreviews'],
  plugins: ['PluginsEnabled'],
  postPriority: ['PostPriority'],
  publicLinks: ['EnablePublicLink'],
  pushNotifications: ['SendPushNotifications'],
  syncedDrafts: ['AllowSyncedDrafts'],
}

type Values = Partial<Record<ClientConfigKey, string>>

const withoutSlash = (address: string): string => address.replace(/\/+$/, '')

function fromSettings(settings: ClientConfigSettings): Values {
  const values: Values = {
    SiteURL: withoutSlash(settings.siteUrl),
    DiagnosticId: settings.diagnosticId,
    TelemetryId: settings.diagnosticId,
  }
  const put = (key: ClientConfigKey, value: string | number | boolean | undefined): void => {
    if (value !== undefined) values[key] = String(value)
  }
  put('Version', settings.version)
  put('BuildNumber', settings.version)
  put('BuildHash', settings.buildHash)
  put('BuildDate', settings.buildDate)
  put('SiteName', settings.siteName)
  put('CustomDescriptionText', settings.siteDescription)
  put('SupportEmail', settings.supportEmail)
  put('DefaultClientLocale', settings.defaultLocale)
  put('AvailableLocales', settings.availableLocales?.join(','))
  put('MaxFileSize', settings.maxFileSizeBytes)
  put('MaxPostSize', settings.maxPostSize)
  put('UniqueEmojiReactionLimitPerPost', settings.uniqueReactionsPerPost)
  put('PostEditTimeLimit', settings.postEditTimeLimitSeconds)
  put('PasswordMinimumLength', settings.passwordMinimumLength)
  put('CollapsedThreads', settings.collapsedThreads)
  put('TeammateNameDisplay', settings.teammateNameDisplay)
  put('RestrictDirectMessage', settings.restrictDirectMessages)
  put('WebsocketURL', settings.websocketUrl === undefined ? undefined : withoutSlash(settings.websocketUrl))
  put('WebsocketPort', settings.websocketPort)
  put('WebsocketSecurePort', settings.websocketSecurePort)
  put('EnableOpenServer', settings.openServer)
  put('EnableUserCreation', settings.userCreation)
  put('NoAccounts', settings.noAccounts)
  put('RequireEmailVerification', settings.requireVerifiedEmail)
  put('EmailNotificationContentsType', settings.mailContents)
  put('InstallationDate', settings.installedAt)
  put('AsymmetricSigningPublicKey', settings.signingPublicKey)
  put('SchemaVersion', settings.schemaVersion)
  for (const [feature, keys] of Object.entries(featureKeys)) {
    for (const key of keys) put(key, settings.features?.[feature as keyof ClientFeatures])
  }
  return { ...values, ...settings.overrides }
}

/** The answer of `GET /api/v4/config/client`: every value a string, the full list only for those with a session. */
export function clientConfig(settings: ClientConfigSettings, viewer: { readonly signedIn: boolean }): Record<string, string> {
  const defaults: Record<string, string> = viewer.signedIn ? { ...limitedClientConfig, ...fullClientConfig } : { ...limitedClientConfig }
  for (const [key, value] of Object.entries(fromSettings(settings))) {
    if (key in defaults) defaults[key] = value
  }
  return defaults
}
