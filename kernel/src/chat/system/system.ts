import { clientLogsWrite, maximumMessageLength, RookeryError, systemDescribe, systemDescribeLimits } from '@rookery/sdk/protocol'
import { createThrottle } from '../../auth/index.ts'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'

type Parts = Pick<ChatParts, 'db' | 'access' | 'liveSettings' | 'mails' | 'clock' | 'log'>

/** Lines that one account may add to the log. */
const clientLogLimits = { attempts: 30, windowMs: 60_000, maximumKeys: 10_000 }

/** The server about itself. */
export function createSystem({ db, access, liveSettings, mails, clock, log }: Parts): AnyImplementation[] {
  const throttle = createThrottle({ clock, limits: clientLogLimits })
  let hasAccounts = false

  /** The first account never goes away again, so the question ends. */
  const findAccounts = async (): Promise<boolean> => hasAccounts ||= await db.value<boolean>(sql`select exists (select 1 from users where not is_bot)`)

  return [
    implement(systemDescribe, {
      access() {},
      async handle() {
        const { accounts, site } = liveSettings.settings
        const { openSignUp, minimumPasswordLength, allowAccessTokens } = accounts
        return { ...liveSettings.installation, hasAccounts: await findAccounts(), isSignUpOpen: openSignUp, minimumPasswordLength, allowsAccessTokens: allowAccessTokens, sendsMails: mails.isOn, supportEmail: site.supportEmail }
      },
    }),
    implement(systemDescribeLimits, {
      access: (context) => { access.userId(context) },
      handle() {
        const { posts, files } = liveSettings.settings
        return {
          messageLength: maximumMessageLength, filesPerPost: posts.maximumFiles, fileBytes: files.maximumBytes,
          editWindowSeconds: posts.editWindowSeconds, reactionKindsPerPost: posts.maximumReactionKinds,
        }
      },
    }),
    implement(clientLogsWrite, {
      access: (context) => access.userId(context),
      handle(_context, { level, message }, userId) {
        try {
          throttle.attempt(userId)
        } catch (error) {
          if (error instanceof RookeryError) return {}
          throw error
        }
        log[level]('A client says', { userId, message })
        return {}
      },
    }),
  ]
}
