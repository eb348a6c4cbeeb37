import { blockDialogUrl, dialogOpened, type ShownBlockDialog } from '@rookery/sdk/protocol'
import { blockDialogShape } from '../shapes/blocks.ts'
import { tell, wordedMessage, type Encoder } from './message.ts'

export const interactionEvents: readonly Encoder[] = [
  tell(dialogOpened, ({ triggerId, url, dialog }, { audience }) => {
    const shapeIn = (locale: string): unknown => (url === blockDialogUrl ? blockDialogShape(dialog as unknown as ShownBlockDialog, locale) : dialog)
    return [wordedMessage('open_dialog', (locale) => ({ dialog: JSON.stringify({ trigger_id: triggerId, url, dialog: shapeIn(locale) }) }), audience)]
  }),
]
