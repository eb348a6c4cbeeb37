import { computed, type ComputedRef, type Ref } from 'vue'
import type { Failure } from '../../data/index.ts'
import { useFailureText } from '../failure-text.ts'
import { fieldOf, type FieldName } from './field-of.ts'

/** What is wrong, in words: at the field that it is about where the form has it, else under '' for the whole form. */
export function useFieldProblems(failure: Ref<Failure | null>, fields: readonly FieldName[]): ComputedRef<Partial<Record<FieldName | '', string>>> {
  const text = useFailureText()
  return computed(() => {
    if (!failure.value) return {}
    const field = fieldOf(failure.value)
    return { [field && fields.includes(field) ? field : '']: text(failure.value) }
  })
}
