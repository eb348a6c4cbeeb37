/** Who acts. The local admin speaks over the socket in the data folder; the system acts for itself. */
export type Actor =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user', readonly userId: string, readonly sessionId: string, readonly roles: readonly string[], readonly plugin?: PluginReach }
  | { readonly kind: 'local' }
  | { readonly kind: 'system' }

/** A plugin acts through this user: it finds nothing outside of where an admin put it to work. */
export interface PluginReach {
  readonly pluginId: string
  /** It acts as its own account, which has a member's rights wherever the plugin is at work; else for a user, with that user's. */
  readonly isBot: boolean
  /** Whether an admin gave it this capability. */
  has(capability: string): boolean
  reachesTeam(teamId: string): boolean
  reaches(channel: { readonly id: string, readonly teamId: string }): boolean
}

/** What is known of a request besides its input. Doors make it; nothing else does. */
export interface Context {
  readonly actor: Actor
  readonly requestId: string
  /** Address of the client as the trusted proxies tell it. */
  readonly address: string
  readonly userAgent: string
  readonly locale: string
  /** The websocket on which the same client listens; it is not told what it did itself. */
  readonly connectionId: string
  /** Events that led here, for effects of plugins; bounded by the dispatcher. */
  readonly causeDepth: number
}

/** The context of work that the server does on its own. */
export const systemContext: Context = {
  actor: { kind: 'system' }, requestId: '', address: '', userAgent: '', locale: 'en', connectionId: '', causeDepth: 0,
}

/** The acting user's id, '' where the system acts. */
export const actorIdOf = ({ actor }: Context): string => (actor.kind === 'user' ? actor.userId : '')
