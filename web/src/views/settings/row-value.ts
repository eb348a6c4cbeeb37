import { computed, type WritableComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { choices, choose, chosen, usePreferences, useSession } from '../../data/index.ts'
import { useFormats } from '../../locales/index.ts'
import { noticeProp, notices, standardNotices, type Row } from './pages.ts'
import { useSaving } from './saving.ts'

export type TableRow = Exclude<Row, { kind: 'own' }>

/** Of what is a switch, `on` is the one of its two values that does something. */
export const switchValuesOf = (values: readonly string[]): { readonly on: string, readonly off: string } => {
  const on = ['true', 'on', 'high', 'reduced'].find((value) => values.includes(value)) ?? 'true'
  return { on, off: values.find((value) => value !== on) ?? 'false' }
}

export const valuesOf = (row: TableRow): readonly string[] => (row.kind === 'preference' ? choices[row.name].values : notices[row.name])

/** What a value of a row is called. Numbers speak for themselves; the largest stands for all there are. */
export function useValueWords(): (row: TableRow, value: string) => string {
  const formats = useFormats()
  const { t } = useI18n()
  return (row, value) => (value === '10000' ? t('settings.all') : /^\d+$/.test(value) ? formats.value.number(Number(value)) : t(`settings.rows.${row.name}.values.${value}`))
}

/** What holds for a row of the settings; what is put there is saved at once. */
export function useRowValue(row: () => TableRow): WritableComputedRef<string> {
  const preferences = usePreferences()
  const session = useSession()
  const save = useSaving(async (value: string) => {
    const about = row()
    if (about.kind === 'preference') await choose(preferences, choices[about.name], value)
    else await session.patchNotices({ [noticeProp(about.name)]: value })
  })
  return computed({
    get() {
      const about = row()
      return about.kind === 'preference' ? chosen<string>(preferences, choices[about.name]) : session.me?.notifyProps[noticeProp(about.name)] ?? standardNotices[about.name]
    },
    set(value) { void save.run(value) },
  })
}
