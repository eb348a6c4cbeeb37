import { blockDialogUrl, dialogOpened, type ShownBlockDialog } from '@rookery/sdk/protocol'
import { blockDialogShape } from '../shapes/blocks.ts'
import { message, tell, type Encoder } from './message.ts'

export const interactionEvents: readonly Encoder[] = [
  tell(dialogOpened, ({ triggerId, url, dialog }, { audience }) => {
    const shape = url === blockDialogUrl ? blockDialogShape(dialog as unknown as ShownBlockDialog) : dialog
    return [message('open_dialog', { dialog: JSON.stringify({ trigger_id: triggerId, url, dialog: shape }) }, audience)]
  }),
]
