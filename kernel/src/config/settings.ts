/** What an admin may set. Names are those of the environment: ROOKERY_<SECTION>_<KEY>. */
export interface Settings {
  readonly listen: { readonly host: string, readonly port: number }
  /** Public address, without a slash at the end: links, cookies and the Origin check. */
  readonly url: string
  readonly dataFolder: string
  readonly databaseUrl: string
  readonly trustedProxies: readonly string[]
  readonly accounts: {
    /** Whether anybody may sign up without an invitation. */
    readonly openSignUp: boolean
    /** E-mail domains whose owners alone may have accounts; empty for all. */
    readonly emailDomains: readonly string[]
    readonly sessionHours: number
    readonly minimumPasswordLength: number
  }
  readonly teams: { readonly maximumMembers: number }
  readonly posts: {
    readonly maximumFiles: number
    /** Seconds in which an author may edit; -1 for ever. */
    readonly editWindowSeconds: number
    readonly maximumReactionKinds: number
  }
  readonly files: { readonly maximumBytes: number }
  readonly statuses: {
    /** Without activity for so long, whoever is online is away. */
    readonly awaySeconds: number
    /** Whoever closed the last connection is offline after so long: phones close it with every dark screen. */
    readonly offlineGraceSeconds: number
  }
  readonly telemetry: { readonly level: 'info' | 'warn' | 'error', readonly format: 'human' | 'json' }
}

export const defaultSettings: Settings = {
  listen: { host: '127.0.0.1', port: 8065 },
  url: 'http://localhost:8065',
  dataFolder: './data',
  databaseUrl: '',
  trustedProxies: [],
  accounts: { openSignUp: false, emailDomains: [], sessionHours: 720, minimumPasswordLength: 8 },
  teams: { maximumMembers: 10_000 },
  posts: { maximumFiles: 10, editWindowSeconds: -1, maximumReactionKinds: 50 },
  files: { maximumBytes: 100 * 1024 * 1024 },
  statuses: { awaySeconds: 300, offlineGraceSeconds: 30 },
  telemetry: { level: 'info', format: 'human' },
}
