import { onScopeDispose, watch } from 'vue'
import { typeAhead } from './type-ahead.ts'

/** What is typed between the moment something is to be shown and its being there is kept for it; what follows upon it finds something there. */
export function useTypeAhead<Shown>(shown: () => Shown, giveUp: (shown: NonNullable<Shown>) => void): void {
  let end = (): void => {}
  watch(shown, (now, before) => {
    if (now && before) return
    end()
    if (!now) return
    end = typeAhead(() => {
      const latest = shown()
      if (latest) giveUp(latest)
    })
  }, { flush: 'sync' })
  onScopeDispose(() => { end() })
}
