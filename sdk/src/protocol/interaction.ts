import { Type, type Static } from 'typebox'
import { BlockDialog } from './blocks/index.ts'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { At, Done, Fields, Id, Props, Text } from './schema.ts'

const IdOrNone = Type.Union([Id, Type.Literal('')])
/** Of a plugin, `/plugins/<id>/…`, or of another server. */
const address = Text(2000, { minLength: 1 })

/** Leave to show somebody one dialog, within seconds of what that person did. */
export const Trigger = Fields({
  /** Given to whoever may open the dialog. */
  triggerId: Type.String(),
  /** By which the client of the person knows the dialog that comes. */
  clientTriggerId: Id,
  expiresAt: At,
})
export type Trigger = Static<typeof Trigger>

export const triggersCreate = defineOperation({
  name: 'triggers.create', summary: 'Gives leave to show the actor a dialog within the next seconds.', capability: 'dialogs', input: Fields({}), output: Trigger,
})

export const dialogsOpen = defineOperation({
  name: 'dialogs.open', session: 'optional', capability: 'dialogs',
  summary: 'Shows a dialog to the person of a trigger. What is filled in is sent to the address. Who has the trigger needs no session.',
  input: Fields({
    triggerId: Text(1000), url: Type.Optional(address), dialog: Type.Optional(Props),
    /** In place of both: a form of blocks of the plugin that opens it. */
    form: Type.Optional(BlockDialog),
  }),
  output: Done, errors: ['trigger_over', 'body_too_large', 'only_for_plugins'],
})

const filledIn = {
  url: address, channelId: Id, teamId: Type.Optional(IdOrNone), callbackId: Type.Optional(Text(1000)), state: Type.Optional(Text(100_000)), submission: Type.Optional(Props),
}

export const dialogsSubmit = defineOperation({
  name: 'dialogs.submit', summary: 'Sends what was filled into a dialog to where it came from; answers what is wrong with it, or the dialog that follows.',
  input: Fields({ ...filledIn, isCancelled: Type.Optional(Type.Boolean()), kind: Type.Optional(Text(64)) }),
  output: Fields({ error: Type.String(), errors: Type.Record(Type.String(), Type.String()), type: Type.String(), form: Type.Union([Props, Type.Null()]) }),
  errors: ['channel_not_found', 'team_not_found', 'integration_failed', 'action_stale'],
})

export const dialogsLookup = defineOperation({
  name: 'dialogs.lookup', summary: 'Asks where a dialog came from what may be chosen in one of its fields.', safe: true,
  input: Fields({ ...filledIn, selectedField: Type.Optional(Text(300)), userInput: Type.Optional(Text(1000)) }),
  output: Fields({ items: Type.Array(Fields({ text: Type.String(), value: Type.String() })) }), errors: ['channel_not_found', 'team_not_found', 'integration_failed'],
})

export const postActionsRun = defineOperation({
  name: 'postActions.run', summary: 'Presses a button of a post, or chooses from one of its menus: whoever made it is asked what comes of it.',
  input: Fields({
    postId: Id, actionId: Text(64, { minLength: 1 }), selectedOption: Type.Optional(Text(3000)), query: Type.Optional(Props),
    /** Of items of checklists: as it is to be. */
    isChecked: Type.Optional(Type.Boolean()),
    /** What was filled in beside a button. Who cannot say it is asked for it. */
    values: Type.Optional(Props),
    /** Of posts that are stored nowhere: what their action says. */
    cookie: Type.Optional(Text(100_000)),
  }),
  output: Fields({ triggerId: Type.String() }),
  errors: ['post_not_found', 'action_not_found', 'action_stale', 'integration_failed'],
})

export const dialogOpened = defineEvent({
  name: 'dialog.opened', summary: 'A dialog is shown to one user.', durable: false, payload: Fields({ triggerId: Type.String(), url: Type.String(), dialog: Props }),
})
