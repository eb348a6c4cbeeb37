import { inject, provide, type InjectionKey } from 'vue'
import type { VirtualizerHandle } from 'virtua/vue'
import type { Entry } from './entries.ts'

type CacheSnapshot = VirtualizerHandle['cache']

/** How high the rows of channels were when they were last on the screen: whoever comes back finds all in its place with the first picture. */
export interface RowSizes {
  of(channelId: string, entries: readonly Entry[]): CacheSnapshot | undefined
  /** `width` of the list, in CSS pixels: in one that is narrower or wider all rows have other heights. */
  keep(channelId: string, entries: readonly Entry[], snapshot: CacheSnapshot, width: number): void
}

/** As many channels as posts remembers. */
const maximumChannels = 60
/** How the list calls what it has not measured. */
const unmeasured = -1

export function createRowSizes(): RowSizes {
  const known = new Map<string, { readonly sizes: ReadonlyMap<string, number>, readonly usual: number | undefined }>()
  let knownWidth = 0
  return {
    of(channelId, entries) {
      const found = known.get(channelId)
      return found?.usual === undefined ? undefined : [entries.map(({ key }) => found.sizes.get(key) ?? unmeasured), found.usual]
    },
    keep(channelId, entries, [sizes, usual], width) {
      if (width !== knownWidth) known.clear()
      knownWidth = width
      known.delete(channelId)
      known.set(channelId, { sizes: new Map(entries.flatMap(({ key }, index) => ((sizes[index] ?? unmeasured) === unmeasured ? [] : [[key, sizes[index] as number]]))), usual })
      const [oldest] = known.keys()
      if (known.size > maximumChannels && oldest !== undefined) known.delete(oldest)
    },
  }
}

const rowSizesKey: InjectionKey<RowSizes> = Symbol('row sizes')

/** For whatever stays while lists come and go. */
export const provideRowSizes = (): void => { provide(rowSizesKey, createRowSizes()) }

export const useRowSizes = (): RowSizes => inject(rowSizesKey, createRowSizes, true)
