import { ref, shallowRef, type Ref } from 'vue'
import { failureOf, type Failure } from '../data/index.ts'
import { useToasts } from '../ui/index.ts'
import { useFailureText } from './failure-text.ts'

export interface Action<Parameters extends unknown[]> {
  readonly isBusy: Ref<boolean>
  /** What went wrong the last time, in words; '' where nothing did. */
  readonly problem: Ref<string>
  /** The same for programs. */
  readonly failure: Ref<Failure | null>
  run(...parameters: Parameters): Promise<boolean>
}

/**
 * Something that a person starts and that may fail: busy while it runs, never twice at once. Tells what went wrong in
 * `problem`, or as a note at the edge of the page.
 */
export function useAction<Parameters extends unknown[]>(work: (...parameters: Parameters) => Promise<unknown>, { tells = 'problem' }: { tells?: 'problem' | 'toast' } = {}): Action<Parameters> {
  const isBusy = ref(false)
  const problem = ref('')
  const failure = shallowRef<Failure | null>(null)
  const text = useFailureText()
  const toasts = useToasts()
  return {
    isBusy, problem, failure,
    async run(...parameters) {
      if (isBusy.value) return false
      isBusy.value = true
      problem.value = ''
      failure.value = null
      try {
        await work(...parameters)
        return true
      } catch (error) {
        failure.value = failureOf(error)
        if (tells === 'toast') toasts.show(text(error), { kind: 'problem' })
        else problem.value = text(error)
        return false
      } finally {
        isBusy.value = false
      }
    },
  }
}
