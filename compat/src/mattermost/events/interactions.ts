import { dialogOpened } from '@rookery/sdk/protocol'
import { message, tell, type Encoder } from './message.ts'

export const interactionEvents: readonly Encoder[] = [
  tell(dialogOpened, ({ triggerId, url, dialog }, { audience }) => [message('open_dialog', { dialog: JSON.stringify({ trigger_id: triggerId, url, dialog }) }, audience)]),
]
