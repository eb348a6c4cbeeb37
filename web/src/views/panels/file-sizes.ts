import { useLanguages } from '../../locales/index.ts'

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** Bytes in the reader's words, such as 1.4 MB. */
export function useFileSizes(): (bytes: number) => string {
  const { current } = useLanguages()
  return (bytes) => {
    const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3))
    const locale = current.value === 'en-XA' ? 'en' : current.value
    return new Intl.NumberFormat(locale, { style: 'unit', unit: units[step] ?? 'byte', unitDisplay: step === 0 ? 'long' : 'short', maximumFractionDigits: step === 0 ? 0 : 1 }).format(bytes / 1000 ** step)
  }
}
