import { useI18n } from 'vue-i18n'
import { faultOfInput, type InputBlock, type InputFault } from '@rookery/sdk/protocol'

const keys: Readonly<Record<InputFault, string>> = {
  missing: 'missing', tooShort: 'tooShort', tooLong: 'tooLong', tooSmall: 'tooSmall', tooLarge: 'tooLarge', noNumber: 'noNumber', noWholeNumber: 'noWholeNumber', noDate: 'noDate', noEmail: 'noEmail', noAddress: 'noAddress',
  noChoice: 'unknownOption', noText: 'unknownOption', noId: 'unknownOption',
}

/** What is wrong with what was filled in, in words, by the ids of the inputs; judged as the server does. */
export function useInputProblems(): (inputs: readonly InputBlock[], values: Readonly<Record<string, unknown>>) => Record<string, string> {
  const { t } = useI18n()
  return (inputs, values) => Object.fromEntries(inputs.flatMap((input) => {
    const fault = faultOfInput(input, values[input.id])
    const { minLength = 0, maxLength = 0, minimum = 0, maximum = 0 } = input.schema
    const limits = fault === 'tooSmall' || fault === 'tooLarge' ? { minimum, maximum } : { minimum: minLength, maximum: maxLength }
    return fault ? [[input.id, t(`dialogs.problem.${keys[fault]}`, limits)]] : []
  }))
}
