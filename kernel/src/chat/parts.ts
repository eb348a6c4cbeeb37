import type { Blocks, ListedPermission, PostBlocks } from '@rookery/sdk/protocol'
import type { Access, Directory, MembershipCache, Passwords, Roles, SessionStore, Throttle, Tokens } from '../auth/index.ts'
import type { Clock } from '../clock.ts'
import type { LiveSettings, Settings } from '../config/index.ts'
import type { Writer } from '../events/index.ts'
import type { Ids } from '../ids.ts'
import type { Context, WaysOf } from '../operations/index.ts'
import type { Images } from '../images/index.ts'
import type { DueWork } from '../jobs/index.ts'
import type { Languages } from '../languages/index.ts'
import type { Mails } from '../notify/index.ts'
import type { TextSeal } from '../plugin-storage/index.ts'
import type { Database, FileStore } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { SystemPosts } from './posts/system-posts.ts'

/** Types of posts that are not for everybody. */
export interface PostKinds {
  /** Throws where somebody else writes and changes posts of this type. */
  assertMayWrite(context: Context, type: string): void
  /** Throws where a post of this type has other props. */
  assertProps(type: string, props: Readonly<Record<string, unknown>>): void
}

/** Blocks that plugins put into their posts. */
export interface BlockKeeping {
  /** As they are stored. Throws where they are not well formed, and where others than the plugin whose they are write them. */
  prepare(context: Context, blocks: Blocks, before?: PostBlocks): PostBlocks
  /** The same for what is shown to one person and stored nowhere. */
  prepareShown(context: Context, blocks: Blocks, place: { readonly postId: string, readonly channelId: string, readonly rootId: string, readonly createAt: number, readonly userId: string }): Promise<PostBlocks>
}

/** Permissions besides those of the server itself. */
export interface AddedPermissions {
  exists(id: string): boolean
  list(locale: string): readonly ListedPermission[]
}

/** What nouns of the chat are made of. Each factory names the parts it takes. */
export interface ChatParts {
  readonly db: Database
  /** Where bytes live. */
  readonly files: FileStore
  readonly images: Images
  readonly languages: Languages
  readonly writer: Writer
  readonly access: Access
  readonly directory: Directory
  readonly memberships: MembershipCache
  readonly roles: Roles
  readonly sessions: SessionStore
  readonly passwords: Passwords
  readonly tokens: Tokens
  /** Counts attempts per account. */
  readonly throttle: Throttle
  readonly systemPosts: SystemPosts
  /** Counts attempts per network address. */
  readonly addressThrottle: Throttle
  /** Counts mails per reader. */
  readonly mailThrottle: Throttle
  readonly mails: Mails
  readonly dueWork: DueWork
  /** Seals what buttons of posts do. */
  readonly actionSeal: TextSeal
  /** Seals secrets among the settings. */
  readonly settingSeal: TextSeal
  readonly postKinds: PostKinds
  readonly blocks: BlockKeeping
  readonly addedPermissions: AddedPermissions
  readonly ways: WaysOf
  readonly settings: Settings
  readonly liveSettings: LiveSettings
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Log
}
