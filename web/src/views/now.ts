import { onScopeDispose, ref, type Ref } from 'vue'

/** The present moment, told anew every so many milliseconds: for what counts time while it is on the screen. */
export function useNow(stepMs: number): Readonly<Ref<number>> {
  const now = ref(Date.now())
  const timer = setInterval(() => { now.value = Date.now() }, stepMs)
  onScopeDispose(() => { clearInterval(timer) })
  return now
}
