import {
  blocksOf, BlockAnswer, ephemeralPosted, inputsOf, postsEdit, postsSendEphemeral, pressablesOf, RookeryError, textIn, type BlockDialog, type BlockPress, type Blocks, type Channel, type InputBlock, type InputValues, type Post, type Pressable, type Trigger,
} from '@rookery/sdk/protocol'
import type { Access, Directory } from '../../auth/index.ts'
import { ephemeralPost } from '../../chat/index.ts'
import type { Clock } from '../../clock.ts'
import type { Writer } from '../../events/index.ts'
import type { Context, Operations, Validation } from '../../operations/index.ts'
import type { TextSeal } from '../../plugin-storage/index.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import type { PluginDoors } from '../plugin-doors.ts'
import type { PluginLogs } from '../plugin-logs.ts'
import { createReach } from '../reach.ts'
import type { Runtime } from '../runtime.ts'
import { blockActionsOf } from './block-keeping.ts'
import type { JudgeBlocks } from './judge-blocks.ts'
import { readPressed, readValues, type GivenPress, type PressedValue } from './pressed-value.ts'
import { openPress, sealPresses, type PressedPlace, type SealedPress } from './sealed-press.ts'

/** Something of blocks that somebody wants to press, and may. */
export interface FoundPress {
  readonly plugin: InstalledPlugin
  readonly place: PressedPlace
  readonly pressable: Pressable
  readonly inputs: readonly InputBlock[]
}

export interface PressOutcome {
  readonly error: string
  readonly errors: Readonly<Record<string, string>>
  readonly dialog: BlockDialog | undefined
  /** Of a panel: what it shows from now on. */
  readonly blocks: Blocks | undefined
}

/** What the plugin is asked. */
export interface Delivery extends PressedValue { readonly action: string, readonly id: string, readonly values: InputValues, readonly state: string, readonly triggerId: string }

/** Asks whoever pressed for what cannot be filled in where it stands. */
export type AskFurther = (context: Context, found: FoundPress, clientTriggerId: string) => Promise<void>

export interface BlockPresses {
  inPost(context: Context, post: Post, channel: Channel, id: string): FoundPress | undefined
  /** Of what is stored nowhere; undefined where the cookie is of something else. */
  byCookie(context: Context, cookie: string, at: { readonly postId: string, readonly actionId: string }): Promise<FoundPress | undefined>
  run(context: Context, found: FoundPress, given: GivenPress, further: { readonly ask: AskFurther, readonly show: (context: Context, place: PressedPlace, dialog: BlockDialog, clientTriggerId: string) => Promise<void> }): Promise<{ triggerId: string, blocks: Blocks | undefined }>
  deliver(context: Context, plugin: InstalledPlugin, place: PressedPlace, delivery: Delivery): Promise<PressOutcome>
  /** Throws where the plugin is not at work there, or does not run. */
  pluginAt(pluginId: string, channel: Pick<Channel, 'id' | 'teamId'>): InstalledPlugin
}

interface Parts {
  readonly access: Access
  readonly directory: Directory
  readonly writer: Writer
  readonly clock: Clock
  readonly validation: Validation
  readonly runtime: Pick<Runtime, 'invoke'>
  readonly doors: PluginDoors
  readonly logs: PluginLogs
  readonly triggers: { create(userId: string): Promise<Trigger> }
  readonly actionSeal: TextSeal
  readonly judge: JudgeBlocks
  readonly operations: () => Pick<Operations, 'dispatch'>
}

const standardDeadlineMs = 10_000
/** As far apart as the halves of a double click may be. */
const samePressMs = 500

export function createBlockPresses({ access, directory, writer, clock, validation, runtime, doors, logs, triggers, actionSeal, judge, operations }: Parts): BlockPresses {
  const pluginAt: BlockPresses['pluginAt'] = (pluginId, channel) => {
    const plugin = doors.running(pluginId)
    if (!createReach(plugin, true).reaches(channel)) throw new RookeryError('action_not_found')
    return plugin
  }

  /** The answer, where it fits; who develops the plugin reads why it does not. */
  const readAnswer = (plugin: InstalledPlugin, action: string, answer: unknown): BlockAnswer => {
    try {
      const told = (answer ?? {}) as BlockAnswer
      validation.assert(BlockAnswer, told)
      const actions = blockActionsOf(plugin)
      const { update, whisper, dialog } = told
      if (update?.blocks) judge(update.blocks, { field: 'update.blocks', place: 'post', actions })
      if (typeof whisper === 'object' && whisper.blocks) judge(whisper.blocks, { field: 'whisper.blocks', place: 'post', actions })
      return dialog ? { ...told, dialog: { ...dialog, blocks: judge(dialog.blocks, { field: 'dialog.blocks', place: 'dialog', actions }) } } : told
    } catch (error) {
      if (!(error instanceof RookeryError)) throw error
      logs.write(plugin.id, 'error', `What the block action ${action} answered does not fit: ${error.message}`)
      throw new RookeryError('integration_failed', { reason: error.message }, { cause: error })
    }
  }

  const invoke = async (context: Context, plugin: InstalledPlugin, action: string, press: BlockPress): Promise<BlockAnswer> => {
    const contribution = plugin.manifest.contributes.blockActions?.find(({ name }) => name === action)
    if (!contribution) throw new RookeryError('action_not_found')
    const answer = await doors.pass(plugin, context, () => runtime.invoke(plugin, `block ${action}`, press, { deadlineMs: contribution.deadlineMs ?? standardDeadlineMs, trigger: context })).catch((error: unknown) => {
      throw error instanceof RookeryError && error.code !== 'rate_limited' ? new RookeryError('integration_failed', { reason: error.message }, { cause: error }) : error
    })
    return readAnswer(plugin, action, answer)
  }

  /** The account that acts, with no right but to speak and change where it was pressed. */
  const actingAs = async (context: Context, plugin: InstalledPlugin, userId: string): Promise<Context | undefined> => {
    const user = await directory.users.get(userId)
    return user && { ...context, causeDepth: context.causeDepth + 1, connectionId: '', actor: { kind: 'user', userId, sessionId: '', roles: user.roles.split(' '), plugin: { ...createReach(plugin, true), has: () => false } } }
  }

  const update = async (context: Context, plugin: InstalledPlugin, place: PressedPlace, { message, blocks }: NonNullable<BlockAnswer['update']>): Promise<Blocks | undefined> => {
    if (place.kind === 'panel') return blocks && sealPresses(blocks, place, actionSeal)
    if (place.kind === 'post') {
      const { post } = await access.post(context, place.postId, 'read_channel_content')
      const asAuthor = await actingAs(context, plugin, post.userId)
      if (asAuthor) await operations().dispatch(postsEdit, asAuthor, { postId: place.postId, ...(message !== undefined && { message }), ...(blocks && { blocks }) })
    } else if (place.kind === 'ephemeral') {
      const shown = blocks && { version: 1, pluginId: plugin.id, blocks: await sealPresses(blocks, place, actionSeal) }
      const now = clock.now()
      const post = ephemeralPost({ id: place.postId, createAt: place.createAt, updateAt: now, userId: plugin.botUserId, channelId: place.channelId, rootId: place.rootId, message: message ?? '', blocks: shown })
      writer.publish(ephemeralPosted, { post }, { userId: access.userId(context) })
    }
    return undefined
  }

  const whisper = async (context: Context, plugin: InstalledPlugin, { channelId, rootId }: PressedPlace, said: NonNullable<BlockAnswer['whisper']>): Promise<void> => {
    const { message = '', blocks } = typeof said === 'string' ? { message: said } : said
    const asBot = await actingAs(context, plugin, plugin.botUserId)
    if (!asBot || channelId === '' || (message.trim() === '' && !blocks)) return
    await operations().dispatch(postsSendEphemeral, asBot, { userId: access.userId(context), channelId, rootId, message, ...(blocks && { blocks }) })
  }

  const deliver: BlockPresses['deliver'] = async (context, plugin, place, { action, ...pressed }) => {
    const { postId, rootId, channelId, teamId, panel } = place
    const answer = await invoke(context, plugin, action, { ...pressed, postId, rootId, channelId, teamId, panel })
    const blocks = answer.update && await update(context, plugin, place, answer.update)
    if (answer.whisper) await whisper(context, plugin, place, answer.whisper)
    const errors = Object.fromEntries(Object.entries(answer.errors ?? {}).map(([id, text]) => [id, textIn(text, context.locale)]))
    return { error: textIn(answer.error, context.locale), errors, dialog: answer.dialog, blocks }
  }

  /** Who presses twice, before there is an answer or in the same moment, pressed once. */
  const latest = new Map<string, { readonly at: number, readonly outcome: ReturnType<BlockPresses['run']>, isOver: boolean }>()
  const forgetOld = (): void => {
    for (const [key, { at, isOver }] of latest) {
      if (isOver && Math.abs(clock.now() - at) >= samePressMs) latest.delete(key)
    }
  }

  const press: BlockPresses['run'] = async (context, found, given, { ask, show }) => {
    const { plugin, place, pressable, inputs } = found
    const { triggerId, clientTriggerId } = await triggers.create(access.userId(context))
    const pressed = readPressed(pressable, given)
    if (!pressed || (inputs.length > 0 && given.values === undefined)) {
      await ask(context, found, clientTriggerId)
      return { triggerId: clientTriggerId, blocks: undefined }
    }
    const { values, faults } = readValues(inputs, given.values ?? {})
    const [wrong] = Object.entries(faults)
    if (wrong) throw new RookeryError('invalid_input', { field: `values.${wrong[0]}`, reason: wrong[1] })
    const { error, dialog, blocks } = await deliver(context, plugin, place, { ...pressed, id: pressable.id, action: pressable.action, values, state: '', triggerId })
    if (error !== '') throw new RookeryError('integration_failed', { reason: error })
    if (dialog) await show(context, place, dialog, clientTriggerId)
    return { triggerId: clientTriggerId, blocks }
  }

  return {
    deliver, pluginAt,
    inPost(_context, post, channel, id) {
      const kept = blocksOf(post)
      const pressable = kept && pressablesOf(kept.blocks).find((each) => each.id === id)
      if (!pressable) return undefined
      const place: PressedPlace = { kind: 'post', pluginId: kept.pluginId, postId: post.id, rootId: post.rootId, channelId: channel.id, teamId: channel.teamId, panel: '', userId: '', createAt: post.createAt }
      return { plugin: pluginAt(kept.pluginId, channel), place, pressable, inputs: pressable.kind === 'button' ? inputsOf(kept.blocks) : [] }
    },
    async byCookie(context, cookie, { postId, actionId }) {
      const sealed: SealedPress | undefined = await openPress(cookie, actionSeal)
      if (!sealed) return undefined
      const { place, pressable, inputs } = sealed
      if (pressable.id !== actionId || place.postId !== postId || place.userId !== access.userId(context)) throw new RookeryError('action_stale')
      if (place.channelId === '') return { plugin: doors.running(place.pluginId), place, pressable, inputs }
      const channel = await access.channel(context, place.channelId, 'read_channel_content')
      return { plugin: pluginAt(place.pluginId, channel), place: { ...place, teamId: place.teamId || channel.teamId }, pressable, inputs }
    },
    run(context, found, given, further) {
      const key = JSON.stringify([access.userId(context), found.place.postId, found.place.panel, found.place.channelId, found.pressable.id, given])
      forgetOld()
      const present = latest.get(key)
      if (present) return present.outcome
      const outcome = press(context, found, given, further)
      const entry = { at: clock.now(), outcome, isOver: false }
      latest.set(key, entry)
      outcome.then(() => { entry.isOver = true }, () => { latest.delete(key) })
      return outcome
    },
  }
}
