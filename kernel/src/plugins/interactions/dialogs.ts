import { blockDialogUrl, dialogOpened, dialogsLookup, dialogsOpen, dialogsSubmit, RookeryError, triggersCreate } from '@rookery/sdk/protocol'
import type { Access } from '../../auth/index.ts'
import type { Writer } from '../../events/index.ts'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import type { BlockDialogs } from '../blocks/index.ts'
import type { AskIntegration } from './ask-integration.ts'
import type { Triggers } from './triggers.ts'

interface Parts {
  readonly access: Access
  readonly writer: Writer
  readonly triggers: Triggers
  readonly ask: AskIntegration
  readonly blockDialogs: BlockDialogs
}

/** In characters of its JSON. */
const maximumDialogLength = 200_000
const maximumItems = 500
const maximumTextLength = 3000

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, maximumTextLength) : '')
const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Forms that plugins and other servers show to people. */
export function createDialogs({ access, writer, triggers, ask, blockDialogs }: Parts): AnyImplementation[] {
  const assertPlace = async (context: Context, { channelId, teamId }: { channelId: string, teamId?: string }): Promise<void> => {
    await access.channel(context, channelId, 'read_channel')
    if (teamId) await access.team(context, teamId, 'view_team')
  }
  return [
    implement(triggersCreate, { access: (context) => access.userId(context), handle: (_context, _input, userId) => triggers.create(userId) }),
    implement(dialogsOpen, {
      // The trigger says for whom; whoever was given it may open one.
      access: (_context, { triggerId }) => triggers.open(triggerId),
      async handle(context, { url, dialog, form }, { userId, clientTriggerId }) {
        if (form) {
          await blockDialogs.open(context, form, { userId, clientTriggerId })
          return {}
        }
        if (!url || !dialog) throw new RookeryError('invalid_input', { field: url ? 'dialog' : 'url', reason: 'it is missing' })
        if (JSON.stringify(dialog).length > maximumDialogLength) throw new RookeryError('body_too_large', { limitBytes: maximumDialogLength })
        writer.publish(dialogOpened, { triggerId: clientTriggerId, url, dialog }, { userId })
        return {}
      },
    }),
    implement(dialogsSubmit, {
      access: assertPlace,
      async handle(context, { url, channelId, teamId = '', callbackId = '', state = '', submission = {}, isCancelled = false, kind = 'dialog_submission' }) {
        if (url === blockDialogUrl) {
          const { form, ...faults } = await blockDialogs.submit(context, { state, submission, channelId, teamId, isCancelled })
          return { ...faults, type: form ? 'form' : '', form: form && { ...form } }
        }
        const answer = await ask(context, url, {
          type: kind, callback_id: callbackId, state, user_id: access.userId(context), channel_id: channelId, team_id: teamId, submission, cancelled: isCancelled,
        })
        const { error, errors, type, form } = answer
        return {
          error: textOf(error), errors: isFields(errors) ? Object.fromEntries(Object.entries(errors).slice(0, 100).map(([name, text]) => [name, textOf(text)])) : {},
          type: textOf(type), form: isFields(form) ? form : null,
        }
      },
    }),
    implement(dialogsLookup, {
      access: assertPlace,
      async handle(context, { url, channelId, teamId = '', callbackId = '', state = '', submission = {}, selectedField = '', userInput = '' }) {
        const { items } = await ask(context, url, {
          type: 'dialog_lookup', callback_id: callbackId, state, user_id: access.userId(context), channel_id: channelId, team_id: teamId,
          submission: { ...submission, ...(selectedField && { selected_field: selectedField }), ...(userInput && { query: userInput }) }, cancelled: false,
        })
        const list: unknown[] = Array.isArray(items) ? items.slice(0, maximumItems) : []
        return { items: list.filter(isFields).map(({ text, value }) => ({ text: textOf(text), value: textOf(value) })).filter(({ text, value }) => text !== '' && value !== '') }
      },
    }),
  ]
}
