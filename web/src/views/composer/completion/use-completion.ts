import { computed, onScopeDispose, ref, shallowRef, useId, watch, type ComputedRef, type Ref } from 'vue'
import { failureOf, useEmoji } from '../../../data/index.ts'
import { changesText, type Choice } from './choice.ts'
import { queryAt, type Query } from './query.ts'
import { useSources, type CompletionPlace } from './sources.ts'

export interface Completion {
  readonly listId: string
  readonly choices: Readonly<Ref<readonly Choice[]>>
  readonly active: ComputedRef<Choice | undefined>
  readonly isOpen: ComputedRef<boolean>
  readonly kind: ComputedRef<Query['kind'] | undefined>
  /** Whether the server told that nobody carries out commands. */
  readonly areCommandsOff: Readonly<Ref<boolean>>
  rowId(choice: Choice): string
  /** To be called when text or caret are elsewhere. */
  look(text: string, caret: number): void
  /** True where the key was for the list. */
  onKey(event: KeyboardEvent, text: string): boolean
  choose(choice: Choice): void
  close(): void
}

/** Completion of names, channels, emoji and commands while somebody types: one engine for every field. */
export function useCompletion(place: () => CompletionPlace & { readonly hasCommands: boolean }, insert: (query: Query, text: string) => void): Completion {
  const listId = useId()
  const ask = useSources()
  const emoji = useEmoji()
  const query = shallowRef<Query>()
  const choices = shallowRef<readonly Choice[]>([])
  const activeIndex = ref(-1)
  const areCommandsOff = ref(false)
  /** Where a list was closed by Escape: it stays closed until something else is typed there. */
  let dismissedFrom = -1
  let asked = 0
  /** The word that the rows are for, and when those for the present one come: who types fast is ahead of them. */
  let answered: Query | undefined
  let answer: Promise<void> = Promise.resolve()

  const chosen = computed(() => choices.value.filter(({ isHint }) => !isHint))
  const active = computed(() => chosen.value[activeIndex.value])
  const isOpen = computed(() => query.value !== undefined && choices.value.length > 0)
  const kind = computed(() => query.value?.kind)
  const rowId = (choice: Choice): string => `${listId}-${choices.value.indexOf(choice)}`

  const close = (): void => {
    asked += 1
    query.value = undefined
    choices.value = []
  }
  // Behind a finished word nothing is chosen by itself: Enter sends.
  const firstActive = ({ kind: told, term }: Query): number => (told === 'command' && (term === '' || / $/.test(term)) ? -1 : 0)
  const load = async (wanted: Query): Promise<void> => {
    const mine = asked += 1
    try {
      const found = await ask(wanted, place())
      if (mine !== asked) return
      choices.value = found
      answered = wanted
      activeIndex.value = chosen.value.length > 0 ? firstActive(wanted) : -1
      if (wanted.kind === 'command') areCommandsOff.value = false
    } catch (error) {
      if (mine !== asked) return
      if (wanted.kind === 'command') areCommandsOff.value = failureOf(error).code === 'feature_unavailable'
      choices.value = []
    }
  }
  const look = (text: string, caret: number): void => {
    const found = queryAt(text, caret, { hasCommands: place().hasCommands })
    if (!text.startsWith('/')) areCommandsOff.value = false
    if (!found) {
      dismissedFrom = -1
      if (query.value) close()
      return
    }
    if (found.from === dismissedFrom && found.kind !== 'command') return
    const before = query.value
    if (before?.kind === found.kind && before.term === found.term && before.from === found.from) return
    query.value = found
    // Rows of something else must not stand under it; those of a shorter word stay until better ones come.
    if (before?.kind !== found.kind || before.from !== found.from) choices.value = []
    answer = load(found)
  }
  const choose = (choice: Choice): void => {
    const wanted = query.value
    if (!wanted) return
    if (choice.kind === 'emoji') emoji.noteUse(choice.insert.trim().slice(1, -1))
    close()
    insert(wanted, choice.insert)
  }
  const move = (step: number): void => {
    const count = chosen.value.length
    if (count > 0) activeIndex.value = activeIndex.value < 0 ? (step > 0 ? 0 : count - 1) : (activeIndex.value + step + count) % count
  }
  const onKey = (event: KeyboardEvent, text: string): boolean => {
    const wanted = query.value
    if (!isOpen.value || !wanted || event.ctrlKey || event.metaKey || event.altKey) return false
    const take = (): boolean => {
      event.preventDefault()
      return true
    }
    if (event.key === 'Escape') {
      event.stopPropagation()
      dismissedFrom = wanted.from
      close()
      return take()
    }
    if (chosen.value.length === 0 || event.shiftKey) return false
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      move(event.key === 'ArrowDown' ? 1 : -1)
      return take()
    }
    const typed = text.slice(wanted.from, wanted.to)
    const present = active.value ?? (event.key === 'Tab' ? chosen.value[0] : undefined)
    // Rows of a shorter word may still stand there: of these, one that goes on with what was typed since.
    const choice = answered === wanted || present?.insert.startsWith(typed) ? present : chosen.value.find(({ insert }) => insert.startsWith(typed))
    if (event.key === 'Tab' && answered !== wanted && !choice) {
      void answer.then(() => {
        const late = active.value ?? chosen.value[0]
        if (late && query.value === wanted && answered === wanted) choose(late)
      })
      return take()
    }
    if (event.key !== 'Tab' && (event.key !== 'Enter' || !choice || !changesText(choice, typed))) return false
    if (choice) choose(choice)
    return take()
  }
  watch(() => place().channel.id, close)
  onScopeDispose(close)
  return { listId, choices, active, isOpen, kind, areCommandsOff, rowId, look, onKey, choose, close }
}
