import {
  blockDialogUrl, dialogOpened, inputsOf, RookeryError, type BlockDialog, type Blocks, type InputBlock, type Pressable, type ShownBlockDialog, type Trigger,
} from '@rookery/sdk/protocol'
import type { Access } from '../../auth/index.ts'
import type { Writer } from '../../events/index.ts'
import type { Context } from '../../operations/index.ts'
import type { TextSeal } from '../../plugin-storage/index.ts'
import type { PluginDoors } from '../plugin-doors.ts'
import type { Registry } from '../registry.ts'
import { blockActionsOf } from './block-keeping.ts'
import type { AskFurther, BlockPresses } from './block-presses.ts'
import type { JudgeBlocks } from './judge-blocks.ts'
import { readPressed, readValues } from './pressed-value.ts'
import type { PressedPlace } from './sealed-press.ts'

export interface BlockDialogs {
  readonly ask: AskFurther
  show(context: Context, place: PressedPlace, dialog: BlockDialog, clientTriggerId: string): Promise<void>
  /** Of the plugin that acts, to whoever a trigger names. */
  open(context: Context, form: BlockDialog, to: { readonly userId: string, readonly clientTriggerId: string }): Promise<void>
  submit(context: Context, filledIn: { readonly state: string, readonly submission: Readonly<Record<string, unknown>>, readonly channelId: string, readonly teamId: string, readonly isCancelled: boolean }):
    Promise<{ error: string, errors: Record<string, string>, form: ShownBlockDialog | null }>
}

/** What the server remembers of a form while somebody fills it in. */
interface SealedDialog {
  readonly userId: string
  readonly place: PressedPlace
  readonly action: string
  readonly state: string
  readonly inputs: readonly InputBlock[]
  /** What was pressed, and needed what is filled in. */
  readonly pressed: Pressable | null
}

interface Parts {
  readonly access: Access
  readonly writer: Writer
  readonly registry: Registry
  readonly doors: PluginDoors
  readonly triggers: { create(userId: string): Promise<Trigger> }
  /** For forms alone. */
  readonly dialogSeal: TextSeal
  readonly judge: JudgeBlocks
  readonly presses: BlockPresses
}

/** Its inputs travel sealed with it, and come back as the state of a form. */
const maximumInputsLength = 48_000

/** Forms of blocks. What is filled in is judged here, and reaches the plugin as its inputs describe it. */
export function createBlockDialogs({ access, writer, registry, doors, triggers, dialogSeal, judge, presses }: Parts): BlockDialogs {
  const sealed = async (dialog: SealedDialog): Promise<string> => {
    if (JSON.stringify(dialog.inputs).length > maximumInputsLength) throw new RookeryError('invalid_input', { field: 'dialog.blocks', reason: `its inputs have more than ${maximumInputsLength} characters` })
    return dialogSeal.seal(JSON.stringify(dialog))
  }
  const shown = async (userId: string, place: PressedPlace, { title, blocks, submitLabel, action, state = '' }: BlockDialog, pressed: Pressable | null = null): Promise<ShownBlockDialog> =>
    ({ title, blocks, ...(submitLabel !== undefined && { submitLabel }), state: await sealed({ userId, place, action, state, inputs: inputsOf(blocks), pressed }) })
  const publish = (triggerId: string, userId: string, dialog: ShownBlockDialog): void => {
    writer.publish(dialogOpened, { triggerId, url: blockDialogUrl, dialog: { ...dialog } }, { userId })
  }
  const dayOf = ({ id, label, ...date }: Extract<Pressable, { kind: 'date' }>): Blocks => [{ kind: 'input', id, label, isRequired: true, schema: { type: 'string', format: 'date', ...(date.chosen && { default: date.chosen }) } }]

  return {
    async ask(context, { place, pressable, inputs }, clientTriggerId) {
      const userId = access.userId(context)
      const { label, action } = pressable
      publish(clientTriggerId, userId, await shown(userId, place, { title: label, submitLabel: label, action, blocks: pressable.kind === 'date' ? dayOf(pressable) : inputs }, pressable))
    },
    async show(context, place, dialog, clientTriggerId) {
      const userId = access.userId(context)
      publish(clientTriggerId, userId, await shown(userId, place, dialog))
    },
    async open({ actor }, form, { userId, clientTriggerId }) {
      const pluginId = actor.kind === 'user' ? actor.plugin?.pluginId : undefined
      if (!pluginId) throw new RookeryError('only_for_plugins')
      const blocks = judge(form.blocks, { field: 'form.blocks', place: 'dialog', actions: blockActionsOf(registry.find(pluginId)) })
      if (!blockActionsOf(registry.find(pluginId)).has(form.action)) throw new RookeryError('invalid_input', { field: 'form.action', reason: 'the plugin has no such action' })
      const nowhere: PressedPlace = { kind: 'none', pluginId, postId: '', rootId: '', channelId: '', teamId: '', panel: '', userId, createAt: 0 }
      publish(clientTriggerId, userId, await shown(userId, nowhere, { ...form, blocks }))
    },
    async submit(context, { state: told, submission, channelId, teamId, isCancelled }) {
      const { userId, place: origin, action, state, inputs, pressed } = JSON.parse(await dialogSeal.open(told).catch(() => { throw new RookeryError('action_stale') })) as SealedDialog
      if (userId !== access.userId(context)) throw new RookeryError('action_stale')
      if (isCancelled) return { error: '', errors: {}, form: null }
      const place: PressedPlace = origin.kind === 'none' ? { ...origin, channelId, teamId } : origin
      const channel = place.channelId ? await access.channel(context, place.channelId, 'read_channel_content') : undefined
      const plugin = channel ? presses.pluginAt(place.pluginId, channel) : doors.running(place.pluginId)
      const { values, faults } = readValues(inputs, submission)
      if (Object.keys(faults).length > 0) return { error: '', errors: { ...faults }, form: null }
      const day = pressed?.kind === 'date' ? String(values[pressed.id] ?? '') : undefined
      const given = pressed ? readPressed(pressed, day === undefined ? {} : { selectedOption: day }) : undefined
      const { triggerId } = await triggers.create(userId)
      const { error, errors, dialog } = await presses.deliver(context, plugin, place, { ...given ?? { value: '', isChecked: false }, id: pressed?.id ?? '', action, values: day === undefined ? values : {}, state, triggerId })
      return { error, errors: { ...errors }, form: dialog ? await shown(userId, place, dialog) : null }
    },
  }
}
