/** What an admin may set. Names are those of the environment: ROOKERY_<SECTION>_<KEY>. */
export interface Settings {
  readonly listen: { readonly host: string, readonly port: number }
  /** Public address, without a slash at the end: links, cookies and the Origin check. */
  readonly url: string
  readonly dataFolder: string
  readonly databaseUrl: string
  /** The server ends statements that take longer; a database that says nothing at all is given up two seconds later. */
  readonly database: { readonly statementTimeoutMs: number }
  readonly trustedProxies: readonly string[]
  /** Seals what must be unreadable to who has the database alone: 64 hexadecimal digits. Without it, the file secret.key of the data folder. */
  readonly secretKey: string
  readonly accounts: {
    /** Whether anybody may sign up without an invitation. */
    readonly openSignUp: boolean
    /** E-mail domains whose owners alone may have accounts; empty for all. */
    readonly emailDomains: readonly string[]
    readonly sessionHours: number
    /** Whether people sign in only when they have shown that they read the mails of their address. */
    readonly requireVerifiedEmail: boolean
    readonly minimumPasswordLength: number
    /** Whether who has the right to may make personal access tokens; bots always may have them. */
    readonly allowAccessTokens: boolean
    /** Whether people may deactivate their own accounts. */
    readonly allowSelfDeactivation: boolean
    /** Whether everybody sees e-mail addresses and full names, or only administrators. */
    readonly showEmailAddresses: boolean
    readonly showFullNames: boolean
  }
  readonly teams: { readonly maximumMembers: number }
  readonly posts: {
    readonly maximumFiles: number
    /** Seconds in which an author may edit; -1 for ever. */
    readonly editWindowSeconds: number
    readonly maximumReactionKinds: number
  }
  readonly files: {
    readonly maximumBytes: number
    /** Of all files of one account that no post has taken, unfinished uploads with them. One file may always be as large as files may be. */
    readonly maximumUnattachedBytes: number
  }
  readonly statuses: {
    /** Without activity for so long, whoever is online is away. */
    readonly awaySeconds: number
    /** Whoever closed the last connection is offline after so long: phones close it with every dark screen. */
    readonly offlineGraceSeconds: number
  }
  /** Through whom the server sends mails, and how they look. SMTP_URL says the first five at once. */
  readonly mail: {
    /** Name of the mail server; '' for none: then nothing is mailed. */
    readonly server: string
    readonly port: number
    readonly username: string
    /** As environment and defaults say it; what an admin stored is sealed. */
    readonly password: string
    /** `auto`: encrypted where the server offers it. A password is never sent in the clear over a network. */
    readonly security: 'auto' | 'starttls' | 'tls'
    readonly verifyCertificate: boolean
    /** Who writes; '' for the name of the site, and no-reply at the host of its address. */
    readonly fromName: string
    readonly fromAddress: string
    readonly replyTo: string
    /** Whether people may mail invitations to their teams. */
    readonly invitations: boolean
    /** Whether people are mailed mentions and messages that they missed. */
    readonly notifications: boolean
    /** What such a mail says: the messages themselves, or only who wrote. */
    readonly contents: 'full' | 'generic'
  }
  /** How the server presents itself. */
  readonly site: { readonly name: string, readonly description: string, readonly supportEmail: string, readonly locale: string }
  /** How many requests may come; beyond, they are refused with 429. */
  readonly limits: {
    /** Requests a second from one address; 0 for no limit. */
    readonly requestsPerSecond: number
    /** Requests that may come at once. */
    readonly burst: number
    /** Whether the limit holds for each account as well. */
    readonly perAccount: boolean
    /** What one account may have at once. */
    readonly socketsPerAccount: number
    readonly uploadsPerAccount: number
    /** Websockets that have not shown a token yet, of one address and of all. */
    readonly strangerSocketsPerAddress: number
    readonly strangerSockets: number
  }
  /** What leaves this server for addresses that plugins or people choose. */
  readonly egress: {
    /** Private addresses that may be reached all the same: as 10.1.0.0/16 or 127.0.0.1. */
    readonly allowedPrivateAddresses: readonly string[]
  }
  readonly plugins: {
    /** Plugins that came with the release run unless an admin disables them. */
    readonly enabled: boolean
    /** How long one plugin may hold up an operation, where it does not say so itself, and all of them together. */
    readonly inlineDeadlineMs: number
    readonly inlineTotalMs: number
    /** Public keys of those whose packages are taken without a word, in base64. */
    readonly trustedSigners: readonly string[]
    /** Whose packages are taken where an admin does not say so when installing one. */
    readonly acceptPackages: 'trusted' | 'signed' | 'unsigned'
    /** Whether admins may bring plugins that are being written: unsigned, granted all that they ask for, replaced on every change. */
    readonly development: boolean
  }
  readonly telemetry: { readonly level: 'info' | 'warn' | 'error', readonly format: 'human' | 'json', readonly accessLog: boolean }
}

export const defaultSettings: Settings = {
  listen: { host: '127.0.0.1', port: 8065 },
  url: 'http://localhost:8065',
  dataFolder: './data',
  databaseUrl: '',
  database: { statementTimeoutMs: 10_000 },
  trustedProxies: [],
  secretKey: '',
  accounts: {
    openSignUp: false, emailDomains: [], sessionHours: 720, minimumPasswordLength: 8,
    requireVerifiedEmail: false, allowAccessTokens: false, allowSelfDeactivation: false, showEmailAddresses: true, showFullNames: true,
  },
  teams: { maximumMembers: 10_000 },
  posts: { maximumFiles: 10, editWindowSeconds: -1, maximumReactionKinds: 50 },
  files: { maximumBytes: 100 * 1024 * 1024, maximumUnattachedBytes: 1024 ** 3 },
  statuses: { awaySeconds: 300, offlineGraceSeconds: 30 },
  mail: { server: '', port: 587, username: '', password: '', security: 'auto', verifyCertificate: true, fromName: '', fromAddress: '', replyTo: '', invitations: true, notifications: true, contents: 'full' },
  site: { name: 'Rookery', description: '', supportEmail: '', locale: 'en' },
  limits: { requestsPerSecond: 0, burst: 100, perAccount: false, socketsPerAccount: 100, uploadsPerAccount: 20, strangerSocketsPerAddress: 1000, strangerSockets: 4000 },
  egress: { allowedPrivateAddresses: [] },
  plugins: { enabled: true, inlineDeadlineMs: 50, inlineTotalMs: 250, trustedSigners: [], acceptPackages: 'trusted', development: false },
  telemetry: { level: 'info', format: 'human', accessLog: false },
}

/** Sections that an admin may change while the server runs, and the areas of the system console to which they belong. */
export const settingAreas = {
  accounts: ['authentication_signup', 'authentication_password', 'environment_session_lengths'],
  teams: ['site_users_and_teams'],
  posts: ['site_posts'],
  files: ['site_file_sharing_and_downloads'],
  statuses: ['site_users_and_teams'],
  mail: ['environment_smtp'],
  site: ['site_customization'],
  limits: ['environment_rate_limiting'],
} as const satisfies { readonly [Section in keyof Settings]?: readonly string[] }

/** What a setting may be, where its type does not say it: numbers are 0 or more otherwise. */
export interface SettingBounds {
  readonly minimum?: number
  readonly maximum?: number
  readonly words?: readonly string[]
  /** What text must look like, and that in words. */
  readonly pattern?: RegExp
  readonly form?: string
  /** Nobody is told it, and what an admin stored of it is sealed. */
  readonly isSecret?: true
}

const address = { pattern: /^([^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@[^\s@<>()\\,;"\p{Cc}]{1,255})?$/u, form: 'an e-mail address' } as const

export const settingBounds: Readonly<Record<string, SettingBounds>> = {
  'database.statementTimeoutMs': { minimum: 100, maximum: 600_000 },
  'accounts.sessionHours': { minimum: 1, maximum: 100_000 },
  'accounts.minimumPasswordLength': { minimum: 5, maximum: 72 },
  'teams.maximumMembers': { minimum: 1, maximum: 1_000_000 },
  'posts.maximumFiles': { minimum: 0, maximum: 100 },
  'posts.editWindowSeconds': { minimum: -1, maximum: 2_147_483_647 },
  'posts.maximumReactionKinds': { minimum: 0, maximum: 500 },
  'files.maximumBytes': { minimum: 1, maximum: 1024 ** 4 },
  'files.maximumUnattachedBytes': { minimum: 1, maximum: 1024 ** 5 },
  'mail.server': { pattern: /^[\p{L}\p{N}._:-]{0,253}$/u, form: 'the name of a server' },
  'mail.port': { minimum: 1, maximum: 65_535 },
  'mail.username': { pattern: /^\P{Cc}{0,255}$/u, form: 'a name' },
  'mail.password': { pattern: /^\P{Cc}{0,255}$/u, form: 'a password', isSecret: true },
  'mail.security': { words: ['auto', 'starttls', 'tls'] },
  'mail.contents': { words: ['full', 'generic'] },
  'mail.fromName': { pattern: /^\P{Cc}{0,128}$/u, form: 'a name' },
  'mail.fromAddress': address,
  'mail.replyTo': address,
  'statuses.awaySeconds': { minimum: 1, maximum: 86_400 },
  'plugins.acceptPackages': { words: ['trusted', 'signed', 'unsigned'] },
  'telemetry.level': { words: ['info', 'warn', 'error'] },
  'telemetry.format': { words: ['human', 'json'] },
  'limits.requestsPerSecond': { minimum: 0, maximum: 1_000_000 },
  'limits.burst': { minimum: 1, maximum: 1_000_000 },
  'limits.socketsPerAccount': { minimum: 1, maximum: 1_000_000 },
  'limits.uploadsPerAccount': { minimum: 1, maximum: 10_000 },
  'limits.strangerSocketsPerAddress': { minimum: 1, maximum: 1_000_000 },
  'limits.strangerSockets': { minimum: 1, maximum: 1_000_000 },
}
