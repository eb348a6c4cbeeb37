import { computed, type ComputedRef } from 'vue'
import { useLanguages } from '../../../locales/index.ts'

export interface Sizes {
  bytes(count: number): string
  /** Of milliseconds. */
  duration(ms: number): string
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
const timeUnits = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000]] as const

export function createSizes(locale: string): Sizes {
  const told = (value: number, unit: string): string => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)
  return {
    bytes(count) {
      const power = Math.min(Math.floor(Math.log2(Math.max(count, 1)) / 10), byteUnits.length - 1)
      return told(count / 1024 ** power, byteUnits[power] ?? 'byte')
    },
    duration(ms) {
      for (const [unit, length] of timeUnits) if (ms >= length) return told(ms / length, unit)
      return told(ms, 'millisecond')
    },
  }
}

/** Amounts in the reader's language. */
export function useSizes(): ComputedRef<Sizes> {
  const { current } = useLanguages()
  return computed(() => createSizes(current.value === 'en-XA' ? 'en' : current.value))
}
