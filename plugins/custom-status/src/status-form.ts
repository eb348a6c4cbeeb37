import { Refusal } from '@rookery/sdk/plugin'
import type { CustomStatus, CustomStatusDuration } from '@rookery/sdk/protocol'

/** What somebody wants to say. */
export interface Said {
  readonly emoji: string
  readonly text: string
  readonly duration?: CustomStatusDuration
  /** 0 and left out: for ever, or as long as the duration says. */
  readonly expiresAt?: number
}

const maximumTextLength = 100
const standardEmoji = 'speech_balloon'
const minuteMs = 60_000
/** The others end when a day or a week does, which only the client knows: it says when. */
const knownMs: Readonly<Partial<Record<CustomStatusDuration, number>>> = { thirty_minutes: 30 * minuteMs, one_hour: 60 * minuteMs, four_hours: 240 * minuteMs }

/** A status as it is kept. Times that are over, and durations without an end, are refused. */
export function readStatus({ emoji, text, duration = '', expiresAt = 0 }: Said, now: number): CustomStatus {
  const refuse = (fault: string, reason: string): never => { throw new Refusal('custom_status_invalid', { fault, reason }) }
  const words = text.replaceAll(/\s+/gu, ' ').trim()
  if (emoji === '' && words === '') refuse('empty', 'it says nothing')
  if (emoji !== '' && !/^[a-z0-9_+-]{1,64}$/.test(emoji)) refuse('emojiName', 'this is no name of an emoji')
  const ends = expiresAt || (knownMs[duration] ? now + knownMs[duration] : 0)
  if (duration !== '' && ends === 0) refuse('endless', 'it does not say when it ends')
  if (ends !== 0 && ends <= now) refuse('over', 'it is over already')
  return {
    emoji: emoji || standardEmoji, text: [...words].slice(0, maximumTextLength).join(''),
    duration: duration === '' && ends > 0 ? 'date_and_time' : duration, expiresAt: ends,
  }
}
