import { computed, onBeforeUnmount, ref, shallowRef, type Ref } from 'vue'
import type { VirtualizerHandle } from 'virtua/vue'
import { afterPaint } from '../after-paint.ts'
import type { Entry } from './entries.ts'
import { useRowSizes } from './row-sizes.ts'

type CacheSnapshot = VirtualizerHandle['cache']

interface Parts {
  channelId(): string
  entries(): readonly Entry[]
  list(): VirtualizerHandle | null
  scroller(): HTMLElement | null
  keptMounted: Readonly<Ref<readonly number[]>>
}

export interface FirstPicture {
  /** What is known of the rows before they are measured. */
  readonly sizes: CacheSnapshot | undefined
  readonly isPainted: Readonly<Ref<boolean>>
  /** Rows beyond the window: none until what is in it has been painted, for they would keep it waiting. */
  readonly bufferPx: Readonly<Ref<number>>
  /** Rows that are in the page wherever the window is. */
  readonly mounted: Readonly<Ref<readonly number[]>>
  /** To be called before the list goes to a row that is far away, or to its end with -1. */
  begin(index: number): void
}

const fullBufferPx = 400
/** Few rows are lower: so many fill the window, though nobody knows yet how high they are. */
const lowPx = 40
/** Of what stands above the row that the list begins at. */
const rowsAbove = 3

/**
 * All that is in the window stands in its place when it is painted for the first time. The list measures rows before it
 * knows where they belong; so those that will be in the window are measured together, where they are not known from before.
 */
export function useFirstPicture({ channelId, entries, list, scroller, keptMounted }: Parts): FirstPicture {
  const rowSizes = useRowSizes()
  const sizes = rowSizes.of(channelId(), entries())
  /** Up to here. */
  const knownKey = sizes && entries().at(-1)?.key
  const isPainted = ref(false)
  const target = shallowRef<readonly number[]>([])
  let endWaiting = (): void => {}
  onBeforeUnmount(() => {
    endWaiting()
    const snapshot = list()?.cache
    if (snapshot) rowSizes.keep(channelId(), entries(), snapshot, scroller()?.clientWidth ?? 0)
  })
  return {
    sizes, isPainted,
    bufferPx: computed(() => (isPainted.value ? fullBufferPx : 0)),
    mounted: computed(() => [...keptMounted.value, ...target.value]),
    begin(index) {
      endWaiting()
      const count = entries().length
      const shown = Math.ceil((scroller()?.clientHeight ?? 0) / lowPx)
      const from = Math.max(0, index === -1 ? count - shown : Math.min(index - rowsAbove, count - shown))
      if (isPainted.value || !knownKey || entries()[count - 1]?.key !== knownKey) target.value = Array.from({ length: Math.min(shown, count - from) }, (_, place) => from + place)
      endWaiting = afterPaint(() => {
        isPainted.value = true
        target.value = []
      })
    },
  }
}
