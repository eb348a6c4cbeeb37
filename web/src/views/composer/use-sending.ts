import { computed, ref, shallowReactive, watch, type ComputedRef, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import type { Channel } from '@rookery/sdk/protocol'
import { failureOf, useAttachments, useSlashCommands, useDrafts, useLimits, useOutgoing, usePermissions, type Attachment } from '../../data/index.ts'
import { useToasts } from '../../ui/index.ts'
import { useFailureText } from '../failure-text.ts'
import { everybodyIn } from './edits/everybody.ts'
import { remainingOf } from './edits/message-length.ts'

/** More people than this are not told by one word without a question. */
export const maximumUnasked = 5

/** Why nothing was sent: commands are off, a command is not known, it failed, or it went wrong otherwise. */
export type Refusal = { readonly kind: 'commandsOff' } | { readonly kind: 'unknownCommand', readonly trigger: string } | { readonly kind: 'failed', readonly reason: string }

export interface Sending {
  readonly text: Ref<string>
  readonly files: ComputedRef<readonly Attachment[]>
  /** How much may still be typed, near the end; negative where it is too long. */
  readonly remaining: ComputedRef<number | undefined>
  readonly canSend: ComputedRef<boolean>
  readonly isBusy: ComputedRef<boolean>
  readonly refusal: Ref<Refusal | undefined>
  /** The words that tell everybody, while somebody is asked about them. */
  readonly question: Ref<readonly string[]>
  send(): Promise<void>
  /** Sends what was asked about, or what begins with a slash, as it stands. */
  sendAnyway(): Promise<void>
}

/** From what stands in a composer to a post or a command. The place may become another one: nothing said of one shows in the next. */
export function useSending(place: () => { readonly channel: Channel, readonly rootId: string }): Sending {
  const [drafts, outgoing, attachments, commands, limits, permissions] = [useDrafts(), useOutgoing(), useAttachments(), useSlashCommands(), useLimits(), usePermissions()]
  const toasts = useToasts()
  const router = useRouter()
  const failureText = useFailureText()
  const key = (): string => `${place().channel.id}/${place().rootId}`
  /** The places where something is under way. */
  const busy = shallowReactive(new Set<string>())
  const isBusy = computed(() => busy.has(key()))
  const refusal = ref<Refusal>()
  const question = ref<readonly string[]>([])
  watch(key, () => {
    refusal.value = undefined
    question.value = []
  })

  const draft = computed(() => drafts.get(place().channel.id, place().rootId))
  const text = computed({
    get: () => draft.value?.message ?? '',
    set(message) {
      refusal.value = undefined
      drafts.set(place().channel.id, place().rootId, { message })
    },
  })
  const files = computed(() => draft.value?.files ?? [])
  const remaining = computed(() => remainingOf(text.value, limits.limits.messageLength))
  /** What the server refused will not come by itself. */
  const isHeldUp = computed(() => files.value.some(({ key, fileId }) => !fileId && attachments.failures.get(key)?.isPassing === false))
  const canSend = computed(() => (text.value.trim() !== '' || files.value.length > 0) && (remaining.value ?? 0) >= 0 && !isHeldUp.value)

  const post = async (): Promise<void> => {
    const { channel: { id: channelId }, rootId } = place()
    const written = { message: text.value.replace(/\s+$/, ''), files: files.value }
    // At once: whoever goes on typing writes the next message.
    drafts.forget(channelId, rootId)
    try {
      await outgoing.write({ channelId, rootId, ...written })
    } catch (error) {
      drafts.set(channelId, rootId, written)
      throw error
    }
  }
  const execute = async (): Promise<void> => {
    const { channel: { id: channelId }, rootId } = place()
    const command = text.value.trim()
    const { goToLocation } = await commands.execute({ channelId, rootId, command })
    if (drafts.get(channelId, rootId)?.message.trim() === command) drafts.set(channelId, rootId, { message: '' })
    if (goToLocation) go(goToLocation)
  }
  const go = (address: string): void => {
    const url = URL.parse(address, location.origin)
    if (!url || !['http:', 'https:'].includes(url.protocol)) return
    if (url.origin === location.origin) void router.push(url.pathname + url.search + url.hash)
    else open(url, '_blank', 'noopener')
  }
  const refusalOf = (error: unknown): Refusal => {
    const { code, details } = failureOf(error)
    if (code === 'feature_unavailable') return { kind: 'commandsOff' }
    if (code === 'command_unknown') return { kind: 'unknownCommand', trigger: String(details['trigger'] ?? '') }
    return { kind: 'failed', reason: failureText(error) }
  }
  const run = async (work: () => Promise<void>): Promise<void> => {
    const where = key()
    if (busy.has(where)) return
    busy.add(where)
    refusal.value = undefined
    try {
      await work()
    } catch (error) {
      if (where === key()) refusal.value = refusalOf(error)
      toasts.announce(failureText(error))
    } finally {
      busy.delete(where)
    }
  }
  const isCommand = (): boolean => text.value.startsWith('/')
  const send = async (): Promise<void> => {
    if (!canSend.value) return
    if (isCommand()) return run(execute)
    const { channel } = place()
    const words = channel.type === 'D' || channel.memberCount <= maximumUnasked || !permissions.mayIn(channel.id, 'use_channel_mentions') ? [] : everybodyIn(text.value)
    if (words.length > 0) question.value = words
    else await run(post)
  }
  const sendAnyway = async (): Promise<void> => {
    question.value = []
    if (canSend.value) await run(post)
  }
  return { text, files, remaining, canSend, isBusy, refusal, question, send, sendAnyway }
}
