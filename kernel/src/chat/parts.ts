import type { Access, Directory, MembershipCache, Passwords, Roles, SessionStore, Throttle, Tokens } from '../auth/index.ts'
import type { Clock } from '../clock.ts'
import type { Settings } from '../config/index.ts'
import type { Writer } from '../events/index.ts'
import type { Ids } from '../ids.ts'
import type { DueWork } from '../jobs/index.ts'
import type { Database } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'

/** What nouns of the chat are made of. Each factory names the parts it takes. */
export interface ChatParts {
  readonly db: Database
  readonly writer: Writer
  readonly access: Access
  readonly directory: Directory
  readonly memberships: MembershipCache
  readonly roles: Roles
  readonly sessions: SessionStore
  readonly passwords: Passwords
  readonly tokens: Tokens
  readonly throttle: Throttle
  readonly dueWork: DueWork
  readonly settings: Settings
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Log
}
