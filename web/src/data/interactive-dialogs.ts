import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { blockDialogUrl, dialogOpened, dialogsLookup, dialogsSubmit, type OutputOf, type ShownBlockDialog } from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { readDialog, type DialogForm, type DialogValues } from './dialog-form.ts'
import { usePlace } from './place.ts'

/** A dialog on the screen: its form, where it goes, and the channel in which it was asked for. */
export interface OpenDialog { readonly url: string, readonly channelId: string, readonly teamId: string, readonly form: DialogForm, readonly blocks?: ShownBlockDialog | undefined }

/** Of dialogs that came before the answer that names them. */
const maximumEarly = 20

/** Forms that plugins and other servers show. A dialog belongs to the page whose command or button asked for it. */
export const useInteractiveDialogs = defineStore('interactiveDialogs', () => {
  const { client, live } = useServer()
  const place = usePlace()
  const current = shallowRef<OpenDialog>()
  const expected = new Map<string, string>()
  let early: { readonly triggerId: string, readonly url: string, readonly told: Readonly<Record<string, unknown>> }[] = []

  const read = (url: string, told: Readonly<Record<string, unknown>>): Pick<OpenDialog, 'form' | 'blocks'> => ({ form: readDialog(told), blocks: url === blockDialogUrl ? told as unknown as ShownBlockDialog : undefined })
  const open = (url: string, channelId: string, told: Readonly<Record<string, unknown>>): void => { current.value = { url, channelId, teamId: place.teamId, ...read(url, told) } }
  /** To be called with the trigger that an answer of a command or button names. */
  const expect = (triggerId: string, channelId: string): void => {
    const told = early.find((dialog) => dialog.triggerId === triggerId)
    early = early.filter((dialog) => dialog !== told)
    if (told) open(told.url, channelId, told.told)
    else expected.set(triggerId, channelId)
  }
  const close = (): void => { current.value = undefined }
  const asked = ({ url, channelId, teamId, form }: OpenDialog) => ({ url, channelId, teamId, callbackId: form.callbackId, state: form.state })
  /** Answers what is wrong with it; the next form comes in its place. */
  const submit = async (dialog: OpenDialog, submission: DialogValues): Promise<Pick<OutputOf<typeof dialogsSubmit>, 'error' | 'errors'>> => {
    const { error, errors, type, form } = await client.run(dialogsSubmit, { ...asked(dialog), submission })
    if (error || Object.keys(errors).length > 0) return { error, errors }
    if (type === 'form' && form) current.value = { ...dialog, ...read(dialog.url, form) }
    else close()
    return { error: '', errors: {} }
  }
  const cancel = async (dialog: OpenDialog): Promise<void> => {
    close()
    if (dialog.form.tellsCancel) await client.run(dialogsSubmit, { ...asked(dialog), isCancelled: true })
  }
  const lookUp = async (dialog: OpenDialog, submission: DialogValues, selectedField: string, userInput: string): Promise<OutputOf<typeof dialogsLookup>['items']> =>
    (await client.run(dialogsLookup, { ...asked(dialog), submission, selectedField, userInput })).items

  live.on(dialogOpened, ({ triggerId, url, dialog }) => {
    const channelId = expected.get(triggerId)
    if (channelId === undefined) early = [...early.slice(-maximumEarly), { triggerId, url, told: dialog }]
    else {
      expected.delete(triggerId)
      open(url, channelId, dialog)
    }
  })
  return { current, expect, close, submit, cancel, lookUp }
})
