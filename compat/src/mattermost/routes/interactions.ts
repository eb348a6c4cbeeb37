import { blockDialogUrl, dialogsLookup, dialogsOpen, dialogsSubmit, postActionsRun, type ShownBlockDialog } from '@rookery/sdk/protocol'
import { objectBody, pick, post, statusOk, type Route } from '../route.ts'
import { blockDialogShape } from '../shapes/blocks.ts'

const filledIn = { url: 'url', channel_id: 'channelId', team_id: 'teamId', callback_id: 'callbackId', state: 'state', submission: 'submission' }

export const interactionRoutes: readonly Route[] = [
  post('/posts/{post_id}/actions/{action_id}', async ({ run, params, body }) => {
    const { triggerId } = await run(postActionsRun, {
      postId: params['post_id'] as string, actionId: params['action_id'] as string, ...pick(objectBody(body), { selected_option: 'selectedOption', cookie: 'cookie', query: 'query' }),
    })
    return { ...statusOk, trigger_id: triggerId }
  }),
  post('/actions/dialogs/open', async ({ run, body }) => {
    await run(dialogsOpen, pick(objectBody(body), { trigger_id: 'triggerId', url: 'url', dialog: 'dialog' }) as never)
    return statusOk
  }, { session: 'optional' }),
  post('/actions/dialogs/submit', async ({ context, run, body }) => {
    const input = pick(objectBody(body), { ...filledIn, cancelled: 'isCancelled', type: 'kind' })
    const { error, errors, type, form: told } = await run(dialogsSubmit, input as never)
    const form = told && input['url'] === blockDialogUrl ? blockDialogShape(told as unknown as ShownBlockDialog, context.locale) : told
    return { ...(error && { error }), ...(Object.keys(errors).length > 0 && { errors }), ...(type && { type }), ...(form && { form }) }
  }),
  post('/actions/dialogs/lookup', async ({ run, body }) =>
    run(dialogsLookup, pick(objectBody(body), { ...filledIn, selected_field: 'selectedField', user_input: 'userInput' }) as never)),
]
