import type { SecretBox } from './secret-box.ts'

/** Hands text to strangers who can neither read nor change it. */
export interface TextSeal {
  seal(text: string): Promise<string>
  /** Throws where it was not sealed here, or for something else. */
  open(sealed: string): Promise<string>
}

/** `about` keeps what is sealed for one purpose from being used for another. */
export const createTextSeal = (box: SecretBox, about: string): TextSeal => ({
  seal: async (text) => (await box.seal(text, about)).toString('base64url'),
  open: (sealed) => box.open(Buffer.from(sealed, 'base64url'), about),
})
