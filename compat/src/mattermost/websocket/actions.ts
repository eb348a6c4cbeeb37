import { errorTable, RookeryError } from '@rookery/sdk/protocol'
import type { Clock, Context, Operations } from '@rookery/kernel'
import type { ClientMessage } from './client-message.ts'

/** The reply to an action, as it goes over the wire. */
export interface Reply {
  readonly status: 'OK' | 'FAIL'
  readonly seq_reply?: number
  readonly data?: unknown
  readonly error?: { readonly id: string, readonly message: string, readonly detailed_error: string, readonly status_code: number }
}

/** Answers what clients ask over their socket; undefined where Mattermost says nothing either. */
export type Answerer = (message: ClientMessage, context: Context) => Promise<Reply | undefined>

interface Action {
  /** Name of the operation that carries it out. */
  readonly operation: string
  input(data: ClientMessage['data']): Record<string, unknown>
  /** What the client is told; nothing where it is left out. */
  answer?(output: unknown): unknown
}

/** Undefined fields are left out, so that the operation's schema judges what is there. */
const fields = (named: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined && value !== null && value !== ''))

const statusesByUser = (output: unknown): Record<string, string> =>
  Object.fromEntries((output as { userId: string, status: string }[]).map(({ userId, status }) => [userId, status]))

const actions: Readonly<Record<string, Action>> = {
  user_typing: {
    operation: 'typing.start',
    input: ({ channel_id, parent_id }) => fields({ channelId: channel_id, rootId: parent_id }),
  },
  user_update_active_status: {
    operation: 'statuses.setActive',
    input: ({ user_is_active, manual }) => fields({ isActive: user_is_active, isManual: manual }),
  },
  get_statuses: { operation: 'statuses.list', input: () => ({}), answer: statusesByUser },
  get_statuses_by_ids: { operation: 'statuses.listByIds', input: ({ user_ids }) => fields({ userIds: user_ids }), answer: statusesByUser },
  presence: {
    operation: 'presence.look',
    input: ({ channel_id, team_id, thread_channel_id }) =>
      fields({ channelId: channel_id, teamId: team_id, threadChannelId: thread_channel_id }),
  },
}

/** Refusals that only this socket knows. */
export const refusals = {
  noAction: { id: 'api.web_socket_router.no_action.app_error', message: 'No action was named.', detailed_error: '', status_code: 400 },
  badSequence: { id: 'api.web_socket_router.bad_seq.app_error', message: 'The field seq must be a whole number above 0.', detailed_error: '', status_code: 400 },
  badAction: { id: 'api.web_socket_router.bad_action.app_error', message: 'There is no such action.', detailed_error: '', status_code: 500 },
  notAuthenticated: { id: 'api.web_socket_router.not_authenticated.app_error', message: 'Sign in first.', detailed_error: '', status_code: 401 },
  invalidParameter: 'api.websocket_handler.invalid_param.app_error',
} as const

export const succeed = (seq: number, data?: unknown): Reply => ({ status: 'OK', seq_reply: seq, ...(data !== undefined && { data }) })
/** Without a number of the client's there is none to name. */
export const refuse = (seq: number, error: NonNullable<Reply['error']>): Reply => ({ status: 'FAIL', ...(seq > 0 && { seq_reply: seq }), error })

/** The words of API v4 for an error of an operation. */
export function refusalOf(error: RookeryError, message: string): NonNullable<Reply['error']> {
  const { mattermostId, status } = errorTable[error.code]
  const isParameter = error.code === 'invalid_input' || error.code === 'channel_not_found'
  return { id: isParameter ? refusals.invalidParameter : mattermostId, message, detailed_error: '', status_code: isParameter ? 400 : status }
}

/** `toError` makes any failure one that the client may see, and logs what nobody foresaw. */
export function createAnswerer({ operations, clock, version, tell, toError }: {
  operations: Pick<Operations, 'find' | 'dispatch'>, clock: Clock, version: () => string, tell: (error: RookeryError, locale: string) => string, toError: (error: unknown, requestId: string) => RookeryError
}): Answerer {
  const own: Readonly<Record<string, () => unknown>> = {
    ping: () => ({ text: 'pong', version: version(), server_time: clock.now(), node_id: '' }),
    // Says whether a notification was shown. Nobody counts that here; the client only waits for an OK.
    posted_notify_ack: () => undefined,
  }
  /** Plugins answer through events of their own, and a client that asks for what is not there hears nothing. */
  const askPlugin = async (action: string, data: ClientMessage['data'], context: Context): Promise<void> => {
    const [, pluginId, name] = /^custom_([^_]+)_(.+)$/.exec(action) ?? []
    const operation = operations.find('plugins.callAction')
    if (!pluginId || !operation) return
    try {
      await operations.dispatch(operation, context, { pluginId, name, data })
    } catch (error) {
      toError(error, context.requestId)
    }
  }
  return async ({ seq, action, data }, context) => {
    if (action === '') return refuse(seq, refusals.noAction)
    if (seq === 0) return refuse(seq, refusals.badSequence)
    if (action.startsWith('custom_')) { await askPlugin(action, data, context); return undefined }
    const isOwn = Object.hasOwn(own, action)
    if (!isOwn && !Object.hasOwn(actions, action)) return refuse(seq, refusals.badAction)
    if (isOwn) return succeed(seq, own[action]?.())
    const { operation: name, input, answer } = actions[action] as Action
    try {
      const operation = operations.find(name)
      if (!operation) throw new RookeryError('not_implemented', { operation: name })
      const output = await operations.dispatch(operation, context, input(data))
      return succeed(seq, answer?.(output))
    } catch (cause) {
      const error = toError(cause, context.requestId)
      return refuse(seq, refusalOf(error, tell(error, context.locale)))
    }
  }
}
